"""A page's own settings: who it is, its Messenger profile, its subscription, and what a token may do."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.web.stand_in_graph import calls, events, profile_rules, rules, store
from bot.web.stand_in_graph.calls import StandIn

PERMISSIONS = ("pages_messaging", "pages_manage_metadata", "pages_show_list", "pages_read_engagement")
PAGE_FIELDS = ("id", "name")


def add_page_routes(blueprint: Blueprint, stand_in: StandIn) -> None:
    """Everything about a page but its conversations."""
    _add_profile_route(blueprint, stand_in)
    _add_subscription_route(blueprint, stand_in)
    _add_identity_routes(blueprint, stand_in)


def _add_profile_route(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.route("/<version>/<page>/messenger_profile", methods=["GET", "POST", "DELETE"])
    def messenger_profile(version: str, page: str) -> Response:
        page_id = calls.page_of_call(stand_in, version, page)
        calls.meet_fault(stand_in, page_id, "page")
        sent = calls.parameters()
        with stand_in.store.transaction() as connection:
            current: dict[str, Any] = store.setting(connection, page_id, "profile", {})
            if request.method == "GET":
                fields = _names(sent.get("fields"))
                calls.require(profile_rules.check_fields(fields))
                found = {name: current[name] for name in fields if name in current}
                return jsonify(data=[found] if found else [])
            if request.method == "POST":
                calls.require(profile_rules.check_change(current, sent))
                current |= {name: sent[name] for name in profile_rules.PROPERTIES if name in sent}
            else:
                fields = _names(sent.get("fields"))
                calls.require(profile_rules.check_removal(current, fields))
                current = {name: value for name, value in current.items() if name not in fields}
            store.set_setting(connection, page_id, "profile", current)
        return jsonify(result="success")


def _add_subscription_route(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.route("/<version>/<page>/subscribed_apps", methods=["GET", "POST", "DELETE"])
    def subscribed_apps(version: str, page: str) -> Response:
        """A page starts out subscribed to everything, as one that was connected in Meta's dashboard."""
        page_id = calls.page_of_call(stand_in, version, page)
        calls.meet_fault(stand_in, page_id, "page")
        with stand_in.store.transaction() as connection:
            if request.method == "GET":
                fields = store.setting(connection, page_id, "subscribed_fields", events.PAGE_FIELDS)
                app = {"name": "Stand-in app", "id": stand_in.app_id, "subscribed_fields": fields}
                return jsonify(data=[app] if fields else [])
            fields = []
            if request.method == "POST":
                fields = _names(calls.parameters().get("subscribed_fields"))
                calls.require(_check_subscription(fields))
            store.set_setting(connection, page_id, "subscribed_fields", fields)
        return jsonify(success=True)


def _check_subscription(fields: list[str]) -> rules.GraphError | None:
    if not fields:
        return rules.required("subscribed_fields")
    unknown = next((number for number, name in enumerate(fields) if name not in events.PAGE_FIELDS), None)
    if unknown is None:
        return None
    return rules.bad_parameter(f"Param subscribed_fields[{unknown}] must be one of {{{', '.join(events.PAGE_FIELDS)}}}")


def _add_identity_routes(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.get("/<version>/<page>")
    def identity(version: str, page: str) -> Response:
        page_id = calls.page_of_call(stand_in, version, page)
        calls.meet_fault(stand_in, page_id, "page")
        fields = _names(calls.parameters().get("fields")) or list(PAGE_FIELDS)
        known = {"id": page_id, "name": f"Stand-in practice {page_id[-4:]}"}
        for name in fields:
            if name not in known:
                calls.require(rules.bad_parameter(f"Tried accessing nonexisting field ({name}) on node type (Page)"))
        return jsonify({name: known[name] for name in ("id", *fields)})

    @blueprint.get("/<version>/<page>/permissions")
    def permissions(version: str, page: str) -> Response:
        page_id = calls.page_of_call(stand_in, version, page)
        calls.meet_fault(stand_in, page_id, "page")
        return jsonify(data=[{"permission": name, "status": "granted"} for name in PERMISSIONS])

    @blueprint.get("/<version>/debug_token")
    def debug_token(version: str) -> Response:
        """Asked by the app itself (`app id|app secret`) or with a page's token."""
        sent = calls.parameters()
        if calls.token_of_call(sent)[0] != f"{stand_in.app_id}|{stand_in.app_secret}":
            calls.page_of_call(stand_in, version, "me")
        page_id = stand_in.page_of(str(sent.get("input_token", "")))
        if page_id is None:
            problem = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
            return jsonify(data={"error": problem, "is_valid": False, "scopes": []})
        return jsonify(
            data={
                "app_id": stand_in.app_id,
                "type": "PAGE",
                "application": "Stand-in app",
                "data_access_expires_at": round(time.time()) + 90 * 24 * 3600,
                "expires_at": 0,
                "is_valid": True,
                "profile_id": page_id,
                "scopes": list(PERMISSIONS),
            }
        )

    @blueprint.route("/<version>/<path:rest>", methods=["GET", "POST", "DELETE"])
    def unknown_path(**_path: str) -> Response:
        raise calls.Refused(rules.GraphError("Unknown path components", 2500))


def _names(value: Any) -> list[str]:
    """Names as Graph takes them: a list, or one string with commas."""
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return [str(name) for name in value] if isinstance(value, list) else []
