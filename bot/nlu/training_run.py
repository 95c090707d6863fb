"""Training: Rasa's own command in Rasa's environment, and the release that comes of it."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.errors import DataError, ReleaseError
from bot.nlu import child

# Rasa's telemetry is off, and below INFO it would write every patient's words to its log.
RASA_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "CUDA_VISIBLE_DEVICES": "",
}
# For serving, where what is multiplied for one message is small, and for training, which has work for each processor
# without: several threads for one multiplication would wait for each other longer than they work.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
THRESHOLDS_FILE = "thresholds.json"
# Not the thresholds: with others it is another release, of the same model.
TRAINED_FROM = ("config.yml", "domain.yml", "nlu_data/examples", "actions")
FOR_CHANNELS = "actions/dialogue"  # Rasa's own channels, which no model is made from
NOT_IN_A_MODEL = ("actions/serve.py", "actions/in_order.py")  # how a model is served
TOPICS_FILE = "nlu_data/topics.yml"


@dataclass(frozen=True)
class TrainedRelease:
    """A model file and what belongs to it. The same facts stand in a JSON file beside the model."""

    name: str
    file: str
    sha256: str
    trained_from: str
    thresholds: Mapping[str, float]


def fingerprint(project: Path) -> str:
    """SHA-256 over everything a model is made from: the same data and pipeline give the same value."""
    return digest_of(project, TRAINED_FROM, without=FOR_CHANNELS)


def digest_of(project: Path, names: Sequence[str], without: str = "") -> str:
    """SHA-256 over files and folders of the project: names and contents of what is YAML or Python."""
    digest = hashlib.sha256()
    for path in _inputs(project, names):
        if not without or not path.is_relative_to(project / without):
            digest.update(str(path.relative_to(project)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _inputs(project: Path, names: Sequence[str]) -> Iterator[Path]:
    for name in names:
        path = project / name
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix in (".yml", ".py"))
            yield from (file for file in files if str(file.relative_to(project)) not in NOT_IN_A_MODEL)
        elif path.is_file():
            yield path
        else:
            raise DataError("is missing", path)


def find_trained(project: Path, models: Path) -> TrainedRelease | None:
    """The release of the newest model trained from the files as they are now, unharmed, or None.

    Where only thresholds or topics were changed since, the model is released again with them; nothing is trained.
    """
    wanted = fingerprint(project)
    for description in sorted(models.glob("*.json"), reverse=True):
        release = _read(description)
        if release and release.trained_from == wanted and _sha256(models / release.file) == release.sha256:
            return _released_anew(release, project, models)
    return None


def _released_anew(release: TrainedRelease, project: Path, models: Path) -> TrainedRelease:
    """`release` itself where it has these thresholds and topics; else its model under another name: another release.

    The name comes from the model's, the thresholds and the topics, so that going back to them is the earlier release.
    """
    thresholds = _thresholds(project)
    name = _name(release.name, thresholds, project)
    if release.name == name:
        return release
    released = replace(release, name=name, file=f"{name}.tar.gz", thresholds=thresholds)
    _link(models / release.file, models / released.file)
    _write(released, models)
    return released


def _name(name: str, thresholds: Mapping[str, float], project: Path) -> str:
    """`20261124-120000-0123abcd-4567ef`: when trained, from what, with which thresholds and topics."""
    topics = project / TOPICS_FILE
    told = json.dumps(thresholds, sort_keys=True).encode() + (topics.read_bytes() if topics.is_file() else b"")
    return f"{'-'.join(name.split('-')[:3])}-{hashlib.sha256(told).hexdigest()[:6]}"


def _link(source: Path, target: Path) -> None:
    """One file under two names, so that a second name costs no space; a copy where the disk knows no links."""
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        os.link(source, unfinished)
    except OSError:
        shutil.copyfile(source, unfinished)
    unfinished.replace(target)


def _write(release: TrainedRelease, models: Path) -> None:
    (models / f"{release.name}.json").write_text(json.dumps(asdict(release), indent=2), encoding="utf-8")


def train(project: Path, models: Path, now: datetime, tick: Callable[[float], None]) -> TrainedRelease:
    """Train a model. `tick` is called about once a second with the seconds gone; what it raises ends the training.

    Raises ReleaseError.
    """
    thresholds = _thresholds(project)
    trained_from = fingerprint(project)
    name = _name(f"{now:%Y%m%d-%H%M%S}-{trained_from[:8]}", thresholds, project)
    models.mkdir(parents=True, exist_ok=True)
    log = models / f"{name}.log"
    command = [
        *(str(rasa_python(project)), "-m", "actions.train"),
        *("--config", "config.yml", "--domain", "domain.yml", "--nlu", "nlu_data/examples"),
        *("--out", str(models), "--fixed-model-name", name),
    ]
    started = time.monotonic()
    with log.open("wb") as output, tempfile.TemporaryDirectory(dir=models, prefix=".training-") as own:
        # Rasa makes a cache, though nothing goes into it.
        environment = rasa_environment(project) | ONE_THREAD | {"RASA_CACHE_DIRECTORY": own, "TMPDIR": own}
        running = child.start(command, folder=project, environment=environment, output=output)
        try:
            while running.poll() is None:
                tick(time.monotonic() - started)
                time.sleep(1)
        finally:
            child.end(running)
    file = models / f"{name}.tar.gz"
    if running.returncode != 0 or not file.is_file():
        raise ReleaseError(f"the training failed: the end of {log} says why")
    release = TrainedRelease(name, file.name, _sha256(file), trained_from, thresholds)
    _write(release, models)
    return release


def verified(file: Path, sha256: str) -> Path:
    """`file`, if it is the model that was released. Raises ReleaseError."""
    if not file.is_file():
        raise ReleaseError(f"the model {file.name} is missing: python -m bot restore brings it back from a backup")
    if _sha256(file) != sha256:
        raise ReleaseError(f"the model {file.name} is not the one that was released: its hash is another")
    return file


def rasa_python(project: Path) -> Path:
    """The interpreter of Rasa's environment. Raises ReleaseError where that was not made."""
    python = project / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        raise ReleaseError("the rasa environment is missing: make run sets it up")
    return python


def rasa_environment(project: Path) -> dict[str, str]:
    """The environment of Rasa's processes; none of our secrets is in it."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return ours | RASA_ENVIRONMENT | {"PYTHONPATH": str(project)}


def _thresholds(project: Path) -> dict[str, float]:
    file = project / "nlu_data" / THRESHOLDS_FILE
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): float(value) for name, value in values.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        raise DataError("does not hold thresholds as numbers", file) from None


def _read(description: Path) -> TrainedRelease | None:
    try:
        return TrainedRelease(**json.loads(description.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # not a release's description, or one that a crash cut short: trained again


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
