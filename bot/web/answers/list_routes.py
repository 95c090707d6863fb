"""`/answers`: every version that somebody may see, by tab and filter, and the calendar of what falls due."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bot.core.answers import AnswerBook, for_all
from bot.core.messages import Nation
from bot.core.topics import Topics
from bot.store import answer_queries, answer_reviews, answer_use
from bot.store.answer_rows import as_answer
from bot.web.access import allowed, my_practice_ids
from bot.web.answers import calendar_view, list_view, who, words
from bot.web.answers.list_view import Filters, Show
from bot.web.inbox.words import PROGRAMMES, topic
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of the lists."""

    @blueprint.get("")
    @allowed(*who.READERS)
    def show_list() -> ResponseReturnValue:
        """What is in use, or another tab."""
        return _page(services, request.args)

    @blueprint.get("/calendar")
    @allowed(*who.READERS)
    def calendar() -> ResponseReturnValue:
        """What has to be reviewed: what is overdue, and the months to come."""
        with services.database.read() as session:
            rows = answer_queries.seen_by(session, my_practice_ids())
            topics = services.topics_now(session)
        return render_template(
            "staff/answers/calendar.html",
            months=calendar_view.months(
                [row for row in rows if row.status in list_view.in_use(is_demo=services.settings.is_demo)],
                topics,
                services.now().date(),
                who.practice_names(),
            ),
        )


def _filters(values: Mapping[str, str]) -> Filters:
    return Filters(*(values.get(name, "")[:100] for name in ("topic", "programme", "nation", "whose")))


def _page(services: Services, values: Mapping[str, str]) -> ResponseReturnValue:
    wanted, filters, today = values.get("show", ""), _filters(values), services.now().date()
    show = Show(wanted) if wanted in set(Show) else Show.IN_USE
    with services.database.read() as session:
        everything = answer_queries.seen_by(session, my_practice_ids())
        waiting = {row.id for _, row in answer_reviews.queue(session, my_practice_ids())}
        sent = answer_use.counts(session)
        topics = services.topics_now(session)
    rows = [row for row in everything if filters.fit(row)]
    written = for_all(as_answer(row) for row in everything if row.status in list_view.WRITTEN)
    book = AnswerBook(written, accepts_samples=services.settings.is_demo)
    missing = list_view.missing(book, topics, today, filters)
    names, used = who.practice_names(), list_view.in_use(is_demo=services.settings.is_demo)
    tabs = {one: name for one, name in list_view.TABS.items() if one is not Show.SAMPLES or "sample" not in used}
    lines = [
        list_view.line(row, topics, names, sent, waiting, today)
        for row in rows
        if list_view.belongs(row, show, used, waiting, today)
    ]
    found, number, pages = list_view.page_of(missing if show is Show.MISSING else lines, values.get("page", ""))
    return render_template(
        "staff/answers/list.html",
        show=show,
        tabs=tabs,
        counts=list_view.counted(rows, used, waiting, today) | {Show.MISSING: len(missing)},
        filters=filters,
        chosen={name: value for name, value in vars(filters).items() if value},
        lines=found,
        page=number,
        pages=pages,
        empty=list_view.NOTHING_FITS if filters.are_set else list_view.EMPTY[show],
        may_write=who.may(who.TRAINER, None),
        choices=_choices(topics, names),
    )


def _choices(topics: Topics, names: Mapping[int, str]) -> dict[str, list[tuple[str, str]]]:
    faq = sorted((topic(name, topics), name) for name, one in topics.items() if one.route == "faq")
    return {
        "topic": [("", "Every question"), *((name, question) for question, name in faq)],
        "programme": [("", "Every test"), *PROGRAMMES.items()],
        "nation": [("", "Every nation"), *((nation.value, words.NATIONS[nation.value]) for nation in Nation)],
        "whose": [("", "Everybody"), ("all", "Every practice"), *((str(key), name) for key, name in names.items())],
    }
