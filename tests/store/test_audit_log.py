"""Looking through the audit: by practice, person, action and day; nothing of another practice's people."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.core.roles import Role
from bot.store import audit, audit_log, practices, users
from bot.store.audit_log import Wanted
from bot.store.database import Database
from bot.store.people_tables import User
from bot.store.tables import AuditEntry
from tests.builders import NOON, a_practice, after


def tell(session: Session, about: str, practice_id: int | None, *, actor: str = "user 1", hours: int = 0) -> None:
    audit.record(session, after(hours=hours), actor=actor, action="claimed", about=about, practice_id=practice_id)


def abouts(found: Sequence[AuditEntry]) -> list[str]:
    return [entry.about for entry in found]


def found(database: Database, limit: int = 50, before: int | None = None, **wanted: object) -> list[str]:
    with database.read() as session:
        return abouts(audit_log.entries(session, Wanted(**wanted), limit=limit, before=before))  # type: ignore[arg-type]


def test_it_is_filtered_and_paged(database: Database, riverside: int) -> None:
    with database.write() as session:
        for number in range(6):
            tell(session, f"conversation {number}", riverside, actor=f"user {number % 2}", hours=number)
        audit.record(
            session, after(hours=9), actor="user 1", action="closed", about="conversation 9", practice_id=riverside
        )
        ids = [entry.id for entry in audit.newest(session, 10)]
    mine = {"practice_ids": [riverside]}
    assert found(database, limit=2, **mine) == ["conversation 9", "conversation 5"]
    assert found(database, limit=2, before=ids[1], **mine) == ["conversation 4", "conversation 3"]
    assert found(database, actor="user 0", **mine) == ["conversation 4", "conversation 2", "conversation 0"]
    assert found(database, action="closed", **mine) == ["conversation 9"]
    assert found(database, start=after(hours=2), end=after(hours=4), **mine) == ["conversation 3", "conversation 2"]
    with database.read() as session:
        assert audit_log.choices(session, [riverside]) == (["user 0", "user 1"], ["claimed", "closed"])


def test_without_a_practice_nothing_is_found_and_for_the_whole_service_everything(
    database: Database, riverside: int
) -> None:
    with database.write() as session:
        tell(session, "conversation 1", riverside)
        tell(session, "the whole service", None)
    assert found(database) == []
    assert found(database, practice_ids=[]) == []
    assert found(database, practice_ids=None) == ["the whole service", "conversation 1"]


def test_how_colleagues_signed_in_is_seen_unless_they_work_elsewhere_too(database: Database, riverside: int) -> None:
    with database.write() as session:
        hillside = a_practice(session, "hillside", ())
        people = {}
        for name, places in (
            ("ann", [riverside]),
            ("bob", [riverside, hillside.id]),
            ("cy", [hillside.id]),
            ("di", []),
        ):
            user = users.add(session, NOON, email=f"{name}@x.nhs.uk", name=name, actor="x")
            people[name] = user.id
            for place in places:
                users.give_role(session, NOON, user, Role.RESPONDER, practices.find(session, place), actor="x")
        root = session.get_one(User, people["di"])
        users.give_role(session, NOON, root, Role.SYSTEM_ADMIN, None, actor="x")
        for user_id in people.values():
            key = f"user {user_id}"
            audit.record(session, NOON, actor=key, action="signed_in", about=key)
    assert found(database, practice_ids=[riverside], action="signed_in") == [f"user {people['ann']}"]
