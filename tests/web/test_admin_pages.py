"""Facebook Pages by the hand of an admin, against the stand-in for Meta's API on a port of its own."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.messenger.graph_api import GraphApi
from bot.store import page_health, practices
from bot.store.page_health import PageHealth
from bot.web.app import create_app
from bot.web.stand_in_graph import create_app as create_stand_in
from bot.wiring import Services
from tests.builders import NOON, a_practice
from tests.listening import listening
from tests.web.conftest import APP_SECRET
from tests.web.people import Clock, form, signed_in

TOKENS = {"1001": "EAAGm0PX4ZCps", "2002": "EAAGotherPagesToken"}


class Site:
    """Riverside with the page 1001; the page 2002 has a token and no practice. `meta` is the stand-in's address."""

    def __init__(self, services: Services, meta: str, role: str = "practice_admin") -> None:
        graph = GraphApi(f"{meta}/v26.0", APP_SECRET, read_timeout=2.0)
        settings = replace(services.settings, page_tokens=TOKENS)
        self.clock, self.meta = Clock(), meta
        self.services = replace(services, graph=graph, settings=settings, now=self.clock)
        self.client = create_app(self.services).test_client()
        signed_in(self.client, role)

    def get(self, path: str = "/1") -> str:
        return unescape(self.client.get(f"/admin/pages{path}").text)

    def post(self, path: str, **fields: str) -> str:
        answer = self.client.post(f"/admin/pages{path}", data=form(self.client, **fields), follow_redirects=True)
        return unescape(answer.text)

    def health(self) -> PageHealth:
        with self.services.database.read() as session:
            found = page_health.find(session, 1)
            assert found is not None
            return found

    def calls(self) -> list[Any]:
        found: list[Any] = requests.get(f"{self.meta}/_stand_in/calls", timeout=5).json()["calls"]
        return found


@pytest.fixture
def meta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stand_in = create_stand_in(tmp_path / "graph.db", TOKENS, APP_SECRET)
    with listening(stand_in) as address:
        yield address


@pytest.fixture
def site(services: Services, meta: str) -> Site:
    return Site(services, meta)


def test_a_page_is_connected_after_the_word_is_typed(site: Site) -> None:
    assert "This page was not checked yet." in site.get()
    assert "Type the word connect to confirm" in site.post("/1/connect", confirm_connect="yes")
    assert site.health().page.checked_at is None
    page = site.post("/1/connect", confirm_connect="Connect")
    assert "The greeting, first questions and menu are set." in page
    assert page.count(">Good<") == 4
    health = site.health()
    assert (health.page.checked_at, health.page.token_since) == (NOON, NOON)
    site.clock.pass_by(minutes=5)
    assert "In use since 24 November 2026 at 12:00pm<" in site.get()
    assert ">Connected<" in site.get("")


def test_no_page_shows_a_token(site: Site) -> None:
    pages = site.get("") + site.post("/1/connect", confirm_connect="connect") + site.post("/1/check")
    assert "EAAG" not in pages
    assert site.health().page.token_mark not in TOKENS.values()


def test_a_check_says_what_is_wrong_and_how_to_mend_it(site: Site) -> None:
    site.post("/1/disconnect", confirm_disconnect="disconnect")
    page = site.post("/1/check")
    assert "Meta does not send these events of the page" in page
    assert "Connect the page again: under Admin, Facebook Pages" in page
    assert "2 things need attention." in page
    assert ">Disconnected<" in site.get("")


def test_disconnecting_stops_what_leaves_and_asks_meta_to_send_nothing(site: Site) -> None:
    site.post("/1/connect", confirm_connect="connect")
    assert "Type the word disconnect to confirm" in site.post("/1/disconnect", confirm_disconnect="x")
    page = site.post("/1/disconnect", confirm_disconnect="disconnect")
    assert "Meta sends nothing of the page here any more." in page
    health = site.health()
    assert health.page.disconnected_at == NOON
    assert health.page.stopped_until == page_health.FOR_GOOD
    assert site.calls()[-1]["method"] == "DELETE"
    site.post("/1/connect", confirm_connect="connect")
    assert site.health().page.disconnected_at is None


def test_where_meta_cannot_be_reached_nothing_is_sent_all_the_same(services: Services) -> None:
    site = Site(services, "http://127.0.0.1:9")
    page = site.post("/1/disconnect", confirm_disconnect="disconnect")
    assert "Nothing is sent any more. But: Meta did not stop sending" in page
    assert site.health().page.stopped_until == page_health.FOR_GOOD


def test_a_page_without_a_token_says_who_can_help(site: Site, services: Services) -> None:
    with services.database.write() as session:
        practice = practices.find_by_slug(session, "riverside")
        assert practice is not None
        page_health.add(session, practice, NOON, page_id="3003", actor="x")
    assert "BOT_PAGE_TOKENS has no token for the page 3003" in site.post("/2/check")


def test_only_a_system_admin_says_whose_page_it_is(services: Services, meta: str) -> None:
    admin = Site(services, meta)
    assert "Give a Page to a practice" not in admin.get("")
    root = Site(services, meta, "system_admin")
    with services.database.write() as session:
        hillside = a_practice(session, "hillside", pages=(), name="Hillside Surgery").id
    assert "2002" in root.get("")
    assert "Select a practice" in root.post("", page="2002", practice="")
    assert "Select a page" in root.post("", page="4004", practice=str(hillside))
    assert "The page belongs to the practice now." in root.post("", page="2002", practice=str(hillside))
    assert "A practice has this page already" in root.post("", page="2002", practice="1")
    assert "Hillside Surgery" not in admin.get("")
    assert admin.client.get("/admin/pages/2").status_code == 404
