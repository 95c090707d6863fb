"""Examples of a topic: check, add, change, move, split off, retire."""

from flask import Blueprint, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.errors import Refused
from bot.nlu.evaluation.wording import spoken
from bot.store import examples, teaching_steps
from bot.store.examples import Placed
from bot.web.access import allowed
from bot.web.inbox.words import inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.web.trainer.topics import page, topic_routes, view
from bot.web.trainer.topics.kept import ExamplesKept
from bot.web.trainer.topics.view import Checked
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services, kept: ExamplesKept) -> None:
    """The routes."""
    _add_typing(blueprint, services, kept)
    _add_chosen(blueprint, services)

    @blueprint.post("/<name>/edit-example")
    @allowed(*page.CHANGE)
    def edit_example(name: str) -> ResponseReturnValue:
        """Other words for one example."""
        text, ids = inert(page.typed("text")), page.chosen()[:1]
        try:
            with services.database.write() as session:
                page.topic_or_404(session, name)
                actor = current_user().actor
                teaching_steps.edit_example(session, ids[0] if ids else 0, text, actor=actor, now=services.now())
        except Refused as refused:
            return _edit_page(name, ids, text, Problems(text=str(refused)))
        flash("The example is changed.")
        return redirect(url_for("topics.show", name=name))


def _add_typing(blueprint: Blueprint, services: Services, kept: ExamplesKept) -> None:
    def looked_at(name: str, text: str) -> Checked:
        opinion = view.ask(services.nlu, text)
        with services.database.read() as session:
            page.topic_or_404(session, name)
            return view.check(session, kept, name, text, opinion)

    @blueprint.post("/<name>/similar")
    @allowed(*page.CHANGE)
    def similar(name: str) -> ResponseReturnValue:
        """For the script, while somebody types: the part of the page that says what is alike."""
        text = inert(page.typed("text"))
        return jsonify({"html": render_template("staff/topics/checked.html", checked=looked_at(name, text))})

    @blueprint.post("/<name>/examples")
    @allowed(*page.CHANGE)
    def add_example(name: str) -> ResponseReturnValue:
        """Add what was typed, or only check it."""
        text = inert(page.typed("text"))
        if field("act") == "check":
            return page.show(services, name, text=text, checked=looked_at(name, text))
        try:
            with services.database.write() as session:
                page.topic_or_404(session, name)
                examples.add_example(session, name, text, "train", current_user().actor, services.now())
        except Refused as refused:
            checked = looked_at(name, text)
            return page.show(services, name, text=text, checked=checked, problems=Problems(text=str(refused)))
        flash("The example is added. The bot learns it when a model is trained.")
        return redirect(url_for("topics.show", name=name))


def _add_chosen(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/<name>/chosen")
    @allowed(*page.CHANGE)
    def chosen(name: str) -> ResponseReturnValue:
        """Do what the button says with the examples that were ticked."""
        ids, act = page.chosen(), field("act")
        with services.database.read() as session:
            page.topic_or_404(session, name)
            ticked = examples.some(session, ids)
            if act == "split" and ticked:
                return topic_routes.form_for_split(session)
        if act == "edit" and len(ticked) == 1:
            return _edit_page(name, ids, ticked[0].row.text, Problems())
        if problem := _cannot(act, ticked):
            return page.show(services, name, problems=Problems(examples=problem), ticked=ids)
        try:
            done = _do(services, act, ids)
        except Refused as refused:
            return page.show(services, name, problems=Problems(examples=str(refused)), ticked=ids)
        flash(done)
        return redirect(url_for("topics.show", name=name))


def _cannot(act: str, ticked: list[Placed]) -> str | None:
    if not ticked:
        return "Tick at least one example first"
    if act == "edit":
        return "Tick one example only to change its words"
    if act == "move" and not field("target"):
        return "Select the topic to move them to"
    return None


def _do(services: Services, act: str, ids: list[int]) -> str:
    """Move or retire; returns what to tell. Raises Refused."""
    actor, now = current_user().actor, services.now()
    with services.database.write() as session:
        if act == "move":
            count = teaching_steps.move(session, ids, field("target"), actor=actor, now=now)
            return f"Moved to {spoken(field('target'))}: {count}. You can undo this below."
        if act == "retire":
            count = teaching_steps.retire(session, ids, actor=actor, now=now)
            return f"Retired: {count}. You can undo this below."
    raise Refused("Choose what to do with them")


def _edit_page(name: str, ids: list[int], text: str, problems: Problems) -> ResponseReturnValue:
    shown = render_template("staff/topics/edit_example.html", name=name, ids=ids, text=text, problems=problems)
    return shown, 422 if problems else 200
