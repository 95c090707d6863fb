"""The rules of an answer version's life: draft or sample, approved by a second person, replaced or withdrawn.

A wording is never changed: other words are another version, which has no approval yet.
"""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.messages import Nation

LONGEST_REVIEW = timedelta(days=366)  # 12 months, one of them perhaps in a leap year
NOTICE = timedelta(days=30)  # how long before its review date an answer's owner hears of it
SHORTEST_NAME = 2  # letters


@dataclass(frozen=True)
class Candidate:
    """What an approval looks at. `author` is who last edited the wording; None: nobody knows.

    `keys` are the accounts of those who edited it or asked for the approval, as the audit names accounts.
    """

    status: str
    owner: str
    author: str | None
    review_by: date
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Carried:
    """The answer version that a message to send carries, as it stands now."""

    status: str
    was_approved: bool
    review_by: date


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for case, spaces, dots and the like."""
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in folded if character.isalnum())


def is_a_name(name: str) -> bool:
    """Whether somebody is named at all: two letters at least, on one line."""
    return name.isprintable() and sum(character.isalpha() for character in name) >= SHORTEST_NAME


def approval_problems(version: Candidate, approver: str, role: str, today: date, key: str | None = None) -> list[str]:
    """Why this person, with the account `key`, must not approve this version today; empty: they may."""
    problems = []
    if version.status not in ("draft", "sample"):
        problems.append(f"it is {version.status} already")
    if not is_a_name(approver) or not is_a_name(role):
        problems.append("an approval names a person and their role")
    if version.author is None:
        problems.append("nobody is named as its last editor: import its file again with --by, or send it for approval")
    if same_person(approver, version.owner):
        problems.append("its owner cannot approve it")
    if key in version.keys or (version.author is not None and same_person(approver, version.author)):
        problems.append("whoever edited it last cannot approve it")
    if version.review_by <= today:
        problems.append(f"its review date {version.review_by} is over")
    if version.review_by - today > LONGEST_REVIEW:
        problems.append(f"its review date {version.review_by} is more than 12 months away")
    return problems


def nations_left(serves: Sequence[Nation], taken_over: Collection[Nation]) -> tuple[Nation, ...]:
    """The nations that a version still serves after another took over some; none: it is replaced."""
    return tuple(nation for nation in serves if nation not in taken_over)


def may_still_leave(carried: Carried, today: date, *, accepts_samples: bool) -> bool:
    """Whether a message that was decided earlier may be sent with this answer.

    A version that was replaced since was right when it was chosen; one that was withdrawn never leaves.
    """
    if carried.status == "withdrawn" or carried.review_by < today:
        return False
    return carried.was_approved or (accepts_samples and carried.status in ("sample", "replaced"))


def same_wording(one: str, other: str) -> bool:
    """Whether two texts differ in white space and case only."""
    return one.casefold().split() == other.casefold().split()
