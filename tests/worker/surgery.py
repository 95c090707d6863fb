"""A surgery with everything that its worker needs: the real parts, a fake NLU, and a clock that a test moves."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.core.burst import LONGEST_WAIT
from bot.core.desk import Colleague
from bot.core.events import Event
from bot.core.messages import Reply
from bot.messenger.compose import split
from bot.messenger.graph_api import GraphApi, PageAccess, SendRequest
from bot.store import conversation_view, conversations, desk, desk_reply, desk_settings, received_events
from bot.store.acting import Acting
from bot.store.tables import Base, Conversation, DecisionRow, Message, OutgoingMessage, Page, ReceivedEvent
from bot.wiring import Services
from bot.worker.answer_next import answer_next
from bot.worker.outbox import Outbox
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


class InterruptedGraph:
    """The real client of Meta, and what else happens in the world around each call."""

    def __init__(self, real: GraphApi, before: Callable[[], object] | None, after: Callable[[], object] | None) -> None:
        self._real, self._before, self._after = real, before, after

    def send(self, page: PageAccess, request: SendRequest) -> str:
        if self._before:
            self._before()
        try:
            return self._real.send(page, request)
        finally:
            if self._after:
                self._after()


class Surgery:
    """What happens at a surgery and what its database holds, in the words of the tests."""

    def __init__(self, services: Services, nlu: FakeNlu, clock: Clock) -> None:
        self.services, self.nlu, self.clock = services, nlu, clock

    def receive(self, *events: Event) -> None:
        """Store events as the webhook does."""
        self.change(lambda session: received_events.save_all(session, events, self.clock()))

    def answer(self, worker: str = "worker-1", at_once: int = 1) -> bool:
        return answer_next(self.services, worker, at_once)

    def hear(self, *events: Event) -> None:
        """Store events that reached the webhook so long ago that none of them waits for more words any more."""
        arrived = self.clock() - LONGEST_WAIT
        self.change(lambda session: received_events.save_all(session, events, arrived))

    def answer_all(self, *events: Event) -> None:
        """Hear these and work until nothing is due."""
        self.hear(*events)
        while self.answer():
            pass

    def send(self, worker: str = "sender-1") -> bool:
        return send_next(self.services, Outbox(self.services, at_once=1), worker)

    def send_all(self) -> None:
        while self.send():
            pass

    def send_and_listen(self) -> list[EventDict]:
        """Send one message; returns what was logged."""
        with capture_logs() as logs:
            assert self.send()
        return list(logs)

    def interrupt_sending(
        self, before: Callable[[], object] | None = None, after: Callable[[], object] | None = None
    ) -> None:
        """From now on something happens right before or after each call of Meta; with nothing named, nothing does."""
        real = GraphApi(self.services.settings.graph_url, self.services.settings.app_secret)
        self.services = replace(self.services, graph=InterruptedGraph(real, before, after))

    def use_graph_at(self, url: str) -> None:
        self.services = replace(self.services, graph=GraphApi(url, self.services.settings.app_secret))

    def use_tokens(self, tokens: Mapping[str, str]) -> None:
        """Meta's page id -> token, instead of those that the pages have."""
        self.services = replace(self.services, settings=replace(self.services.settings, page_tokens=tokens))

    def queue(self, text: str = "It can hurt.", *, psid: str = "ann", page_id: str = PAGE, **more: object) -> int:
        """A reply of the bot that waits to be sent; returns its id."""
        return self.change(
            lambda session: a_message_to_send(session, a_conversation(session, psid, page_id), text, **more).id
        )

    def jo_replies(self, text: str, *, psid: str = "ann") -> None:
        """A colleague takes the conversation of a patient who has written, and replies; it waits to be sent."""

        def reply(session: Session) -> None:
            row, jo = a_conversation(session, psid), Colleague("user 1", "Jo")
            desk_settings.turn_on_replies(
                session, row.practice_id, self.clock(), actor="user 9", name="Dr A", role="GP partner"
            )
            act = Acting(session, row.practice_id, row.id, jo, self.clock())
            assert desk.claim(act) is None
            view = conversation_view.load(act)
            assert view is not None
            assert desk_reply.reply(act, split(Reply(text)), text, view.seen) is None

        self.change(reply)

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
