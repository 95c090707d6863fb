"""The words of the e-mails to staff."""

from datetime import date

from bot.core.answer_gaps import Due
from bot.core.notices import MOST_LINES, Item, end_of_day, escalated, to_review
from tests.builders import NOON

LINK = "https://bot.example/inbox/12"


def test_one_conversation_that_needs_a_person() -> None:
    notice = escalated("Riverside Surgery", [Item(LINK, "half_sla", NOON)])
    assert notice.subject == "1 conversation needs you - Riverside Surgery"
    assert notice.body.startswith("At Riverside Surgery 1 conversation needs a person.\n\n")
    assert f"{LINK}\n  half of your time to answer is gone (time is up: midday on Tuesday 24 November)" in notice.body


def test_a_sign_of_danger_is_in_the_subject_and_one_conversation_counts_once() -> None:
    notice = escalated("Riverside", [Item(LINK, "urgent", NOON), Item(LINK, "day_ends", NOON)])
    assert notice.subject == "Urgent: 1 conversation needs you - Riverside"
    assert "urgent: there was a sign of danger (since midday on Tuesday 24 November)" in notice.body


def test_a_long_list_is_cut_and_says_so() -> None:
    links = [f"https://bot.example/inbox/{number}" for number in range(MOST_LINES + 5)]
    notice = end_of_day("Riverside", links, "https://bot.example/inbox")
    assert notice.subject == f"{MOST_LINES + 5} conversations are still open - Riverside"
    assert links[MOST_LINES - 1] in notice.body
    assert f"{links[MOST_LINES]}\n" not in notice.body
    assert "and 5 more" in notice.body


def test_an_owner_reads_what_is_withheld_and_what_is_due() -> None:
    overdue = Due(3, "does_it_hurt", "breast", "Olga", date(2026, 11, 20), -4)
    soon = Due(7, "cost", "any", "Olga", date(2026, 12, 1), 7)
    notice = to_review([overdue, soon], "https://bot.example")
    assert notice.subject == "1 withheld: 2 answers to review"
    assert "Version 3: does_it_hurt, breast\n  withheld since its review date, 2026-11-20\n" in notice.body
    assert "Version 7: cost, any\n  review by 2026-12-01\n" in notice.body
    assert to_review([soon], "https://bot.example").subject == "1 answer to review"
    assert "and 5 more" in to_review([soon] * (MOST_LINES + 5), "https://bot.example").body
