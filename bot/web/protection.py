"""What every answer and every form is protected by: headers, a strict content policy, tokens against forged forms.

Forms carry a token (Flask-WTF), and the browser's own word about where a request comes from is checked as well. The
webhook needs neither: Meta's signature proves where it comes from.
"""

import hashlib
import hmac

from flask import Flask, Request, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from bot.settings import Settings
from bot.web.access import needs_form_token

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LIVE_HEADERS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}  # a year
LONGEST_FORM = 256 * 1024  # bytes
LONGEST_UPLOAD = 2 * 1024 * 1024  # bytes; a file of every answer has about 300,000
UPLOADS = frozenset({"answers.check_file", "answers.apply_file"})


class FormSession(SecureCookieSessionInterface):
    """Flask's own small session, which prepares to check a signature before it looks whether there is a cookie at all.

    Meta sends none: at many webhooks a second that was a fourteenth of the web process's time.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)


def set_up(app: Flask, settings: Settings) -> None:
    """Headers on every answer, and tokens for forms. The small session that holds a form's token is a signed cookie."""
    is_secure = settings.public_url.startswith("https://")
    app.secret_key = _derived(settings.secret_key, "the small session of forms")
    app.session_interface = FormSession()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-form" if is_secure else "staff-form",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,  # called below, for whatever is not Meta's
        WTF_CSRF_TIME_LIMIT=None,  # a form may wait as long as the session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our pages tell browsers not to send
    )
    csrf = CSRFProtect(app)
    headers = HEADERS if settings.is_demo else HEADERS | LIVE_HEADERS

    @app.before_request
    def refuse_forged_forms() -> None:
        if request.url_rule is None or request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if needs_form_token(current_app, request.url_rule):
            longest = LONGEST_UPLOAD if request.endpoint in UPLOADS else LONGEST_FORM
            request.max_content_length = request.max_form_memory_size = longest
            if not _is_from_here(settings.public_url):
                abort(403)
            csrf.protect()

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if "nonce" in g:
            allowed = f"script-src 'self' 'nonce-{g.nonce}'"
            policy = CONTENT_SECURITY_POLICY.replace("script-src 'self'", allowed)
            response.headers["Content-Security-Policy"] = policy
        return response


def _is_from_here(public_url: str) -> bool:
    """Whether the browser says that one of our own pages sent this. Browsers too old to say it have the token alone."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "null")  # "null": our pages send no Referer, and then no origin either
    return origin in ("null", public_url, request.host_url.rstrip("/"))


def _derived(secret_key: str, purpose: str) -> bytes:
    return hmac.new(secret_key.encode(), purpose.encode(), hashlib.sha256).digest()
