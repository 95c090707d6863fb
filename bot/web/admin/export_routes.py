"""`/admin/exports`: what a practice may take away. Each file stands in the audit; what patients wrote is masked."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.day_words import begins, read_day
from bot.core.redact import redact
from bot.core.roles import PracticeRoles
from bot.store import practice_exports
from bot.store.tables import Conversation
from bot.web.access import allowed, must_be_mine, my_practice_ids
from bot.web.admin import downloads
from bot.web.inbox.words import inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

CONFIRM = "export"
LONGEST_SPAN = timedelta(days=400)
CLOSED_COLUMNS = (
    *("day", "outcome", "programme", "conversations"),
    *("with a known wait", "minutes waited (median)", "minutes waited (longest)"),
)


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes. A system admin has none of them: they hold what patients wrote, or where they asked."""

    @blueprint.get("/exports")
    @allowed("practice_admin")
    def exports() -> ResponseReturnValue:
        """The three forms."""
        return _page()

    @blueprint.post("/exports/closed")
    @allowed("practice_admin")
    def closed_file() -> ResponseReturnValue:
        """How many conversations were closed, by day, outcome and programme, and how long their patients waited."""
        return _counts(services, "closed", practice_exports.closed, CLOSED_COLUMNS)

    @blueprint.post("/exports/answers")
    @allowed("practice_admin")
    def answers_file() -> ResponseReturnValue:
        """Which answers patients got, and how often."""
        columns = ("answer", "topic", "programme", "status now", "times sent")
        return _counts(services, "answers", practice_exports.answers_given, columns)

    @blueprint.post("/exports/conversation")
    @allowed("practice_admin")
    def conversation_file() -> ResponseReturnValue:
        """Everything that is held on the patient of one conversation."""
        number, reason, problems = field("conversation"), redact(inert(field("reason"))), Problems()
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            problems["conversation"] = "Enter the number of the conversation, as the inbox shows it"
        if not reason:
            problems["reason"] = "Enter why. Name no patient"
        if field("confirm").lower() != CONFIRM:
            problems["confirm"] = f"Type the word {CONFIRM} to confirm"
        if problems:
            return _page(problems)
        masked = field("whole") != "yes"
        with services.database.write() as session:
            row = session.get(Conversation, int(number))
            must_be_mine(row.practice_id if row else None)
            assert row is not None
            held = practice_exports.conversation(session, row, masked=masked)
            told = {"why": reason, "masked": masked}
            downloads.record(
                session, services, "conversation exported", f"conversation {row.id}", [row.practice_id], **told
            )
        return downloads.json_file(f"conversation-{number}.json", held)


def _counts(
    services: Services,
    name: str,
    count: Callable[[Session, int, datetime, datetime], Sequence[Sequence[object]]],
    columns: Sequence[str],
) -> ResponseReturnValue:
    place, start, end = field("practice"), read_day(field(f"{name}-start")), read_day(field(f"{name}-end"))
    problems = Problems()
    if start is None:
        problems[f"{name}-start"] = "Enter the first day, like 1/11/2026"
    if end is None:
        problems[f"{name}-end"] = "Enter the last day, like 30/11/2026"
    if start and end and not timedelta() <= end - start <= LONGEST_SPAN:
        problems[f"{name}-end"] = "The last day comes after the first, and within 400 days"
    if problems or start is None or end is None:
        return _page(problems)
    practice_id = int(place) if place.isascii() and place.isdecimal() and len(place) < 10 else None
    must_be_mine(practice_id)
    assert practice_id is not None
    with services.database.write() as session:
        rows = count(session, practice_id, begins(start), begins(end + timedelta(days=1)))
        about, days = f"practice {practice_id}", f"{start} to {end}"
        downloads.record(session, services, f"{name} exported", about, [practice_id], days=days, rows=len(rows))
    return downloads.csv_file(f"{name}-{start}-{end}.csv", columns, rows)


def _page(problems: Problems | None = None) -> ResponseReturnValue:
    page = render_template("staff/admin/exports.html", practices=_mine(), word=CONFIRM, problems=problems or Problems())
    return page, 422 if problems else 200


def _mine() -> list[PracticeRoles]:
    mine = my_practice_ids()
    return [one for key, one in current_user().practices.items() if key in mine]
