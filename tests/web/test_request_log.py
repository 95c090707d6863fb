"""One line for each request: the route and never the path, under an id that a proxy may give."""

import re

import pytest
import structlog
from flask import Flask
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.planted import IDENTIFIERS, NAME, PSIDS, found_in

GIVEN = "5f2b8c1d-9e3a-4f60-7182-9304a5b6c7d8"


def asked(app: Flask, path: str, method: str = "GET", request_id: str = "") -> tuple[list[EventDict], str]:
    """The lines of a request, and the id in its answer."""
    headers = {"X-Request-ID": request_id} if request_id else {}
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        answer = app.test_client().open(path, method=method, headers=headers, data=b"x")
    return lines, answer.headers["X-Request-ID"]


def test_a_request_leaves_one_line(app: Flask) -> None:
    [line], request_id = asked(app, "/healthz", request_id=GIVEN)
    assert line.pop("milliseconds") >= 0
    assert request_id == GIVEN
    assert line == {
        "event": "request_done",
        "log_level": "info",
        "request_id": GIVEN,
        "method": "GET",
        "route": "/healthz",
        "status": 200,
    }


@pytest.mark.parametrize("given", ["", PSIDS[0], "447700900461000", NAME, "a" * 65, f"{GIVEN}\t", "<b>", "x" * 32])
def test_an_id_that_is_none_is_replaced(app: Flask, given: str) -> None:
    [line], request_id = asked(app, "/healthz", request_id=given)
    assert re.fullmatch(r"[0-9a-f]{32}", request_id)
    assert line["request_id"] == request_id


def test_every_line_of_a_request_has_its_id(app: Flask) -> None:
    lines, request_id = asked(app, "/webhook", method="POST")
    assert [line["event"] for line in lines] == ["webhook_refused", "request_done"]
    assert {line["request_id"] for line in lines} == {request_id}
    assert lines[-1]["status"] == 403


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        (f"/help/{PSIDS[0]}?q={PSIDS[1]}", "none", 404),
        (f"/inbox/{PSIDS[0]}", None, None),
        (f"/webhook?hub.verify_token={IDENTIFIERS['phone']}&hub.challenge={NAME}", "/webhook", 403),
    ],
)
def test_neither_path_nor_query_is_in_it(app: Flask, path: str, route: str | None, status: int | None) -> None:
    lines, _ = asked(app, path)
    assert found_in(str(lines)) == []
    assert not route or (lines[-1]["route"], lines[-1]["status"]) == (route, status)


def test_a_method_that_does_not_exist_is_called_other(app: Flask) -> None:
    lines, _ = asked(app, "/healthz", method="ZEBEDEE")
    assert (lines[-1]["method"], lines[-1]["status"]) == ("other", 405)
    assert found_in(str(lines)) == []
