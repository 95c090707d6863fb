"""`/admin/audit`: who did what, whether the record is whole, and the same as a file."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from bot.core.day_words import begins, read_day
from bot.few_at_once import FewAtOnce
from bot.store import audit, audit_log, users
from bot.store.audit_log import PAGE_SIZE, Wanted
from bot.store.tables import AuditEntry
from bot.web.access import allowed, my_practice_ids
from bot.web.admin import downloads, places
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems
from bot.wiring import Services

MOST_ROWS = 50_000  # in one file
COLUMNS = ("time (UTC)", "who", "action", "about", "practice", "details")
_gate = FewAtOnce(1)  # the whole record is read


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/audit")
    @allowed(*places.ADMINS)
    def audit_page() -> ResponseReturnValue:
        """The newest first."""
        return _page(services)

    @blueprint.post("/audit/check")
    @allowed(*places.ADMINS)
    def check_audit() -> ResponseReturnValue:
        """Read the whole record: a changed, added or missing entry breaks the chain."""
        with _gate, services.database.read() as session:
            chain = audit.check_chain(session)
        if chain.broken_at is not None:
            words = f"The record is broken at entry {chain.broken_at}. Tell whoever runs this service at once"
            return _page(services, Problems(check=words))
        flash(f"The record is whole: {chain.entries:,} entries. Its last mark is {chain.last_digest[:16]}.")
        return redirect(url_for("admin.audit_page"))

    @blueprint.post("/audit/file")
    @allowed(*places.ADMINS)
    def audit_file() -> ResponseReturnValue:
        """What the filters show, as a file. That it was taken stands in the record too."""
        wanted = _wanted(request.form)
        with services.database.write() as session:
            found = audit_log.entries(session, wanted, limit=MOST_ROWS)
            names = users.names(session)
            rows = [_row(one, names) for one in found]
            downloads.record(session, services, "audit exported", "audit", wanted.practice_ids, rows=len(rows))
        return downloads.csv_file("audit.csv", COLUMNS, rows)


def _page(services: Services, problems: Problems | None = None) -> ResponseReturnValue:
    wanted, before = _wanted(request.args), _number(request.args.get("before", ""))
    with services.database.read() as session:
        found = audit_log.entries(session, wanted, before=before, limit=PAGE_SIZE + 1)
        actors, actions = audit_log.choices(session, wanted.practice_ids)
        names = users.names(session)
    page = render_template(
        "staff/admin/audit.html",
        entries=found[:PAGE_SIZE],
        next=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
        actors=[(one, names.get(one, one)) for one in actors],
        actions=actions,
        names=names,
        kept={key: request.args.get(key, "") for key in ("actor", "action", "start", "end")},
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200


def _row(one: AuditEntry, names: Mapping[str, str]) -> tuple[object, ...]:
    at, who = f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", names.get(one.actor, one.actor)
    return at, who, one.action, one.about, one.practice_id or "", str(one.details or "")


def _wanted(values: "MultiDict[str, str]") -> Wanted:
    return Wanted(
        practice_ids=None if current_user().is_system_admin else my_practice_ids(),
        actor=values.get("actor", "")[:80],
        action=values.get("action", "")[:60],
        start=_midnight(values.get("start", ""), days=0),
        end=_midnight(values.get("end", ""), days=1),
    )


def _midnight(text: str, days: int) -> datetime | None:
    """The beginning of a day in London, or of the one after it. None where no day is meant."""
    day = read_day(text)
    return begins(day + timedelta(days=days)) if day else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
