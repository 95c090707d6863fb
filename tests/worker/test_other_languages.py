"""A patient who writes another language: that language first, the English below; danger is found in it too."""

from dataclasses import replace

import pytest

from bot import wiring
from bot.core import catalogue
from bot.core.safety import FailedNet
from bot.core.safety_languages import SafetyLanguages
from bot.store.tables import DecisionRow
from tests.builders import a_text, an_edit
from tests.worker.surgery import Surgery

QUESTION = "Dzień dobry, kiedy mam badanie piersi? Nie mówię po angielsku"
DANGER = "mam guzek w piersi"


@pytest.fixture
def abroad(surgery: Surgery) -> Surgery:
    """The surgery with the files of all languages; the tests run in demo mode or not as the surgery does."""
    languages = wiring.read_languages(wiring.LANGUAGES_FOLDER)
    safety = SafetyLanguages(languages)
    surgery.services = replace(surgery.services, languages=languages, safety_languages=safety)
    return surgery


def accepting_unchecked(surgery: Surgery, mode: str) -> Surgery:
    surgery.services = replace(surgery.services, settings=replace(surgery.services.settings, mode=mode))
    return surgery


def test_a_question_gets_the_way_to_an_interpreter_in_both_languages(abroad: Surgery) -> None:
    accepting_unchecked(abroad, "demo").answer_all(a_text(QUESTION))
    decision = abroad.decision()
    assert (decision.kind, decision.language) == ("other_language", "pl")
    translated, english = abroad.replies()
    assert "tłumacz" in translated
    assert "interpreter" in english


def test_live_mode_sends_no_translation_that_nobody_has_checked(abroad: Surgery) -> None:
    accepting_unchecked(abroad, "live").answer_all(a_text(QUESTION))
    (english,) = abroad.replies()
    assert "interpreter" in english


def test_danger_in_another_language_is_answered_at_once_and_without_the_model(abroad: Surgery) -> None:
    accepting_unchecked(abroad, "demo").receive(a_text(DANGER))
    assert abroad.answer()
    decision = abroad.decision()
    assert (decision.kind, decision.language) == ("red_flag", "pl")
    assert abroad.nlu.asked == []
    assert len(abroad.replies()) == 2


def test_an_edit_that_adds_danger_in_another_language_raises_the_alarm(abroad: Surgery) -> None:
    message = a_text("Does a mammogram hurt?")
    abroad.answer_all(message)
    abroad.answer_all(an_edit(message, DANGER))
    assert [row.kind for row in abroad.rows(DecisionRow)] == ["answer", "red_flag"]


def test_where_the_net_failed_the_cautious_reply_is_in_their_language(abroad: Surgery) -> None:
    abroad.services = replace(abroad.services, safety=FailedNet())
    accepting_unchecked(abroad, "demo").answer_all(a_text(QUESTION))
    assert (abroad.decision().rule, abroad.decision().language) == ("safety:net_failed", "pl")
    translated, english = abroad.replies()
    assert translated.startswith("Nie udało się sprawdzić")
    assert english.startswith(catalogue.SAFETY_UNREAD.partition("\n")[0])
