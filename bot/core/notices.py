"""The words of the e-mails to staff. Pure. They hold no word of a patient, nor who it is: e-mail is read anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.answer_gaps import Due
from bot.core.opening_hours import DAYS, LONDON, clock

MOST_LINES = 30  # conversations named in one e-mail

OCCASIONS = {
    "urgent": "urgent: there was a sign of danger",
    "half_sla": "half of your time to answer is gone",
    "sla": "your time to answer is over",
    "day_ends": "Facebook's 24 hours to reply are nearly over",
    "week_ends": "Facebook's 7 days to reply are nearly over",
}


@dataclass(frozen=True)
class Notice:
    subject: str
    body: str


@dataclass(frozen=True)
class Item:
    """A conversation that an e-mail names by its address in the inbox. `at`: when the time is up."""

    link: str
    occasion: str  # a key of OCCASIONS
    at: datetime


def escalated(practice: str, items: Sequence[Item]) -> Notice:
    """Patients wait and something is due."""
    urgent = any(item.occasion == "urgent" for item in items)
    count = len({item.link for item in items})
    who = "1 conversation needs" if count == 1 else f"{count} conversations need"
    lines = [f"{item.link}\n  {OCCASIONS[item.occasion]} ({_when(item)})" for item in items[:MOST_LINES]]
    return Notice(
        f"{'Urgent: ' if urgent else ''}{who} you - {practice}",
        _body(f"At {practice} {who} a person.", lines, len(items)),
    )


def end_of_day(practice: str, links: Sequence[str], inbox: str) -> Notice:
    """What is still open when the surgery closes."""
    who = "1 conversation is" if len(links) == 1 else f"{len(links)} conversations are"
    return Notice(
        f"{who} still open - {practice}",
        _body(f"At the end of the day {who} still open. The inbox: {inbox}", list(links[:MOST_LINES]), len(links)),
    )


def to_review(due: Sequence[Due], link: str) -> Notice:
    """What an owner has to review. `due` is theirs, the oldest date first; `link` leads to the service."""
    count = "1 answer" if len(due) == 1 else f"{len(due)} answers"
    withheld = sum(one.is_overdue for one in due)
    lines = [
        f"Version {one.version}: {one.topic}, {one.programme}\n  "
        + (f"withheld since its review date, {one.review_by}" if one.is_overdue else f"review by {one.review_by}")
        for one in due[:MOST_LINES]
    ]
    more = [f"and {len(due) - len(lines)} more"] if len(due) > len(lines) else []
    return Notice(
        f"{f'{withheld} withheld: ' if withheld else ''}{count} to review",
        "\n\n".join(
            (
                f"You look after {count} for {link} to review. Patients do not get an answer past its review date.",
                *lines,
                *more,
                "To renew one, give it new dates or words and have a second person approve it.",
            )
        )
        + "\n",
    )


def page_not_connected(page: str, problems: Sequence[str], public_url: str) -> Notice:
    """The daily look at a page found that Meta does not send its messages here, or takes none from here."""
    lines = [*problems, f"What to do: {public_url}/admin/pages"]
    return Notice(
        f"Patients may get no answers - {page}",
        _body(f"The Facebook Page {page} is not connected as it should be.", lines, len(lines)),
    )


def account_link(service: str, link: str, hours: int) -> Notice:
    """An invitation, or a link for a new password or a new authenticator app."""
    how_long = "1 hour" if hours == 1 else f"{hours} hours"
    lines = [
        f"Your admin has made this link for you. It works once, within {how_long}:",
        link,
        "If you did not expect this, tell your admin and do not open the link.",
    ]
    return Notice(f"Your link for {service}", "\n\n".join(lines) + "\n")


def _body(first: str, lines: Sequence[str], count: int) -> str:
    more = [f"and {count - len(lines)} more"] if count > len(lines) else []
    last = "This e-mail was sent automatically. It says nothing about the patients: sign in to read."
    return "\n\n".join((first, *lines, *more, last)) + "\n"


def _when(item: Item) -> str:
    here = item.at.astimezone(LONDON)
    word = "since" if item.occasion == "urgent" else "time is up:" if item.occasion != "sla" else "it was up:"
    return f"{word} {clock(here.time())} on {DAYS[here.weekday()].capitalize()} {here.day} {here:%B}"
