"""How staff work: the promised time to answer, Meta's permission, who gets e-mails and when."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.core.hours_words import read_clock
from bot.core.opening_hours import clock
from bot.store import desk_settings
from bot.store.desk_settings import LONGEST_SLA, SHORTEST_SLA, is_an_address
from bot.web.access import allowed
from bot.web.admin import places
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

MOST_ADDRESSES = 20


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/practices/<int:practice_id>/desk")
    @allowed(*places.ADMINS)
    def desk(practice_id: int) -> ResponseReturnValue:
        """The form."""
        return _page(services, practice_id)

    @blueprint.post("/practices/<int:practice_id>/desk")
    @allowed(*places.ADMINS)
    def save_desk(practice_id: int) -> ResponseReturnValue:
        """From now on. What was told already is not told again."""
        minutes, list_at, notify = _minutes(field("sla")), read_clock(field("end_of_day")), _addresses()
        problems = Problems()
        if minutes is None or not SHORTEST_SLA <= minutes <= LONGEST_SLA:
            problems["sla"] = "Enter the hours as a number from 0.25 to 120, like 4 or 1.5"
        if field("end_of_day") and list_at is None:
            problems["end_of_day"] = "Enter a time like 5:30pm, or nothing"
        if wrong := [one for one in notify if not is_an_address(one)]:
            problems["notify"] = f"{wrong[0][:60]} is no email address. One address on each line, please"
        if len(notify) > MOST_ADDRESSES:
            problems["notify"] = f"There can be {MOST_ADDRESSES} addresses at most"
        if problems or minutes is None:
            return _page(services, practice_id, problems)
        with services.database.write() as session:
            desk_settings.change(
                session,
                places.practice(session, practice_id).id,
                services.now(),
                actor=current_user().actor,
                sla_minutes=minutes,
                human_agent=field("human_agent") == "yes",
                notify=notify,
                end_of_day=list_at,
            )
        flash("Saved.")
        return redirect(url_for("admin.practice", practice_id=practice_id))


def _minutes(hours: str) -> int | None:
    try:
        return round(float(hours) * 60) if len(hours) < 8 else None
    except (ValueError, OverflowError):  # "nan", "inf"
        return None


def _addresses() -> list[str]:
    return [line.strip() for line in request.form.get("notify", "")[:5000].splitlines() if line.strip()]


def _page(services: Services, practice_id: int, problems: Problems | None = None) -> ResponseReturnValue:
    with services.database.read() as session:
        row = places.practice(session, practice_id)
        settings = desk_settings.of(session, practice_id)
    stored = {
        "sla": f"{settings.sla_minutes / 60:g}",
        "end_of_day": clock(at) if (at := desk_settings.list_time(settings)) else "",
        "notify": "\n".join(settings.notify),
        "human_agent": "yes" if settings.human_agent else "no",
    }
    page = render_template(
        "staff/admin/desk.html",
        practice=row,
        values={name: request.form.get(name, "") for name in stored} if problems else stored,
        has_mail=services.mailer is not None,
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200
