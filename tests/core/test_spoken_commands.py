"""STOP, START and a wish to be forgotten in the service's other languages, and nothing that only resembles them."""

from dataclasses import replace

import pytest

from bot.core import catalogue
from bot.core.languages import Languages
from bot.core.messages import DecisionKind
from bot.core.spoken_commands import Command, command_in
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
