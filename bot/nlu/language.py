"""Whether a message is in English."""

import re
from functools import lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

KNOWN = (
    Language.ENGLISH,
    Language.POLISH,
    Language.ROMANIAN,
    Language.URDU,
    Language.PUNJABI,
    Language.ARABIC,
    Language.BENGALI,
    Language.GUJARATI,
    Language.WELSH,
    Language.UKRAINIAN,
    Language.PORTUGUESE,
)
# Everyday words that none of the other languages has.
ENGLISH_WORDS = frozenset(
    "the is my name here today when where what how can have has need with and it was get please not this that there "
    "are you your been had they she van clinic smear mammogram".split()
)
ENGLISH_SHARE = 1 / 3
FEWEST_LETTERS = 12  # below that English slang looks like anything
SURE = 0.9  # of another language, to stop reading it as English


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*KNOWN).build()


def language_of(text: str) -> str:
    """ISO 639-1 code; "en" unless another language is very likely."""
    letters = sum(letter.isalpha() for letter in text)
    if letters < FEWEST_LETTERS and text.isascii():
        return "en"
    if letters == 0:
        return "en"
    words = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in ENGLISH_WORDS for word in words)
    if english >= 2 and english >= len(words) * ENGLISH_SHARE:
        return "en"  # a name from elsewhere does not make a sentence foreign
    best = next(iter(_detector().compute_language_confidence_values(text[:500])), None)
    if best is None or best.language is Language.ENGLISH or best.value < SURE:
        return "en"
    return best.language.iso_code_639_1.name.lower()
