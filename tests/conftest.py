"""Fixtures for every test. `database` runs a test twice: on a SQLite file and on a PostgreSQL server."""

import itertools
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.chromium import browser, chromium
from tests.keys import KEY, KEYS
from tests.planted import found_in
from tests.postgres_server import PostgresServer, find_programs, running
from tests.real_rasa import nlu, release

# One browser and one Rasa server for the whole session.
__all__ = ["browser", "chromium", "nlu", "release"]


# A test's mark -> the group it runs in where the suite is shared out to several processes: each group stays in one of
# them, so that there is one model to train, one Rasa server and one browser.
TOGETHER = {"rasa": "model", "browser": "browser"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests must run in one process: those that share something costly."""
    for item in items:
        groups = [group for mark, group in TOGETHER.items() if item.get_closest_marker(mark)]
        if groups:
            item.add_marker(pytest.mark.xdist_group(groups[0]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that printed or logged a planted identifier fails, whatever it is about."""
    report = yield
    if call.when != "teardown":  # the last report holds what was written in all phases
        return report
    leaked = [word for _, written in report.sections for word in found_in(written)]
    if leaked and report.passed:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: what was printed or logged holds {', '.join(leaked)}"
    return report


# How long one example takes says how busy the machine is, and nothing of the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

TEMPLATE = "migrated"  # migrated once, copied for each test
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _key_for_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that a test runs on one of the databases below needs the key that they were migrated with."""
    monkeypatch.setenv("BOT_SECRET_KEY", KEY)


def skip_or_fail(reason: str) -> NoReturn:
    """This machine cannot run the test: say so. With REQUIRE_ALL=1 in the environment nothing is skipped."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of our own with a migrated database to copy."""
    programs = find_programs()
    if programs is None:
        skip_or_fail("PostgreSQL is not installed: apt-get install postgresql")
    with running(programs) as server:
        _migrate(server.create(TEMPLATE))
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    database = Database(url, KEYS)
    upgrade(database)
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without any row."""
    if backend == "sqlite":
        file = shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "bot.db")
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    yield server.create(name, template=TEMPLATE)
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database without any row."""
    database = Database(database_url, KEYS)
    yield database
    database.close()
