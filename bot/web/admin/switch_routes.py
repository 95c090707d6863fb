"""`/admin/switch`: automated answers off or on, for a practice, or by a system admin for all."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.core import catalogue
from bot.core.practice import fill
from bot.core.redact import redact
from bot.store import kill_switch, users
from bot.web.access import allowed
from bot.web.admin import places
from bot.web.inbox.words import inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/switch")
    @allowed(*places.ADMINS)
    def switch() -> ResponseReturnValue:
        """Each practice's switch, and that for all."""
        return _for_all(services)

    @blueprint.post("/switch")
    @allowed("system_admin")
    def throw_for_all() -> ResponseReturnValue:
        """Every practice."""
        return _throw(services, None)

    @blueprint.get("/practices/<int:practice_id>/switch")
    @allowed(*places.ADMINS)
    def practice_switch(practice_id: int) -> ResponseReturnValue:
        """One practice's."""
        return _for_one(services, practice_id)

    @blueprint.post("/practices/<int:practice_id>/switch")
    @allowed(*places.ADMINS)
    def throw(practice_id: int) -> ResponseReturnValue:
        """One practice."""
        return _throw(services, practice_id)


def _throw(services: Services, practice_id: int | None) -> ResponseReturnValue:
    with services.database.write() as session:
        practice = places.practice(session, practice_id) if practice_id is not None else None
        turns_off = field("turn") == "off"
        problems, why = _problems("off" if turns_off else "on"), redact(inert(field("reason")))
        if not problems:
            actor, now = current_user().actor, services.now()
            held_back = kill_switch.throw(session, practice, off=turns_off, by=actor, why=why, now=now)
    if problems:
        return _for_all(services, problems) if practice_id is None else _for_one(services, practice_id, problems)
    state = f"off. Replies held back for staff: {held_back}." if turns_off else "on again."
    flash(f"Automated answers are {state}")
    if practice_id is None:
        return redirect(url_for("admin.switch"))
    return redirect(url_for("admin.practice_switch", practice_id=practice_id))


def _problems(word: str) -> Problems:
    problems = Problems()
    if not field("reason"):
        problems["reason"] = "Enter why. Name no patient"
    if field("confirm").lower() != word:
        problems["confirm"] = f"Type the word {word} to confirm"
    return problems


def _for_all(services: Services, problems: Problems | None = None) -> ResponseReturnValue:
    with services.database.read() as session:
        practices = [(one, kill_switch.state_of(session, one)) for one in places.mine(session)]
        state, names = kill_switch.state_for_all(session), users.names(session)
    page = render_template(
        "staff/admin/switches.html",
        state=state,
        practices=practices,
        names=names,
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200


def _for_one(services: Services, practice_id: int, problems: Problems | None = None) -> ResponseReturnValue:
    with services.database.read() as session:
        practice = places.practice(session, practice_id)
        page = render_template(
            "staff/admin/switch.html",
            practice=practice,
            state=kill_switch.state_of(session, practice),
            for_all=kill_switch.state_for_all(session),
            names=users.names(session),
            meanwhile=fill(catalogue.PAUSED, services.policy(session, practice, "").practice),
            problems=problems or Problems(),
        )
    return page, 422 if problems else 200
