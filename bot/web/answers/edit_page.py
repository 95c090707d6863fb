"""Builds the page of the form: what is typed, the preview and the lint beside it, and what came meanwhile."""

from dataclasses import replace

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.topics import Topics
from bot.store import answer_drafts, answer_queries, drafts
from bot.store.tables import AnswerVersion
from bot.web.answers import preview, version_view, who, words
from bot.web.answers.edit_form import Entry
from bot.web.answers.version_routes import titles
from bot.web.answers.version_view import Difference
from bot.web.inbox.words import PROGRAMMES, topic
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems
from bot.wiring import Services


def place(base: AnswerVersion | None) -> str:
    """Where a draft is kept when its writer is signed out."""
    return f"answer {base.id}" if base else "answer new"


def address(base: AnswerVersion | None) -> str:
    """The form's own address."""
    return url_for("answers.edit", version=base.id) if base else url_for("answers.new")


def with_question_of(row: AnswerVersion, entry: Entry) -> Entry:
    """Another version answers the same question, for the same practices."""
    whose = "all" if row.practice_id is None else str(row.practice_id)
    return replace(entry, topic=row.topic, programme=row.programme, whose=whose)


def render(
    services: Services,
    entry: Entry,
    base: AnswerVersion | None,
    problems: Problems | None = None,
    *,
    came: int | None = None,
    is_suggested: bool = False,
) -> ResponseReturnValue:
    """The page. `came`: the version that somebody else saved meanwhile."""
    is_fresh = problems is None and not is_suggested
    with services.database.read() as session:
        kept = drafts.of(session, current_user().id, place(base)) if is_fresh else None
        if kept and kept.strip() != entry.text:
            entry = replace(entry, text=kept.strip())
        else:
            kept = None
        seen = answer_drafts.newest(session)
        difference = _difference(session, came, entry) if came else None
        before = answer_queries.before(session, base) if base else []
        topics = services.topics_now(session)
    shown = render_template(
        "staff/answers/edit.html",
        entry=entry,
        base=base,
        kept=kept is not None,
        **(titles(topics, base) if base else {"question": "", "about": ""}),
        sent_as=address(base),
        place=place(base),
        seen=seen,
        difference=difference,
        earlier=len(before),
        preview=preview.preview(
            entry.text,
            entry.programme,
            entry.nations[0] if entry.nations else "",
            topics.get(entry.topic),
        ),
        facts=preview.facts(),
        topics=_choices(topics),
        programmes=PROGRAMMES,
        nations=words.NATIONS,
        practices=who.my_practices(),
        problems=problems or Problems(),
    )
    return shown, 422 if problems else 200


def _choices(topics: Topics) -> list[tuple[str, str]]:
    faq = [(name, topic(name, topics)) for name, one in topics.items() if one.route == "faq"]
    return sorted(faq, key=lambda pair: pair[1].casefold())


def _difference(session: Session, came: int, entry: Entry) -> Difference | None:
    row = session.get(AnswerVersion, came)
    if row is None:
        return None
    return version_view.difference_of_texts(f"From version {came} to what you typed", came, row.text, entry.text)
