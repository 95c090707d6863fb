"""STOP, START and a wish to be forgotten in the service's other languages, and nothing that only resembles them."""

from dataclasses import replace

import pytest

from bot.core import catalogue
from bot.core.clarify import is_no
from bot.core.erasing import OPEN_QUESTION
from bot.core.languages import Languages
from bot.core.messages import DecisionKind, SafetyHit
from bot.core.spoken_commands import Command, command_in, says_yes
from bot.wiring import LANGUAGES_FOLDER, read_languages
from tests.core.policy_builder import NOTHING_KNOWN, SPOKEN_TO, a_policy, decided, words_of
from tests.core.redaction.files import ordinary
from tests.core.safety.measure import FILES, phrases
from tests.nlu.language_messages import ENGLISH, WITH_TEXTS

SHIPPED: Languages = read_languages(LANGUAGES_FOLDER)
POLICY = a_policy(languages=SHIPPED)
SENTENCES = [
    (command, sentence)
    for language in SHIPPED.by_code.values()
    for command in Command
    for sentence in getattr(language.commands, command)
]

YES = [sentence for language in SHIPPED.by_code.values() for sentence in language.commands.yes]
ASKED = replace(SPOKEN_TO, asked=(OPEN_QUESTION,))


@pytest.mark.parametrize(("command", "sentence"), SENTENCES)
def test_a_sentence_counts_however_it_is_typed_and_only_by_itself(command: Command, sentence: str) -> None:
    for typed in (sentence, sentence.upper(), f" {sentence}! ", f"{sentence}."):
        assert command_in(typed, SHIPPED) is command
    for more in (f"{sentence} mammogram", f"123 {sentence}", sentence.split()[0]):
        assert command_in(more, SHIPPED) is None


def test_no_ordinary_message_in_any_language_is_one() -> None:
    said = [*ordinary(), *(phrase.text for file in FILES for phrase in phrases(file)), *ENGLISH]
    said += [text for texts in WITH_TEXTS.values() for text in texts]
    assert len(said) > 1_000
    assert [text for text in said if command_in(text, SHIPPED)] == []
    assert command_in("", SHIPPED) is None


def test_stop_and_start_in_polish() -> None:
    stopped = decided("Nie wysyłaj mi wiadomości!", NOTHING_KNOWN, language="pl", policy=POLICY)
    assert (stopped.kind, words_of(stopped)) == (DecisionKind.OPT_OUT, catalogue.OPT_OUT)
    off = replace(SPOKEN_TO, opted_out=True)
    started = decided("wznów wiadomości", NOTHING_KNOWN, language="pl", policy=POLICY, state=off)
    assert started.kind is DecisionKind.OPT_IN
    assert started.state is not None
    assert not started.state.opted_out


def test_a_wish_to_be_forgotten_in_urdu_is_asked_about_first() -> None:
    asked = decided("mera data delete karein", NOTHING_KNOWN, language="ur-Latn", policy=POLICY)
    assert (asked.kind, asked.erase, words_of(asked)) == (DecisionKind.CLARIFY, False, catalogue.ERASE_ASK)


@pytest.mark.parametrize("yes", YES)
def test_a_yes_in_any_language_deletes_while_the_question_is_open_and_never_else(yes: str) -> None:
    for typed in (yes, yes.upper(), f" {yes}! ", f"{yes}."):
        done = decided(typed, NOTHING_KNOWN, policy=POLICY, state=ASKED)
        assert (done.erase, words_of(done)) == (True, catalogue.ERASE_DONE)
        assert not decided(typed, NOTHING_KNOWN, policy=POLICY).erase
    for more in (f"{yes} mammogram", f"123 {yes}", f"no {yes}"):
        assert not decided(more, NOTHING_KNOWN, policy=POLICY, state=ASKED).erase


def test_nothing_else_is_a_yes() -> None:
    said = [*ordinary(), *(phrase.text for file in FILES for phrase in phrases(file))]
    said += [text for texts in WITH_TEXTS.values() for text in texts if text not in YES]
    said += [sentence for _, sentence in SENTENCES]
    said += ["nie", "nej", "não", "nu", "ні", "nahin", "nahi", "لا", "না", "ના", "ਨਹੀਂ", "نہیں", "na", "nage", "no", ""]
    assert [text for text in said if says_yes(text, SHIPPED)] == []
    assert [yes for yes in YES if is_no(yes) or command_in(yes, SHIPPED)] == []


def test_danger_goes_before_a_yes() -> None:
    danger = (SafetyHit(DecisionKind.CRISIS, "a_rule"),)
    assert not decided("tak", NOTHING_KNOWN, policy=POLICY, state=ASKED, safety=danger).erase
