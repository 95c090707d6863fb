"""Requests that share one loop: a process of its own, because gevent changes all of the standard library."""

import json
import subprocess
import sys
import threading
from typing import Any

import pytest

from bot import wiring
from bot.own_thread import in_own_thread

REQUESTS = 12  # as in one_loop.py, whose import would change this process


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.web.one_loop", str(tmp_path_factory.mktemp("one-loop"))]
    ran = subprocess.run(command, cwd=wiring.PROJECT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout.splitlines()[-1]))


def test_webhooks_that_come_at_once_share_a_transaction(found: dict[str, Any]) -> None:
    assert found["events"] == REQUESTS
    assert found["transactions"] == 1


def test_others_are_answered_while_a_password_is_hashed(found: dict[str, Any]) -> None:
    assert found["turns_while_hashing"] > 3  # 30 ms and more; where it held the loop up there would be one


def test_where_threads_are_threads_nothing_is_handed_over() -> None:
    assert in_own_thread(threading.get_ident) == threading.get_ident()


def test_gunicorn_and_the_worker_have_one_loop() -> None:
    settings: dict[str, Any] = {}
    exec((wiring.PROJECT / "gunicorn.conf.py").read_text(), settings)
    assert settings["worker_class"] == "gevent"
    code = (
        "import sys; sys.argv[1:] = [{!r}]; import bot.__main__, gevent.monkey as m; print(m.is_module_patched('time'))"
    )
    said = [
        subprocess.run([sys.executable, "-c", code.format(one)], cwd=wiring.PROJECT, capture_output=True, text=True)
        for one in ("worker", "trainer")
    ]
    assert [one.stdout.strip() for one in said] == ["True", "False"], said
