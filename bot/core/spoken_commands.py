"""STOP, START and "delete my data" in other languages: a message that says one of the known sentences and nothing else.

To be silenced by mistake is worse than to be heard at the second try, so a part of a message never counts.
"""

from enum import StrEnum

from bot.core.languages import Languages
from bot.core.safety_languages import plain_words

MOST_CHARACTERS = 80  # more than the longest sentence


class Command(StrEnum):
    STOP = "stop"
    START = "start"
    ERASE = "erase"


def command_in(text: str, languages: Languages) -> Command | None:
    """What a whole message tells the bot, in any of the languages; None for every other message."""
    said = plain_words(text) if len(text) <= MOST_CHARACTERS else []
    for language in languages.by_code.values():
        for command in Command:
            if said and any(plain_words(sentence) == said for sentence in getattr(language.commands, command)):
                return command
    return None
