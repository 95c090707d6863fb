"""Everything that breaks: each harms a scene for some seconds and then heals it, as an operator or time would."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bot.demo_secrets import PAGE_ID
from bot.nlu.client import PARSE_ALL
from tests.faults.scene import WORKERS, Scene
from tests.nlu import nlu_server

Harm = Callable[[Scene, Random, float], None]
DRAINED_WITHIN = 20.0  # seconds from SIGTERM
BALLAST = "ballast"
OURS = ("web", *WORKERS)


@dataclass(frozen=True)
class Fault:
    """`harm` is given the scene, a source of chance and for how many seconds. `runs_on` says where it can happen."""

    name: str
    harm: Harm
    runs_on: Callable[[Scene], bool] = lambda _scene: True


def kill(*names: str) -> Harm:
    """kill -9 at a random moment; started again after the given time."""

    def harm(scene: Scene, chance: Random, seconds: float) -> None:
        time.sleep(chance.uniform(0.0, 1.0))
        for name in names:
            scene.kill(name)
        time.sleep(seconds)
        scene.start(*names)

    return harm


def kill_model(scene: Scene, _chance: Random, seconds: float) -> None:
    scene.stop_model()
    time.sleep(seconds)
    scene.start_model()


def kill_postgres(scene: Scene, chance: Random, seconds: float) -> None:
    assert scene.postgres
    time.sleep(chance.uniform(0.0, 1.0))
    scene.postgres.kill()
    time.sleep(seconds)
    scene.postgres.start()


def lose_power(scene: Scene, chance: Random, seconds: float) -> None:
    """Everything of ours is dead at the same moment, then comes back as a machine starts it."""
    time.sleep(chance.uniform(0.0, 1.0))
    ours = [name for name in scene.running if name != "meta"]
    scene.freeze(*ours)  # so that nobody sees another die
    if scene.postgres:
        scene.postgres.kill()
    for name in ours:
        scene.kill(name)
    time.sleep(seconds)
    if scene.postgres:
        scene.postgres.start()
    scene.start("web")
    if scene.has_rasa:
        scene.start_model()
    scene.start(*WORKERS)


def terminate(scene: Scene, chance: Random, _seconds: float) -> None:
    """SIGTERM to web and workers, as at every update."""
    time.sleep(chance.uniform(0.0, 1.0))
    _drain(scene)
    scene.start(*OURS)


def _drain(scene: Scene) -> None:
    """SIGTERM to all. Raises TimeoutExpired where one takes too long."""
    began = time.monotonic()
    for name in OURS:
        scene.running[name].terminate()
    for name in OURS:
        scene.running.pop(name).wait(timeout=DRAINED_WITHIN - (time.monotonic() - began))


def lock_database(scene: Scene, _chance: Random, seconds: float) -> None:
    """A writer holds the lock for longer than everyone's patience."""
    with scene.database.write():
        time.sleep(seconds)


def trouble(**which: object) -> Harm:
    def harm(scene: Scene, _chance: Random, seconds: float) -> None:
        scene.troubles(**which)
        time.sleep(seconds)
        scene.troubles()

    return harm


def fill_disk(scene: Scene, _chance: Random, seconds: float) -> None:
    """The last byte of the file system is taken; where there is no small one, SQLite may not grow its file."""
    if not scene.is_small_disk:
        trouble(full=True)(scene, _chance, seconds)
        return
    ballast = scene.disk / BALLAST
    with ballast.open("wb", buffering=0) as file:
        for size in (1_048_576, 4_096):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                pass
    time.sleep(seconds)
    ballast.unlink()


def graph(calls: int, **what: object) -> Harm:
    """The next calls of Meta's API fail in this way."""

    def harm(scene: Scene, _chance: Random, seconds: float) -> None:
        scene.control("faults", calls=calls, **what)
        time.sleep(seconds)

    return harm


def revoke_token(scene: Scene, _chance: Random, seconds: float) -> None:
    """Meta takes no token but a new one; then an admin puts that into the settings and connects the page."""
    fresh = f"{time.monotonic_ns():064x}"
    scene.secrets["BOT_PAGE_TOKENS"] = f"{PAGE_ID}={fresh}"
    scene.restart("meta")
    time.sleep(seconds)
    scene.environment["BOT_PAGE_TOKENS"] = scene.secrets["BOT_PAGE_TOKENS"]
    _drain(scene)
    scene.start(*OURS)
    done = scene.command("connect-page", PAGE_ID)
    assert "missing" not in done.stdout, done.stdout + done.stderr


def model_says(path: str, body: object, status: int = 200, *, after: float = 0.0) -> Harm:
    """The model answers this to everything."""

    def harm(scene: Scene, _chance: Random, seconds: float) -> None:
        assert scene.model
        before = scene.model.answers[path]
        scene.model.says(path, body, status, after=after)
        time.sleep(seconds)
        scene.model.answers[path] = before

    return harm


def freeze_rasa(scene: Scene, _chance: Random, seconds: float) -> None:
    scene.freeze("nlu")
    time.sleep(seconds)
    scene.thaw("nlu")


def on_sqlite(scene: Scene) -> bool:
    return scene.postgres is None


def on_postgres(scene: Scene) -> bool:
    return scene.postgres is not None


def with_stand_in(scene: Scene) -> bool:
    return not scene.has_rasa


def with_rasa(scene: Scene) -> bool:
    return scene.has_rasa


NONSENSE = b"<html>It works!</html>"
NO_NUMBERS = nlu_server.parsed(intent_ranking=[{"name": "does_it_hurt", "confidence": float("nan")}])

PROCESSES = (
    Fault("web killed", kill("web")),
    Fault("a worker killed", kill("worker1")),
    Fault("both workers killed", kill(*WORKERS)),
    Fault("SIGTERM", terminate),
)
DATABASE = (
    Fault("database locked", lock_database, on_sqlite),
    Fault("database read-only", trouble(read_only=True), on_sqlite),
    Fault("disk full", fill_disk, on_sqlite),
    Fault("PostgreSQL killed", kill_postgres, on_postgres),
)
META = (
    Fault("Graph 5xx", graph(4, status=500)),
    Fault("Graph 503 that is not Meta's", graph(2, lost="500", taken=False)),
    Fault("Graph 429", graph(1, status=429, retry_after=3)),
    Fault("Graph takes the message and drops the answer", graph(3, lost="drop")),
    Fault("Graph breaks off half-way through its answer", graph(3, lost="half")),
    Fault("Graph drops the call", graph(2, lost="drop", taken=False)),
    Fault("Graph too slow", graph(2, delay=11.0)),
)
TOKEN = (Fault("token revoked and replaced", revoke_token),)
MODEL = (
    Fault("Rasa dead", kill_model),
    Fault("Rasa slow", model_says(PARSE_ALL, nlu_server.parsed(), after=4.0), with_stand_in),
    Fault("Rasa answers nonsense", model_says(PARSE_ALL, NONSENSE), with_stand_in),
    Fault("Rasa's scores are no numbers", model_says(PARSE_ALL, NO_NUMBERS), with_stand_in),
    Fault("Rasa answers 500", model_says(PARSE_ALL, {}, status=500), with_stand_in),
    Fault("Rasa has the wrong release", model_says("/status", {"model_file": "models/x.tar.gz"}), with_stand_in),
    Fault("Rasa stands still", freeze_rasa, with_rasa),
)
CLOCK = (
    Fault("the clock jumps 2 h ahead", trouble(clock=7200.0)),
    Fault("the clock jumps 2 h back", trouble(clock=-7200.0)),
)
POWER = (Fault("power lost", lose_power),)
ALL = (*PROCESSES, *DATABASE, *META, *TOKEN, *MODEL, *CLOCK, *POWER)
