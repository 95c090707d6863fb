"""Rasa as it comes: its own Facebook channel, one fixed text for each topic by a rule, and our pipeline as the model.

Everything else is Rasa's default: the tracker in memory, the ticket lock, one process.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.scale.processes import DidNotStart, free_port, stopped, until_it_answers
from bot.nlu.training_run import fingerprint, rasa_environment, rasa_python
from bot.yaml_files import read_yaml

SECRET = "a secret of the benchmark"
SLOWEST_TRAINING = 1200.0  # seconds
TEXT = "Thank you for your message. Screening looks for early signs of cancer in people who feel well."


class RasaChannel:
    """The process. Use as a context manager."""

    def __init__(self, project: Path, folder: Path, graph_url: str) -> None:
        self.project, self.folder, self.graph_url = project, folder, graph_url
        self.port, self.app_secret = free_port(), SECRET
        self.webhook = f"http://127.0.0.1:{self.port}/webhooks/facebook/webhook"

    def __enter__(self) -> "RasaChannel":
        model = trained(self.project, self.folder)
        credentials = self.folder / "credentials.yml"
        tokens = {"verify": "verify", "secret": SECRET, "page-access-token": "token"}
        credentials.write_text(json.dumps({"facebook": tokens}), encoding="utf-8")  # JSON is YAML
        launcher = [str(rasa_python(self.project)), "-m", "benchmarks.scale.rasa_launcher", self.graph_url]
        options = ["--model", str(model), "--credentials", str(credentials)]
        where = ["--interface", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "rasa.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*launcher, *options, *where],
                cwd=self.project,
                env=rasa_environment(self.project),
                stdout=log,
                stderr=log,
            )
        until_it_answers(f"http://127.0.0.1:{self.port}/webhooks/facebook/", self._process)
        return self

    def __exit__(self, *_: object) -> None:
        stopped(self._process)


def trained(project: Path, folder: Path) -> Path:
    """The model, trained once for the data as it is. Raises DidNotStart where the training fails."""
    made_from = fingerprint(project).encode() + Path(__file__).read_bytes()  # the domain and the rules are written here
    name = hashlib.sha256(made_from).hexdigest()[:12]
    model = folder / f"rasa-channel-{name}.tar.gz"
    if model.is_file():
        return model
    with tempfile.TemporaryDirectory() as made:
        written = Path(made)
        _write_project(project, written)
        command = [str(rasa_python(project)), "-m", "rasa", "train", "--out", str(folder), "--domain", "domain.yml"]
        environment = rasa_environment(project) | {"RASA_CACHE_DIRECTORY": str(written / "no-cache")}
        with (folder / "rasa-training.log").open("wb") as log:
            done = subprocess.run(
                [*command, "--fixed-model-name", model.stem.removesuffix(".tar")],
                cwd=written,
                env=environment,
                stdout=log,
                stderr=log,
                timeout=SLOWEST_TRAINING,
                check=False,
            )
    if done.returncode or not model.is_file():
        raise DidNotStart(f"Rasa's channel could not be trained: {folder / 'rasa-training.log'} says why")
    return model


def _write_project(project: Path, folder: Path) -> None:
    """The pipeline and the examples unchanged; a domain with one reply for each topic; a rule for each."""
    config = (project / "config.yml").read_text(encoding="utf-8")
    (folder / "config.yml").write_text(config.replace("policies: []", "policies:\n- name: RulePolicy"), "utf-8")
    shutil.copytree(project / "nlu_data" / "examples", folder / "data" / "examples")
    domain = read_yaml(project / "domain.yml")
    topics = [str(topic) for topic in domain["intents"]]
    replies = {f"utter_{topic}": [{"text": TEXT}] for topic in topics}
    more = {"version": "3.1", "intents": topics, "entities": ["programme"], "responses": replies}
    (folder / "domain.yml").write_text(json.dumps(more), encoding="utf-8")
    rules = [{"rule": topic, "steps": [{"intent": topic}, {"action": f"utter_{topic}"}]} for topic in topics]
    # JSON is YAML, but Rasa knows a file of rules by a line that begins with the word.
    (folder / "data" / "rules.yml").write_text(f'version: "3.1"\nrules: {json.dumps(rules)}\n', encoding="utf-8")
