"""The loaded code and rules are set aside before a process begins its work, so that no collection goes through them."""

import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot import wiring
from bot.web import keep_counts
from bot.worker import run
from tests.worker.surgery import Surgery

MANY = 100_000  # objects; there are more once the service is imported


@pytest.fixture(autouse=True)
def _nothing_is_set_aside() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_in_the_worker(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []
    monkeypatch.setattr(run, "run_until_told", lambda _steps: found.append(gc.get_freeze_count()))
    run.run(surgery.services)
    assert found[0] > MANY


def test_in_the_web_process(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_counts, "keep_counts", lambda _services: None)
    settings: dict[str, Any] = {}
    exec((wiring.PROJECT / "gunicorn.conf.py").read_text(encoding="utf-8"), settings)
    app = SimpleNamespace(extensions={"services": surgery.services})
    settings["post_worker_init"](SimpleNamespace(wsgi=app))
    assert gc.get_freeze_count() > MANY
