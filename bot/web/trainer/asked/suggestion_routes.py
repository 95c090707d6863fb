"""Questions that staff answered by hand, as suggestions of new answers."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.store import answer_suggestions
from bot.store.learning_tables import LearningItem
from bot.web.access import allowed, must_be_mine, my_practice_ids
from bot.web.sign_in.forms import field
from bot.web.trainer.asked import who
from bot.wiring import Services

OUTCOMES = {"drafted": "Marked as drafted.", "dismissed": "Taken off the list.", "open": "It is on the list again."}


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/suggestions")
    @allowed(*who.LOOK)
    def suggestions() -> ResponseReturnValue:
        """What staff were asked and answered, newest first."""
        before = request.args.get("before", "")
        start = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
        with services.database.read() as session:
            found, has_more = answer_suggestions.listed(session, who.shown_practices(), start)
        return render_template(
            "staff/asked/suggestions.html",
            suggestions=found,
            next=found[-1].id if has_more else None,
            desk_practices=who.desk_practices(),
            may_change=bool(who.trained_practices()),
        )

    @blueprint.post("/suggestions/<int:item_id>/settle")
    @allowed(*who.CHANGE)
    def settle(item_id: int) -> ResponseReturnValue:
        """An answer is drafted from it, or it is of no use; or neither, after all."""
        outcome = field("outcome")
        with services.database.write() as session:
            item = session.get(LearningItem, item_id)
            must_be_mine(item.practice_id if item else None)
            if outcome not in OUTCOMES:
                abort(400)
            practices, now = my_practice_ids(), services.now()
            if not answer_suggestions.settle(session, practices, item_id, outcome, who.me(), now):
                abort(404)
        flash(OUTCOMES[outcome])
        if outcome != "open":
            flash(str(item_id), "undo")
        return redirect(url_for("asked.suggestions"))
