"""Writing: a new answer, another version of one, what it looks like in Messenger, and what was kept of a draft."""

from flask import Blueprint, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.messages import Nation
from bot.core.redact import redact
from bot.errors import Refused
from bot.store import answer_drafts, answer_reviews, drafts, practices
from bot.store.answer_drafts import Saved
from bot.store.tables import AnswerVersion
from bot.web.access import allowed, must_be_mine
from bot.web.answers import edit_form, edit_page, who
from bot.web.answers.edit_form import Entry, Written
from bot.web.answers.preview import preview
from bot.web.inbox.words import inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of the form."""

    @blueprint.get("/new")
    @allowed(who.TRAINER)
    def new() -> ResponseReturnValue:
        """An empty form, or one for the question that the address names."""
        chosen = {name: request.args.get(name, "")[:100] for name in ("topic", "programme", "nation")}
        entry = edit_form.blank(services.now().date(), **chosen)
        return edit_page.render(services, entry, base=None)

    @blueprint.post("/start")
    @allowed(who.TRAINER)
    def start() -> ResponseReturnValue:
        """A form with what another page suggests: `topic`, `programme`, `text`. Nothing is saved yet."""
        text = redact(inert(request.form.get("text", "").replace("\r\n", "\n").strip()))
        chosen = {"topic": field("topic"), "programme": field("programme"), "nation": field("nation")}
        entry = edit_form.blank(services.now().date(), **chosen, text=text)
        return edit_page.render(services, entry, base=None, is_suggested=True)

    @blueprint.post("/new")
    @allowed(who.TRAINER)
    def save_new() -> ResponseReturnValue:
        """Save it as a draft, or show how it would look."""
        return _save(services, edit_form.from_form(request.form), None)

    @blueprint.get("/<int:version>/edit")
    @allowed(who.TRAINER)
    def edit(version: int) -> ResponseReturnValue:
        """The form with a version's words."""
        with services.database.read() as session:
            row = who.version(session, version)
        return edit_page.render(services, edit_form.of_version(row, services.now().date()), base=row)

    @blueprint.post("/<int:version>/edit")
    @allowed(who.TRAINER)
    def save(version: int) -> ResponseReturnValue:
        """Save it as another version. What it answers, and for whom, stays what it was."""
        with services.database.read() as session:
            row = who.version(session, version)
        return _save(services, edit_page.with_question_of(row, edit_form.from_form(request.form)), row)

    @blueprint.post("/preview")
    @allowed(who.TRAINER)
    def show_preview() -> ResponseReturnValue:
        """What a script shows while somebody types. Nothing is kept."""
        entry = edit_form.from_form(request.form)
        nation = entry.nations[0] if entry.nations else ""
        with services.database.read() as session:
            about = services.topics_now(session).get(entry.topic)
        return jsonify(preview(entry.text, entry.programme, nation, about).as_json())


def _save(services: Services, entry: Entry, base: AnswerVersion | None) -> ResponseReturnValue:
    act = field("act")
    if act == "preview":
        return edit_page.render(services, entry, base)
    if act == "forget":
        with services.database.write() as session:
            drafts.keep(session, services.now(), current_user().id, edit_page.place(base), "")
        return redirect(edit_page.address(base))
    if entry.whose != "all":
        must_be_mine(int(entry.whose) if entry.whose.isascii() and entry.whose.isdecimal() else None)
    practice_id = None if entry.whose == "all" else int(entry.whose)
    with services.database.read() as session:
        nations = _nations(session, entry, practice_id)
        topics = services.topics_now(session)
    written = edit_form.check(entry, topics, nations, services.now().date())
    if isinstance(written, Problems):
        return edit_page.render(services, entry, base, written)
    return _store(services, entry, written, base, practice_id, send=act == "send")


def _nations(session: Session, entry: Entry, practice_id: int | None) -> list[Nation]:
    """A practice's own wording serves that practice's nation."""
    if practice_id is None:
        return [Nation(name) for name in entry.nations]
    return [Nation(practices.find(session, practice_id).nation)]


def _store(
    services: Services,
    entry: Entry,
    written: Written,
    base: AnswerVersion | None,
    practice_id: int | None,
    *,
    send: bool,
) -> ResponseReturnValue:
    seen, me, now = field("seen"), who.me(), services.now()
    if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
        abort(400)
    try:
        with services.database.write() as session:
            saved = answer_drafts.save(
                session,
                written,
                me,
                now,
                practice_id=practice_id,
                seen=int(seen),
                base=base.id if base else None,
            )
            if not saved.is_stale:
                drafts.keep(session, now, current_user().id, edit_page.place(base), "")
                if send:
                    answer_reviews.ask(session, saved.version, me, now)
    except Refused as refused:
        return edit_page.render(services, entry, base, Problems(text=who.sentence(refused)))
    return _saved(services, entry, base, saved, send=send)


def _saved(
    services: Services, entry: Entry, base: AnswerVersion | None, saved: Saved, *, send: bool
) -> ResponseReturnValue:
    if saved.is_stale:
        problem = Problems(text="Somebody saved another version since you opened this page. Yours is not saved")
        return edit_page.render(services, entry, base, problem, came=saved.version)
    flash("Saved and sent for approval." if send else "Saved as a draft. Send it for approval when it is ready.")
    return redirect(url_for("answers.show", version=saved.version))
