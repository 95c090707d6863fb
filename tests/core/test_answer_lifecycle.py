"""Who may approve which wording and when, and what may still leave once it was decided."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.answer_diff import differences
from bot.core.answer_lifecycle import (
    Candidate,
    Carried,
    approval_problems,
    is_a_name,
    may_still_leave,
    nations_left,
    same_person,
    same_wording,
)
from bot.core.messages import Nation

TODAY = date(2026, 11, 24)
DRAFT = Candidate("draft", "Olga Owner", "Ed Editor", date(2027, 5, 1))


def problems(by: str = "Cleo Clinician", role: str = "Lead nurse", **changes: Any) -> list[str]:
    return approval_problems(replace(DRAFT, **changes), by, role, TODAY)


@pytest.mark.parametrize("status", ["draft", "sample"])
def test_a_third_person_approves_a_draft_or_a_sample(status: str) -> None:
    assert problems(status=status) == []


@pytest.mark.parametrize("status", ["approved", "withdrawn", "replaced"])
def test_nothing_else_can_be_approved(status: str) -> None:
    assert problems(status=status) == [f"it is {status} already"]


@pytest.mark.parametrize(
    "written", ["Olga Owner", "olga owner", " OLGA  OWNER ", "OlgaOwner", "Olga\u00a0Owner", "Olga-Owner."]
)
def test_the_owner_cannot_approve_however_the_name_is_written(written: str) -> None:
    assert "its owner cannot approve it" in problems(written)


@pytest.mark.parametrize("written", ["Ed Editor", "ed editor", "ED EDITOR", "Ed  Editor", "Ｅｄ Editor"])
def test_the_last_editor_cannot_approve_however_the_name_is_written(written: str) -> None:
    assert problems(written) == ["whoever edited it last cannot approve it"]


def test_nobody_can_approve_what_nobody_edited() -> None:
    [problem] = problems(author=None)
    assert problem.startswith("nobody is named as its last editor: import its file again with --by")


@pytest.mark.parametrize("by", ["", "  ", "x", "1234", "...", "Bea\nJones"])
def test_an_approval_names_a_person(by: str) -> None:
    assert "an approval names a person and their role" in problems(by)
    assert "an approval names a person and their role" in problems(role=by)


@pytest.mark.parametrize(
    ("review_by", "is_fit"),
    [
        (TODAY - timedelta(1), False),
        (TODAY, False),
        (TODAY + timedelta(1), True),
        (date(2027, 11, 24), True),
        (date(2027, 11, 26), False),
    ],
)
def test_the_next_review_is_at_most_12_months_after_the_approval(review_by: date, is_fit: bool) -> None:
    assert (problems(review_by=review_by) == []) is is_fit


@given(some.text())
def test_everybody_is_the_same_person_as_themselves_in_another_case(name: str) -> None:
    assert same_person(name, f" {name} ")
    assert same_person(name, name.casefold())


@given(some.text(alphabet="abcdefgh", min_size=1), some.text(alphabet="abcdefgh", min_size=1))
def test_different_letters_are_different_people(one: str, other: str) -> None:
    assert same_person(one, other) is (one == other)


def test_a_name_has_letters() -> None:
    assert is_a_name("Al")
    assert is_a_name("李 明")
    assert not is_a_name("A.")


def test_a_version_serves_the_nations_that_are_left() -> None:
    both = (Nation.ENGLAND, Nation.WALES)
    assert nations_left(both, {Nation.ENGLAND}) == (Nation.WALES,)
    assert nations_left(both, both) == ()
    assert nations_left(both, {Nation.SCOTLAND}) == both


@pytest.mark.parametrize(
    ("status", "was_approved", "live", "demo"),
    [
        ("approved", True, True, True),
        ("replaced", True, True, True),
        ("withdrawn", True, False, False),
        ("withdrawn", False, False, False),
        ("sample", False, False, True),
        ("replaced", False, False, True),
        ("draft", False, False, False),
    ],
)
def test_what_may_still_leave(status: str, was_approved: bool, live: bool, demo: bool) -> None:
    carried = Carried(status, was_approved, TODAY)
    assert may_still_leave(carried, TODAY, accepts_samples=False) is live
    assert may_still_leave(carried, TODAY, accepts_samples=True) is demo
    assert not may_still_leave(carried, TODAY + timedelta(1), accepts_samples=True)


def test_the_same_wording_differs_in_space_and_case_only() -> None:
    assert same_wording("Call  the surgery.\n\nNow", "call the Surgery. now")
    assert not same_wording("Call the surgery.", "Call the surgery")


def test_a_difference_is_told_by_the_sentence() -> None:
    old, new = "It is free. Call us.\n\nCome early.", "It is free. Phone the unit.\n\nCome early."
    assert differences(old, new) == ["- Call us.", "+ Phone the unit."]
    assert differences(old, old) == []
