"""Who may see what. Deny by default: a route without a rule keeps the app from starting.

Pages of staff say it where they are written:

    @blueprint.get("/inbox/<int:conversation_id>")
    @allowed("responder", "practice_admin")
    def conversation(conversation_id: int) -> str: ...

Whoever is not signed in is sent to sign in; whoever has none of the roles gets 403. What belongs to a practice must go
through `must_be_mine`, which makes another practice's things look as if they did not exist. The other routes have
their rules in RULES.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from bot.core.roles import Role
from bot.errors import SettingsError
from bot.web.sign_in import current
from bot.web.sign_in.forms import local_path

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Access(Enum):
    """`META` checks Meta's signature or verify token itself, `OPERATOR` and `SERVERS` tokens; `DEMO` is for the demo.

    `INTERNAL` is for our own programs, which send BOT_INTERNAL_TOKEN; without that setting it is for nobody.
    """

    PUBLIC = "public"
    META = "meta"
    OPERATOR = "operator"
    SERVERS = "servers"  # our own NLU servers
    DEMO = "demo"
    INTERNAL = "internal"


@dataclass(frozen=True)
class StaffRule:
    """Whoever is signed in and is any of `roles` anywhere. `keeps_awake`: a request is a sign of life."""

    roles: frozenset[Role]
    keeps_awake: bool = True


RULES = {
    "static": Access.PUBLIC,
    "style.file": Access.PUBLIC,
    "webhook.verify": Access.META,
    "webhook.receive": Access.META,
    "data_deletion.receive": Access.META,
    "data_deletion.status": Access.PUBLIC,  # whoever has the code: 128 bits
    "models.live": Access.SERVERS,
    "health.alive": Access.PUBLIC,
    "health.ready": Access.PUBLIC,
    "metrics.show": Access.OPERATOR,
    "internal.decide": Access.INTERNAL,
    "demo.chat": Access.DEMO,
    "demo_sign_in.offer": Access.DEMO,
    "demo_sign_in.enter": Access.DEMO,
    "sign_in.ask": Access.PUBLIC,
    "sign_in.check": Access.PUBLIC,
    "sign_in.second_step": Access.PUBLIC,  # these ask for a session that is half-way
    "sign_in.check_second_step": Access.PUBLIC,
    "sign_in.recovery": Access.PUBLIC,
    "sign_in.check_recovery": Access.PUBLIC,
    "authenticator.first": Access.PUBLIC,
    "authenticator.confirm_first": Access.PUBLIC,
    "sign_in.sign_out": Access.PUBLIC,
    "openid.begin": Access.PUBLIC,
    "openid.callback": Access.PUBLIC,
    "links.invite": Access.PUBLIC,  # whoever has the token: 256 bits, once
    "links.accept_invite": Access.PUBLIC,
    "links.how_to_reset": Access.PUBLIC,
    "links.reset": Access.PUBLIC,
    "links.set_password": Access.PUBLIC,
}
DEMO_PREFIX = "/demo/"
STAND_IN_PREFIX = "/demo/graph/"  # plays Meta, so it is called as Meta's API is


def allowed(*roles: str, keeps_awake: bool = True) -> Callable[[View], View]:
    """The rule of a staff page: any of these roles, or with none everybody who is signed in.

    `keeps_awake=False` is for what a page asks for by itself: a tab that polls must not keep somebody signed in.
    """
    rule = StaffRule(frozenset(Role(role) for role in roles) or frozenset(Role), keeps_awake)

    def mark(view: View) -> View:
        setattr(view, "access_rule", rule)  # noqa: B010 - functions have no such attribute for the type checker
        return view

    return mark


def staff_rule(app: Flask, endpoint: str) -> StaffRule | None:
    """The rule that `allowed` gave a page; None where it did not."""
    found = getattr(app.view_functions.get(endpoint), "access_rule", None)
    return found if isinstance(found, StaffRule) else None


def rule_of(app: Flask, endpoint: str, path: str) -> Access | StaffRule | None:
    """The rule of a route; None where it has none."""
    otherwise = RULES.get(endpoint, Access.DEMO if path.startswith(DEMO_PREFIX) else None)
    return staff_rule(app, endpoint) or otherwise


def refuse_routes_without_rule(app: Flask, *, is_demo: bool) -> None:
    """Raises SettingsError naming the route. The stand-in for Meta's API lives below /demo and has its own checks."""
    for route in app.url_map.iter_rules():
        rule = rule_of(app, route.endpoint, route.rule)
        if rule is None:
            raise SettingsError(f"the route {route.rule} has no access rule")
        if rule is Access.DEMO and not is_demo:
            raise SettingsError(f"the route {route.rule} is for demo mode only")


def needs_form_token(app: Flask, route: Rule) -> bool:
    """Whether a POST must come from a form of ours. Meta, what plays Meta, and our own programs cannot have one."""
    is_for_programs = rule_of(app, route.endpoint, route.rule) in (Access.META, Access.INTERNAL)
    return not is_for_programs and not route.rule.startswith(STAND_IN_PREFIX)


def let_in() -> ResponseReturnValue | None:
    """Before each request: None lets it through, anything else is the answer instead."""
    if request.endpoint is None or request.url_rule is None:
        return None
    rule = rule_of(current_app, request.endpoint, request.url_rule.rule)
    if rule is Access.INTERNAL:
        return None if _has_internal_token() else abort(401)
    if not isinstance(rule, StaffRule):
        return None if rule is not None else abort(403)
    stage = current.load(keeps_awake=rule.keeps_awake)
    if stage != "signed_in":
        return _to_sign_in(half_way=stage in ("second_step", "set_up"))
    if not current.current_user().may(rule.roles):
        current.note_refusal()
        abort(403)
    return None


def _has_internal_token() -> bool:
    token = current_app.extensions["services"].settings.internal_token
    sent = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())


def my_practice_ids() -> frozenset[int]:
    """The practices at which the user has a role that the page asks for: for lists."""
    rule = staff_rule(current_app, request.endpoint or "")
    return current.current_user().practice_ids(rule.roles) if rule else frozenset()


def must_be_mine(practice_id: int | None) -> None:
    """404 unless the user has, at this practice, a role that the page asks for. None: the thing does not exist."""
    if practice_id not in my_practice_ids():
        abort(404)


def _to_sign_in(*, half_way: bool) -> ResponseReturnValue:
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return "", 401  # a script asked: a whole page would be of no use to it
    if half_way:
        return redirect(url_for("sign_in.second_step"))
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("draft_page", "")
    return redirect(url_for("sign_in.ask", next=local_path(wanted)))
