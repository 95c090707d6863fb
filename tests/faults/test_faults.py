"""Each fault once, under traffic, on real processes; afterwards nothing is lost, forgotten or doubled."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.faults import faults
from tests.faults.account import Account, account
from tests.faults.faults import Fault
from tests.faults.scene import Scene, scene
from tests.faults.traffic import Traffic
from tests.journeys.stack import wait_for

pytestmark = [pytest.mark.timeout(500), pytest.mark.xdist_group("faults")]

SEED = 20261126
SECONDS = 1.5  # that a fault lasts where the fault itself does not say
LONGER = {fault.name: 3.0 for fault in faults.MODEL} | {
    "database locked": 6.5,
    "Graph too slow": 0.5,
    "token revoked and replaced": 3.0,
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One for all: what one fault leaves behind must not break the next."""
    with scene(tmp_path_factory.mktemp("scene")) as made:
        yield made


def suffer(on: Scene, which: tuple[Fault, ...], chance: Random) -> Account:
    """Let each happen under traffic, wait until all is settled, and make the account."""
    with Traffic(on, chance):
        for fault in which:
            if fault.runs_on(on):
                print(fault.name, flush=True)
                fault.harm(on, chance, LONGER.get(fault.name, SECONDS))
    # One that nobody met yet would meet a second try, a minute later, and make it wait five minutes more.
    on.control("faults", calls=0)
    wait_for("everything to be settled", on.is_settled, 120)
    return account(on)


@pytest.mark.parametrize(
    "which",
    [faults.PROCESSES, faults.DATABASE, faults.META, faults.TOKEN, faults.MODEL, faults.CLOCK, faults.POWER],
    ids=["processes", "database", "meta", "token", "model", "clock", "power"],
)
def test_nothing_is_lost_forgotten_or_doubled(installation: Scene, which: tuple[Fault, ...]) -> None:
    found = suffer(installation, which, Random(SEED))
    print(found)
    assert not found.problems
    if which is faults.MODEL:
        assert found.kinds["unavailable"]  # the faults were felt
