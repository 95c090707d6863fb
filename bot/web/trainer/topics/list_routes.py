"""The list of topics, with what is weak in it; a new topic; undoing a step."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.errors import Refused
from bot.nlu.training_data import FEWEST_EXAMPLES
from bot.store import examples, teaching_changes
from bot.web.access import allowed
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import field
from bot.web.trainer.topics import last_evaluation, page, view
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("")
    @allowed(*page.LOOK)
    def show_list() -> ResponseReturnValue:
        """Every topic by group, weak ones pointed out, and pairs that are taken for one another."""
        with services.database.read() as session:
            evaluation = last_evaluation.find(session, services.settings.var)
            lines = view.topic_lines(session, evaluation)
            history = view.history(session)
        return render_template(
            "staff/topics/list.html",
            groups=view.by_group(lines),
            count=len(lines),
            examples=sum(line.taught for line in lines),
            weak=[line for line in lines if line.is_weak],
            names={line.name for line in lines},
            evaluation=evaluation,
            pairs=evaluation.pairs[: last_evaluation.MOST_PAIRS],
            fewest=FEWEST_EXAMPLES,
            history=history,
            may_change=page.may_change(),
        )

    @blueprint.post("/undo")
    @allowed(*page.CHANGE)
    def undo() -> ResponseReturnValue:
        """Put a step back, and return to where it was asked for."""
        number = field("change")
        if not number.isdecimal() or len(number) > 9:
            abort(400)
        try:
            with services.database.write() as session:
                teaching_changes.undo(session, int(number), actor=current_user().actor, now=services.now())
        except Refused as refused:
            flash(f"Nothing was undone. {refused}.", "notice")
        else:
            flash("Undone. Everything is as it was before.")
        if field("back") == "checks":
            return redirect(url_for("asked.checks"))
        with services.database.read() as session:
            known = {row.name for row in examples.topics_in_use(session)}
        is_there = field("topic") in known  # the step may have been what made it
        return redirect(url_for("topics.show", name=field("topic")) if is_there else url_for("topics.show_list"))
