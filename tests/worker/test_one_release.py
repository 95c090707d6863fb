"""A turn is read by the live release alone: while NLU servers change over, while they load, and when one is stuck."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.messages import NluUnavailable, Understanding
from bot.nlu.client import Nlu
from bot.store import probes, releases
from bot.store.probes import Step
from bot.worker import one_release
from bot.worker.probe import QUESTION, store_probe
from tests.builders import a_text
from tests.fakes.fake_nlu import RELEASE
from tests.worker.conftest import both_databases
from tests.worker.surgery import Surgery

NEXT = "20261201-120000-00ff00ff"
HURTS = "Does a mammogram hurt?"


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_release, "PAUSE", 0.001)
    monkeypatch.setattr(one_release, "PATIENCE", 0.3)


class Servers(Nlu):
    """Several NLU servers behind one address: each request gets to one of them, in turn. None: it is loading."""

    def __init__(self, surgery: Surgery, *answering: str | None) -> None:
        self._nlu, self._answering = surgery.nlu, list(answering)
        self.asked = 0
        self.before_answering: dict[int, Callable[[], object]] = {}

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        self.asked += 1
        if action := self.before_answering.get(self.asked):
            action()
        release = self._answering[0] if len(self._answering) == 1 else self._answering.pop(0)
        return [self._as_by(release, self._nlu.understand(text)) for text in texts]

    @staticmethod
    def _as_by(release: str | None, found: Understanding) -> Understanding:
        if release is None or isinstance(found, NluUnavailable):
            return NluUnavailable("the NLU server was too slow")
        return replace(found, release=release)

    def release(self) -> str:
        return RELEASE


def behind(surgery: Surgery, *answering: str | None) -> Servers:
    servers = Servers(surgery, *answering)
    surgery.services = replace(surgery.services, nlu=servers)
    return servers


def promote(surgery: Surgery, name: str = NEXT) -> None:
    def work(session: Session) -> None:
        row = {"name": name, "file": f"{name}.tar.gz", "sha256": "0" * 64, "trained_from": "0" * 64}
        releases.add_candidate(
            session,
            **row,
            thresholds={"answer": 0.5, "answer_margin": 0.1},
            topics=surgery.services.topics.as_plain(),
            asked_by="user 1",
            changed_by=(),
            now=surgery.clock(),
        )
        releases.judge(session, name, is_ready=True, figures={})
        releases.promote(session, name, surgery.clock(), actor="user 2")

    surgery.change(work)


def roll_back(surgery: Surgery) -> None:
    surgery.change(lambda session: releases.roll_back(session, surgery.clock(), actor="user 1"))


@both_databases
def test_the_live_release_answers_and_the_decision_names_it(surgery: Surgery) -> None:
    servers = behind(surgery, RELEASE)
    surgery.answer_all(a_text(HURTS))
    assert (surgery.decision().kind, surgery.decision().release) == ("answer", RELEASE)
    assert servers.asked == 1


def test_the_same_words_are_not_read_again(surgery: Surgery) -> None:
    promote(surgery)
    servers = behind(surgery, NEXT)
    for psid in ("7001", "7002", "7003"):
        surgery.answer_all(a_text(HURTS, psid=psid))
        assert (surgery.decision().kind, surgery.decision().release) == ("answer", NEXT)
    assert servers.asked == 1


def test_words_that_are_known_are_answered_without_a_server(surgery: Surgery) -> None:
    promote(surgery)
    servers = behind(surgery, NEXT, None)
    surgery.answer_all(a_text(HURTS, psid="7001"))
    surgery.clock.forward(hours=1)  # the release went live long ago: a server that fails is not waited for
    surgery.answer_all(a_text("Is it sore?", psid="7002"))
    assert surgery.decision().kind == "unavailable"
    surgery.answer_all(a_text(HURTS, psid="7003"))
    assert surgery.decision().kind == "answer"
    surgery.answer_all(a_text("Is it sore?", psid="7004"))
    assert surgery.decision().kind == "unavailable"
    assert servers.asked == 3


def test_another_release_reads_the_same_words_anew(surgery: Surgery) -> None:
    promote(surgery)
    servers = behind(surgery, NEXT)
    surgery.answer_all(a_text(HURTS, psid="7001"))
    promote(surgery, "20261202-120000-11ff11ff")
    behind(surgery, "20261202-120000-11ff11ff")
    surgery.answer_all(a_text(HURTS, psid="7002"))
    assert surgery.decision().release == "20261202-120000-11ff11ff"
    assert servers.asked == 1


@both_databases
def test_after_a_promotion_the_servers_are_waited_for(surgery: Surgery) -> None:
    promote(surgery)
    servers = behind(surgery, RELEASE, RELEASE, RELEASE, NEXT)
    surgery.answer_all(a_text(HURTS))
    assert (surgery.decision().kind, surgery.decision().release) == ("answer", NEXT)
    assert servers.asked == 4


def test_a_server_that_loads_is_waited_for_too(surgery: Surgery) -> None:
    promote(surgery)
    behind(surgery, RELEASE, None, None, NEXT)
    surgery.answer_all(a_text(HURTS))
    assert (surgery.decision().kind, surgery.decision().release) == ("answer", NEXT)


def test_a_server_that_fails_at_any_other_time_is_not(surgery: Surgery) -> None:
    servers = behind(surgery, None)
    surgery.answer_all(a_text(HURTS))
    assert surgery.decision().kind == "unavailable"
    assert servers.asked == 1


def test_one_of_two_servers_that_is_behind_is_asked_past(surgery: Surgery) -> None:
    promote(surgery)
    surgery.clock.forward(days=1)
    behind(surgery, RELEASE, NEXT)
    surgery.answer_all(a_text(HURTS))
    assert surgery.decision().release == NEXT


@both_databases
def test_a_server_that_never_gets_the_release_answers_nobody(surgery: Surgery) -> None:
    promote(surgery)
    surgery.clock.forward(minutes=10)
    behind(surgery, RELEASE)
    surgery.answer_all(a_text(HURTS))
    assert surgery.decision().kind == "unavailable"
    assert len(surgery.replies()) == 1
    assert surgery.conversation().waiting_since is not None


def test_a_probe_sees_such_a_server_once_it_had_time_to_load(surgery: Surgery) -> None:
    def last_step() -> Step:
        store_probe(surgery.services)
        while surgery.answer():
            pass
        with surgery.services.database.read() as session:
            passed = probes.last_passed(session)
        return [step for step in Step if passed.get(step) == surgery.clock()][-1]

    surgery.nlu.teach(QUESTION, does_it_hurt=0.9)
    promote(surgery)
    behind(surgery, RELEASE)
    assert last_step() is Step.COMPOSED  # it is loading, most likely
    surgery.clock.forward(seconds=61)
    assert last_step() is Step.CHECKED
    behind(surgery, NEXT)
    surgery.clock.forward(seconds=probes.EVERY)
    assert last_step() is Step.COMPOSED


@both_databases
def test_a_promotion_while_a_message_is_read_makes_it_read_again(surgery: Surgery) -> None:
    servers = behind(surgery, RELEASE, NEXT)
    servers.before_answering[1] = lambda: promote(surgery)
    surgery.answer_all(a_text(HURTS))
    assert [row.release for row in surgery.rows(type(surgery.decision()))] == [NEXT]
    assert len(surgery.replies()) == 1


def test_a_roll_back_while_a_message_is_read_does_too(surgery: Surgery) -> None:
    promote(surgery)
    servers = behind(surgery, NEXT, RELEASE)
    servers.before_answering[1] = lambda: roll_back(surgery)
    surgery.answer_all(a_text(HURTS))
    assert surgery.decision().release == RELEASE
    assert len(surgery.replies()) == 1


def test_releases_that_change_all_the_time_end_in_the_cautious_reply(surgery: Surgery) -> None:
    servers = behind(surgery, RELEASE, NEXT, RELEASE)
    servers.before_answering = {1: lambda: promote(surgery), 2: lambda: roll_back(surgery)}
    surgery.answer_all(a_text(HURTS))
    assert surgery.decision().kind == "unavailable"
    assert len(surgery.replies()) == 1


def test_all_parts_of_a_message_are_read_by_one_release(surgery: Surgery) -> None:
    promote(surgery)
    behind(surgery, NEXT, RELEASE, NEXT, RELEASE, NEXT, NEXT)
    surgery.nlu.teach("Does a mammogram hurt? Is it free?", does_it_hurt=0.6)
    surgery.answer_all(a_text("Does a mammogram hurt? Is it free?"))
    assert surgery.decision().release == NEXT


def test_a_danger_is_answered_at_once_whatever_the_servers_do(surgery: Surgery) -> None:
    promote(surgery)
    servers = behind(surgery, RELEASE)
    surgery.answer_all(a_text("chest pain cant breathe"))
    assert surgery.decision().kind == "emergency"
    assert servers.asked == 0


def test_the_topics_that_decide_are_those_of_the_release(surgery: Surgery) -> None:
    """In the next release the topic does_it_hurt is one that staff answer."""
    changed = [
        one | ({"route": "hand_off"} if one["name"] == "does_it_hurt" else {})
        for one in surgery.services.topics.as_plain()
    ]
    promote(surgery)

    def change(session: Session) -> None:
        row = releases.find(session, NEXT)
        assert row is not None
        row.topics = changed

    surgery.change(change)
    behind(surgery, NEXT)
    surgery.answer_all(a_text(HURTS))
    assert surgery.decision().kind == "hand_off"
    roll_back(surgery)
    behind(surgery, RELEASE)
    surgery.answer_all(a_text(HURTS, psid="bea"))
    assert surgery.decision().kind == "answer"
