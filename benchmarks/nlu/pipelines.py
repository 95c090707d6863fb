"""Training and reading with each pipeline, every step in a child process of Rasa's environment."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from benchmarks.nlu import child, runs
from benchmarks.nlu.data_sets import DataSet
from bot.nlu.training_run import rasa_environment, rasa_python

OURS, PLAIN, DEFAULT = "config.yml", "plain regression", "Rasa's default"
PIPELINES = (OURS, PLAIN, DEFAULT)
PLAIN_CODE = Path(__file__).parent / "plain_regression.py"  # imports what is in Rasa's environment only


class Bench:
    """Works in `folder`, on a copy of the pipeline, so that one run measures one state of it.

    What every message was read as goes to `kept`, with what the run cost, and is found there again.
    """

    def __init__(self, project: Path, folder: Path, kept: Path, timeout: float) -> None:
        self._folder, self._kept, self._timeout = folder, kept, timeout
        self._python = rasa_python(project)
        self._code, self.config = folder / "code", folder / "code" / "config.yml"
        shutil.copytree(project / "actions", self._code / "actions", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(project / "config.yml", self.config)
        self._environment = rasa_environment(project) | {"PYTHONPATH": f"{self._code}{os.pathsep}{project}"}

    def kept(self, data_set: DataSet, pipeline: str) -> runs.Run | None:
        """A run of before, if everything it was made from is as it was."""
        return runs.kept(self._file(data_set, pipeline), data_set, pipeline, self._made_from(data_set, pipeline))

    def run(self, data_set: DataSet, pipeline: str) -> runs.Run:
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
        return self.keep(folder / "readings.jsonl", training, data_set, pipeline)

    def keep(self, parsed: Path, training: child.Cost, data_set: DataSet, pipeline: str) -> runs.Run:
        """Keep what `parse_all` wrote to `parsed`, as the run that it is."""
        made_from, file = self._made_from(data_set, pipeline), self._file(data_set, pipeline)
        runs.keep(parsed, training, made_from, file)
        return runs.read(file, data_set, pipeline)

    def _file(self, data_set: DataSet, pipeline: str) -> Path:
        return self._kept / f"{data_set.name}-{PIPELINES.index(pipeline)}.jsonl"

    def _made_from(self, data_set: DataSet, pipeline: str) -> str:
        """A digest of the messages and of all that is ours, or of Rasa's release, by what the pipeline is made of."""
        digest = hashlib.sha256(json.dumps([data_set.train, data_set.test]).encode())
        if pipeline == DEFAULT:
            digest.update(self._default_config().read_bytes())
            digest.update(next(self._site_packages().glob("rasa-[0-9]*.dist-info")).name.encode())
            return digest.hexdigest()
        files = sorted((self._code / "actions").rglob("*.py"))
        for file in [*files, self.config if pipeline == OURS else PLAIN_CODE]:
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def _child(self, folder: Path, module: str, *arguments: str) -> child.Cost:
        command = [str(self._python), "-m", module, *arguments]
        return child.run(command, folder, self._environment, self._timeout)

    def _default_config(self) -> Path:
        """What `rasa init` writes. It leaves the pipeline out, and Rasa fills in its default."""
        return self._site_packages() / "rasa/cli/initial_project/config.yml"

    def _site_packages(self) -> Path:
        return next(self._python.parents[1].glob("lib/python3*/site-packages"))


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
