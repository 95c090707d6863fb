"""What staff say about an answer of the bot: wrong (trainers look at it) or unsafe (nobody gets it any more)."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.core.desk import Refusal
from bot.store import answer_changes, conversation_view, desk_notes
from bot.store.acting import Acting
from bot.store.conversation_view import TurnView
from bot.web.access import allowed
from bot.web.inbox import page, who
from bot.web.inbox.act_routes import refused
from bot.web.inbox.words import inert
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

CONFIRM = "unsafe"


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes beside a message of the bot."""

    @blueprint.post("/<int:conversation_id>/messages/<int:message_id>/wrong")
    @allowed(*who.ROLES)
    def wrong(conversation_id: int, message_id: int) -> ResponseReturnValue:
        """Tell the trainers."""
        with services.database.write() as session:
            act = who.acting(services, session, conversation_id)
            problems = _refused(desk_notes.report_wrong(act, message_id))
        page.keep_drafts(services, conversation_id)
        if problems:
            return page.render(services, conversation_id, problems)
        flash("Thank you. The trainers will look at this answer.")
        return redirect(url_for("inbox.show", conversation_id=conversation_id))

    @blueprint.get("/<int:conversation_id>/messages/<int:message_id>/unsafe")
    @allowed(*who.ROLES)
    def ask_unsafe(conversation_id: int, message_id: int) -> ResponseReturnValue:
        """What it would do, and a word to type."""
        return _confirm(services, conversation_id, message_id, Problems())

    @blueprint.post("/<int:conversation_id>/messages/<int:message_id>/unsafe")
    @allowed(*who.ROLES)
    def unsafe(conversation_id: int, message_id: int) -> ResponseReturnValue:
        """Take it out of use for everybody, at once."""
        if field("confirm").lower() != CONFIRM:
            problems = Problems(confirm=f"Type the word {CONFIRM} to confirm")
            return _confirm(services, conversation_id, message_id, problems)
        with services.database.write() as session:
            act = who.acting(services, session, conversation_id)
            problems = _refused(desk_notes.report_unsafe(act, message_id, answer_changes.withdraw))
        if problems:
            return page.render(services, conversation_id, problems)
        services.answers_kept.forget()
        flash("The answer is withdrawn. No patient gets it any more.")
        return redirect(url_for("inbox.show", conversation_id=conversation_id))


def _refused(refusal: Refusal | None) -> Problems:
    if refusal is Refusal.NO_SUCH_MESSAGE:
        abort(404)
    return refused(refusal)


def _confirm(services: Services, conversation_id: int, message_id: int, problems: Problems) -> ResponseReturnValue:
    with services.database.read() as session:
        turn = _bot_turn(who.acting(services, session, conversation_id), message_id)
    shown = render_template(
        "staff/inbox/unsafe.html",
        id=conversation_id,
        message_id=message_id,
        text=inert(turn.text),
        word=CONFIRM,
        problems=problems,
    )
    return shown, 422 if problems else 200


def _bot_turn(act: Acting, message_id: int) -> TurnView:
    view = conversation_view.load(act)
    found = [one for one in view.turns if one.id == message_id and one.author == "bot"] if view else []
    if not found or not found[0].answer_versions:
        abort(404)
    return found[0]
