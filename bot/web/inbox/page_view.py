"""One conversation as its page shows it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.desk import FACEBOOK_INBOX, Refusal
from bot.core.messages import DecisionKind
from bot.core.topics import Topic
from bot.store.conversation_view import ConversationView, TurnView, Understood
from bot.store.inbox_rows import InboxRow
from bot.store.tables import AnswerVersion
from bot.web.inbox import words

TROUBLE = ("failed", "cancelled")


@dataclass(frozen=True)
class Said:
    """One message. `state` is "" for what the patient said."""

    id: int
    author: str  # patient, bot or staff
    who: str
    text: str
    at: str
    answers: tuple[str, ...]  # the approved answers in it, in words
    state: str
    is_trouble: bool
    understood: tuple[str, ...]
    note: str  # what the patient did with it
    can_be_unsafe: bool  # it holds approved answers


@dataclass(frozen=True)
class May:
    """What this colleague can do now; the server decides again when they do it."""

    reply: bool
    take: bool
    let_go: bool
    pass_on: bool
    give_back: bool
    close: bool
    deal_with: bool
    reopen: bool


def said(
    view: ConversationView,
    answers: Mapping[int, AnswerVersion],
    topics: Mapping[str, Topic],
    now: datetime,
) -> list[Said]:
    """The messages, oldest first. `answers` are those that are named in them, by version."""
    return [_said(turn, answers, topics, now) for turn in view.turns]


def _said(turn: TurnView, answers: Mapping[int, AnswerVersion], topics: Mapping[str, Topic], now: datetime) -> Said:
    trouble = turn.state is not None and turn.state.state in TROUBLE
    return Said(
        id=turn.id,
        author=turn.author,
        who=_who(turn),
        text="" if turn.unsent else words.inert(turn.text),
        at=words.moment(turn.at, now),
        answers=tuple(_answer(answers.get(version), version, topics) for version in turn.answer_versions),
        state=_state(turn),
        is_trouble=trouble,
        understood=tuple(_understood(turn.understood, topics)) if turn.understood else (),
        note=_note(turn),
        can_be_unsafe=turn.author == "bot" and bool(turn.answer_versions),
    )


def _who(turn: TurnView) -> str:
    name = {"patient": "Patient", "bot": "Bot"}.get(turn.author) or turn.name or FACEBOOK_INBOX.name
    return name[:1].upper() + name[1:]


def _answer(answer: AnswerVersion | None, version: int, topics: Mapping[str, Topic]) -> str:
    if answer is None:
        return f"Approved answer {version}"
    kind = {"sample": "Sample answer", "withdrawn": "Withdrawn answer"}.get(answer.status, "Approved answer")
    return f"{kind} {version}, {words.about(answer.programme, answer.topic, topics)}"


def _state(turn: TurnView) -> str:
    if turn.state is None:
        return "" if turn.author == "patient" else "Sent"
    return f"{turn.state.words}: {turn.state.why}" if turn.state.why else turn.state.words


def _note(turn: TurnView) -> str:
    if turn.unsent:
        return "The patient took this message back."
    return f"The patient reacted with {words.inert(turn.reaction)}" if turn.reaction else ""


def _understood(found: Understood, topics: Mapping[str, Topic]) -> Iterator[str]:
    yield words.DECISIONS[DecisionKind(found.kind)]
    if found.safety:
        yield "The safety rules found a danger in it."
        return
    if found.likeliest:
        yield found.reading.value
        names = [words.topic(name, topics) for name in found.likeliest]
        yield f"Most likely: {'; or '.join(names)}"
    if found.programmes:
        yield f"About: {', '.join(words.programme(name) for name in found.programmes)}"


def may(view: ConversationView, me: str) -> May:
    """By what `bot.store.desk` allows."""
    row = view.row
    is_open, mine = row.closed_at is None, row.holder == me
    free = is_open and (mine or row.holder is None or row.holder == FACEBOOK_INBOX.key)
    return May(
        reply=view.composer_off is None,
        take=free and not mine,
        let_go=is_open and mine,
        pass_on=free,
        give_back=is_open and (mine or (free and not row.bot_has_it)),
        close=is_open and mine,
        deal_with=free,
        reopen=not is_open,
    )


def why_no_composer(view: ConversationView, may_do: May) -> str:
    """What stands in its place."""
    if view.composer_off is Refusal.NOT_YOURS:
        return "Take this conversation to reply." if may_do.take else f"{view.row.holder_name} has this conversation."
    return view.composer_off.value if view.composer_off else ""


def composer_hint(row: InboxRow, now: datetime) -> str:
    """Until when a reply can be sent, and what Meta's rules ask of it."""
    left = row.time_left
    if left.response:
        until = words.moment(now + left.response, now)
        return f"You can reply until {until}. {_within(left.response)}"
    if left.human_agent:
        until = words.moment(now + left.human_agent, now)
        return f"The patient wrote more than 24 hours ago. Until {until} you can still reply in your own words."
    return ""


def _within(left: timedelta) -> str:
    return f"That is {words.span(left)} from now."


def joined(texts: Sequence[str]) -> str:
    """The texts below each other, without empty ones: what stands in the composer."""
    return "\n\n".join(text.strip() for text in texts if text.strip())
