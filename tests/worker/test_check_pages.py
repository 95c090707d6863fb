"""Every day each page is looked at, once; admins hear when patients may get no answers."""

from dataclasses import replace

import pytest

from bot.core.roles import Role
from bot.mail import Mailer
from bot.messenger import profile
from bot.messenger.graph_api import PageAccess
from bot.messenger.page_profile import profile_of
from bot.store import page_health, practices, users
from bot.store.desk_tables import Notification
from bot.store.tables import Page
from bot.worker.check_pages import check_pages
from tests.builders import PAGE
from tests.worker.conftest import both_databases
from tests.worker.meta import TOKENS, Meta
from tests.worker.surgery import Surgery


@pytest.fixture
def connected(surgery: Surgery, meta: Meta) -> Surgery:
    """Both pages are connected, there is a mail server, and each practice has an admin."""
    surgery.services = replace(surgery.services, mailer=Mailer("localhost", 25, "bot@example.nhs.uk", False))
    with surgery.services.database.write() as session:
        for page in practices.pages(session):
            practice = practices.find(session, page.practice_id)
            wanted = profile_of(practice.name, practice.ice_breakers)
            profile.connect(surgery.services.graph, PageAccess(page.page_id, TOKENS[page.page_id]), wanted)
            email = f"admin@{practice.slug}.nhs.uk"
            user = users.add(session, surgery.clock(), email=email, name="Ann", actor="test")
            users.give_role(session, surgery.clock(), user, Role.PRACTICE_ADMIN, practice, actor="test")
    return surgery


def checked(surgery: Surgery) -> dict[str, bool | None]:
    return {
        page.page_id: all(ok for ok, *_ in page.findings or ()) if page.checked_at else None
        for page in surgery.rows(Page)
    }


@both_databases
def test_pages_that_are_connected_are_found_so_and_nobody_is_written_to(connected: Surgery) -> None:
    assert set(checked(connected).values()) == {None}
    assert check_pages(connected.services, "worker-1") is False
    assert checked(connected) == dict.fromkeys(TOKENS, True)
    assert connected.rows(Notification) == []


@both_databases
def test_a_token_that_is_gone_is_told_to_the_admins_of_that_practice_once_a_day(connected: Surgery) -> None:
    connected.use_tokens(TOKENS | {PAGE: "a-token-that-meta-took-back"})
    for worker in ("worker-1", "worker-2"):
        check_pages(connected.services, worker)
    assert checked(connected) == dict.fromkeys(TOKENS, True) | {PAGE: False}
    [mail] = connected.rows(Notification)
    assert (mail.address, mail.subject) == ("admin@riverside.nhs.uk", "Patients may get no answers - Page 1001")
    assert "a-token" not in mail.body
    assert f"What to do: {connected.services.settings.public_url}/admin/pages\n" in mail.body
    connected.clock.forward(days=1)
    check_pages(connected.services, "worker-1")
    assert len(connected.rows(Notification)) == 2


def test_what_was_put_right_is_found_right_the_next_day(connected: Surgery) -> None:
    connected.use_tokens({})
    check_pages(connected.services, "worker-1")
    assert set(checked(connected).values()) == {False}
    connected.use_tokens(TOKENS)
    connected.clock.forward(days=1)
    check_pages(connected.services, "worker-1")
    assert set(checked(connected).values()) == {True}


def test_a_token_that_no_header_can_carry_is_a_finding(connected: Surgery) -> None:
    connected.use_tokens({PAGE: "tokén"})
    check_pages(connected.services, "worker-1")
    [row] = [row for row in connected.rows(Page) if "characters" in str(row.findings)]
    assert "tokén" not in str(row.findings)


def test_a_page_that_was_disconnected_on_purpose_is_left_alone(connected: Surgery) -> None:
    connected.change(lambda session: page_health.disconnect(session, PAGE, connected.clock(), actor="Ann"))
    check_pages(connected.services, "worker-1")
    assert checked(connected)[PAGE] is None
