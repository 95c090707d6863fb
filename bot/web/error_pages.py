"""What staff see in place of a page: not for you, not there, the form was too old."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bot.web.sign_in.current import signed_in_person

SIGN_IN_PAGES = ("/sign-in", "/sign-out", "/invite/", "/reset", "/account", "/session/", "/inbox", "/admin")


@dataclass(frozen=True)
class ErrorWords:
    """A heading and what to do."""

    heading: str
    text: str


WORDS = {
    403: ErrorWords("You cannot see this page", "Your role does not include it. Ask your practice admin if it should."),
    404: ErrorWords("Page not found", "Check the address, or start again from the menu."),
    413: ErrorWords("The form is too long", "Go back, shorten it and send it again."),
}
OLD_FORM = ErrorWords("The form is too old", "Go back, reload the page and send the form again.")
OTHERWISE = ErrorWords("This did not work", "Go back and try again.")


def is_for_staff() -> bool:
    """Whether a person of the practice waits for a page, and not Meta or a patient's demo."""
    return request.path.startswith(SIGN_IN_PAGES) or signed_in_person() is not None


def error_page(error: HTTPException) -> ResponseReturnValue:
    """The page, with the status and headers of the error. A redirect stays one."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()
    words = OLD_FORM if isinstance(error, CSRFError) else WORDS.get(status, OTHERWISE)
    headers = [pair for pair in error.get_headers() if pair[0] != "Content-Type"]
    return render_template("staff/error.html", words=words), status, headers
