"""The lint of a whole text: every rule that applies to it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.core.answers import ANY
from bot.core.lint import links, numbers, reading, structure, words
from bot.core.lint.finding import Finding, Severity, error
from bot.core.messages import Programme
from bot.core.practice import field_problem

Rule = Callable[[str], Iterable[Finding]]

TEXT_RULES: tuple[Rule, ...] = (
    structure.sentence_length,
    structure.paragraph_length,
    structure.bubble,
    words.never_said,
    words.word_list,
    words.contractions,
    words.capitals,
    words.marks,
    numbers.numbers,
    links.links,
    reading.reading_grade,
)
_NAMES: Mapping[str, str] = {
    Programme.BREAST: r"breast|mammogram",
    Programme.CERVICAL: r"cervical|smear|HPV|colposcopy",
    Programme.BOWEL: r"bowel|kit|colonoscopy",
    Programme.LUNG: r"lung",
    Programme.AAA: r"AAA",
    Programme.DIABETIC_EYE: r"eye",
    ANY: r"",
}


def lint_text(text: str) -> list[Finding]:
    """What is wrong with any text for patients, in the order of its lines."""
    return _in_order(finding for rule in TEXT_RULES for finding in rule(text))


def lint_answer(text: str, programme: str) -> list[Finding]:
    """What is wrong with an answer about `programme` (or "any")."""
    return _in_order(
        [*lint_text(text), *structure.answer_length(text), *_names_its_test(text, programme), *_facts(text)]
    )


def errors_of_answer(text: str, programme: str) -> list[Finding]:
    """Those findings for which an answer is not taken in and cannot be approved."""
    return [finding for finding in lint_answer(text, programme) if finding.severity is Severity.ERROR]


def _names_its_test(text: str, programme: str) -> Iterator[Finding]:
    """Nobody must have to guess which test an answer is about."""
    if not re.search(_NAMES.get(programme, ""), text, re.IGNORECASE):
        yield error("names-its-test", 1, f"does not name the test that it is about ({programme})")


def _facts(text: str) -> Iterator[Finding]:
    if problem := field_problem(text):
        yield error("fact", 1, problem)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (one.line, one.rule, one.problem))
