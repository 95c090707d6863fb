"""The end of a topic: merged with another, or retired. Its word is typed, and a step undoes it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.errors import Refused
from bot.nlu.evaluation.wording import spoken
from bot.store import examples, teaching_steps, topic_answers
from bot.store.topic_answers import Counted
from bot.web.access import allowed
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.web.trainer.topics import page
from bot.wiring import Services

WORDS = {"merge": "merge", "retire": "retire"}


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/<name>/end")
    @allowed(*page.CHANGE)
    def end(name: str) -> ResponseReturnValue:
        """Ask which, and say what it means."""
        return _page(services, name, Problems())

    @blueprint.post("/<name>/merge")
    @allowed(*page.CHANGE)
    def merge(name: str) -> ResponseReturnValue:
        """All examples go to another topic; the answers end, or become drafts there."""
        target, moves = field("target"), field("answers") == "move"
        problems = _unconfirmed("merge")
        if not target:
            problems["target"] = "Select the topic to merge with"
        if problems:
            return _page(services, name, problems)
        try:
            with services.database.write() as session:
                page.topic_or_404(session, name)
                ended = topic_answers.counted(session, name)
                count = teaching_steps.merge(
                    session,
                    name,
                    target,
                    actor=current_user().actor,
                    now=services.now(),
                    moves_answers=moves,
                )
        except Refused as refused:
            return _page(services, name, Problems(target=str(refused)))
        moved = f"Merged: {count} examples of {spoken(name)} are here now."
        flash(f"{moved}{_of_answers(ended, moves)} You can undo this below.")
        return redirect(url_for("topics.show", name=target))

    @blueprint.post("/<name>/retire")
    @allowed(*page.CHANGE)
    def retire(name: str) -> ResponseReturnValue:
        """The topic, its examples and its answers go out of use."""
        if problems := _unconfirmed("retire"):
            return _page(services, name, problems)
        try:
            with services.database.write() as session:
                page.topic_or_404(session, name)
                ended = topic_answers.counted(session, name)
                teaching_steps.retire_topic(session, name, actor=current_user().actor, now=services.now())
        except Refused as refused:
            return _page(services, name, Problems(retire=str(refused)))
        flash(f"The topic {spoken(name)} is retired.{_of_answers(ended)} You can undo this below.")
        return redirect(url_for("topics.show_list"))


def _of_answers(ended: Counted, became_drafts: bool = False) -> str:
    count = ended.in_use + ended.drafts
    what = "Its answers became drafts here" if became_drafts else "Answers out of use"
    return f" {what}: {count}." if count else ""


def _unconfirmed(word: str) -> Problems:
    is_there = field(f"confirm_{word}").lower() == WORDS[word]
    return Problems() if is_there else Problems({f"confirm_{word}": f"Type the word {WORDS[word]} to confirm"})


def _page(services: Services, name: str, problems: Problems) -> ResponseReturnValue:
    with services.database.read() as session:
        row = page.topic_or_404(session, name)
        others = [one for one in examples.topics_in_use(session) if one.name != name]
        count, answers = len(examples.of_topic(session, name)), topic_answers.counted(session, name)
    shown = render_template(
        "staff/topics/end.html", topic=row, others=others, count=count, answers=answers, problems=problems
    )
    return shown, 422 if problems else 200
