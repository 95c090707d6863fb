"""The safety net itself fails: every message gets the cautious reply, and staff an urgent item."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import wiring
from bot.core import catalogue
from bot.core.messages import Programme, SafetyHit
from bot.core.safety import FailedNet
from bot.core.safety_languages import SafetyLanguages
from bot.nlu.language import language_of
from bot.store.tables import OutgoingMessage
from bot.wiring import NO_LANGUAGES, safety_net
from bot.worker import deciding
from bot.worker.deciding import MOST_TRIES
from tests.builders import a_text
from tests.worker.conftest import both_databases
from tests.worker.databases import WORDINGS
from tests.worker.meta import Meta
from tests.worker.outages import Broken
from tests.worker.surgery import Surgery

CAUTIOUS = "I could not check your message for signs that you need help now, so I will not answer it here."


class FragileNet:
    """A net whose matcher breaks on some messages; the error quotes the patient, as a real one might."""

    def __init__(self, breaks_on: Callable[[str], bool]) -> None:
        self._breaks_on = breaks_on

    def check(self, text: str) -> tuple[SafetyHit, ...]:
        if self._breaks_on(text):
            raise RuntimeError(f"no match for {text}")
        return ()

    def unexplained(self, text: str) -> str:
        self.check(text)
        return text


def breaks_on(surgery: Surgery, word: str) -> None:
    surgery.services = replace(surgery.services, safety=FragileNet(lambda text: word in text))


def speaks_all_languages(surgery: Surgery) -> None:
    languages = wiring.read_languages(wiring.LANGUAGES_FOLDER)
    net = SafetyLanguages(languages)
    surgery.services = replace(surgery.services, languages=languages, safety_languages=net)


def assert_cautious(surgery: Surgery) -> None:
    """The patient was answered with care and with no answer, and staff have it as urgent."""
    said = surgery.outgoing()
    assert said.text.startswith(CAUTIOUS)
    assert "Call 999" in said.text
    assert "They next look" in said.text
    assert said.safety
    assert surgery.decision().answer_versions == []
    assert surgery.conversation().urgent
    assert surgery.conversation().waiting_why == "the safety net could not read it"


@both_databases
def test_a_matcher_that_breaks_on_a_message_gets_it_the_cautious_reply(surgery: Surgery, meta: Meta) -> None:
    breaks_on(surgery, "mammogram")
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert_cautious(surgery)
    surgery.send_all()
    assert meta.phone()[0].startswith(CAUTIOUS)


def test_the_next_message_is_answered_as_usual(surgery: Surgery) -> None:
    breaks_on(surgery, "mammogram")
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    surgery.answer_all(a_text("Does a smear hurt?"))
    assert WORDINGS["cervical"] in surgery.outgoing().text


def test_the_log_names_the_fault_and_no_word_of_the_patient(surgery: Surgery) -> None:
    breaks_on(surgery, "mammogram")
    with capture_logs() as logs:
        surgery.answer_all(a_text("Does a mammogram hurt?"))
    faults = [(entry["net"], entry["error"]) for entry in logs if entry["event"] == "safety_net_failed"]
    assert set(faults) == {("FragileNet", "RuntimeError")}
    assert "mammogram" not in str(logs)


def test_where_the_net_fails_the_model_may_still_find_the_danger(surgery: Surgery) -> None:
    breaks_on(surgery, "boob")
    surgery.nlu.teach("summat aint right wiv me boob", Programme.BREAST, emergency=0.9)
    surgery.answer_all(a_text("summat aint right wiv me boob"))
    assert surgery.decision().kind == "emergency"
    assert surgery.outgoing().text.startswith("Call 999 now")


def test_a_danger_that_the_other_net_finds_chooses_the_reply(surgery: Surgery) -> None:
    speaks_all_languages(surgery)
    surgery.services = replace(surgery.services, safety=FailedNet())
    surgery.answer_all(a_text("nie mogę oddychać"))
    assert surgery.decision().kind == "emergency"


@pytest.mark.parametrize("goes_down", [False, True], ids=["model works", "model down"])
def test_without_its_rules_every_message_gets_the_cautious_reply(surgery: Surgery, goes_down: bool) -> None:
    surgery.services = replace(surgery.services, safety=FailedNet())
    if goes_down:
        surgery.nlu.goes_down()
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    assert_cautious(surgery)


def test_a_typed_number_is_no_way_around_a_net_that_fails(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does it hurt?"))
    surgery.services = replace(surgery.services, safety=FailedNet())
    surgery.answer_all(a_text("1"))
    assert_cautious(surgery)


def test_a_tap_on_a_button_of_ours_holds_no_words_of_the_patient(surgery: Surgery) -> None:
    surgery.services = replace(surgery.services, safety=FailedNet())
    surgery.answer_all(a_text("Breast (mammogram)", quick_reply="choice:does_it_hurt:breast"))
    assert WORDINGS["breast"] in surgery.outgoing().text


def test_nothing_waits_for_more_words_while_the_net_fails(surgery: Surgery) -> None:
    surgery.services = replace(surgery.services, safety=FailedNet())
    surgery.receive(a_text("about my smear", happened_at=surgery.clock()))
    surgery.answer()
    assert_cautious(surgery)


def test_a_language_that_cannot_be_told_hides_no_danger(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr("bot.worker.understand.language_of", broken)
    surgery.answer_all(a_text("I have chest pain"))
    assert surgery.decision().kind == "emergency"


def test_a_fault_in_deciding_that_comes_back_ends_in_the_cautious_reply(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise Broken

    monkeypatch.setattr(deciding, "decide", broken)
    fails_until_the_last_try(surgery, "Does a mammogram hurt?")
    assert surgery.answer()
    assert_cautious(surgery)


def fails_until_the_last_try(surgery: Surgery, text: str) -> None:
    surgery.hear(a_text(text))
    for _ in range(MOST_TRIES):
        with pytest.raises(Broken):
            surgery.answer()
        surgery.clock.forward(seconds=3)
    assert surgery.rows(OutgoingMessage) == []


@pytest.mark.parametrize(
    ("text", "kind"), [("Czy mammografia boli i kiedy ją mam?", "red_flag"), ("nie mogę oddychać", "emergency")]
)
def test_the_cautious_reply_to_a_fault_in_deciding_is_in_the_patients_language_too(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch, text: str, kind: str
) -> None:
    def broken(*_: object) -> None:
        raise Broken

    speaks_all_languages(surgery)
    monkeypatch.setattr(deciding, "decide", broken)
    fails_until_the_last_try(surgery, text)
    assert surgery.answer()
    polish, english = (one.text for one in surgery.rows(OutgoingMessage))
    assert language_of(polish) == "pl"
    assert "999" in polish
    assert language_of(english) == "en"
    assert (surgery.decision().kind, surgery.decision().language) == (kind, "pl")
    assert surgery.conversation().urgent


def test_a_translation_that_breaks_as_well_leaves_the_cautious_reply_in_english(
    surgery: Surgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise Broken

    speaks_all_languages(surgery)
    monkeypatch.setattr(deciding, "decide", broken)
    monkeypatch.setattr(deciding, "in_their_language", broken)
    fails_until_the_last_try(surgery, "Czy mammografia boli i kiedy ją mam?")
    with capture_logs() as logs:
        assert surgery.answer()
    assert_cautious(surgery)
    assert [entry["error"] for entry in logs if entry["event"] == "translation_failed"] == ["Broken"]


@pytest.mark.parametrize("content", [None, b"", b"rules: [", b"rules: []", b"\xff\xfe\x00", b"rules: [{id: x}]"])
def test_a_rules_file_that_is_missing_or_wrong_makes_a_net_that_fails(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "safety_rules.yml"
    if content is not None:
        file.write_bytes(content)
    with capture_logs() as logs:
        assert isinstance(safety_net(file), FailedNet)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("safety_rules_unusable", "critical")]


def test_the_shipped_rules_make_a_net_that_works() -> None:
    assert [hit.kind for hit in safety_net(wiring.RULES_FILE).check("chest pain")] == ["emergency"]


def test_a_language_file_that_is_wrong_makes_a_net_that_fails(tmp_path: Path) -> None:
    (tmp_path / "pl.yml").write_text("signs: [", encoding="utf-8")
    languages, net = wiring.languages_and_net(tmp_path)
    assert languages is NO_LANGUAGES
    assert isinstance(net, FailedNet)


def test_the_cautious_text_is_of_the_catalogue() -> None:
    assert catalogue.SAFETY_UNREAD.startswith(CAUTIOUS)
