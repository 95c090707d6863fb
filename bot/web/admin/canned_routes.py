"""The texts that a practice's staff often send: add, change, retire. The lint only advises: people press send."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.lint.answer import lint_text
from bot.store import canned_replies
from bot.store.canned_replies import LONGEST_TEXT, LONGEST_TITLE
from bot.store.desk_tables import CannedReply
from bot.web.access import allowed
from bot.web.admin import places
from bot.web.inbox.words import inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

CONFIRM = "retire"
TAKEN = "There is a reply of this title already"


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/practices/<int:practice_id>/canned")
    @allowed(*places.ADMINS)
    def canned(practice_id: int) -> ResponseReturnValue:
        """All of a practice, and a form for another."""
        return _list(services, practice_id)

    @blueprint.post("/practices/<int:practice_id>/canned")
    @allowed(*places.ADMINS)
    def add_canned(practice_id: int) -> ResponseReturnValue:
        """Staff can insert it from now on."""
        title, text, problems = _typed()
        with services.database.write() as session:
            place, now, actor = places.practice(session, practice_id).id, services.now(), current_user().actor
            if not problems and canned_replies.has(session, place, title):
                problems["title"] = TAKEN
            if not problems:
                row = canned_replies.save(session, place, now, actor=actor, title=title, text=text)
        if problems:
            return _list(services, practice_id, problems)
        flash("Staff can use this reply now.")
        return redirect(url_for("admin.canned_reply", reply_id=row.id))

    @blueprint.get("/canned/<int:reply_id>")
    @allowed(*places.ADMINS)
    def canned_reply(reply_id: int) -> ResponseReturnValue:
        """One, with what would make it clearer."""
        return _one(services, reply_id)

    @blueprint.post("/canned/<int:reply_id>")
    @allowed(*places.ADMINS)
    def save_canned(reply_id: int) -> ResponseReturnValue:
        """Change it. What was sent before stays as it was."""
        title, text, problems = _typed()
        with services.database.write() as session:
            row, now, actor = _mine(session, reply_id), services.now(), current_user().actor
            if not problems and not canned_replies.change(session, row.id, now, actor=actor, title=title, text=text):
                problems["title"] = TAKEN
        if problems:
            return _one(services, reply_id, problems)
        flash("Saved.")
        return redirect(url_for("admin.canned_reply", reply_id=reply_id))

    @blueprint.post("/canned/<int:reply_id>/retire")
    @allowed(*places.ADMINS)
    def retire_canned(reply_id: int) -> ResponseReturnValue:
        """Nobody can insert it any more."""
        with services.database.write() as session:
            row = _mine(session, reply_id)
            place, confirmed = row.practice_id, field("confirm").lower() == CONFIRM
            if confirmed:
                canned_replies.remove(session, place, services.now(), actor=current_user().actor, reply_id=reply_id)
        if not confirmed:
            return _one(services, reply_id, Problems(confirm=f"Type the word {CONFIRM} to confirm"))
        flash("The reply is retired.")
        return redirect(url_for("admin.canned", practice_id=place))


def _typed() -> tuple[str, str, Problems]:
    title, text = inert(field("title")), inert(request.form.get("text", "").replace("\r\n", "\n")).strip()
    problems = Problems()
    if not title:
        problems["title"] = "Enter a title, by which staff find the reply"
    if len(title) > LONGEST_TITLE:
        problems["title"] = f"The title can have {LONGEST_TITLE} characters at most"
    if not text:
        problems["text"] = "Enter the text that patients get"
    if len(text) > LONGEST_TEXT:
        problems["text"] = f"The text can have {LONGEST_TEXT:,} characters at most"
    return title, text, problems


def _mine(session: Session, reply_id: int) -> CannedReply:
    row = canned_replies.find(session, reply_id)
    if row is None or not places.is_mine(row.practice_id):
        abort(404)
    return row


def _list(services: Services, practice_id: int, problems: Problems | None = None) -> ResponseReturnValue:
    with services.database.read() as session:
        practice = places.practice(session, practice_id)
        replies = canned_replies.of_practice(session, practice.id)
    page = render_template(
        "staff/admin/canned.html", practice=practice, replies=replies, problems=problems or Problems()
    )
    return page, 422 if problems else 200


def _one(services: Services, reply_id: int, problems: Problems | None = None) -> ResponseReturnValue:
    with services.database.read() as session:
        row = _mine(session, reply_id)
        practice = places.practice(session, row.practice_id)
    page = render_template(
        "staff/admin/canned_reply.html",
        practice=practice,
        reply=row,
        title=request.form.get("title", row.title) if problems else row.title,
        text=request.form.get("text", row.text) if problems else row.text,
        hints=lint_text(row.text),
        word=CONFIRM,
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200
