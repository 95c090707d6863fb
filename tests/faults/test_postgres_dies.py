"""PostgreSQL is killed under traffic, and then everything at once: what was stored before a 200 is there afterwards."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.conftest import skip_or_fail
from tests.faults import faults
from tests.faults.scene import Scene, scene
from tests.faults.test_faults import SEED, suffer
from tests.postgres_server import find_programs, running

pytestmark = [pytest.mark.timeout(500), pytest.mark.postgres, pytest.mark.xdist_group("faults")]


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Scene]:
    programs = find_programs()
    if programs is None:
        skip_or_fail("PostgreSQL is not installed: apt-get install postgresql")
    with running(programs, may_be_killed=True) as server, scene(tmp_path, postgres=server) as made:
        yield made


def test_nothing_is_lost_forgotten_or_doubled(on_postgres: Scene) -> None:
    killed = next(fault for fault in faults.DATABASE if fault.name == "PostgreSQL killed")
    found = suffer(on_postgres, (killed, *faults.POWER), Random(SEED))
    print(found)
    assert not found.problems
