"""Who may see what: every route has a rule, the demo is for demo mode, and every answer has its headers."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from bot.core.safety import SafetyNet
from bot.errors import SettingsError
from bot.store.database import Database
from bot.web.access import RULES, Access, StaffRule, refuse_routes_without_rule, rule_of, staff_rule
from bot.web.app import HEADERS, create_app
from tests.rules.project import PROJECT
from tests.web.conftest import a_site

FOR_MACHINES = {"metrics", "models", "internal"}  # blueprints that ask for a token of the installation


@pytest.fixture
def demo_app(store: Database, safety_net: SafetyNet, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(a_site(store, safety_net, tmp_path, "http://127.0.0.1:9", mode="demo"))
    yield app
    app.extensions["stand_in_graph"].send_back.close()


def paths(app: Flask) -> set[str]:
    return {route.rule for route in app.url_map.iter_rules()}


def test_live_mode_has_exactly_these_routes(app: Flask) -> None:
    routes = app.url_map.iter_rules()
    not_for_staff = {  # those for staff: tests/web/test_roles.py
        route.rule for route in routes if not isinstance(rule_of(app, route.endpoint, route.rule), StaffRule)
    }
    assert not_for_staff == {
        *(
            "/static/<path:filename>",
            "/static/nhsuk/<path:name>",
            "/webhook",
            "/webhook/data-deletion",
            "/data-deletion/<code>",
            "/healthz",
            "/readyz",
            "/metrics",
            "/internal/models/live",
        ),
        *("/sign-in", "/sign-in/second-step", "/sign-in/recovery", "/sign-in/set-up", "/sign-out"),
        *("/invite/<token>", "/reset", "/reset/<token>"),
    }


def test_the_proxy_is_to_keep_back_every_route_for_machines_of_ours(app: Flask) -> None:
    document = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")
    [rule] = re.findall(r"The reverse proxy passes on everything but (.+?)\.", document)
    kept_back = tuple(re.findall(r"`(/\w+)`", rule))
    ours = {route.rule for route in app.url_map.iter_rules() if route.endpoint.split(".")[0] in FOR_MACHINES}
    assert ours == {"/metrics", "/internal/models/live"}  # and /internal/decide, where there is a token for it
    assert all(route.startswith(kept_back) for route in {*ours, "/internal/decide"})


def test_demo_mode_adds_only_what_is_below_demo(app: Flask, demo_app: Flask) -> None:
    more = paths(demo_app) - paths(app)
    assert "/demo" in more
    assert all(path == "/demo" or path.startswith("/demo/") for path in more)


@pytest.mark.parametrize("path", ["/demo", "/demo/", "/demo/graph/v26.0/me/messages", "/demo/graph/_stand_in/calls"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_in_live_mode_there_is_no_demo(app: Flask, path: str, method: str) -> None:
    assert app.test_client().open(path, method=method).status_code == 404


def test_in_demo_mode_the_chat_window_opens(demo_app: Flask) -> None:
    assert demo_app.test_client().get("/demo").status_code == 200


def test_every_route_has_a_rule(app: Flask, demo_app: Flask) -> None:
    for each in (app, demo_app):
        for route in each.url_map.iter_rules():
            is_ruled = route.endpoint in RULES or staff_rule(each, route.endpoint) is not None
            assert is_ruled or route.rule.startswith("/demo/"), route.rule


def test_no_route_has_two_rules(demo_app: Flask) -> None:
    marked = {endpoint for endpoint in demo_app.view_functions if staff_rule(demo_app, endpoint)}
    assert marked & RULES.keys() == set()


def test_every_rule_has_its_route(demo_app: Flask) -> None:
    elsewhere = {"openid.begin", "openid.callback", "internal.decide"}  # test_openid.py, tests/test_internal_api.py
    assert {route.endpoint for route in demo_app.url_map.iter_rules()} >= RULES.keys() - elsewhere


@pytest.mark.parametrize("is_demo", [True, False])
@pytest.mark.parametrize("path", ["/inbox", "/metrics", "/", "/demonstration"])
def test_a_route_without_a_rule_keeps_the_app_from_starting(path: str, is_demo: bool) -> None:
    app = Flask(__name__)
    app.add_url_rule(path, "new_page", lambda: "words")
    with pytest.raises(SettingsError, match=f"the route {path} "):
        refuse_routes_without_rule(app, is_demo=is_demo)


@pytest.mark.parametrize(("path", "endpoint"), [("/demo", "demo.chat"), ("/demo/more", "more"), ("/x", "demo.chat")])
def test_a_demo_route_keeps_the_app_from_starting_in_live_mode(path: str, endpoint: str) -> None:
    app = Flask(__name__)
    app.add_url_rule(path, endpoint, lambda: "words")
    with pytest.raises(SettingsError, match=f"the route {path} is for demo mode only"):
        refuse_routes_without_rule(app, is_demo=False)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/webhook"),
        ("POST", "/webhook"),
        ("PUT", "/webhook"),
        ("GET", "/static/absent.js"),
        ("GET", "/nowhere"),
        ("GET", "/%00"),
    ],
)
def test_every_answer_has_the_headers(app: Flask, method: str, path: str) -> None:
    answer = app.test_client().open(path, method=method)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_an_answer_to_a_fault_has_the_headers_and_tells_nothing(app: Flask) -> None:
    def fault() -> str:
        raise RuntimeError("gusset-worry")

    app.view_functions["health.alive"] = fault
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "gusset" not in answer.text


@pytest.mark.parametrize("path", ["/demo", "/static/demo.css"])
def test_the_demos_pages_have_the_headers_too(demo_app: Flask, path: str) -> None:
    with demo_app.test_client().get(path) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_script_or_style_may_stand_in_a_page() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_only_pages_that_anyone_may_see_are_public() -> None:
    public = {endpoint for endpoint, rule in RULES.items() if rule is Access.PUBLIC}
    signing_in = {one for one in public if one.startswith(("sign_in.", "links.", "openid.", "authenticator."))}
    assert public - signing_in == {"static", "style.file", "data_deletion.status", "health.alive", "health.ready"}
