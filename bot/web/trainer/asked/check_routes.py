"""Checks: messages that must be answered in a certain way, or no release goes live."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.core.messages import Programme
from bot.core.policy import KIND_OF_ROUTE
from bot.errors import Refused
from bot.store import examples, labelling, teaching_changes, teaching_steps
from bot.web.access import allowed
from bot.web.inbox.words import PROGRAMMES, inert
from bot.web.sign_in.forms import Problems, field
from bot.web.trainer.asked import check_start, view, who
from bot.wiring import Services

AS_ITS_TOPIC = "as_its_topic"


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/checks")
    @allowed(*who.LOOK)
    def checks() -> ResponseReturnValue:
        """Every check by topic, and a form for a new one."""
        return _page(services, Problems())

    @blueprint.post("/checks/start")
    @allowed(*who.CHANGE)
    def start_check() -> ResponseReturnValue:
        """The form with the words of a message in it."""
        with services.database.read() as session:
            text = check_start.chosen(session)
        return _page(services, Problems(), inert(text))

    @blueprint.post("/checks")
    @allowed(*who.CHANGE)
    def add_check() -> ResponseReturnValue:
        """Add one."""
        text, problems = inert(field("text")), Problems()
        if not field("topic"):
            problems["topic"] = "Select what the message is about"
        if labelling.is_masked(text):
            problems["text"] = "Take out what is masked, or put other words in its place"
        if field("must") not in (AS_ITS_TOPIC, *view.MUST):
            problems["must"] = "Select what the bot must do"
        programme = field("programme") or None
        if programme not in (None, *Programme):
            problems["programme"] = "Select a test, or any test"
        if not problems:
            try:
                with services.database.write() as session:
                    topic = examples.find_topic(session, field("topic"))
                    must = field("must")
                    if must == AS_ITS_TOPIC:
                        must = KIND_OF_ROUTE.get(topic.route, topic.route)  # safety routes are named as their kinds
                    actor, now = who.me().key, services.now()
                    demands = {"decision": must, "programme": programme}
                    examples.add_example(session, topic.name, text, "regression", actor, now, **demands)
            except Refused as refused:
                problems["text"] = str(refused)
        if problems:
            return _page(services, problems, text)
        flash("The check is added. The next training has to pass it.")
        return redirect(url_for("asked.checks"))

    @blueprint.post("/checks/<int:example_id>/retire")
    @allowed(*who.CHANGE)
    def retire_check(example_id: int) -> ResponseReturnValue:
        """Take one out of use. The banner can bring it back, and so can the latest changes of its topic."""
        try:
            with services.database.write() as session:
                if example_id not in {one.row.id for one in examples.checks(session)}:
                    raise Refused("There is no such check any more")
                teaching_steps.retire(session, [example_id], actor=who.me().key, now=services.now())
                change = teaching_changes.newest(session, limit=1)[0].id
        except Refused as refused:
            flash(f"Nothing was retired. {refused}.", "notice")
        else:
            flash("The check is retired. New models do not have to pass it any more.")
            flash(str(change), "undo")
        return redirect(url_for("asked.checks"))


def _page(services: Services, problems: Problems, text: str = "") -> ResponseReturnValue:
    with services.database.read() as session:
        found = examples.checks(session)
        page = render_template(
            "staff/asked/checks.html",
            checks=[(one, view.in_words(one.topic), view.must_words(one.decision, one.programme)) for one in found],
            programmes={one.value: PROGRAMMES[one] for one in Programme},
            programme=field("programme"),
            choices=examples.topics_in_use(session),
            kinds={AS_ITS_TOPIC: "What its topic always does"} | view.MUST,
            text=text,
            topic=field("topic"),
            must=field("must") or AS_ITS_TOPIC,
            problems=problems,
            may_change=bool(who.trained_practices()),
        )
    return page, 422 if problems else 200
