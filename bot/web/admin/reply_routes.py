"""Whether staff may reply over Messenger: a named person decides, which is kept with their role and the time."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.store import desk_settings
from bot.web.access import allowed
from bot.web.admin import places
from bot.web.inbox.words import inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

CONFIRM = "off"


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/practices/<int:practice_id>/replies")
    @allowed(*places.ADMINS)
    def replies(practice_id: int) -> ResponseReturnValue:
        """On or off, and who decided it."""
        return _page(services, practice_id)

    @blueprint.post("/practices/<int:practice_id>/replies/on")
    @allowed(*places.ADMINS)
    def replies_on(practice_id: int) -> ResponseReturnValue:
        """Somebody signs for it."""
        name, role, problems = inert(field("name")), inert(field("role")), Problems()
        if not name:
            problems["name"] = "Enter who has decided this"
        if not role:
            problems["role"] = "Enter their role at the practice"
        if field("agreed") != "yes":
            problems["agreed"] = "Confirm that the practice has looked at the risks"
        if problems:
            return _page(services, practice_id, problems)
        with services.database.write() as session:
            row, actor = places.practice(session, practice_id), current_user().actor
            desk_settings.turn_on_replies(session, row.id, services.now(), actor=actor, name=name, role=role)
        flash("Staff can reply over Messenger from now on.")
        return redirect(url_for("admin.replies", practice_id=practice_id))

    @blueprint.post("/practices/<int:practice_id>/replies/off")
    @allowed(*places.ADMINS)
    def replies_off(practice_id: int) -> ResponseReturnValue:
        """Replies that have not left yet are not sent."""
        if field("confirm").lower() != CONFIRM:
            return _page(services, practice_id, Problems(confirm=f"Type the word {CONFIRM} to confirm"))
        with services.database.write() as session:
            row = places.practice(session, practice_id)
            desk_settings.turn_off_replies(session, row.id, services.now(), actor=current_user().actor)
        flash("Staff can no longer reply over Messenger.")
        return redirect(url_for("admin.replies", practice_id=practice_id))


def _page(services: Services, practice_id: int, problems: Problems | None = None) -> ResponseReturnValue:
    with services.database.read() as session:
        row = places.practice(session, practice_id)
        settings = desk_settings.of(session, practice_id)
    page = render_template(
        "staff/admin/replies.html", practice=row, settings=settings, word=CONFIRM, problems=problems or Problems()
    )
    return page, 422 if problems else 200
