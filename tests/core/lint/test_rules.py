"""Each rule of the lint finds what it is for, at its line, and leaves good words alone."""

import pytest

from bot.core.lint.answer import TEXT_RULES, errors_of_answer, lint_answer, lint_text
from bot.core.lint.finding import Severity
from bot.core.lint.links import ALLOWED_HOSTS
from tests.rules.project import PROJECT

GOOD = """\
A mammogram is an X-ray of the breast. It takes about 10 minutes, and most people say it is a bit sore.

You can bring someone with you:
- a friend
- a carer

Call {breast_unit_phone} between 9am and 5:30pm, or 0800 707 60 60, free.

Read more: https://www.nhs.uk/tests-and-treatments/breast-screening-mammogram/"""
TWENTY = "one two three four five six seven eight nine ten " * 2

BAD = {
    "sentence-length": [f"{TWENTY}more.", f"Good. {TWENTY}and {{parking}}."],
    "paragraph-length": ["One. Two. Three. Four.", "Why? Because. It is. So it goes."],
    "answer-length": ["A breast. " * 90 + "x"],
    "bubble": ["word " * 380],
    "empty": ["", "  \n"],
    "promise": [
        "You do not need to see anyone.",
        "There is nothing to worry about.",
        "You will be fine.",
        "It is completely safe.",
        "This is guaranteed.",
    ],
    "diagnosis": [
        "You probably have cancer.",
        "It is not cancer.",
        "This means you have an infection.",
        "You may have a tumour.",
    ],
    "blame": ["You should have come.", "People who suffer from it.", "Tests for diabetics.", "The elderly come too."],
    "word": [
        "Look at your medical record.",
        "Take your medication.",
        "Go to the chemist.",
        "Bring a towel, a book etc.",
        "Have a jab.",
        "Use a tub, e.g. a clean one.",
        "Telephone the unit.",
        "See it on the NHS App.",
        "Click here.",
        "Ask your clinician.",
        "Try not to urinate.",
    ],
    "contraction": [
        "It doesn't hurt.",
        "You’ll get a letter.",
        "It's free.",
        "They can't say.",
        "I'm sorry.",
        "It wont.",
    ],
    "capitals": ["Do NOT wait.", "Call NOW."],
    "exclamation": ["Well done!"],
    "mark": ["This is *important*.", "Wait - it is soon over.", "Wait – it is over.", "# Title", "So it is—soon."],
    "time": ["Call from 9 am.", "Open until 17:30 hours.", "Come at 12pm.", "Open at 9 a.m. today.", "At 12:00pm."],
    "range": ["It takes 1-3 weeks.", "Wait 10 – 14 days."],
    "decimal": ["About 2.5 in a hundred."],
    "thousands": ["About 1000 people.", "Of 25000 people."],
    "date": ["From 23/11/2026.", "Since 2026-11-23.", "On 1st January."],
    "percent": ["About 5 per cent.", "About 5 percent.", "About 5 % of people."],
    "link": [
        "Read http://www.nhs.uk/page",
        "Read www.nhs.uk/page",
        "Read nhs.uk/page",
        "Read https://www.nhs.uk/page.",
        "Read https://www.nhs.uk/page?name=ann",
        "Read https://www.nhs.uk.example.com/page",
        "Read https://notnhs.uk/",
        "Read https://ann@www.nhs.uk/",
        "Read https://bit.ly/abc",
    ],
}
GOOD_BY_RULE = {
    "sentence-length": [TWENTY.strip() + ".", "Short: " + TWENTY.strip()],
    "paragraph-length": ["One. Two. Three.", "One. Two.\n\nThree. Four.", "- One.\n- Two.\n- Three.\n- Four."],
    "answer-length": ["A breast. " * 90],
    "promise": ["We cannot guarantee a time.", "You can stop at any time."],
    "diagnosis": ["Most people who are called back do not have cancer.", "Screening looks for signs of cancer."],
    "word": ["Your GP surgery keeps a health record.", "In the NHS App.", "A nurse or doctor does it."],
    "contraction": ["It is the GP’s list.", "The surgery's number. Your partner's letter."],
    "capitals": ["An HPV test at your GP surgery. Go to A&E.", "I am here."],
    "mark": ["An X-ray of a follow-up.", "Call the self-referral line."],
    "time": ["From 9am to 5:30pm.", "Come at midday.", "Call 24 hours a day."],
    "range": ["1 to 3 weeks."],
    "decimal": ["Press 2. Then wait.", "About 1 in 100. 20 of them are called back."],
    "thousands": [
        "In 2026.",
        "1,000 people.",
        "Call 0800 707 60 60.",
        "Call 0808 2000 247 or 116 123.",
        "Use 18000.",
        "Text a word to 85258.",
    ],
    "date": ["On 23 November 2026.", "Up to their 71st birthday.", "The 24/7 line."],
    "link": [
        "https://www.nhs.uk/a/",
        "https://www.gov.uk/a",
        "https://www.nidirect.gov.uk/x",
        "https://www.nhsinform.scot/x",
        "https://phw.nhs.wales/services-and-teams/",
        "https://cancerscreening.hscni.net/",
        "See {practice_website}",
    ],
}
WARNINGS = {
    "word": ["You should bring a towel.", "It is a disease.", "Take a stool sample.", "A smear is quick."],
    "numeral": ["It takes two weeks.", "About three in a hundred."],
    "reading-grade": [
        "Participation in population screening programmes necessitates comprehension of probabilistic information. "
        "Individuals considering participation frequently experience considerable uncertainty regarding "
        "numerous complicated implications."
    ],
}


def rules_of(text: str, severity: Severity) -> set[str]:
    return {one.rule for one in lint_answer(text, "any") if one.severity is severity}


def test_a_good_answer_has_no_finding() -> None:
    assert lint_answer(GOOD, "breast") == []


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in BAD.items() for text in texts])
def test_a_rule_finds_what_it_is_for(rule: str, text: str) -> None:
    assert rule in rules_of(text, Severity.ERROR)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in GOOD_BY_RULE.items() for text in texts])
def test_a_rule_leaves_good_words_alone(rule: str, text: str) -> None:
    assert rule not in {one.rule for one in lint_answer(text, "any")}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in WARNINGS.items() for text in texts])
def test_what_a_person_has_to_judge_is_a_warning(rule: str, text: str) -> None:
    assert rule in rules_of(text, Severity.WARNING)
    assert rule not in rules_of(text, Severity.ERROR)


@pytest.mark.parametrize("line", [1, 3, 5])
def test_a_finding_names_its_line(line: int) -> None:
    lines = ["Good."] * 5
    lines[line - 1] = "It doesn't, see http://www.nhs.uk/"
    assert {one.line for one in lint_text("\n".join(lines))} == {line}


def test_a_long_paragraph_is_named_by_its_first_line() -> None:
    [found] = [one for one in lint_text("Good.\n\nOne. Two. Three. Four.") if one.rule == "paragraph-length"]
    assert found.line == 3


@pytest.mark.parametrize(
    ("programme", "good", "bad"),
    [
        ("breast", "A mammogram is free.", "A smear test is free."),
        ("cervical", "Cervical screening is free.", "Bowel screening is free."),
        ("bowel", "The kit is free.", "The lung check is free."),
        ("lung", "The lung check is free.", "It is free."),
        ("aaa", "AAA screening is free.", "It is free."),
        ("diabetic_eye", "Eye screening is free.", "It is free."),
    ],
)
def test_an_answer_about_a_test_names_it(programme: str, good: str, bad: str) -> None:
    assert errors_of_answer(good, programme) == []
    assert [one.rule for one in errors_of_answer(bad, programme)] == ["names-its-test"]
    assert errors_of_answer(bad, "any") == []


def test_a_fixed_text_may_be_longer_than_an_answer() -> None:
    assert "answer-length" not in {one.rule for one in lint_text("Go on. " * 150)}


def test_every_rule_is_tried() -> None:
    """Each rule's function finds at least one thing in the bad cases."""
    texts = [text for some in (*BAD.values(), *WARNINGS.values()) for text in some]
    assert [rule.__name__ for rule in TEXT_RULES if not any(list(rule(text)) for text in texts)] == []


def test_every_rule_is_explained_to_those_who_write() -> None:
    page = (PROJECT / "docs" / "answers.md").read_text(encoding="utf-8")
    rules = {*BAD, *GOOD_BY_RULE, *WARNINGS, "names-its-test"}
    assert [rule for rule in rules if f"`{rule}`" not in page] == []


def test_known_sites_are_hosts_without_scheme_or_path() -> None:
    assert all(host == host.lower() and "/" not in host and "." in host for host in ALLOWED_HOSTS)
