"""What all routes of signing in share: who visits, and the answers that hand over or take away cookies."""

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, session, url_for

from bot.core.roles import Person
from bot.store import users
from bot.store.people_tables import User
from bot.web.pages import first_page_of
from bot.web.sign_in import cookies
from bot.web.sign_in.browser_words import browser_words
from bot.web.sign_in.steps import Refusal, Tokens, Visitor
from bot.wiring import Services

WRONG_OR_USED = "Check the code. It is wrong, or it was used before"
NOT_THE_APPS = "Check the code. It is not the one that your app shows now"
TOO_OFTEN = "You have tried too often. Wait at least 15 minutes, then try again"


def visitor() -> Visitor:
    """Who makes this request."""
    words = browser_words(request.headers.get("User-Agent", ""))
    return Visitor(request.remote_addr or "", cookies.read("device"), words)


def words_for(refusal: Refusal, wrong: str) -> str:
    """What the page says; `wrong` where it was not too often."""
    return TOO_OFTEN if refusal is Refusal.TOO_OFTEN else wrong


def half_way(token: str, endpoint: str) -> Response:
    """On to the next step, with the cookie of a session that is half-way."""
    return cookies.put(_to(url_for(endpoint)), "session", token)


def signed_in(services: Services, tokens: Tokens, user: User, next_path: str | None = None) -> Response:
    """On to where they wanted to go, else to the first page that they may see."""
    with services.database.read() as database_session:
        person = users.person(database_session, user)
    return hand_over(_to(next_path or first_page(person)), tokens)


def hand_over(response: Response, tokens: Tokens) -> Response:
    """Both cookies. Whatever a form left in the browser's small session belongs to before: it goes."""
    session.clear()
    return cookies.put(cookies.put(response, "session", tokens.session), "device", tokens.device)


def signed_out() -> Response:
    """To the sign-in page; the browser forgets what it kept of this site's pages."""
    session.clear()
    response = cookies.remove(_to(url_for("sign_in.ask", signed_out=1)), "session")
    if request.is_secure:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def first_page(person: Person) -> str:
    return first_page_of(current_app, person)


def _to(path: str) -> Response:
    return make_response(redirect(path))


def page(template: str, **values: Any) -> Response:
    """A page as an answer that cookies can be put on."""
    return make_response(render_template(template, **values))
