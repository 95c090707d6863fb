"""Copy to the record: the conversation as plain text for the GP system, then a mark that it stands there."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.store import desk_notes
from bot.web.access import allowed
from bot.web.inbox import page, who
from bot.web.inbox.act_routes import refused
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of the copy. Making one is a POST: it shows what is masked elsewhere, and the audit says so."""

    @blueprint.post("/<int:conversation_id>/record")
    @allowed(*who.ROLES)
    def record(conversation_id: int) -> ResponseReturnValue:
        """The text, ready to be copied."""
        page.keep_drafts(services, conversation_id)
        with services.database.write() as session:
            text = desk_notes.record_text(who.acting(services, session, conversation_id))
        if text is None:
            abort(404)
        return render_template(
            "staff/inbox/record.html", id=conversation_id, text=text, rows=min(text.count("\n") + 3, 30)
        )

    @blueprint.post("/<int:conversation_id>/copied")
    @allowed(*who.ROLES)
    def copied(conversation_id: int) -> ResponseReturnValue:
        """It stands in the patient's record."""
        with services.database.write() as session:
            refused(desk_notes.mark_copied(who.acting(services, session, conversation_id)))
        flash("Marked as copied to the record.")
        return redirect(url_for("inbox.show", conversation_id=conversation_id))
