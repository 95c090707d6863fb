"""How a practice's staff work: off until somebody signs, and never with an address that is none."""

from datetime import time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.store import audit, desk_settings
from bot.store.database import Database
from tests.builders import NOON


def test_a_practice_that_set_nothing_has_the_cautious_defaults(database: Database, riverside: int) -> None:
    with database.read() as session:
        settings = desk_settings.of(session, riverside)
        assert (settings.staff_replies, settings.human_agent, settings.sla_minutes, settings.notify) == (
            False,
            False,
            240,
            [],
        )


def test_a_sign_off_says_who_in_which_role_and_when(database: Database, riverside: int) -> None:
    with database.write() as session:
        desk_settings.turn_on_replies(session, riverside, NOON, actor="user 9", name=" Dr Ann Lee ", role="GP partner")
    with database.read() as session:
        settings = desk_settings.of(session, riverside)
        assert (settings.staff_replies, settings.signed_off_by, settings.signed_off_role, settings.signed_off_at) == (
            True,
            "Dr Ann Lee",
            "GP partner",
            NOON,
        )
        [entry] = audit.newest(session, 5)
        assert (entry.actor, entry.action, entry.practice_id) == ("user 9", "staff replies turned on", riverside)
        assert entry.details == {"signed_off_by": "Dr Ann Lee", "role": "GP partner"}
    with database.write() as session:
        desk_settings.turn_off_replies(session, riverside, NOON, actor="user 9")
    with database.read() as session:
        assert not desk_settings.of(session, riverside).staff_replies
        assert desk_settings.of(session, riverside).signed_off_by is None


@pytest.mark.parametrize(("name", "role"), [("", "GP"), ("Ann", " ")])
def test_without_a_name_or_a_role_nothing_is_signed(database: Database, riverside: int, name: str, role: str) -> None:
    with database.write() as session, pytest.raises(ValueError):
        desk_settings.turn_on_replies(session, riverside, NOON, actor="user 9", name=name, role=role)


def change(session: Session, practice_id: int, **values: Any) -> None:
    given = {"sla_minutes": 60, "human_agent": True, "notify": ["a@example.nhs.uk"]} | values
    desk_settings.change(session, practice_id, NOON, actor="user 9", **given)


def test_settings_are_kept_and_the_switch_stays_as_it_was(database: Database, riverside: int) -> None:
    with database.write() as session:
        desk_settings.turn_on_replies(session, riverside, NOON, actor="user 9", name="Ann", role="GP")
        change(session, riverside, notify=[" a@example.nhs.uk ", "b@example.nhs.uk", "a@example.nhs.uk", ""])
    with database.read() as session:
        settings = desk_settings.of(session, riverside)
        assert (settings.staff_replies, settings.human_agent, settings.sla_minutes) == (True, True, 60)
        assert settings.notify == ["a@example.nhs.uk", "b@example.nhs.uk"]


@pytest.mark.parametrize(
    "values",
    [
        {"sla_minutes": 4},
        {"sla_minutes": 7201},
        {"notify": ["nobody"]},
        {"notify": ["a@b"]},
        {"notify": ["a@b.uk\nBcc: c@d.uk"]},
        {"notify": ["a b@c.uk"]},
        {"notify": ["Ann <a@b.uk>"]},
        {"notify": ["a@b@c.uk"]},
        {"notify": ["@b.uk"]},
    ],
)
def test_settings_that_make_no_sense_are_refused(database: Database, riverside: int, values: dict[str, Any]) -> None:
    with database.write() as session, pytest.raises(ValueError):
        change(session, riverside, **values)


def test_the_time_of_the_list_is_kept_and_can_be_left_to_closing(database: Database, riverside: int) -> None:
    with database.write() as session:
        change(session, riverside, end_of_day=time(17, 45))
        assert desk_settings.list_time(desk_settings.of(session, riverside)) == time(17, 45)
        change(session, riverside)
    with database.read() as session:
        assert desk_settings.list_time(desk_settings.of(session, riverside)) is None
        assert audit.newest(session, 2)[1].details["end_of_day"] == "17:45"
