"""What every staff page has: the NHS.UK frontend's templates, navigation by role, a nonce for its one inline script.

Escaping is forced for every template: Flask's own choice goes by the file's name and would leave macros of the NHS.UK
frontend unescaped. The NHS's logo and font are left out: the product is not the NHS's.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from flask import Blueprint, Flask, Response, current_app, g, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader

from bot.core.opening_hours import LONDON
from bot.core.roles import Person
from bot.store.sign_in_sessions import IDLE
from bot.web.access import staff_rule
from bot.wiring import Services

log = structlog.get_logger()

SERVICE_NAME = "Screening messages"
STYLE = Path(__file__).parent.parent.parent / "node_modules" / ".staff"
WARN_BEFORE = 120  # seconds


@dataclass(frozen=True)
class NavigationItem:
    """A page in the header, for those who may see it."""

    text: str
    endpoint: str


def set_up(app: Flask) -> None:
    """Before any template is used."""
    app.jinja_options = {"undefined": ChainableUndefined, "autoescape": True, "trim_blocks": True}
    ours = FileSystemLoader(Path(__file__).parent / "templates")
    # Not in jinja_options: the template folders of blueprints would stop working.
    app.jinja_loader = ChoiceLoader([ours, PackageLoader("nhsuk_frontend_jinja")])
    app.extensions["navigation"] = []
    app.register_blueprint(_style())
    app.context_processor(_in_every_page)
    app.add_template_filter(when)


def add_to_navigation(app: Flask, text: str, endpoint: str) -> None:
    """Show a page in the header of those who may see it, after the ones added before."""
    app.extensions["navigation"].append(NavigationItem(text, endpoint))


def navigation_of(app: Flask, person: Person) -> list[NavigationItem]:
    """The pages in the header that this person may see."""
    items: list[NavigationItem] = app.extensions["navigation"]
    return [item for item in items if _may_see(app, item, person)]


def _may_see(app: Flask, item: NavigationItem, person: Person) -> bool:
    rule = staff_rule(app, item.endpoint)
    return rule is not None and person.may(rule.roles)


def first_page_of(app: Flask, person: Person) -> str:
    """Where somebody starts: the first page of their header, else their own account."""
    items = navigation_of(app, person)
    return url_for(items[0].endpoint if items else "account.show")


def when(moment: datetime) -> str:
    """A time as staff read it, on the clocks of the United Kingdom: "26 November 2026 at 9:30am"."""
    here = moment.astimezone(LONDON)
    return f"{here.day} {here:%B %Y} at {here.hour % 12 or 12}:{here:%M}{'am' if here.hour < 12 else 'pm'}"


def nonce() -> str:
    """For inline scripts of this answer; asking for it allows them."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    found: str = g.nonce
    return found


def _in_every_page() -> dict[str, Any]:
    person: Person | None = g.get("person")
    return {
        "service_name": SERVICE_NAME,
        "person": person,
        "navigation": navigation_of(current_app, person) if person else [],
        "nonce": nonce,
        "provider_name": _provider_name(),
        "idle_seconds": int(IDLE.total_seconds()),
        "warn_before": WARN_BEFORE,
    }


def _provider_name() -> str:
    """Of the OpenID provider, as staff know it; "" where there is none."""
    services: Services | None = current_app.extensions.get("services")
    return services.settings.oidc.name if services and services.settings.oidc else ""


def _style() -> Blueprint:
    blueprint = Blueprint("style", __name__)
    if not (STYLE / "nhsuk.css").is_file():
        log.warning("staff_pages_have_no_style", way_out="make run fetches it")

    @blueprint.get("/static/nhsuk/<path:name>")
    def file(name: str) -> ResponseReturnValue:
        """The compiled NHS.UK frontend, which is fetched at set-up."""
        response: Response = send_from_directory(STYLE, name)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    return blueprint
