"""This project with a tenth of its topics, in a folder of its own: Rasa trains it in seconds. All else are links."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot import wiring
from bot.nlu.project_files import write_file

TOPICS = (
    *("does_it_hurt", "cost", "what_happens", "who_does_it", "where_to_go"),
    *("greeting", "not_screening", "emergency", "breast_symptom"),
)
EXAMPLES = 25  # of each topic
LINKS = ("bot", "actions", ".venv-rasa", "node_modules", "config.yml", "domain.yml", "app.py", "gunicorn.conf.py")
# Those of the project are for a model of all topics, and so are its thresholds: a model of a few sees danger in much.
FLOORS = """\
at_least: {topic_right: 0.8, safety_caught: 0.8}
each_topic: {right: 0.6, fewest_messages: 5}
phrases: {caught: 0.9, false_alarms: 0.4}
"""
THRESHOLDS = """\
{"answer": 0.85, "answer_margin": 0.6, "hand_off": 0.85, "hand_off_margin": 0.6, "out_of_scope": 0.85,
 "out_of_scope_margin": 0.6, "small_talk": 0.85, "small_talk_margin": 0.6, "clarify": 0.25, "choice": 0.1,
 "safety": 0.55}
"""
EVERY = 40  # one in so many safety phrases
BLOCKS = re.compile(r"^(?=- )", re.MULTILINE)


def make(folder: Path) -> Path:
    """The project in `folder`: the service's processes can be started there."""
    for name in LINKS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(wiring.PROJECT / name)
    data = folder / "nlu_data"
    write_file(data / "topics.yml", _blocks(wiring.NLU_DATA / "topics.yml", "name"))
    for path in wiring.NLU_DATA.glob("examples/*/*.yml"):
        if path.stem in TOPICS:
            write_file(data / path.relative_to(wiring.NLU_DATA), "\n".join(_thinned(path)) + "\n")
    for path in wiring.NLU_DATA.glob("regression/*.yml"):
        if not path.stem.endswith("_author") and (messages := _blocks(path, "intent")):
            write_file(data / "regression" / path.name, f'version: "3.1"\nnlu:\n{messages}')
    programmes = Path("examples") / "programmes.yml"
    write_file(data / programmes, (wiring.NLU_DATA / programmes).read_text(encoding="utf-8"))
    (data / "answers").symlink_to(wiring.NLU_DATA / "answers")
    write_file(data / "floors.yml", FLOORS)
    write_file(data / "thresholds.json", THRESHOLDS)
    phrases = Path("tests") / "core" / "safety"
    for name in ("building.yml", "held_back.yml"):
        lines = (wiring.PROJECT / phrases / name).read_text(encoding="utf-8").splitlines()
        some = [line for line in lines if line.startswith("- {")][::EVERY]
        write_file(folder / phrases / name, "\n".join(some) + "\n")
    return folder


def _blocks(path: Path, key: str) -> str:
    """The blocks of a YAML list that are about TOPICS."""
    found = BLOCKS.split(path.read_text(encoding="utf-8"))
    return "".join(block for block in found if block.partition("\n")[0] in {f"- {key}: {topic}" for topic in TOPICS})


def _thinned(path: Path) -> Iterator[str]:
    """The lines of a file of examples: EXAMPLES of them, from all over it, and what is no example."""
    lines = path.read_text(encoding="utf-8").splitlines()
    examples = [line for line in lines if line.startswith("    - ")]
    kept = set(examples[:: len(examples) // EXAMPLES][:EXAMPLES])
    return (line for line in lines if not line.startswith("    - ") or line in kept)
