"""Who is signed in, for the length of one request."""

from flask import current_app, g, request

from bot.core.roles import Person
from bot.store import audit, drafts, sign_in_sessions, users
from bot.store.people_tables import SignInSession
from bot.store.sign_in_sessions import TOUCH_AFTER, Found
from bot.web.sign_in import cookies
from bot.wiring import Services


def current_user() -> Person:
    """Whoever is signed in: id, name, practices with roles. For pages that only staff see."""
    person = signed_in_person()
    if person is None:
        raise RuntimeError("nobody is signed in: the page lacks an access rule")
    return person


def signed_in_person() -> Person | None:
    """The same for pages that anybody sees."""
    person: Person | None = g.get("person")
    return person


def current_session() -> SignInSession:
    """The session of `current_user`, or the one that is half-way."""
    row: SignInSession = g.session_row
    return row


def find() -> Found | None:
    """The session that the browser shows, at any stage; looks once for each request."""
    if "found" not in g:
        services: Services = current_app.extensions["services"]
        token, g.found = cookies.read("session"), None
        if token:
            with services.database.read() as session:
                g.found = sign_in_sessions.find(session, services.now(), token)
                if g.found and not g.found.is_over:
                    g.session_row = g.found.row
                    if g.found.row.stage == "signed_in":
                        g.person = users.person(session, g.found.user)
    found: Found | None = g.found
    return found


def load(*, keeps_awake: bool) -> str | None:
    """How far the caller is: "signed_in", half-way, or None. Notes the sign of life; saves what an idle user sends."""
    services: Services = current_app.extensions["services"]
    found = find()
    if found is None:
        return None
    now = services.now()
    if found.is_over:
        if "draft_place" in request.form:
            with services.database.write() as session:
                place, text = request.form["draft_place"], request.form.get("draft_text", "")
                drafts.keep(session, now, found.user.id, place, text)
        return None
    if keeps_awake and found.row.stage == "signed_in" and now - found.row.seen_at >= TOUCH_AFTER:
        with services.database.write() as session:
            sign_in_sessions.touch(session, now, found.row.id)
    return found.row.stage


def note_refusal() -> None:
    """Somebody asked for a page that they may not see."""
    services: Services = current_app.extensions["services"]
    with services.database.write() as session:
        about = f"page {request.endpoint}"
        audit.record(session, services.now(), actor=current_user().actor, action="page_refused", about=about)
