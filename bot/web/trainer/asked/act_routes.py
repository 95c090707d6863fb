"""A trainer says what messages were about, or takes it back."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from bot.core.learning import Why
from bot.errors import Refused
from bot.store import labelling
from bot.store.labelling import Done, Label
from bot.web.access import allowed, my_practice_ids
from bot.web.sign_in.forms import field
from bot.web.trainer.asked import view, who
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
            return _back()
        try:
            with services.database.write() as session:
                items = Chosen.from_form().messages(session)
                done = labelling.label(session, items, how, who.me(), services.now())
        except Refused as refused:
            flash(f"Nothing was labelled. {refused}.", "notice")
            return _back()
        _tell(how, done)
        return _back()

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
        return redirect(url_for("asked.show_list"))


def _tell(how: Label, done: Done) -> None:
    flash(view.done_words(how, done))
    flash(done.act, "undo")


def _back() -> ResponseReturnValue:
    why = field("why") if field("why") in set(Why) else None
    page = field("page") if is_number(field("page")) and field("page") != "1" else None
    return redirect(url_for("asked.show_list", why=why, page=page, _anchor="next"))
