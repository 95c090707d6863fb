"""Training and reading with each pipeline, every step in a child process of Rasa's environment."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.nlu import child
from benchmarks.nlu.data_sets import DataSet
from benchmarks.nlu.results import HeldOut, Reading
from bot.nlu.training_run import rasa_environment, rasa_python

OURS, PLAIN, DEFAULT = "config.yml", "plain regression", "Rasa's default"
PIPELINES = (OURS, PLAIN, DEFAULT)
FALLBACK = "nlu_fallback"  # Rasa's name for a reading that it rejects


@dataclass(frozen=True)
class Run:
    """One pipeline trained on one data set, and how it read the test messages."""

    data_set: DataSet
    pipeline: str
    training: child.Cost
    resident_mb: float
    readings: Sequence[Reading]
    held_out: Sequence[HeldOut]


class Bench:
    """Works in `folder`, on a copy of the pipeline, so that one run measures one state of it.

    What every message was read as goes to `kept`.
    """

    def __init__(self, project: Path, folder: Path, kept: Path, timeout: float) -> None:
        self._folder, self._kept, self._timeout = folder, kept, timeout
        self._python = rasa_python(project)
        self._code, self.config = folder / "code", folder / "code" / "config.yml"
        shutil.copytree(project / "actions", self._code / "actions", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(project / "config.yml", self.config)
        self._environment = rasa_environment(project) | {"PYTHONPATH": f"{self._code}{os.pathsep}{project}"}

    def run(self, data_set: DataSet, pipeline: str) -> Run:
        """Train, then read. Raises ChildFailed."""
        folder = self._folder / f"{data_set.name}-{PIPELINES.index(pipeline)}"
        folder.mkdir()
        if pipeline == PLAIN:
            model = folder / "model.npz"
            pairs = [[example.text, example.label] for example in data_set.train]
            (folder / "examples.json").write_text(json.dumps(pairs), encoding="utf-8")
            training = self._child(folder, "benchmarks.nlu.plain_regression", "examples.json", model.name)
        else:
            model = folder / "model.tar.gz"
            write_project(data_set, self.config if pipeline == OURS else self._default_config(), folder)
            training = self._child(
                *(folder, "rasa", "train", "nlu", "--config", "config.yml", "--domain", "domain.yml"),
                *("--nlu", "nlu.yml", "--out", ".", "--fixed-model-name", "model"),
            )
        if not model.exists():
            raise child.ChildFailed(f"no model came of it: {child.last_line(folder)}")
        texts = [example.text for example in data_set.test]
        (folder / "messages.json").write_text(json.dumps(texts), encoding="utf-8")
        self._child(folder, "benchmarks.nlu.parse_all", model.name, "messages.json", "readings.jsonl")
        self._kept.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "readings.jsonl", self._kept / f"{folder.name}.jsonl")
        readings, last = read_lines(folder / "readings.jsonl")
        scores, is_right = last["held_out"] or ((), ())
        held_out = [(score, bool(right)) for score, right in zip(scores, is_right, strict=True)]
        return Run(data_set, pipeline, training, last["resident_mb"], readings, held_out)

    def _child(self, folder: Path, module: str, *arguments: str) -> child.Cost:
        command = [str(self._python), "-m", module, *arguments]
        return child.run(command, folder, self._environment, self._timeout)

    def _default_config(self) -> Path:
        """What `rasa init` writes. It leaves the pipeline out, and Rasa fills in its default."""
        return next(self._python.parents[1].glob("lib/python3*/site-packages/rasa/cli/initial_project/config.yml"))


def write_project(data_set: DataSet, config: Path, folder: Path) -> None:
    """A Rasa project with this data and that pipeline, byte for byte. JSON is YAML, and needs no quoting rules.

    Rasa looks for lines that begin with `nlu:` before it reads a file, so the outermost keys are not JSON.
    """
    examples: dict[str, list[dict[str, str]]] = {label: [] for label in data_set.labels}
    for example in data_set.train:
        if example.label is not None:
            examples[example.label].append({"text": example.text})
    intents = json.dumps([{"intent": label, "examples": texts} for label, texts in examples.items()])
    (folder / "nlu.yml").write_text(f'version: "3.1"\nnlu: {intents}\n', encoding="utf-8")
    domain = json.dumps(data_set.labels)
    (folder / "domain.yml").write_text(f'version: "3.1"\nintents: {domain}\n', encoding="utf-8")
    shutil.copyfile(config, folder / "config.yml")


def read_lines(file: Path) -> tuple[list[Reading], dict[str, Any]]:
    """The readings, and the last line."""
    *lines, last = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [as_reading(line["ranking"], line["ms"]) for line in lines], last


def as_reading(ranking: Sequence[tuple[str, float]], milliseconds: float) -> Reading:
    """The best topic, and whether Rasa's own fallback stood before it."""
    rejected = not ranking or ranking[0][0] == FALLBACK
    name, score = next(((name, score) for name, score in ranking if name != FALLBACK), (None, 0.0))
    return Reading(name, score, rejected, milliseconds)
