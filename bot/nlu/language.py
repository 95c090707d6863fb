"""Which language a message is in: by its script, then by words that give it away, then by statistics.

When in doubt it is English: the model, the choices offered and the staff button still help then.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from bot.nlu.language_words import ALONE, COMMON, ENGLISH, WEAK, WORDS
from bot.nlu.romanised import romanised
from bot.nlu.scripts import language_by_script

# Those with texts of their own, and others that patients in the UK write in Latin letters. More would cost English.
LATIN = (
    Language.ENGLISH,
    Language.POLISH,
    Language.ROMANIAN,
    Language.WELSH,
    Language.PORTUGUESE,
    Language.SPANISH,
    Language.FRENCH,
    Language.ITALIAN,
    Language.TURKISH,
    Language.HUNGARIAN,
    Language.LITHUANIAN,
    Language.SLOVAK,
    Language.CZECH,
    Language.ALBANIAN,
    Language.SOMALI,
)
MOST_CHARACTERS = 1000  # that are read: a longer message does not change its language
FEWEST_LETTERS = 10  # below that statistics take English slang for anything
UNLIKELY = 0.05  # that it is English, to stop reading it as English
LIKELY = 0.3  # one language among its sisters
ENGLISH_SHARE = 1 / 3  # of the words, to need no statistics
LEAST_SHARE = 1 / 5  # of the words, for a language to be known by them
SHORT = 5  # words: one word that gives a language away is enough

_BEARS_OUT = {code: common | (WORDS.get(code, frozenset()) - WEAK) for code, common in COMMON.items()}
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*")
_SHORTENED = re.compile(r"['’‘`´](?=(?:t|s|m|ll|re|ve|d)\b)")  # don't, I'm: one word; o'r, i'n: two
_WORD = re.compile(r"[^\W_]+")
_NOT_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i"})


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    """Trigrams only: full accuracy takes 450 MB and ten seconds to load, and finds hardly more."""
    builder = LanguageDetectorBuilder.from_languages(*LATIN).with_low_accuracy_mode()
    return builder.with_preloaded_language_models().build()


def language_of(text: str) -> str:
    """The language's code: ISO 639-1, or "ur-Latn" and "pa-Latn" for Urdu and Punjabi in Latin letters.

    "en" unless another language is very likely. Never raises. The first call loads what the others need.
    """
    _detector()
    readable = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS].encode("utf-8", "ignore").decode("utf-8"))
    shown = _ADDRESS.sub(" ", "".join(letter for letter in readable if unicodedata.category(letter) != "Cf"))
    words = plain_words(shown)
    if not any(letter.isalpha() for letter in shown):
        return "en"
    english = sum(word in ENGLISH for word in words)
    return language_by_script(shown, english) or _by_words(shown, words, english) or _by_statistics(shown, words)


def plain_words(text: str) -> list[str]:
    """The words in small letters and without accents."""
    small = _SHORTENED.sub("", text.lower()).translate(_NOT_PLAIN)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", small) if not unicodedata.combining(letter))
    return _WORD.findall(bare)


def _by_words(text: str, words: list[str], english: int) -> str | None:
    """What the words alone decide, English included; None where they do not."""
    if code := romanised(words, english) or ALONE.get(" ".join(_WORD.findall(text.lower()))):
        return code
    code, strong, all_of_it = max(
        (
            (name, sum(word in known and word not in WEAK for word in words), sum(word in known for word in words))
            for name, known in WORDS.items()
        ),
        key=lambda found: found[1:],
    )
    enough = all_of_it > english or (strong >= 2 and all_of_it == english)
    if enough and (all_of_it >= max(2, len(words) * LEAST_SHARE) or (strong and len(words) <= SHORT)):
        return _rather_a_sister(text, words) or code if code == "pt" else code
    if english >= max(1, len(words) * ENGLISH_SHARE):
        return "en"  # a name from elsewhere does not make a sentence foreign
    return None


def _rather_a_sister(text: str, words: Collection[str]) -> str | None:
    """Spanish and Italian share most of the words that give Portuguese away, so statistics have the last word."""
    found = _by_statistics(text, words)
    return None if found == "en" else found


def _by_statistics(text: str, plain: Collection[str]) -> str:
    """The likeliest of the languages that a common word bears out, if lingua is sure that it is not English."""
    borne_out = {code for code, common in _BEARS_OUT.items() if not common.isdisjoint(plain)}
    words = text.split()
    if not text.isupper():  # what begins with a capital may be a name
        words = [word for place, word in enumerate(words) if place == 0 or not word[:1].isupper()]
    sentence = " ".join(words)
    if not borne_out or len(words) < 2 or sum(letter.isalpha() for letter in sentence) < FEWEST_LETTERS:
        return "en"
    found = _detector().compute_language_confidence_values(sentence)  # the likeliest first
    english = next((one.value for one in found if one.language == Language.ENGLISH), 1.0)
    likeliest = found[0].language.iso_code_639_1.name.lower() if found and found[0].value >= LIKELY else "en"
    return likeliest if english <= UNLIKELY and likeliest in borne_out else "en"
