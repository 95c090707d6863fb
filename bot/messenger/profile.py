"""Connecting a page and checking it: what `python -m bot connect-page` and `check-page` do and report.

Everything that can be wrong becomes a `Finding` in plain words, a broken network included. Meta allows ten calls
in ten minutes to a page's Messenger profile, so the whole profile is one call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.errors import (
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    TemporarySendError,
    TokenInvalid,
)
from bot.messenger.graph_api import GraphApi, JsonObject, PageAccess
from bot.messenger.page_profile import PageProfile

__all__ = ["Finding", "PageProfile", "check", "connect", "disconnect"]

WEBHOOK_FIELDS = (
    "messages",
    "messaging_postbacks",
    "message_edits",
    "message_reactions",
    "message_reads",
    "message_deliveries",
    "message_echoes",
    "messaging_referrals",
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
    "response_feedback",
)
PERMISSIONS = ("pages_messaging", "pages_manage_metadata", "pages_show_list")

CONNECT_AGAIN = "Connect the page again: under Admin, Facebook Pages, or with `python -m bot connect-page`."
WAY_OUT: Mapping[type[SendError], str] = {
    TokenInvalid: "Make a new page token in Meta's app dashboard and set BOT_PAGE_TOKENS. Check BOT_APP_SECRET too.",
    RateLimited: "Wait ten minutes, then run the command again.",
    PageBlocked: "Open the page's Support Inbox on Facebook: it says why and until when.",
    TemporarySendError: "Check the network, the proxy and BOT_GRAPH_URL. Run the command again in a few minutes.",
    PermanentSendError: "Check in Meta's app dashboard that the app is live and has its permissions for this page.",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. `way_out` says what to do where it is not `ok`."""

    ok: bool
    what: str
    way_out: str = ""


def connect(graph: GraphApi, page: PageAccess, profile: PageProfile) -> list[Finding]:
    """Subscribe the page's webhooks and write its Messenger profile, checking token and permissions first."""
    problems = profile.problems()
    if problems:
        return [Finding(False, f"The page profile cannot be set: {problem}.", "Change it.") for problem in problems]
    whose = _check_token(graph, page)
    if not whose.ok:
        return [whose]
    permissions, app_id = _check_permissions(graph, page)
    subscribed = _subscribe(graph, page)
    if subscribed.ok:
        subscribed = _check_subscription(graph, page, app_id)
    return [whose, *permissions, subscribed, _write_profile(graph, page, profile)]


def check(graph: GraphApi, page: PageAccess, profile: PageProfile) -> list[Finding]:
    """Look whether everything that `connect` does is still so. Changes nothing."""
    whose = _check_token(graph, page)
    if not whose.ok:
        return [whose]
    permissions, app_id = _check_permissions(graph, page)
    return [
        whose,
        *permissions,
        _check_subscription(graph, page, app_id),
        _check_profile(graph, page, profile),
    ]


def disconnect(graph: GraphApi, page: PageAccess) -> Finding:
    """Ask Meta to send nothing of the page any more. Greeting and menu stay, for whatever comes after this service."""
    try:
        graph.delete(f"{page.page_id}/subscribed_apps", page)
    except SendError as error:
        return _failed("Meta did not stop sending the page's messages", error)
    return Finding(True, "Meta sends nothing of the page here any more.")


def _failed(what: str, error: SendError) -> Finding:
    """`what` did not work. The way out is that of the error's class, or of the nearest class above it."""
    numbers = "/".join(str(number) for number in (error.code, error.subcode) if number is not None)
    way_out = next(WAY_OUT[kind] for kind in (*type(error).__mro__, PermanentSendError) if kind in WAY_OUT)
    return Finding(False, f"{what}{f' (Meta says {numbers})' if numbers else ''}.", way_out)


def _check_token(graph: GraphApi, page: PageAccess) -> Finding:
    try:
        owner = graph.get("me", page, fields="id,name")
    except SendError as error:
        return _failed("Meta did not say which page the token is for", error)
    if str(owner.get("id")) != page.page_id:
        return Finding(
            False,
            f"The token is not for page {page.page_id} but for {owner.get('id')}.",
            "Copy the token of the right page into BOT_PAGE_TOKENS.",
        )
    return Finding(True, f"The token works and is for the page {owner.get('name')}.")


def _check_permissions(graph: GraphApi, page: PageAccess) -> tuple[list[Finding], str | None]:
    """What the token may do and when it ends; with the id of its app, where Meta tells."""
    try:
        facts = _facts_of_token(graph, page)
    except SendError as error:
        return [_failed("Meta did not list the permissions of the token", error)], None
    missing = [name for name in PERMISSIONS if name not in facts.get("scopes", ())]
    findings = [Finding(True, f"The token has the permissions {', '.join(PERMISSIONS)}.")]
    if missing:
        findings = [
            Finding(
                False,
                f"The token lacks the permissions {', '.join(missing)}.",
                "Make the token again with these permissions, and ask Meta for them in App Review.",
            )
        ]
    ends_at = facts.get("expires_at")
    if isinstance(ends_at, int) and ends_at > 0:
        day = datetime.fromtimestamp(ends_at, UTC)
        way_out = "Make the page token from a long-lived token: then it has no end date."
        findings.append(Finding(False, f"The token ends on {day.day} {day:%B %Y}.", way_out))
    return findings, str(facts["app_id"]) if "app_id" in facts else None


def _facts_of_token(graph: GraphApi, page: PageAccess) -> JsonObject:
    """`scopes` and, where Meta tells them, `app_id` and `expires_at` (seconds; 0: never). Raises SendError.

    Asked with a POST that Graph treats as a GET, since an address must not hold the token. Where that is refused,
    the list of permissions says at least what the token may do.
    """
    try:
        answer = graph.post("debug_token", page, {"method": "get", "input_token": page.token})
        data = answer.get("data")
        if isinstance(data, dict) and "scopes" in data:
            return data
    except SendError:
        pass  # the second way below raises if it fails as well
    listed = graph.get("me/permissions", page).get("data")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return {"scopes": [row.get("permission") for row in rows if row.get("status") == "granted"]}


def _subscribe(graph: GraphApi, page: PageAccess) -> Finding:
    fields = ",".join(WEBHOOK_FIELDS)
    try:
        answer = graph.post(f"{page.page_id}/subscribed_apps", page, {"subscribed_fields": fields})
    except SendError as error:
        return _failed("Meta did not subscribe the service to the page's messages", error)
    if str(answer.get("success")).lower() != "true":  # Meta's reference shows the word as a string
        return Finding(False, "Meta did not confirm the subscription to the page's messages.", CONNECT_AGAIN)
    return Finding(True, "Meta has subscribed the service to the page's messages.")


def _check_subscription(graph: GraphApi, page: PageAccess, app_id: str | None) -> Finding:
    """Any app may be the one that is meant while `app_id` is None."""
    try:
        listed = graph.get(f"{page.page_id}/subscribed_apps", page).get("data")
    except SendError as error:
        return _failed("Meta did not say which of the page's events it sends here", error)
    apps = [app for app in listed if isinstance(app, dict)] if isinstance(listed, list) else []
    ours = [app.get("subscribed_fields") or () for app in apps if app_id is None or str(app.get("id")) == app_id]
    missing_by_app = [[name for name in WEBHOOK_FIELDS if name not in fields] for fields in ours]
    missing = min(missing_by_app, key=len, default=list(WEBHOOK_FIELDS))
    if missing:
        return Finding(False, f"Meta does not send these events of the page: {', '.join(missing)}.", CONNECT_AGAIN)
    return Finding(True, f"Meta sends all {len(WEBHOOK_FIELDS)} kinds of the page's events here.")


def _write_profile(graph: GraphApi, page: PageAccess, profile: PageProfile) -> Finding:
    try:
        graph.post("me/messenger_profile", page, profile.to_json())
    except SendError as error:
        return _failed("Meta did not take the page's greeting, first questions and menu", error)
    return Finding(True, "The greeting, first questions and menu are set. The menu can take a day to show.")


def _check_profile(graph: GraphApi, page: PageAccess, profile: PageProfile) -> Finding:
    wanted = profile.to_json()
    try:
        listed = graph.get("me/messenger_profile", page, fields=",".join(wanted)).get("data")
    except SendError as error:
        return _failed("Meta did not show the page's greeting, first questions and menu", error)
    current = listed[0] if isinstance(listed, list) and listed else None
    different = [name for name in wanted if not _holds(current, {name: wanted[name]})]
    if different:
        return Finding(False, f"These parts of the page profile differ: {', '.join(different)}.", CONNECT_AGAIN)
    return Finding(True, "The greeting, first questions and menu are as they should be.")


def _holds(found: Any, wanted: Any) -> bool:
    """Whether `found` is `wanted`, overlooking what Meta adds to objects by itself."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_holds(found.get(name), wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(_holds, found, wanted))
    return bool(found == wanted)
