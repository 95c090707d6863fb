"""When the surgery is open: the week, several spans a day, and days that differ, bank holidays among them."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.core.day_words import read_day
from bot.core.hours_words import hours_in_words, read_hours
from bot.core.messages import Nation
from bot.core.opening_hours import CORE_HOURS, DAYS, LONDON, bank_holidays, next_look
from bot.store import practice_changes
from bot.store.tables import Practice
from bot.web.access import allowed
from bot.web.admin import places
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

AHEAD = 365  # days of bank holidays that are shown
NOT_HOURS = "Write the hours like 8am to 6:30pm, or 8am to 1pm, 2pm to 6:30pm"


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/practices/<int:practice_id>/hours")
    @allowed(*places.ADMINS)
    def hours(practice_id: int) -> ResponseReturnValue:
        """The week, and the days that differ."""
        return _page(services, practice_id)

    @blueprint.post("/practices/<int:practice_id>/hours")
    @allowed(*places.ADMINS)
    def save_hours(practice_id: int) -> ResponseReturnValue:
        """The week."""
        read = {day: read_hours(field(day)) for day in DAYS}
        problems = Problems({day: NOT_HOURS for day, times in read.items() if times is None})
        if problems:
            return _page(services, practice_id, problems)
        return _save(services, practice_id, {day: times or () for day, times in read.items()})

    @blueprint.post("/practices/<int:practice_id>/hours/day")
    @allowed(*places.ADMINS)
    def save_day(practice_id: int) -> ResponseReturnValue:
        """A day that differs: a training day, a bank holiday on which the surgery opens."""
        day, times = read_day(field("day")), read_hours(field("day_hours"))
        problems = Problems()
        if day is None or day < services.now().astimezone(LONDON).date():
            problems["day"] = "Enter a date from today on, like 24/12/2026"
        if times is None:
            problems["day_hours"] = NOT_HOURS
        if problems or day is None:
            return _page(services, practice_id, problems)
        return _save(services, practice_id, {day.isoformat(): times or ()})

    @blueprint.post("/practices/<int:practice_id>/hours/forget")
    @allowed(*places.ADMINS)
    def forget_day(practice_id: int) -> ResponseReturnValue:
        """The day is like any other of its weekday again."""
        with services.database.write() as session:
            row = places.practice(session, practice_id)
            actor = current_user().actor
            practice_changes.forget_day(session, row, services.now(), actor=actor, day=field("day"))
        flash("The day has its usual hours again.")
        return redirect(url_for("admin.hours", practice_id=practice_id))


def _save(services: Services, practice_id: int, hours: dict[str, tuple[str, ...]]) -> ResponseReturnValue:
    with services.database.write() as session:
        row = places.practice(session, practice_id)
        # A practice that set nothing has the usual hours: they must not vanish when it sets one day.
        whole = hours if row.opening_hours else {**CORE_HOURS, **hours}
        practice_changes.change_hours(session, row, services.now(), actor=current_user().actor, hours=whole)
        words = next_look(row.opening_hours, Nation(row.nation), services.now())
    flash(f"Saved. Patients now read that staff next look at messages {words}.")
    return redirect(url_for("admin.hours", practice_id=practice_id))


def _page(services: Services, practice_id: int, problems: Problems | None = None) -> ResponseReturnValue:
    today = services.now().astimezone(LONDON).date()
    with services.database.read() as session:
        row = places.practice(session, practice_id)
    shown = row.opening_hours or CORE_HOURS
    page = render_template(
        "staff/admin/hours.html",
        practice=row,
        week={day: field(day) if problems and field(day) else hours_in_words(shown.get(day, ())) for day in DAYS},
        differing=_differing(row, today),
        holidays=[day for day in bank_holidays(Nation(row.nation), today, AHEAD) if _closes(day, shown)],
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200


def _closes(day: date, hours: Mapping[str, Sequence[str]]) -> bool:
    """Whether a bank holiday closes the surgery on a day of the week on which it would open."""
    return day.isoformat() not in hours and bool(hours.get(DAYS[day.weekday()]))


def _differing(row: Practice, today: date) -> list[tuple[date, str]]:
    """Days from today on that have hours of their own; "" where the surgery is closed."""
    days = [
        (date.fromisoformat(key), hours_in_words(times)) for key, times in row.opening_hours.items() if key not in DAYS
    ]
    return sorted(one for one in days if one[0] >= today)
