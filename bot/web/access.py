"""Who may see what. Deny by default: a route without a rule keeps the app from starting."""

from enum import Enum

from flask import Flask

from bot.errors import SettingsError


class Access(Enum):
    """`META` checks Meta's signature or verify token itself; `DEMO` exists in demo mode only."""

    PUBLIC = "public"
    META = "meta"
    DEMO = "demo"


RULES = {
    "static": Access.PUBLIC,
    "webhook.verify": Access.META,
    "webhook.receive": Access.META,
    "data_deletion.receive": Access.META,
    "data_deletion.status": Access.PUBLIC,  # whoever has the code: 128 bits
    "health.alive": Access.PUBLIC,
    "health.ready": Access.PUBLIC,
    "demo.chat": Access.DEMO,
}
DEMO_PREFIX = "/demo/"


def refuse_routes_without_rule(app: Flask, *, is_demo: bool) -> None:
    """Raises SettingsError naming the route. The stand-in for Meta's API lives below /demo and has its own checks."""
    for route in app.url_map.iter_rules():
        rule = RULES.get(route.endpoint, Access.DEMO if route.rule.startswith(DEMO_PREFIX) else None)
        if rule is None:
            raise SettingsError(f"the route {route.rule} has no access rule")
        if rule is Access.DEMO and not is_demo:
            raise SettingsError(f"the route {route.rule} is for demo mode only")
