"""The page of one topic, which several routes show: with what was typed, and what is wrong with it."""

from collections.abc import Sequence

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.nlu.training_data import FEWEST_EXAMPLES
from bot.store import examples
from bot.store.teaching_tables import TopicRow
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems
from bot.web.trainer.topics import last_evaluation, view
from bot.web.trainer.topics.view import Checked
from bot.wiring import Services

LOOK = ("trainer", "clinical_approver", "practice_admin")
CHANGE = ("trainer",)
LONGEST = 2_000  # characters that a form may send; what is too long for an example is then said


def topic_or_404(session: Session, name: str) -> TopicRow:
    try:
        return examples.find_topic(session, name)
    except Refused:
        abort(404)


def typed(name: str) -> str:
    """What a form sent as an example, longer than other fields may be."""
    return request.form.get(name, "").strip()[:LONGEST]


def chosen() -> list[int]:
    """The examples that were ticked."""
    return [int(value) for value in request.form.getlist("example") if value.isdecimal() and len(value) < 10]


def may_change() -> bool:
    return "trainer" in {role.value for role in current_user().roles}


def show(
    services: Services,
    name: str,
    *,
    problems: Problems | None = None,
    text: str = "",
    checked: Checked | None = None,
    ticked: Sequence[int] = (),
) -> ResponseReturnValue:
    """The page; 422 where something was wrong."""
    with services.database.read() as session:
        evaluation = last_evaluation.find(session, services.settings.var)
        row = topic_or_404(session, name)
        page = render_template(
            "staff/topics/topic.html",
            topic=row,
            route=view.ROUTES[row.route],
            is_safety=view.is_safety(row),
            taught=examples.of_topic(session, name, "train"),
            examined=examples.of_topic(session, name, "regression"),
            fewest=FEWEST_EXAMPLES,
            found=evaluation.topics.get(name),
            pairs=evaluation.pairs_of(name)[: last_evaluation.MOST_PAIRS],
            history=view.history(session, name),
            others=[one for one in examples.topics_in_use(session) if one.name != name],
            may_change=may_change(),
            problems=problems or Problems(),
            text=text,
            checked=checked,
            ticked=ticked,
        )
    return page, 422 if problems else 200
