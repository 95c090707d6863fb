"""A trainer says what messages were about, or takes it back.

After either the list goes on where it was. What was looked for may be a patient's words, so it is in no address: then
the list is the answer itself, and not a redirection to it.
"""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.core.learning import Why
from bot.errors import Refused
from bot.store import labelling
from bot.store.labelling import Done, Label
from bot.web.access import allowed, my_practice_ids
from bot.web.inbox.words import inert
from bot.web.sign_in.forms import field
from bot.web.trainer.asked import list_routes, view, who
from bot.web.trainer.asked.chosen import Chosen, is_number
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.post("/label")
    @allowed(*who.CHANGE)
    def label() -> ResponseReturnValue:
        """Label the messages that are ticked, or all of a group. The page goes on with the next group."""
        chosen = field("label")
        how = Label.from_form(f"topic:{field('topic')}" if chosen == "chosen" else chosen)
        if how is None:
            flash("Nothing was labelled. Select a topic first.", "notice")
            return _back(services)
        try:
            with services.database.write() as session:
                items = Chosen.from_form().messages(session)
                done = labelling.label(session, items, how, who.me(), services.now())
        except Refused as refused:
            flash(f"Nothing was labelled. {refused}.", "notice")
            return _back(services)
        _tell(how, done)
        return _back(services)

    @blueprint.post("/undo")
    @allowed(*who.CHANGE)
    def undo() -> ResponseReturnValue:
        """Open again what was labelled in one act, and take its examples back."""
        with services.database.write() as session:
            count = labelling.undo(session, my_practice_ids(), field("act"), who.me(), services.now())
        if count:
            flash(f"Undone: {view.count(count, 'message')} can be labelled again.")
        else:
            flash("There is nothing to undo.", "notice")
        return _back(services, anchor=None)


def _tell(how: Label, done: Done) -> None:
    flash(view.done_words(how, done))
    flash(done.act, "undo")


def _back(services: Services, anchor: str | None = "next") -> ResponseReturnValue:
    if query := inert(field("q")):
        return list_routes.the_list(services, request.form, query)
    why = field("why") if field("why") in set(Why) else None
    page = field("page") if is_number(field("page")) and field("page") != "1" else None
    return redirect(url_for("asked.show_list", why=why, page=page, _anchor=anchor))
