"""The tables, without behaviour. Every row that belongs to a practice carries its practice id.

Portable types only: what differs between SQLite and PostgreSQL is in `bot.store.database`. Times are
UTC and aware. States are short words held to their list by a CHECK. What people said is in encrypted columns.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Float,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from bot.store.column_types import BigId, UtcTime, one_of
from bot.store.encryption import EncryptedJson, EncryptedText


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON, float: Float, str: String(255)}


class Practice(Base):
    """A GP surgery. `facts` are the practice's own words for answers: phone, website, van dates ..."""

    __tablename__ = "practice"
    __table_args__ = (one_of("nation", ("england", "scotland", "wales", "northern_ireland")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    nation: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opening_hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ice_breakers: Mapped[list[Any]] = mapped_column(default=list)  # (question, payload), 4 at most
    paused: Mapped[bool] = mapped_column(default=False)  # the kill switch: hand-off text only


class Page(Base):
    """A Facebook Page of a practice. `stopped_until` is the circuit breaker of its sends."""

    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    page_id: Mapped[str] = mapped_column(unique=True)  # Meta's
    name: Mapped[str]
    stopped_until: Mapped[datetime | None]
    stopped_why: Mapped[str | None]
    stops: Mapped[int] = mapped_column(default=0)  # in a row; each makes the next pause longer
    disconnected_at: Mapped[datetime | None]  # by an admin
    checked_at: Mapped[datetime | None]
    findings: Mapped[list[Any] | None]  # of that check: [is well, what was found, way out]
    token_mark: Mapped[str | None] = mapped_column(String(16))  # tells one token from another, and opens nothing
    token_since: Mapped[datetime | None]  # when the token was first seen in use


class Conversation(Base):
    """One patient and one page."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("page_id", "psid"),
        one_of("owner", ("bot", "staff")),
        Index("ix_conversation_waiting", "practice_id", "urgent", "waiting_since", "id"),
        Index("ix_conversation_last", "practice_id", "last_at", "id"),
        Index("ix_conversation_closed", "practice_id", "closed_at", "id"),
        Index("ix_conversation_holder", "practice_id", "holder"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    psid: Mapped[str]
    owner: Mapped[str] = mapped_column(String(10), default="bot")
    opted_out: Mapped[bool] = mapped_column(default=False)
    waiting_since: Mapped[datetime | None]  # since when the patient waits for a person's answer; None: does not
    waiting_why: Mapped[str | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    programme: Mapped[str | None] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(100))
    asked: Mapped[list[Any]] = mapped_column(default=list)
    # The post or link the patient last came from.
    referral: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson("conversation.referral", tolerant=True))
    patient_last_at: Mapped[datetime | None]  # opens Meta's 24 h and 7 day windows
    bot_last_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]  # staff gave it back to the bot
    # The request not to send personal details: still to be made, and when it was made last.
    details_due: Mapped[bool] = mapped_column(default=False, server_default=false())
    details_asked_at: Mapped[datetime | None]
    held_since: Mapped[datetime | None]  # a legal hold: nothing of it may be deleted
    held_why: Mapped[str | None]
    held_by: Mapped[str | None]
    holder: Mapped[str | None]  # the key of the colleague who has it; see `bot.core.desk`
    holder_name: Mapped[str | None]  # as colleagues see it
    claim_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # grows with every new holder
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(30))  # how staff last closed it
    copied_at: Mapped[datetime | None]  # into the patient's record
    last_at: Mapped[datetime | None]  # when anybody last said something
    # The beginning of that, redacted.
    last_line: Mapped[str | None] = mapped_column(EncryptedText("conversation.last_line", tolerant=True))
    created_at: Mapped[datetime]


EVENT_STATES = ("waiting", "working", "done", "ignored", "failed")


class ReceivedEvent(Base):
    """One webhook event, stored before the 200. (page, kind, key) makes a redelivery a no-op."""

    __tablename__ = "received_event"
    __table_args__ = (
        UniqueConstraint("page_ref", "kind", "event_key"),
        one_of("state", EVENT_STATES),
        Index("ix_received_event_queue", "state", "practice_id", "due_at"),  # each practice has its turn
        Index("ix_received_event_danger", "state", "urgent", "due_at"),
        Index("ix_received_event_conversation", "page_ref", "psid", "state"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"), index=True)  # None: unknown page
    page_ref: Mapped[str]  # Meta's page id as it came
    psid: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(30))
    event_key: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("received_event.payload", tolerant=True))
    order_at: Mapped[datetime]  # when it happened, or arrived: the order within a conversation
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    urgent: Mapped[bool | None]  # what the safety net said while it waited; None: it has not looked yet
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Message(Base):
    """What was said, by whom. `mid` is Meta's id of a patient's message, or of one sent elsewhere."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("author", ("patient", "bot", "staff")),
        Index("ix_message_conversation", "conversation_id", "id"),
        Index("ix_message_mid", "mid"),
        Index("ix_message_said", "practice_id", "author", "said_at"),
        Index("ix_message_event", "event_id"),  # an event can only go when no message names it
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    author: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(EncryptedText("message.text"))
    mid: Mapped[str | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("received_event.id"))
    author_name: Mapped[str | None]  # a colleague's, as it was then
    answer_version: Mapped[int | None]  # the approved answer that a colleague started from
    unsent: Mapped[bool] = mapped_column(default=False)
    reaction: Mapped[str | None] = mapped_column(EncryptedText("message.reaction"))
    said_at: Mapped[datetime]


class DecisionRow(Base):
    """Why the bot did what it did for one patient turn: enough to explain it later."""

    __tablename__ = "decision"
    # All that a practice's numbers are counted from, so that counting reads no row.
    __table_args__ = (Index("ix_decision_counted", "practice_id", "decided_at", "kind", "rule", "feedback"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("received_event.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    rule: Mapped[str]
    topics: Mapped[list[Any]]
    ranking: Mapped[list[Any] | None]  # [topic, score] of the three likeliest, best first
    programmes: Mapped[list[Any]]
    answer_versions: Mapped[list[Any]]
    safety: Mapped[list[Any]]
    confidence: Mapped[float | None]
    margin: Mapped[float | None]
    thresholds: Mapped[dict[str, Any]]
    language: Mapped[str] = mapped_column(String(20))
    release: Mapped[str]
    milliseconds: Mapped[int]
    feedback: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime]


OUTGOING_STATES = ("waiting", "sending", "unknown", "sent", "failed", "cancelled")


class OutgoingMessage(Base):
    """One message to send. `metadata_key` comes back in Meta's echo and is how a lost answer is settled."""

    __tablename__ = "outgoing_message"
    __table_args__ = (
        one_of("state", OUTGOING_STATES),
        one_of("author", ("bot", "staff")),
        Index("ix_outgoing_message_queue", "state", "page_id", "due_at"),  # each page has its turn
        Index("ix_outgoing_message_safety", "state", "safety", "due_at"),
        Index("ix_outgoing_message_conversation", "conversation_id", "state"),
        Index("ix_outgoing_message_message", "message_id"),
        UniqueConstraint("event_id", "position"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    message: Mapped[Message] = relationship()  # whose id it takes when both are stored
    answer_version_id: Mapped[int | None] = mapped_column(ForeignKey("answer_version.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("received_event.id"))  # the turn it answers
    position: Mapped[int] = mapped_column(default=0)
    author: Mapped[str] = mapped_column(String(10))
    safety: Mapped[bool] = mapped_column(default=False)  # never muted
    claim_version: Mapped[int | None]  # of the conversation when a colleague wrote it
    even_if_stopped: Mapped[bool] = mapped_column(default=False, server_default=false())  # decided after STOP
    text: Mapped[str] = mapped_column(EncryptedText("outgoing_message.text"))
    buttons: Mapped[list[Any]] = mapped_column(EncryptedJson("outgoing_message.buttons"))
    metadata_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    mid: Mapped[str | None] = mapped_column(index=True)
    problem: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


ANSWER_STATUSES = ("sample", "draft", "approved", "withdrawn", "replaced")


class AnswerVersion(Base):
    """One immutable wording of the answer to (topic, programme, nation, language).

    Triggers of migration 0003 refuse to change what was written or who approved it, and an approval by nobody.
    """

    __tablename__ = "answer_version"
    __table_args__ = (
        UniqueConstraint("content_hash"),
        one_of("status", ANSWER_STATUSES),
        Index("ix_answer_version_topic", "topic", "status"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"))  # None: for every practice
    topic: Mapped[str] = mapped_column(String(100))
    programme: Mapped[str] = mapped_column(String(20))  # "any" serves all
    nations: Mapped[list[Any]]
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    sources: Mapped[list[Any]]
    owner: Mapped[str]
    author: Mapped[str | None]  # who last edited it; nobody can approve it while that is not known
    author_key: Mapped[str | None]  # their account ("user 3"), where they edited it on a page
    approver: Mapped[str | None]
    approver_role: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    live_nations: Mapped[list[Any] | None]  # of `nations`, those that no later version has taken over; None: all
    status: Mapped[str] = mapped_column(String(10))
    reviewed: Mapped[str] = mapped_column(String(10))  # ISO dates: a review is a day, not a moment
    review_by: Mapped[str] = mapped_column(String(10))
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Heartbeat(Base):
    """When each worker, and the trainer process, last went round its loop."""

    __tablename__ = "heartbeat"
    worker: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[str] = mapped_column(String(10), server_default="worker")
    beat_at: Mapped[datetime]


class ServiceSwitch(Base):
    """A switch that holds for the whole service. See `bot.store.kill_switch`; that of one practice is its `paused`."""

    __tablename__ = "service_switch"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_off: Mapped[bool] = mapped_column(default=False)


class AuditEntry(Base):
    """Who did what. Written by `bot.store.audit` only; a trigger refuses changes."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("previous"), Index("ix_audit_entry_about", "about"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(60))
    about: Mapped[str]
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"), index=True)
    details: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))  # unique: a chain has no forks
    digest: Mapped[str] = mapped_column(String(64))


ERASURE_STATES = ("waiting", "telling", "scrubbing", "done", "held", "unmatched", "closed")


class ErasureRequest(Base):
    """Someone asked that what is held on a patient be erased. Rows with one code are one request.

    waiting -> telling (one last message is on its way) -> scrubbing (out of the database's file) -> done. `held`:
    it must be kept, see `problem`. `unmatched`: nobody is known by the id that Meta gave; `closed`: staff looked at it.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (
        UniqueConstraint("code", "about"),
        one_of("state", ERASURE_STATES),
        one_of("source", ("patient", "staff", "meta")),
        Index("ix_erasure_request_queue", "state", "due_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32))  # part of the status page's address: cannot be guessed
    about: Mapped[str]  # "conversation 12", or "nobody known"
    conversation_id: Mapped[int | None] = mapped_column(BigId)  # no reference: the request outlives the conversation
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"), index=True)
    source: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    last_words: Mapped[str | None] = mapped_column(Text)  # a fixed text that the patient gets when it is done
    message_id: Mapped[int | None] = mapped_column(BigId)  # the message that holds them
    state: Mapped[str] = mapped_column(String(10))
    problem: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobRun(Base):
    """Proof that a daily job ran: who had it until when, what it removed, how it ended. (job, run key) is one run."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "run_key"), one_of("state", ("waiting", "working", "done", "failed")))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job: Mapped[str] = mapped_column(String(30))
    run_key: Mapped[str] = mapped_column(String(60))  # the day in UTC, or "by hand" with the moment
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    removed: Mapped[dict[str, Any]]  # class of data -> rows
    problem: Mapped[str | None]


class EncryptionKey(Base):
    """A key that messages are or were encrypted with: its id and a value to know it by, never the key itself."""

    __tablename__ = "encryption_key"
    key_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    check_value: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]  # since then no process may encrypt with it
    unused_since: Mapped[datetime | None]  # since then nothing is encrypted with it: it can be dropped
