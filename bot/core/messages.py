"""The words of the design as values: programmes, predictions, replies and decisions."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Programme(StrEnum):
    BREAST = "breast"
    CERVICAL = "cervical"
    BOWEL = "bowel"
    LUNG = "lung"
    AAA = "aaa"  # signposted only
    DIABETIC_EYE = "diabetic_eye"  # signposted only


class Nation(StrEnum):
    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"


class Owner(StrEnum):
    BOT = "bot"
    STAFF = "staff"


class DecisionKind(StrEnum):
    ANSWER = "answer"
    CLARIFY = "clarify"
    HAND_OFF = "hand_off"
    RED_FLAG = "red_flag"
    EMERGENCY = "emergency"
    CRISIS = "crisis"
    SMALL_TALK = "small_talk"
    OUT_OF_SCOPE = "out_of_scope"
    OTHER_LANGUAGE = "other_language"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    STAY_SILENT = "stay_silent"
    UNAVAILABLE = "unavailable"


SAFETY_KINDS = (DecisionKind.EMERGENCY, DecisionKind.CRISIS, DecisionKind.RED_FLAG)
"""Most severe first; the routes of the safety topics have the same names."""


@dataclass(frozen=True)
class SafetyHit:
    """One rule of the safety net that a message set off. `kind` is emergency, crisis or red_flag."""

    kind: DecisionKind
    rule: str


NET_FAILED = SafetyHit(DecisionKind.RED_FLAG, "net_failed")
"""The safety net could not read a message: it is treated as one that holds a danger."""


@dataclass(frozen=True)
class Button:
    """A quick reply: what the patient sees (20 characters at most) and what comes back on a tap."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One message to the patient, of any length; `bot.messenger.compose` splits it for Messenger.

    `answer_version` is the version of the answer in it; None for a fixed text.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    answer_version: int | None = None


@dataclass(frozen=True)
class TopicScore:
    topic: str
    score: float  # calibrated, 0 to 1


@dataclass(frozen=True)
class Prediction:
    """What the model made of one message: topics best first, the programmes named, and by which release.

    `vector` is its meaning as text, see `bot.core.likeness`; empty where the model gives none.
    """

    ranking: tuple[TopicScore, ...]
    programmes: tuple[Programme, ...] = ()
    release: str = ""
    vector: str = ""

    @property
    def best(self) -> TopicScore:
        return self.ranking[0] if self.ranking else TopicScore("", 0.0)

    @property
    def margin(self) -> float:
        """How far the best topic is ahead of the second, 0 to 1."""
        second = self.ranking[1].score if len(self.ranking) > 1 else 0.0
        return self.best.score - second


@dataclass(frozen=True)
class NluUnavailable:
    """The model did not answer in time or not sensibly: a value, because the patient still gets a reply."""

    reason: str


Understanding = Prediction | NluUnavailable


@dataclass(frozen=True)
class Decision:
    """What the bot chose for one patient turn, with everything needed to explain it later."""

    kind: DecisionKind
    rule: str
    replies: tuple[Reply, ...] = ()
    topics: tuple[str, ...] = ()
    ranking: tuple[TopicScore, ...] = ()  # the likeliest topics, whatever was done with them: staff see them
    programmes: tuple[Programme, ...] = ()
    answer_versions: tuple[int, ...] = ()
    safety: tuple[SafetyHit, ...] = ()
    confidence: float | None = None
    margin: float | None = None
    language: str = "en"
    release: str = ""
    thresholds: dict[str, float] = field(default_factory=dict)
    hand_off: str | None = None  # why staff are needed; None: they are not
    urgent: bool = False
    erase: bool = False  # delete what is held on the patient; the replies go out when that is done
    state: "ConversationState | None" = None  # the conversation after this turn


@dataclass(frozen=True)
class ConversationState:
    """What is remembered of a conversation between turns."""

    owner: Owner = Owner.BOT
    opted_out: bool = False
    programme: Programme | None = None
    topic: str | None = None
    asked: tuple[tuple[str, str], ...] = ()  # the open clarify question: (topic, programme or "") per choice
    waiting_for_staff: bool = False
    bot_last_at: datetime | None = None  # when the bot last said something
    returned_at: datetime | None = None  # when staff last gave the conversation back to the bot
    last_turn_at: datetime | None = None  # when the patient last wrote, before this turn
    details_due: bool = False  # the request not to send personal details was left out of a safety reply
    details_asked_at: datetime | None = None  # when the patient was last asked that
    must_be_kept: bool = False  # a legal hold, or a sign of danger that staff have not dealt with: not to be deleted
