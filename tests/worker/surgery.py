"""A surgery with everything that its worker needs: the real parts, a fake NLU, and a clock that a test moves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.events import Event
from bot.store import conversations, received_events
from bot.store.tables import Base, Conversation, DecisionRow, Message, OutgoingMessage, Page, ReceivedEvent
from bot.wiring import Services
from bot.worker.answer_next import answer_next
from bot.worker.send_next import send_next
from tests.builders import NOON, PAGE, a_conversation, a_message_to_send
from tests.fakes.fake_nlu import FakeNlu

Row = TypeVar("Row", bound=Base)
Result = TypeVar("Result")


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self._now = NOON

    def __call__(self) -> datetime:
        return self._now

    def forward(self, **span: float) -> None:
        self._now += timedelta(**span)


class Surgery:
    """What happens at a surgery and what its database holds, in the words of the tests."""

    def __init__(self, services: Services, nlu: FakeNlu, clock: Clock) -> None:
        self.services, self.nlu, self.clock = services, nlu, clock

    def receive(self, *events: Event) -> None:
        """Store events as the webhook does."""
        self.change(lambda session: received_events.save_all(session, events, self.clock()))

    def answer(self, worker: str = "worker-1") -> bool:
        return answer_next(self.services, worker)

    def answer_all(self, *events: Event) -> None:
        """Receive these and work until nothing is due."""
        self.receive(*events)
        while self.answer():
            pass

    def send(self, worker: str = "sender-1") -> bool:
        return send_next(self.services, worker)

    def send_all(self) -> None:
        while self.send():
            pass

    def queue(self, text: str = "It can hurt.", *, psid: str = "ann", page_id: str = PAGE, **more: object) -> int:
        """A reply of the bot that waits to be sent; returns its id."""
        return self.change(
            lambda session: a_message_to_send(session, a_conversation(session, psid, page_id), text, **more).id
        )

    def change(self, work: Callable[[Session], Result]) -> Result:
        """Do something with the database in a transaction of its own."""
        with self.services.database.write() as session:
            return work(session)

    def rows(self, table: type[Row]) -> list[Row]:
        """All rows of a table, oldest first."""
        with self.services.database.read() as session:
            return list(session.scalars(select(table).order_by(table.__table__.primary_key.columns[0])))

    def event(self, event: Event) -> ReceivedEvent:
        """An event as it is stored."""
        return next(row for row in self.rows(ReceivedEvent) if (row.kind, row.event_key) == (event.kind, event.key))

    def decision(self) -> DecisionRow:
        """The newest decision."""
        return self.rows(DecisionRow)[-1]

    def said(self) -> list[tuple[str, str]]:
        """Who said what, in all conversations."""
        return [(message.author, message.text) for message in self.rows(Message)]

    def replies(self) -> list[str]:
        """Everything that was ever to be sent, whatever became of it."""
        return [message.text for message in self.rows(OutgoingMessage)]

    def outgoing(self, row_id: int | None = None) -> OutgoingMessage:
        """This message to send, or the newest."""
        found = [row for row in self.rows(OutgoingMessage) if row_id in (None, row.id)]
        return found[-1]

    def conversation(self, psid: str = "ann", page_id: str = PAGE) -> Conversation:
        with self.services.database.read() as session:
            found = conversations.find(session, page_id, psid)
            assert found is not None
            return found

    def page(self, page_id: str = PAGE) -> Page:
        return next(page for page in self.rows(Page) if page.page_id == page_id)
