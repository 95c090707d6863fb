"""A surgery's desk as the tests see it: patients who wait, colleagues who act, each act a transaction of its own."""

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague, Refusal, Seen
from bot.core.messages import DecisionKind, Owner, Reply
from bot.store import audit, conversation_view, conversations, desk, desk_reply, desk_settings
from bot.store.acting import Acting
from bot.store.conversation_view import ConversationView
from bot.store.database import Database
from bot.store.tables import Base, Conversation, OutgoingMessage
from tests.builders import NOON, PAGE, a_conversation, a_decision

JO, SAM = Colleague("user 1", "Jo Bloggs"), Colleague("user 2", "Sam Smith")
Result = TypeVar("Result")
Row = TypeVar("Row", bound=Base)
_numbers = itertools.count(1)


class Desk:
    """What happens at the desk of one practice."""

    def __init__(self, database: Database, practice_id: int) -> None:
        self.database, self.practice_id = database, practice_id

    def turn_on_replies(self) -> None:
        self.write(
            lambda session: desk_settings.turn_on_replies(
                session, self.practice_id, NOON, actor="user 9", name="Dr A", role="GP partner"
            )
        )

    def waits(
        self, psid: str = "", text: str = "Does it hurt?", *, at: datetime = NOON, page: str = PAGE, **more: Any
    ) -> int:
        """A patient wrote and was handed off; returns the conversation's id."""

        def write(session: Session) -> int:
            row = a_conversation(session, psid or f"patient-{next(_numbers)}", page)
            row.patient_last_at = at
            conversations.add_message(session, row, "patient", text, at)
            values = {"kind": DecisionKind.HAND_OFF, "hand_off": "the patient asked for a person"} | more
            conversations.remember(row, a_decision(**values), at)
            return row.id

        return self.write(write)

    def patient_writes(self, row_id: int, text: str = "Hello?", at: datetime = NOON) -> None:
        def write(session: Session) -> None:
            row = session.get_one(Conversation, row_id)
            row.patient_last_at = at
            conversations.add_message(session, row, "patient", text, at)
            conversations.remember(row, a_decision(kind=DecisionKind.STAY_SILENT, replies=()), at)

        self.write(write)

    def act(
        self,
        action: Callable[..., Result],
        row_id: int,
        *arguments: Any,
        who: Colleague = JO,
        now: datetime = NOON,
        practice_id: int | None = None,
    ) -> Result:
        return self.write(
            lambda session: action(Acting(session, practice_id or self.practice_id, row_id, who, now), *arguments)
        )

    def claim(self, row_id: int, who: Colleague = JO) -> Refusal | None:
        return self.act(desk.claim, row_id, who=who)

    def view(self, row_id: int, who: Colleague = JO, now: datetime = NOON) -> ConversationView:
        found = self.read(lambda session: conversation_view.load(Acting(session, self.practice_id, row_id, who, now)))
        assert found is not None
        return found

    def reply(
        self,
        row_id: int,
        text: str = "I will call you.",
        who: Colleague = JO,
        seen: Seen | None = None,
        now: datetime = NOON,
    ) -> Refusal | None:
        """What the colleague's page showed is what is there, unless `seen` says otherwise."""
        seen = seen or self.view(row_id, who).seen
        return self.act(desk_reply.reply, row_id, (Reply(text),), text, seen, who=who, now=now)

    def row(self, row_id: int) -> Conversation:
        return self.read(lambda session: session.get_one(Conversation, row_id))

    def owner(self, row_id: int) -> tuple[Owner, str | None]:
        row = self.row(row_id)
        return Owner(row.owner), row.holder

    def outgoing(self, row_id: int) -> list[OutgoingMessage]:
        return [row for row in self.rows(OutgoingMessage) if row.conversation_id == row_id]

    def audited(self) -> list[tuple[str, str, str]]:
        """Who did what to what, oldest first."""
        entries = self.read(lambda session: audit.newest(session, 50))
        return [(entry.actor, entry.action, entry.about) for entry in reversed(entries)]

    def rows(self, table: type[Row]) -> list[Row]:
        key = table.__table__.primary_key.columns[0]
        return self.read(lambda session: list(session.scalars(select(table).order_by(key))))

    def write(self, work: Callable[[Session], Result]) -> Result:
        with self.database.write() as session:
            return work(session)

    def read(self, work: Callable[[Session], Result]) -> Result:
        with self.database.read() as session:
            return work(session)
