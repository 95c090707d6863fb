"""One topic: its page, its question and button, and a new one, also of examples of another."""

import re
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.messages import Programme
from bot.core.topics import Topic
from bot.errors import Refused
from bot.nlu.topic_file import LONGEST_BUTTON
from bot.store import examples, labelling, teaching_steps
from bot.store.labelling import Label
from bot.store.learning_tables import LearningItem
from bot.store.teaching_files import as_topic
from bot.web.access import allowed
from bot.web.inbox.words import PROGRAMMES, inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.web.trainer.asked import who
from bot.web.trainer.asked.chosen import CARRIED, Chosen
from bot.web.trainer.topics import page, view
from bot.wiring import Services

MESSAGES_SHOWN = 5
NAME, NO_NAME = re.compile(r"[a-z][a-z0-9_]{2,49}"), re.compile(r"[^a-z0-9]+")


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""
    _add_new(blueprint, services)

    @blueprint.get("/<name>")
    @allowed(*page.LOOK)
    def show(name: str) -> ResponseReturnValue:
        """Its examples, how well they are told from others, and what was changed last."""
        return page.show(services, name)

    @blueprint.get("/<name>/edit")
    @allowed(*page.CHANGE)
    def edit(name: str) -> ResponseReturnValue:
        """What patients see of it, and what the bot does with it."""
        with services.database.read() as session:
            topic = as_topic(page.topic_or_404(session, name))
            return _form(session, topic, Problems(), is_new=False)

    @blueprint.post("/<name>/edit")
    @allowed(*page.CHANGE)
    def save(name: str) -> ResponseReturnValue:
        """Change that. The name stays: answers and earlier decisions go by it."""
        with services.database.write() as session:
            row = page.topic_or_404(session, name)
            topic, problems = _typed(name, route=row.route if view.is_safety(row) else field("route"))
            topic = Topic(**vars(topic) | {"numbers": tuple(row.numbers)})
            if not problems:
                try:
                    teaching_steps.edit_topic(session, topic, actor=current_user().actor, now=services.now())
                except Refused as refused:
                    problems["route"] = str(refused)
            if problems:
                return _form(session, topic, problems, is_new=False)
        flash("Saved. Patients see it when the next release is live.")
        return redirect(url_for("topics.show", name=name))


def _add_new(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/new")
    @allowed(*page.CHANGE)
    def new() -> ResponseReturnValue:
        """Ask what it is."""
        with services.database.read() as session:
            return _form(session, Topic("", "", "faq", (), "", ""), Problems(), is_new=True)

    @blueprint.post("/start")
    @allowed(*page.CHANGE)
    def start() -> ResponseReturnValue:
        """The same for messages that patients wrote: they are labelled with the topic as soon as it is added."""
        try:
            with services.database.write() as session:
                return _form(
                    session, Topic("", "", "faq", (), "", ""), Problems(), is_new=True, asked=Chosen.from_form()
                )
        except Refused as refused:
            flash(f"No topic was added. {refused}.", "notice")
            return redirect(url_for("asked.show_list"))

    @blueprint.post("/new")
    @allowed(*page.CHANGE)
    def create() -> ResponseReturnValue:
        """Add it, with the examples that were ticked in another topic."""
        name = NO_NAME.sub("_", field("name").lower()).strip("_")  # people type words
        topic, problems = _typed(name, route=field("route"))
        if not NAME.fullmatch(topic.name):
            problems["name"] = "Enter a name of 3 to 50 letters and numbers, such as: bring a friend"
        actor, ids, asked = current_user().actor, page.chosen(), Chosen.from_form(CARRIED)
        with services.database.write() as session:
            messages: Sequence[LearningItem] = []
            if not problems:
                try:
                    messages = asked.messages(session) if asked else []
                    if ids:
                        teaching_steps.split(session, ids, topic, actor=actor, now=services.now())
                    else:
                        teaching_steps.add_topic(session, topic, actor=actor, now=services.now())
                    if messages:
                        labelling.label(session, messages, Label("topic", topic.name), who.me(), services.now())
                except Refused as refused:
                    problems["name"] = str(refused)
            if problems:
                return _form(session, topic, problems, is_new=True, asked=asked)
        with_it = f", with {len(messages)} of what patients asked" if messages else ""
        flash(f"The topic is added{with_it}. Add more examples to it, and write its answer.")
        return redirect(url_for("topics.show", name=topic.name))


def form_for_split(session: Session) -> ResponseReturnValue:
    """The form of a new topic for the examples that were ticked."""
    return _form(session, Topic("", "", "faq", (), "", ""), Problems(), is_new=True)


def _typed(name: str, route: str) -> tuple[Topic, Problems]:
    """The topic that the form holds, and what is wrong with it."""
    programmes = tuple(one for one in Programme if field(f"programme_{one}") == "yes")
    question, button, problems = inert(field("question")), inert(field("button")), Problems()
    if not question:
        problems["question"] = "Enter the question as a patient would ask it"
    if not 0 < len(button) <= LONGEST_BUTTON:
        problems["button"] = f"Enter words for the button, {LONGEST_BUTTON} characters at most"
    if not NAME.fullmatch(field("group")):
        problems["group"] = "Select a group"
    if route not in view.ROUTES:
        problems["route"] = "Select what the bot does"
    return Topic(name, field("group"), route, programmes, question, button), problems


def _form(
    session: Session, topic: Topic, problems: Problems, *, is_new: bool, asked: Chosen | None = None
) -> ResponseReturnValue:
    """`asked`: the messages that will be labelled with it. Raises Refused where they changed, unless that was said."""
    messages = asked.messages(session) if asked is not None and not problems else []
    safety = topic.route in teaching_steps.SAFETY_ROUTES
    shown = render_template(
        "staff/topics/edit.html",
        topic=topic,
        is_new=is_new,
        is_safety=safety,
        groups=list(dict.fromkeys(row.group for row in examples.topics_in_use(session))),
        routes={name: words for name, words in view.ROUTES.items() if name not in teaching_steps.SAFETY_ROUTES},
        programmes={one: PROGRAMMES[one] for one in Programme},
        ticked=page.chosen(),
        messages=[inert(one.text) for one in messages[:MESSAGES_SHOWN]],
        messages_in_all=len(messages),
        carried=asked.carried() if asked else [],
        problems=problems,
    )
    return shown, 422 if problems else 200
