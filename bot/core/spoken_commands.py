"""STOP, START, "delete my data" and "yes" in other languages: a message that is one of the known sentences, no more.

To be silenced by mistake is worse than to be heard at the second try, so a part of a message never counts.
"""

from enum import StrEnum
from functools import cache

from bot.core.languages import Languages
from bot.core.safety_languages import plain_words

MOST_CHARACTERS = 80  # more than the longest sentence


class Command(StrEnum):
    STOP = "stop"
    START = "start"
    ERASE = "erase"


def command_in(text: str, languages: Languages) -> Command | None:
    """What a whole message tells the bot, in any of the languages; None for every other message."""
    said = _said(text)
    for language in languages.by_code.values():
        for command in Command:
            if _is_one_of(said, getattr(language.commands, command)):
                return command
    return None


def says_yes(text: str, languages: Languages) -> bool:
    """Whether a whole message is a yes in any of the languages. Ask only while a question is open."""
    said = _said(text)
    return any(_is_one_of(said, language.commands.yes) for language in languages.by_code.values())


def _said(text: str) -> tuple[str, ...]:
    return tuple(plain_words(text)) if len(text) <= MOST_CHARACTERS else ()


def _is_one_of(said: tuple[str, ...], sentences: list[str]) -> bool:
    return bool(said) and any(_words_of(sentence) == said for sentence in sentences)


@cache
def _words_of(sentence: str) -> tuple[str, ...]:
    """Of a sentence of the language files: there are some hundreds, and each turn is compared with all."""
    return tuple(plain_words(sentence))
