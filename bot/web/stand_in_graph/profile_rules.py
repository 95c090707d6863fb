"""What the Messenger Profile API refuses. Pure; each check gives the Graph error or None."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.web.stand_in_graph.rules import LONGEST_PAYLOAD, GraphError, bad_parameter, required, too_long

PROPERTIES = ("get_started", "greeting", "ice_breakers", "persistent_menu")
LONGEST_GREETING = 160
MOST_ICE_BREAKERS = 4
LONGEST_QUESTION = 80
MOST_MENU_ITEMS = 20
LONGEST_MENU_TITLE = 30

Profile = Mapping[str, Any]


def check_change(current: Profile, change: Profile) -> GraphError | None:
    """Setting `change` on a page whose profile is `current`."""
    given = [name for name in PROPERTIES if name in change]
    if not given:
        return bad_parameter(f"Requires one of the params: {', '.join(PROPERTIES)}")
    checks = {
        "get_started": _check_get_started,
        "greeting": _check_greeting,
        "ice_breakers": _check_ice_breakers,
    }
    for name in given:
        error = checks[name](change[name]) if name in checks else _check_menu(change[name])
        if error:
            return error
    return _check_menu_has_a_start({**current, **change})


def check_removal(current: Profile, fields: Any) -> GraphError | None:
    """Removing `fields` from a page whose profile is `current`."""
    return _check_names(fields) or _check_menu_has_a_start({k: v for k, v in current.items() if k not in fields})


def check_fields(fields: Collection[str]) -> GraphError | None:
    """Asking for `fields`."""
    return _check_names(list(fields))


def _check_names(fields: Any) -> GraphError | None:
    if not isinstance(fields, list) or not fields:
        return required("fields")
    if any(name not in PROPERTIES for name in fields):
        return bad_parameter(f"Param fields must be one of {{{', '.join(PROPERTIES)}}}")
    return None


def _check_menu_has_a_start(profile: Profile) -> GraphError | None:
    if "persistent_menu" in profile and "get_started" not in profile:
        message = "You must set a Get Started button if you also wish to use persistent menu"
        return bad_parameter(message, 2018145)
    return None


def _check_get_started(value: Any) -> GraphError | None:
    return _check_text("get_started[payload]", value, "payload", LONGEST_PAYLOAD)


def _check_greeting(value: Any) -> GraphError | None:
    if error := _check_locales("greeting", value):
        return error
    errors = (_check_text(f"greeting[{n}][text]", item, "text", LONGEST_GREETING) for n, item in enumerate(value))
    return next((error for error in errors if error), None)


def _check_ice_breakers(value: Any) -> GraphError | None:
    if isinstance(value, list) and all(isinstance(item, Mapping) and "question" in item for item in value):
        return _check_questions("ice_breakers", value)
    if error := _check_locales("ice_breakers", value):
        return error
    errors = (_check_questions(f"ice_breakers[{n}]", item.get("call_to_actions")) for n, item in enumerate(value))
    return next((error for error in errors if error), None)


def _check_questions(name: str, questions: Any) -> GraphError | None:
    if error := _check_count(f"{name}[call_to_actions]", questions, MOST_ICE_BREAKERS):
        return error
    for number, question in enumerate(questions):
        place = f"{name}[call_to_actions][{number}]"
        for part, most in (("question", LONGEST_QUESTION), ("payload", LONGEST_PAYLOAD)):
            if error := _check_text(f"{place}[{part}]", question, part, most):
                return error
    return None


def _check_menu(value: Any) -> GraphError | None:
    if error := _check_locales("persistent_menu", value):
        return error
    for number, menu in enumerate(value):
        name = f"persistent_menu[{number}][call_to_actions]"
        items = menu.get("call_to_actions")
        if error := _check_count(name, items, MOST_MENU_ITEMS):
            return error
        errors = (_check_menu_item(f"{name}[{place}]", item) for place, item in enumerate(items))
        if error := next((error for error in errors if error), None):
            return error
    return None


def _check_menu_item(name: str, item: Any) -> GraphError | None:
    if not isinstance(item, Mapping) or item.get("type") not in ("postback", "web_url"):
        return bad_parameter(f"Param {name}[type] must be one of {{postback, web_url}}")
    if error := _check_text(f"{name}[title]", item, "title", LONGEST_MENU_TITLE):
        return error
    part = "payload" if item["type"] == "postback" else "url"
    return _check_text(f"{name}[{part}]", item, part, LONGEST_PAYLOAD)


def _check_locales(name: str, value: Any) -> GraphError | None:
    """A list of objects, each with a locale, one of them the default."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return bad_parameter(f"Param {name} must be an array.")
    if not any(item.get("locale") == "default" for item in value):
        return bad_parameter(f"Param {name} must have a default locale")
    return None


def _check_count(name: str, items: Any, most: int) -> GraphError | None:
    if not isinstance(items, list) or not items:
        return required(name)
    return bad_parameter(f"Param {name} must have no more than {most} items") if len(items) > most else None


def _check_text(name: str, holder: Any, part: str, most: int) -> GraphError | None:
    text = holder.get(part) if isinstance(holder, Mapping) else None
    if not isinstance(text, str) or not text:
        return required(name)
    return too_long(name, most) if len(text) > most else None
