"""How hard a text is to read: Flesch and Kincaid's grade. It warns and never refuses.

The NHS service manual uses such scores only to find what to look at first. That needs three counts; the libraries that
do it (textstat) bring NLTK, whose word lists are fetched at run time. Syllables are counted from the spelling: over a
text, what is counted too many and too few evens out to about half a grade.
"""

import re
from collections.abc import Iterator

from bot.core.lint.finding import Finding, sentences, spoken_lines, warning

HARD, VERY_HARD = 6.0, 9.0  # grades: a reading age of about 11, and of 14
FEWEST_WORDS = 20  # below, one long name decides the score
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouyl]e|[^aeiouy]les?(?<!le)(?<!les)|[^aeiouydt]ed|[^aeiouycgszx]es)$")


def syllables(word: str) -> int:
    """About how many, by the spelling."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(letters))
    if _SILENT.search(letters):
        count -= 1
    return max(count, 1)


def grade(text: str) -> float | None:
    """Years of school that a reader needs, to one decimal; None where the text is too short to say."""
    said = [sentence for _, line in spoken_lines(text) for sentence in sentences(line)]
    words = [word for sentence in said for word in _WORD.findall(sentence)]
    if len(words) < FEWEST_WORDS:
        return None
    per_sentence, per_word = len(words) / len(said), sum(map(syllables, words)) / len(words)
    return round(0.39 * per_sentence + 11.8 * per_word - 15.59, 1)


def reading_grade(text: str) -> Iterator[Finding]:
    found = grade(text)
    if found is not None and found > HARD:
        advice = "say why it cannot be plainer" if found > VERY_HARD else "shorter words and sentences would help"
        yield warning("reading-grade", 1, f"reads at grade {found}, the aim is {HARD:.0f}: {advice}")
