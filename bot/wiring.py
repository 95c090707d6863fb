"""The composition root: the one place that chooses the real parts and hands them to web and worker."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.core.answers import Answer, AnswerBook
from bot.core.language_files import FOLDER_NAME
from bot.core.languages import Languages
from bot.core.messages import Nation
from bot.core.opening_hours import next_look
from bot.core.policy import Policy, Thresholds
from bot.core.practice import PracticeFacts
from bot.core.safety import SafetyNet
from bot.core.safety_languages import SafetyLanguages
from bot.core.safety_rules import RULES_FILE_NAME
from bot.core.topics import Topics
from bot.mail import Mailer
from bot.messenger.courtesy import Courtesy
from bot.messenger.graph_api import GraphApi
from bot.nlu.client import NluClient
from bot.nlu.topic_file import read_topics
from bot.settings import Settings
from bot.store import answers, releases
from bot.store.database import Database
from bot.store.tables import Practice

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


@dataclass(frozen=True)
class Services:
    """Everything that a process needs, made once."""

    settings: Settings
    database: Database
    nlu: NluClient
    graph: GraphApi
    safety: SafetyNet
    topics: Topics
    languages: Languages = NO_LANGUAGES
    safety_languages: SafetyLanguages = field(default_factory=lambda: SafetyLanguages(NO_LANGUAGES))
    courtesy: Courtesy | None = None  # None: no signs are shown
    mailer: Mailer | None = None  # None: staff get no e-mails
    now: Callable[[], datetime] = utc_now
    answers_kept: AnswersKept = field(default_factory=AnswersKept)

    def policy(self, session: Session, practice: Practice, release: str, nation: Nation | None = None) -> Policy:
        """What `decide` needs for one practice at this moment; `nation` stands in for the practice's own."""
        now, nation = self.now(), nation or Nation(practice.nation)
        facts = PracticeFacts(
            name=practice.name,
            nation=nation,
            facts={name: str(value) for name, value in practice.facts.items()},
            paused=practice.paused,
            staff_next_look=next_look(practice.opening_hours, nation, now),
        )
        return Policy(
            practice=facts,
            topics=self.topics,
            answers=AnswerBook(self.answers_kept.current(session), accepts_samples=self.settings.is_demo),
            thresholds=self.thresholds(session, release),
            now=now,
            languages=self.languages,
            accepts_unchecked=self.settings.is_demo,
        )

    def thresholds(self, session: Session, release: str) -> Thresholds:
        """Those of the release that answered; of the live one where the answer named none."""
        found = releases.find(session, release) if release else releases.live(session)
        return Thresholds.from_mapping(found.thresholds) if found else Thresholds()


def read_languages(folder: Path) -> Languages:
    """Every language's file. Raises DataError where one is wrong."""
    return Languages.from_texts({file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.yml")})


def build(settings: Settings) -> Services:
    """The real parts. Raises AssistantError where a setting or a file is wrong."""
    languages = read_languages(LANGUAGES_FOLDER)
    graph = GraphApi(settings.graph_url, settings.app_secret)
    return Services(
        settings=settings,
        database=Database(settings.database_url),
        nlu=NluClient(settings.nlu_url, settings.nlu_token),
        graph=graph,
        courtesy=Courtesy(graph),
        mailer=Mailer.from_url(settings.smtp_url, settings.mail_from),
        safety=SafetyNet.from_text(RULES_FILE.read_text(encoding="utf-8")),
        topics=read_topics(NLU_DATA / "topics.yml"),
        languages=languages,
        safety_languages=SafetyLanguages(languages),
    )
