"""`/admin`: the practices that somebody looks after, and how one of them stands."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.core.answer_gaps import gaps
from bot.core.hours_words import hours_in_words
from bot.core.opening_hours import CORE_HOURS, DAYS
from bot.store import canned_replies, desk_settings, kill_switch, page_health
from bot.web.access import allowed
from bot.web.admin import places, words
from bot.wiring import Services, facts_of


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("")
    @allowed(*places.ADMINS)
    def home() -> ResponseReturnValue:
        """Straight to the practice where there is one only."""
        with services.database.read() as session:
            mine = places.mine(session)
            if len(mine) == 1:
                return redirect(url_for("admin.practice", practice_id=mine[0].id))
            paused = {one.id for one in mine if kill_switch.is_off(session, one.id)}
        return render_template("staff/admin/home.html", practices=mine, paused=paused)

    @blueprint.get("/practices/<int:practice_id>")
    @allowed(*places.ADMINS)
    def practice(practice_id: int) -> ResponseReturnValue:
        """What is set, with the way to change each."""
        with services.database.read() as session:
            row = places.practice(session, practice_id)
            policy = services.policy(session, row, "")
            found = gaps(policy.answers, policy.topics, policy.practice, services.now().date())
            settings = desk_settings.of(session, practice_id)
            return render_template(
                "staff/admin/practice.html",
                practice=row,
                is_off=policy.practice.paused,
                pages=page_health.of_practices(session, [practice_id]),
                canned=len(canned_replies.of_practice(session, practice_id)),
                settings=settings,
                sla=words.sla(settings.sla_minutes),
                fields=words.fact_fields(facts_of(row).facts, found, policy.topics),
                week=[
                    (day.capitalize(), hours_in_words((row.opening_hours or CORE_HOURS).get(day, ()))) for day in DAYS
                ],
                next_look=policy.practice.staff_next_look,
            )
