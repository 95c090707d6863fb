"""A trainers' week: a small project, a stand-in for Rasa that trains it, two NLU servers that follow the live one."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bot.core.messages import Prediction, TopicScore
from bot.nlu import training_run
from bot.nlu.project_files import read_taught
from bot.nlu.topic_file import read_topics
from bot.store import releases, teaching_import
from bot.store.database import Database
from bot.store.tables import DecisionRow
from bot.trainer.work import train_next
from bot.wiring import Services
from tests.browser.staff_site import StaffSite, serving
from tests.builders import NOON, a_text
from tests.fakes.small_rasa import read
from tests.trainer import small_project
from tests.trainer.small_project import REGRESSION, TOPICS, rasa_file
from tests.worker.surgery import Surgery

DOGS = ("can guide dogs come along", "are guide dogs allowed inside", "guide dog with me ok")
KEPT_BACK = "guide dogs inside ok"  # a regression message of the topic that nothing teaches yet
MORE_TOPICS = """\
- name: guide_dogs
  group: getting_there
  route: faq
  programmes: []
  question: Can I bring a guide dog?
  button: Guide dogs
- name: off_topic
  group: service
  route: out_of_scope
  programmes: []
  question: Is it about something else?
  button: Something else
"""
PULLS_EVERY = 0.3  # seconds


class RasaServer:
    """Serves the release that was live when it looked last, as a Rasa server does that pulls models."""

    def __init__(self, database: Database, models: Path) -> None:
        self._database, self._models = database, models
        self._release, self._learnt, self._next = "", dict[str, str](), 0.0

    def understand(self, text: str) -> Prediction:
        if time.monotonic() >= self._next:
            self._pull()
        ranking = tuple(TopicScore(one["name"], one["confidence"]) for one in read(self._learnt, text))
        return Prediction(ranking, (), self._release)

    def _pull(self) -> None:
        self._next = time.monotonic() + PULLS_EVERY
        with self._database.read() as session:
            live = releases.live(session)
        if live is not None and live.name != self._release:
            file = training_run.verified(self._models / live.file, live.sha256)
            self._learnt, self._release = json.loads(file.read_text(encoding="utf-8")), live.name


class Balanced:
    """Two of them behind one address, asked in turn."""

    def __init__(self, database: Database, models: Path) -> None:
        self._servers = [RasaServer(database, models), RasaServer(database, models)]

    def understand(self, text: str) -> Prediction:
        self._servers.reverse()
        return self._servers[0].understand(text)

    def release(self) -> str:
        return self._servers[0].understand("").release


@dataclass
class Week:
    """The site, the patients and the trainer process."""

    site: StaffSite
    surgery: Surgery
    project: Path

    def ask(self, text: str, psid: str) -> DecisionRow:
        """A patient writes and gets a decision."""
        self.surgery.answer_all(a_text(text, psid=psid, happened_at=self.site.clock.now))
        return self.surgery.decision()

    def train(self) -> None:
        """What the trainer process does with the training that waits."""
        assert train_next(self.site.services, "trainer", source=self.project)

    def live(self) -> str:
        with self.site.services.database.read() as session:
            return releases.live_name(session)


@contextmanager
def living(browser: Browser, migrated_file: Path, folder: Path) -> Iterator[Week]:
    """Until the end of the block. A first release is live, which knows nothing of guide dogs."""
    project = small_project.make(folder / "project")
    topics = TOPICS.replace("programmes: [breast]", "programmes: []") + MORE_TOPICS
    (project / "nlu_data" / "topics.yml").write_text(topics, encoding="utf-8")
    asked = REGRESSION | {"guide_dogs": [KEPT_BACK]}
    (project / "nlu_data" / "regression" / "all.yml").write_text(rasa_file(asked), encoding="utf-8")
    floors = small_project.FLOORS.replace("0.9, safety", "0.8, safety")
    (project / "nlu_data" / "floors.yml").write_text(floors, encoding="utf-8")

    def with_parts(services: Services) -> Services:
        nlu: Any = Balanced(services.database, services.settings.var / "models")
        return replace(services, nlu=nlu, topics=read_topics(project / "nlu_data" / "topics.yml"))

    with serving(browser, migrated_file, folder, with_parts) as site:
        services = site.services
        first = training_run.train(project, services.settings.var / "models", NOON, lambda _seconds: None)
        with services.database.write() as session:
            teaching_import.take_in(session, read_taught(project), services.topics, actor="test", now=NOON)
            releases.add_live(session, **vars(first), topics=services.topics.as_plain(), now=NOON)
        yield Week(site, Surgery(services, services.nlu, site.clock), project)  # type: ignore[arg-type]
