"""The two cookies of staff: the session's, which ends with the browser, and the known device's, which stays.

Over https both have the `__Host-` prefix: they come from this very host, over TLS, and no sub-domain can set them.
"""

from flask import Response, current_app, request

from bot.store.sign_in_tries import DEVICE_LASTS
from bot.wiring import Services

LIVE_PREFIX = "__Host-"


def _is_secure() -> bool:
    services: Services = current_app.extensions["services"]
    return services.settings.public_url.startswith("https://")


def name_of(what: str, *, is_secure: bool) -> str:
    """The name of the cookie for a "session" or a "device"."""
    return f"{LIVE_PREFIX if is_secure else 'staff-'}{what}"


def read(what: str) -> str:
    """The token that the browser shows; "" where it shows none."""
    return request.cookies.get(name_of(what, is_secure=_is_secure()), "")


def put(response: Response, what: str, token: str) -> Response:
    """Hand a token to the browser."""
    secure = _is_secure()
    response.set_cookie(
        name_of(what, is_secure=secure),
        token,
        max_age=DEVICE_LASTS if what == "device" else None,
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def remove(response: Response, what: str) -> Response:
    secure = _is_secure()
    response.delete_cookie(name_of(what, is_secure=secure), secure=secure, httponly=True, samesite="Lax", path="/")
    return response
