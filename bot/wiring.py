"""The composition root: the one place that chooses the real parts and hands them to web and worker."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from bot.core.answers import Answer, AnswerBook, for_practice
from bot.core.language_files import FOLDER_NAME
from bot.core.languages import Languages
from bot.core.messages import Nation
from bot.core.opening_hours import next_look
from bot.core.policy import Policy, Thresholds
from bot.core.practice import PracticeFacts
from bot.core.safety import ExplainingNet, FailedNet, Net, SafetyNet
from bot.core.safety_languages import SafetyLanguages
from bot.core.safety_rules import RULES_FILE_NAME
from bot.core.topics import Topics
from bot.errors import DataError, WrongKey
from bot.keyring import Keyring
from bot.mail import Mailer
from bot.messenger.courtesy import Courtesy
from bot.messenger.graph_api import GraphApi
from bot.nlu.client import Nlu, NluClient
from bot.nlu.readings_kept import ReadingsKept
from bot.nlu.topic_file import read_topics
from bot.settings import Settings
from bot.store import answers, counters, kill_switch, releases, teaching_files
from bot.store.database import Database
from bot.store.tables import Practice
from bot.tally import Tally

log = structlog.get_logger()

PROJECT = Path(__file__).parent.parent
NLU_DATA = PROJECT / "nlu_data"
RULES_FILE = Path(__file__).parent / "core" / RULES_FILE_NAME
LANGUAGES_FOLDER = Path(__file__).parent / "core" / FOLDER_NAME
NO_LANGUAGES = Languages({})


def utc_now() -> datetime:
    return datetime.now(UTC)


class AnswersKept:
    """The answers as they were at most two seconds ago: reading all for each message would be most of its work."""

    SECONDS = 2.0

    def __init__(self) -> None:
        self._answers: list[Answer] = []
        self._until = 0.0

    def current(self, session: Session) -> list[Answer]:
        if time.monotonic() >= self._until:
            self._answers, self._until = answers.current(session), time.monotonic() + self.SECONDS
        return self._answers

    def forget(self) -> None:
        """Read them anew the next time."""
        self._until = 0.0


@dataclass
class TurnsTaken:
    """Whose turn was last in this process: the next in the list is served next. Threads share it."""

    practice_id: int = 0  # of the last event that was answered
    page_row: int = 0  # of the last message that was sent


@dataclass(frozen=True)
class Decides:
    """What a release brings for deciding. `topics` None: it was made before releases had topics."""

    topics: Topics | None
    thresholds: Thresholds


class ReleasesKept:
    """What each release brings for deciding, read once: it never changes."""

    def __init__(self) -> None:
        self._by_name: dict[str, Decides] = {}

    def of(self, session: Session, name: str) -> Decides | None:
        """None where the release is unknown."""
        if name not in self._by_name:
            found = releases.find(session, name)
            if found is None:
                return None
            topics = None if found.topics is None else Topics.from_plain(found.topics)
            self._by_name[name] = Decides(topics, Thresholds.from_mapping(found.thresholds))
        return self._by_name[name]


@dataclass(frozen=True)
class Services:
    """Everything that a process needs, made once."""

    settings: Settings
    database: Database
    nlu: Nlu
    graph: GraphApi
    safety: ExplainingNet
    topics: Topics  # of the files: for what no release decided
    languages: Languages = NO_LANGUAGES
    safety_languages: Net = field(default_factory=lambda: SafetyLanguages(NO_LANGUAGES))
    courtesy: Courtesy | None = None  # None: no signs are shown
    mailer: Mailer | None = None  # None: staff get no e-mails
    now: Callable[[], datetime] = utc_now
    answers_kept: AnswersKept = field(default_factory=AnswersKept)
    turns: TurnsTaken = field(default_factory=TurnsTaken)
    tally: Tally = field(default_factory=Tally)
    releases_kept: ReleasesKept = field(default_factory=ReleasesKept)
    readings_kept: ReadingsKept = field(default_factory=ReadingsKept)

    def policy(self, session: Session, practice: Practice, release: str, nation: Nation | None = None) -> Policy:
        """What `decide` needs for one practice at this moment; `nation` stands in for the practice's own."""
        now, nation = self.now(), nation or Nation(practice.nation)
        decides = self._decides(session, release)
        next_at_work = next_look(practice.opening_hours, nation, now)
        paused = kill_switch.is_off(session, practice.id)
        return Policy(
            practice=replace(facts_of(practice), nation=nation, paused=paused, staff_next_look=next_at_work),
            topics=(decides and decides.topics) or self.topics,
            answers=AnswerBook(
                for_practice(self.answers_kept.current(session), practice.id), accepts_samples=self.settings.is_demo
            ),
            thresholds=decides.thresholds if decides else Thresholds(),
            now=now,
            languages=self.languages,
            accepts_unchecked=self.settings.is_demo,
        )

    def keep_tally(self) -> None:
        """Add what this process counted to the counters that all share; where that fails, it is kept for the next."""
        counted = self.tally.take()
        if not counted:
            return
        try:
            with self.database.write() as session:
                counters.add(session, counted)
        except Exception:
            self.tally.put_back(counted)
            raise

    def topics_of(self, session: Session, release: str = "") -> Topics:
        """Those that the release was trained with; of the live one where none is named."""
        decides = self._decides(session, release)
        return (decides and decides.topics) or self.topics

    def topics_now(self, session: Session) -> Topics:
        """Those that trainers have now, also what no model knows yet; before any import, those of the files."""
        return teaching_files.topics(session) or self.topics

    def _decides(self, session: Session, release: str) -> Decides | None:
        """Of the release that answered; of the live one where the answer named none."""
        return self.releases_kept.of(session, release or releases.live_name(session))


def facts_of(practice: Practice) -> PracticeFacts:
    """What is known of a practice at any time of day."""
    facts = {name: str(value) for name, value in practice.facts.items()}
    return PracticeFacts(practice.name, Nation(practice.nation), facts)


def read_languages(folder: Path) -> Languages:
    """Every language's file. Raises DataError where one is wrong."""
    return Languages.from_texts({file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.yml")})


def safety_net(rules: Path) -> ExplainingNet:
    """The net of a rules file; of one that is missing or wrong, a net that takes every message for a danger.

    Why not refuse to start: docs/adr/0007-a-safety-net-that-fails-is-a-danger-found.md.
    """
    try:
        return SafetyNet.from_text(rules.read_text(encoding="utf-8"))
    except (OSError, ValueError, DataError) as error:
        log.critical("safety_rules_unusable", problem=str(error) if isinstance(error, DataError) else repr(error))
        return FailedNet()


def languages_and_net(folder: Path) -> tuple[Languages, Net]:
    """Every language's texts and signs of danger; where a file is wrong, no texts and the net of `safety_net`."""
    try:
        languages = read_languages(folder)
        return languages, SafetyLanguages(languages)
    except (OSError, ValueError, DataError) as error:
        log.critical("language_files_unusable", problem=str(error) if isinstance(error, DataError) else repr(error))
        return NO_LANGUAGES, FailedNet()


def open_database(settings: Settings) -> Database:
    """The database with the keys of its messages. Raises WrongKey where they are not the right ones."""
    database = database_of(settings)
    try:
        database.refuse_wrong_key()
    except WrongKey:
        database.close()
        raise
    return database


def database_of(settings: Settings) -> Database:
    """The same before the keys can be checked: to migrate it."""
    return Database(settings.database_url, Keyring.from_text(settings.secret_key))


def build(settings: Settings) -> Services:
    """The real parts. Raises AssistantError where a setting or a file is wrong, save those of `safety_net`."""
    languages, language_net = languages_and_net(LANGUAGES_FOLDER)
    graph = GraphApi(settings.graph_url, settings.app_secret)
    return Services(
        settings=settings,
        database=open_database(settings),
        nlu=NluClient(settings.nlu_url, settings.nlu_token),
        graph=graph,
        courtesy=Courtesy(graph),
        mailer=Mailer.from_url(settings.smtp_url, settings.mail_from),
        safety=safety_net(RULES_FILE),
        topics=read_topics(NLU_DATA / "topics.yml"),
        languages=languages,
        safety_languages=language_net,
    )
