"""A message of our own goes the way of a patient's, as far as it comes, and leaves nothing behind."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.core.messages import SafetyHit
from bot.core.safety import ExplainingNet, FailedNet
from bot.store import probes
from bot.store.probes import Step
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, Practice, ReceivedEvent
from bot.worker.probe import QUESTION, store_probe
from tests.builders import a_text
from tests.worker.conftest import both_databases
from tests.worker.surgery import Surgery


def came_to(surgery: Surgery) -> Step:
    """Store a probe and work until nothing is due; the last step it went through."""
    assert not store_probe(surgery.services)
    while surgery.answer():
        pass
    with surgery.services.database.read() as session:
        passed = probes.last_passed(session)
    steps = [step for step in Step if step in passed]
    assert steps == list(Step)[: len(steps)]
    return steps[-1]


@pytest.fixture
def taught(surgery: Surgery) -> Surgery:
    surgery.nlu.teach(QUESTION, does_it_hurt=0.9)
    return surgery


@both_databases
def test_where_all_is_well_it_comes_through(taught: Surgery) -> None:
    assert came_to(taught) is Step.COMPOSED
    assert [row.state for row in taught.rows(ReceivedEvent)] == ["done"]
    assert [taught.rows(table) for table in (Conversation, Message, DecisionRow, OutgoingMessage)] == [[]] * 4


def test_a_model_that_is_gone_stops_it(surgery: Surgery) -> None:
    surgery.nlu.goes_down()
    assert came_to(surgery) is Step.CHECKED
    assert [(row.state, row.reason) for row in surgery.rows(ReceivedEvent)] == [
        ("failed", "it came no further than: checked")
    ]


class DeafNet:
    """It finds nothing, ever."""

    def check(self, _: str) -> tuple[SafetyHit, ...]:
        return ()

    def unexplained(self, text: str) -> str:
        return text


@pytest.mark.parametrize("net", [FailedNet(), DeafNet()], ids=["all is danger", "nothing is"])
def test_a_net_that_cannot_tell_danger_stops_it(taught: Surgery, net: ExplainingNet) -> None:
    taught.services = replace(taught.services, safety=net)
    assert came_to(taught) is Step.TAKEN


def test_without_a_practice_nothing_is_decided(taught: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.practices.first", lambda _: None)
    assert came_to(taught) is Step.READ
    assert taught.rows(Practice)


def test_a_fault_is_reported_by_its_kind_and_ends_it(taught: Surgery) -> None:
    def quote() -> None:
        raise ValueError("a secret")

    taught.nlu.does_meanwhile(quote)
    with capture_logs() as log:
        assert came_to(taught) is Step.CHECKED
    assert [(line["event"], line.get("error")) for line in log] == [
        ("probe_failed", "ValueError"),
        ("probe_stuck", None),
    ]


def test_patients_are_answered_beside_it(taught: Surgery) -> None:
    taught.hear(a_text("Does a smear hurt?"))
    assert came_to(taught) is Step.COMPOSED
    assert len(taught.rows(DecisionRow)) == 1
    assert len(taught.replies()) >= 1
