"""The groups, one group, what was labelled last, and how far the grouping is."""

from collections.abc import Mapping

from flask import Blueprint, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.learning import Why
from bot.store import asked, examples, job_runs, labelling
from bot.store.tables import JobRun
from bot.web.access import allowed
from bot.web.inbox.words import inert
from bot.web.sign_in.forms import field
from bot.web.trainer.asked import view, who
from bot.wiring import Services

MOST_PAGES = 100_000
GROUPING = "grouping"  # the job's name, as `bot.trainer.group_next` writes it


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("")
    @allowed(*who.LOOK)
    def show_list() -> ResponseReturnValue:
        """The groups, largest first."""
        return the_list(services, request.args)

    @blueprint.post("")
    @allowed(*who.LOOK)
    def search() -> ResponseReturnValue:
        """The groups with messages in which these words are."""
        return the_list(services, request.form, inert(field("q")))

    @blueprint.get("/asked/<int:group_id>")
    @allowed(*who.LOOK)
    def show(group_id: int) -> ResponseReturnValue:
        """One group with its messages."""
        with services.database.read() as session:
            found = asked.group(session, who.shown_practices(), group_id)
            topics = services.topics_now(session)
            choices = examples.topics_in_use(session)
        if found is None:
            abort(404)
        return render_template(
            "staff/asked/group.html",
            card=view.card(found, topics, services.now()),
            choices=choices,
            may_change=_may_change(),
        )

    @blueprint.get("/labelled")
    @allowed(*who.LOOK)
    def labelled() -> ResponseReturnValue:
        """Who labelled what, newest first."""
        with services.database.read() as session:
            items = labelling.newest(session, who.shown_practices())
        lines = [(item, view.label_of(item), inert(item.text)) for item in items]
        return render_template("staff/asked/labelled.html", lines=lines, may_change=_may_change())

    @blueprint.get("/progress")
    @allowed(*who.LOOK, keeps_awake=False)
    def progress() -> ResponseReturnValue:
        """How far the grouping is, for a script: 304 where nothing changed."""
        with services.database.read() as session:
            response = jsonify({"working": working(session)})
        response.headers["Cache-Control"] = "private, no-cache"
        response.add_etag()
        return response.make_conditional(request)


def working(session: Session) -> str:
    """The grouping that runs now in words; "" where none does."""
    run: JobRun | None = next(iter(job_runs.newest(session, GROUPING, 1)), None)
    if run is None or run.state != "working":
        return ""
    done, total = run.removed.get("compared", 0), run.removed.get("of", 0)
    return f"Messages are being grouped: {done:,} of {total:,}." if total else "Messages are being grouped."


def _may_change() -> bool:
    return bool(who.trained_practices())


def the_list(services: Services, values: Mapping[str, str], query: str = "") -> ResponseReturnValue:
    """The groups of a reason and a page, as `values` name them, in which these words are."""
    why = Why(values["why"]) if values.get("why", "") in set(Why) else None
    number = values.get("page", "1")
    page = min(int(number), MOST_PAGES) if number.isascii() and number.isdecimal() and len(number) < 9 else 1
    page, practices = max(page, 1), who.shown_practices()
    with services.database.read() as session:
        found = asked.listed(session, practices, why, query, page)
        counts = asked.counts(session, practices)
        topics, choices = services.topics_now(session), examples.topics_in_use(session)
        grouping = working(session)
    return render_template(
        "staff/asked/list.html",
        cards=[view.card(group, topics, services.now()) for group in found.groups],
        in_all=f"{view.count(found.messages_in_all, 'message')} in {view.count(found.groups_in_all, 'group')}",
        counts=counts,
        whys=view.WHYS,
        why=why,
        query=query,
        page=page,
        is_last=page * asked.PAGE_SIZE >= found.groups_in_all,
        choices=choices,
        empty=view.NOTHING_FOUND if query else view.NOTHING,
        grouping=grouping,
        may_change=_may_change(),
    )
