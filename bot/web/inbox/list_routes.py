"""`/inbox`: the list, a search in it, and what its script asks every few seconds.

A search is a POST: what staff look for may be a patient's words, and addresses end up in logs and histories.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.roles import PracticeRoles
from bot.store import desk_settings, escalations, inbox, inbox_changes, inbox_rows
from bot.store.inbox import Filter, Place
from bot.web.access import allowed
from bot.web.inbox import list_view, who
from bot.web.inbox.words import inert
from bot.web.sign_in.forms import field
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of the list."""

    @blueprint.get("")
    @allowed(*who.ROLES)
    def show_list() -> ResponseReturnValue:
        """Whoever waits, or another list; urgent first, then the longest wait."""
        return _page(services, who.chosen_practice(), request.args)

    @blueprint.post("")
    @allowed(*who.ROLES)
    def search() -> ResponseReturnValue:
        """The same, of those in which these words were said."""
        return _page(services, who.chosen_practice(), request.form, inert(field("q")))

    @blueprint.get("/open-today")
    @allowed(*who.ROLES)
    def open_today() -> ResponseReturnValue:
        """Everything that is not finished, on one page: to look through, or to print, at the end of the day."""
        practice, now = who.chosen_practice(), services.now()
        with services.database.read() as session:
            found = escalations.still_open(session, practice.practice_id)
            rows = inbox_rows.rows(session, practice.practice_id, found, now)
            replies = desk_settings.of(session, practice.practice_id).staff_replies
            topics = services.topics_of(session)
        lines = [list_view.line(row, who.me().key, now, topics, replies=replies) for row in rows]
        return render_template(
            "staff/inbox/open_today.html", practice=practice, practices=who.my_practices(), lines=lines, now=now
        )

    @blueprint.get("/changes")
    @allowed(*who.ROLES, keeps_awake=False)
    def list_changes() -> ResponseReturnValue:
        """Counts, and a mark for each line of the first page, which a script compares. 304 where nothing changed."""
        practice, show = who.chosen_practice(), _filter(request.args)
        me = who.me().key
        with services.database.read() as session:
            found = inbox.listed(session, practice.practice_id, show, me)
            marks = {str(row.id): inbox_changes.mark_of(row) for row in found.rows}
            counts = inbox.counts(session, practice.practice_id, me)
            waiting = told_of(session, practice.practice_id)
        numbers = {one.value: number for one, number in counts.items()}
        return polled({"counts": numbers, "marks": marks, "waiting": waiting})


def told_of(session: Session, practice_id: int) -> dict[str, float]:
    """Who waits, as far as a notification on somebody's screen may say it: numbers. `newest` is in seconds."""
    found = inbox.waiting(session, practice_id)
    newest = found.newest.timestamp() if found.newest else 0
    return {"practice": practice_id, "count": found.count, "urgent": found.urgent, "newest": newest}


def polled(body: Mapping[str, object]) -> Response:
    """JSON with an ETag, kept by the browser only to be asked about again."""
    response = jsonify(body)
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _filter(values: Mapping[str, str]) -> Filter:
    wanted = values.get("show", "")
    return Filter(wanted) if wanted in set(Filter) else Filter.WAITING


def _page(
    services: Services, practice: PracticeRoles, values: Mapping[str, str], query: str = ""
) -> ResponseReturnValue:
    show, me, now = _filter(values), who.me().key, services.now()
    after = Place.decode(values.get("after", ""))
    with services.database.read() as session:
        found = inbox.listed(session, practice.practice_id, show, me, query=query, after=after)
        counts = inbox.counts(session, practice.practice_id, me)
        replies = desk_settings.of(session, practice.practice_id).staff_replies
        rows = inbox_rows.rows(session, practice.practice_id, found.rows, now)
        marks = {row.id: inbox_changes.mark_of(row) for row in found.rows}
        topics = services.topics_of(session)
    return render_template(
        "staff/inbox/list.html",
        practice=practice,
        practices=who.my_practices(),
        show=show,
        counts=counts,
        filters=list_view.FILTERS,
        query=query,
        lines=[list_view.line(row, me, now, topics, replies=replies) for row in rows],
        marks=marks,
        replies=replies,
        empty=list_view.NOTHING_FOUND if query else list_view.EMPTY[show],
        next=found.next.encode() if found.next else None,
        is_first=after is None,
    )
