"""Files that admins take away: each stands in the audit, and none is kept by the browser."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from bot.store import audit
from bot.web.sign_in.current import current_user
from bot.wiring import Services

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets run


def record(
    session: Session,
    services: Services,
    action: str,
    about: str,
    practice_ids: Collection[int] | None,
    **details: object,
) -> None:
    """In the record of the practice whose it is; of the service, where it is of several."""
    place = next(iter(practice_ids)) if practice_ids is not None and len(practice_ids) == 1 else None
    actor = current_user().actor
    audit.record(
        session, services.now(), actor=actor, action=action, about=about, practice_id=place, details=dict(details)
    )


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Opens in a spreadsheet, and nothing in it runs there."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return _file(name, "\ufeff" + text.getvalue(), "text/csv")


def json_file(name: str, value: Any) -> Response:
    return _file(name, json.dumps(value, indent=2, ensure_ascii=False) + "\n", "application/json")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _file(name: str, text: str, kind: str) -> Response:
    response = Response(text, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
