"""The stand-in's page settings: Messenger profile, subscription, and what a token may do."""

import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest

from bot.web.stand_in_graph import create_app

APP_SECRET = "a secret of the app"
TOKEN = "token of the page"
PROOF = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
START = {"get_started": {"payload": "start"}}


class Page:
    """Calls Graph for one page."""

    def __init__(self, database: Path) -> None:
        self.http = create_app(database, {"1001": TOKEN}, APP_SECRET).test_client()

    def call(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        answer = self.http.open(
            f"/v26.0/{path}",
            method=method,
            headers={"Authorization": f"Bearer {TOKEN}"},
            query_string={"appsecret_proof": PROOF, **query},
            json=body,
        )
        return answer.status_code, answer.json

    def profile(self, fields: str = "get_started,greeting,ice_breakers,persistent_menu") -> Any:
        return self.call("GET", "me/messenger_profile", fields=fields)[1]["data"]


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path / "graph.db")


def greeting(text: str = "Hello", locale: str = "default") -> dict[str, Any]:
    return {"greeting": [{"locale": locale, "text": text}]}


def ice_breakers(number: int, question: str = "Does it hurt?") -> dict[str, Any]:
    asked = [{"question": question, "payload": "hurt"}] * number
    return {"ice_breakers": [{"locale": "default", "call_to_actions": asked}]}


def menu(title: str = "Talk to the practice", number: int = 1, **item: Any) -> dict[str, Any]:
    items = [{"type": "postback", "title": title, "payload": "staff", **item}] * number
    return {"persistent_menu": [{"locale": "default", "call_to_actions": items}]}


def test_a_profile_is_set_read_and_removed(page: Page) -> None:
    whole = {**START, **greeting(), **ice_breakers(4), **menu()}
    assert page.profile() == []
    assert page.call("POST", "me/messenger_profile", whole) == (200, {"result": "success"})
    assert page.profile() == [whole]
    assert page.profile("greeting") == [greeting()]
    assert page.call("DELETE", "me/messenger_profile", {"fields": ["greeting"]}) == (200, {"result": "success"})
    assert page.profile("greeting") == []


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"get_started": {}},
        greeting("x" * 161),
        greeting(locale="en_GB"),
        ice_breakers(5),
        ice_breakers(0),
        ice_breakers(1, "x" * 81),
        {**START, **menu("x" * 31)},
        {**START, **menu(number=21)},
        {**START, **menu(type="nested")},
        {**START, **menu(payload="x" * 1001)},
    ],
)
def test_a_profile_beyond_the_limits_is_refused(page: Page, change: dict[str, Any]) -> None:
    status, body = page.call("POST", "me/messenger_profile", change)
    assert (status, body["error"]["code"]) == (400, 100)
    assert page.profile() == []


def test_a_menu_needs_get_started(page: Page) -> None:
    assert page.call("POST", "me/messenger_profile", menu())[1]["error"]["error_subcode"] == 2018145
    page.call("POST", "me/messenger_profile", START)
    assert page.call("POST", "me/messenger_profile", menu())[0] == 200
    assert page.call("DELETE", "me/messenger_profile", {"fields": ["get_started"]})[0] == 400


def test_unknown_profile_fields_are_refused(page: Page) -> None:
    assert page.call("GET", "me/messenger_profile", fields="home_url")[0] == 400
    assert page.call("DELETE", "me/messenger_profile", {"fields": []})[0] == 400


def test_a_page_is_subscribed_until_it_is_not(page: Page) -> None:
    app = page.call("GET", "1001/subscribed_apps")[1]["data"][0]
    assert app["id"] == "100200300"
    assert {"messages", "message_echoes", "standby"} <= set(app["subscribed_fields"])
    page.call("DELETE", "1001/subscribed_apps")
    assert page.call("GET", "1001/subscribed_apps")[1] == {"data": []}
    wanted = {"subscribed_fields": "messages,message_echoes"}
    assert page.call("POST", "1001/subscribed_apps", wanted) == (200, {"success": True})
    fields = page.call("GET", "1001/subscribed_apps")[1]["data"][0]["subscribed_fields"]
    assert fields == ["messages", "message_echoes"]


@pytest.mark.parametrize("fields", ["", "messages,nonsense"])
def test_a_subscription_to_nothing_that_exists_is_refused(page: Page, fields: str) -> None:
    status, body = page.call("POST", "1001/subscribed_apps", {"subscribed_fields": fields})
    assert (status, body["error"]["code"]) == (400, 100)


def test_a_page_says_who_it_is(page: Page) -> None:
    status, body = page.call("GET", "me", fields="id,name")
    assert (status, body["id"]) == (200, "1001")
    assert body["name"]
    assert page.call("GET", "me", fields="followers")[1]["error"]["code"] == 100


def test_permissions_are_granted(page: Page) -> None:
    granted = page.call("GET", "me/permissions")[1]["data"]
    assert {"permission": "pages_messaging", "status": "granted"} in granted


def test_a_token_can_be_looked_into(page: Page) -> None:
    good = page.call("GET", "debug_token", input_token=TOKEN)[1]["data"]
    assert (good["is_valid"], good["profile_id"], good["app_id"]) == (True, "1001", "100200300")
    assert "pages_messaging" in good["scopes"]
    bad = page.call("GET", "debug_token", input_token="an old token")[1]["data"]
    assert (bad["is_valid"], bad["error"]["code"]) == (False, 190)


def test_the_app_itself_may_look_into_a_token(page: Page) -> None:
    headers = {"Authorization": f"Bearer 100200300|{APP_SECRET}"}
    answer = page.http.get("/v26.0/debug_token", headers=headers, query_string={"input_token": TOKEN})
    assert answer.json["data"]["is_valid"]
