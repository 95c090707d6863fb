"""Connecting and checking a page says, in plain words, what is wrong and what to do about it."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.errors import (
    OutcomeUnknown,
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    TemporarySendError,
    TokenInvalid,
)
from bot.messenger.graph_api import GraphApi, JsonObject, PageAccess
from bot.messenger.page_profile import PageProfile
from bot.messenger.profile import PERMISSIONS, WEBHOOK_FIELDS, Finding, check, connect

PAGE = PageAccess("1122334455", "token-of-the-surgery")
PROFILE = PageProfile(
    "High Street Surgery",
    ice_breakers=(("Am I due a test?", "choice:due:"),),
    menu=(("Talk to staff", "staff"), ("Our website", "https://surgery.example/")),
)
NEVER = 0
APP = {"id": "500", "name": "Screening assistant", "subscribed_fields": list(WEBHOOK_FIELDS)}


class Meta(GraphApi):
    """Answers from a table; what was posted is written down."""

    def __init__(self) -> None:
        super().__init__("http://graph.invalid", "secret")
        self.posted: dict[str, JsonObject] = {}
        self.says: dict[str, Any] = {
            "GET me": {"id": PAGE.page_id, "name": "High Street Surgery"},
            "POST debug_token": {"data": {"app_id": "500", "expires_at": NEVER, "scopes": list(PERMISSIONS)}},
            f"POST {PAGE.page_id}/subscribed_apps": {"success": True},
            f"GET {PAGE.page_id}/subscribed_apps": {"data": [APP]},
            "POST me/messenger_profile": {"result": "success"},
            "GET me/messenger_profile": {"data": [PROFILE.to_json()]},
        }

    def get(self, path: str, page: PageAccess, fields: str = "") -> JsonObject:
        return self._answer(f"GET {path}")

    def post(self, path: str, page: PageAccess, body: JsonObject) -> JsonObject:
        self.posted[path] = body
        return self._answer(f"POST {path}")

    def _answer(self, call: str) -> JsonObject:
        answer = self.says.get(call, PermanentSendError("no such call", code=100))
        if isinstance(answer, SendError):
            raise answer
        return dict(answer)


@pytest.fixture
def meta() -> Meta:
    return Meta()


def wrong(findings: list[Finding]) -> list[str]:
    assert all(finding.ok or finding.way_out for finding in findings)
    return [finding.what for finding in findings if not finding.ok]


BOTH = pytest.mark.parametrize("look", [connect, check])
Look = Callable[[GraphApi, PageAccess, PageProfile], list[Finding]]


@BOTH
def test_a_page_in_order_has_no_complaints(meta: Meta, look: Look) -> None:
    findings = look(meta, PAGE, PROFILE)
    assert wrong(findings) == []
    assert len(findings) == 4


def test_connecting_subscribes_the_events_and_writes_the_whole_profile_in_one_call(meta: Meta) -> None:
    connect(meta, PAGE, PROFILE)
    assert meta.posted[f"{PAGE.page_id}/subscribed_apps"] == {"subscribed_fields": ",".join(WEBHOOK_FIELDS)}
    assert meta.posted["me/messenger_profile"] == {
        "get_started": {"payload": "GET_STARTED"},
        "greeting": [
            {
                "locale": "default",
                "text": "Ask High Street Surgery about cancer screening. This is an automated service. "
                "It cannot give medical advice.",
            }
        ],
        "ice_breakers": [
            {"locale": "default", "call_to_actions": [{"question": "Am I due a test?", "payload": "choice:due:"}]}
        ],
        "persistent_menu": [
            {
                "locale": "default",
                "composer_input_disabled": False,
                "call_to_actions": [
                    {"type": "postback", "title": "Talk to staff", "payload": "staff"},
                    {"type": "web_url", "title": "Our website", "url": "https://surgery.example/"},
                ],
            }
        ],
    }


def test_checking_changes_nothing(meta: Meta) -> None:
    check(meta, PAGE, PROFILE)
    assert list(meta.posted) == ["debug_token"]


def test_without_ice_breakers_and_menu_those_of_the_page_stay() -> None:
    assert set(PageProfile("High Street Surgery").to_json()) == {"get_started", "greeting"}


@BOTH
@pytest.mark.parametrize(
    ("error", "way_out"),
    [
        (TokenInvalid("old", code=190, subcode=460), "BOT_PAGE_TOKENS"),
        (RateLimited("slow down", code=613), "ten minutes"),
        (PageBlocked("blocked", code=368), "Support Inbox"),
        (TemporarySendError("no network"), "network"),
        (OutcomeUnknown("no answer"), "network"),
        (PermanentSendError("no", code=200), "permissions"),
    ],
)
def test_when_the_token_cannot_be_tried_that_is_the_only_finding(
    meta: Meta, look: Look, error: SendError, way_out: str
) -> None:
    meta.says["GET me"] = error
    [finding] = look(meta, PAGE, PROFILE)
    assert not finding.ok
    assert way_out in finding.way_out


def test_a_finding_names_metas_numbers(meta: Meta) -> None:
    meta.says["GET me"] = TokenInvalid("old", code=190, subcode=460)
    assert wrong(check(meta, PAGE, PROFILE)) == ["Meta did not say which page the token is for (Meta says 190/460)."]


@BOTH
def test_the_token_of_another_page_is_noticed_before_anything_is_changed(meta: Meta, look: Look) -> None:
    meta.says["GET me"] = {"id": "999", "name": "Another surgery"}
    assert wrong(look(meta, PAGE, PROFILE)) == ["The token is not for page 1122334455 but for 999."]
    assert meta.posted == {}


def test_missing_permissions_are_named(meta: Meta) -> None:
    meta.says["POST debug_token"] = {"data": {"scopes": ["pages_messaging"], "expires_at": NEVER}}
    assert wrong(check(meta, PAGE, PROFILE)) == [
        "The token lacks the permissions pages_manage_metadata, pages_show_list."
    ]


def test_a_token_that_ends_is_a_finding_with_its_day(meta: Meta) -> None:
    meta.says["POST debug_token"] = {"data": {"scopes": list(PERMISSIONS), "expires_at": 1798675200}}
    assert wrong(check(meta, PAGE, PROFILE)) == ["The token ends on 31 December 2026."]


def test_where_meta_does_not_explain_the_token_its_list_of_permissions_is_read(meta: Meta) -> None:
    meta.says["POST debug_token"] = PermanentSendError("not here", code=100)
    rows = [{"permission": name, "status": "granted"} for name in PERMISSIONS[:2]]
    meta.says["GET me/permissions"] = {"data": [*rows, {"permission": PERMISSIONS[2], "status": "declined"}]}
    assert wrong(check(meta, PAGE, PROFILE)) == ["The token lacks the permissions pages_show_list."]


def test_where_meta_tells_neither_the_other_checks_still_run(meta: Meta) -> None:
    meta.says["POST debug_token"] = TemporarySendError("away")
    findings = check(meta, PAGE, PROFILE)
    assert wrong(findings) == ["Meta did not list the permissions of the token (Meta says 100)."]
    assert len(findings) == 4


def test_the_token_is_asked_about_in_the_body_never_in_the_address(meta: Meta) -> None:
    check(meta, PAGE, PROFILE)
    assert meta.posted["debug_token"] == {"method": "get", "input_token": PAGE.token}


def test_events_that_do_not_come_are_named(meta: Meta) -> None:
    fields = [name for name in WEBHOOK_FIELDS if name not in ("standby", "message_edits")]
    meta.says[f"GET {PAGE.page_id}/subscribed_apps"] = {"data": [{**APP, "subscribed_fields": fields}]}
    assert wrong(check(meta, PAGE, PROFILE)) == ["Meta does not send these events of the page: message_edits, standby."]


@pytest.mark.parametrize("listed", [[], None, [{**APP, "id": "777"}], [{"id": "500"}]])
def test_a_subscription_of_another_app_is_not_ours(meta: Meta, listed: Any) -> None:
    meta.says[f"GET {PAGE.page_id}/subscribed_apps"] = {"data": listed}
    [problem] = wrong(check(meta, PAGE, PROFILE))
    assert "messages, messaging_postbacks" in problem


@pytest.mark.parametrize(("said", "is_fine"), [(True, True), ("true", True), (False, False), (None, False)])
def test_a_subscription_counts_when_meta_confirms_it(meta: Meta, said: object, is_fine: bool) -> None:
    meta.says[f"POST {PAGE.page_id}/subscribed_apps"] = {"success": said}
    assert (wrong(connect(meta, PAGE, PROFILE)) == []) is is_fine


@pytest.mark.parametrize("call", ["subscribed_apps", "messenger_profile"])
@BOTH
def test_a_network_that_fails_half_way_is_a_finding(meta: Meta, look: Look, call: str) -> None:
    meta.says |= {name: TemporarySendError("away") for name in meta.says if name.endswith(call)}
    assert len(wrong(look(meta, PAGE, PROFILE))) == 1


def test_a_profile_that_someone_changed_is_a_finding(meta: Meta) -> None:
    meta.says["GET me/messenger_profile"] = {"data": [PROFILE.to_json() | {"greeting": [], "persistent_menu": None}]}
    assert wrong(check(meta, PAGE, PROFILE)) == ["These parts of the page profile differ: greeting, persistent_menu."]


@pytest.mark.parametrize("listed", [[], None, ["x"]])
def test_a_page_without_profile_lacks_all_of_it(meta: Meta, listed: Any) -> None:
    meta.says["GET me/messenger_profile"] = {"data": listed}
    [problem] = wrong(check(meta, PAGE, PROFILE))
    assert problem.endswith("get_started, greeting, ice_breakers, persistent_menu.")


def test_what_meta_adds_to_the_profile_by_itself_does_not_matter(meta: Meta) -> None:
    current = PROFILE.to_json()
    current["persistent_menu"][0]["disabled_surfaces"] = []
    meta.says["GET me/messenger_profile"] = {"data": [current | {"subject_to_new_eu_privacy_rules": False}]}
    assert wrong(check(meta, PAGE, PROFILE)) == []


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        (PageProfile("S" * 200), "greeting longer than 160"),
        (PageProfile("S", ice_breakers=(("Q?", "p"),) * 5), "5 ice breakers: 4 at most"),
        (PageProfile("S", ice_breakers=(("Q" * 81, "p"),)), "ice breaker 1: its words"),
        (PageProfile("S", ice_breakers=(("Q?", ""),)), "ice breaker 1: its payload"),
        (PageProfile("S", menu=(("Fine", "p"), ("T" * 31, "p"))), "menu item 2: its words"),
        (PageProfile("S", menu=(("T", "p" * 1001),)), "menu item 1: its payload"),
        (PageProfile("S", menu=(("T", "http://surgery.example"),)), "must start with https://"),
        (PageProfile("S", menu=(("T", "p"),) * 21), "21 menu items: 20 at most"),
    ],
)
def test_a_profile_beyond_metas_limits_is_refused_before_any_call(
    meta: Meta, profile: PageProfile, problem: str
) -> None:
    [found] = wrong(connect(meta, PAGE, profile))
    assert problem in found
    assert meta.posted == {}
