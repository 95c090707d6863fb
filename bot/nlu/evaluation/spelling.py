"""How well a message is spelt: the share of its words that stand in no word list."""

import re
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

# symspellpy (MIT) brings 82,765 English words, British spellings among them: SCOWL's, by how often books use them.
WORD_LIST = ("symspellpy", "frequency_dictionary_en_82_765.txt")
SOME = 1 / 8  # share of unknown words up to which there are `some slips`; beyond, `many slips`
_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)*")


def english_words(answers: Path) -> frozenset[str]:
    """The words that count as spelt right, in small letters: the list's, and those of our own approved texts.

    The texts of `answers`, a folder of YAML files, add what a general list lacks: HPV, GP, colposcopy.
    """
    package, name = WORD_LIST
    lines = (resources.files(package) / name).read_text(encoding="utf-8-sig").splitlines()
    ours = (file.read_text(encoding="utf-8").lower() for file in sorted(answers.rglob("*.yml")))
    return frozenset(line.partition(" ")[0] for line in lines) | {
        word for text in ours for word in _LETTERS.findall(text)
    }


def spelling_of(words: Sequence[str], is_word: Callable[[str], bool]) -> str:
    """`clean`, `some slips` or `many slips`. Words with a digit are not judged; "dont" and "pls" are slips.

    Names of people and places are slips too: no list knows them, and the model does not either.
    """
    judged = [word for word in words if not any(letter.isdigit() for letter in word)]
    slips = sum(not is_word(word) for word in judged)
    return "clean" if not slips else "some slips" if slips / len(judged) <= SOME else "many slips"
