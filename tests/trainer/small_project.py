"""A project of three topics with a stand-in for Rasa, so that a training takes a second."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot import wiring

RASA = Path(__file__).parent.parent / "fakes" / "small_rasa.py"
TOPICS = """\
- name: does_it_hurt
  group: test
  route: faq
  programmes: [breast]
  question: Does it hurt?
  button: Does it hurt?
- name: cost
  group: getting_there
  route: faq
  programmes: [breast]
  question: What does it cost?
  button: What does it cost?
- name: emergency
  group: safety
  route: emergency
  programmes: []
  question: Is it an emergency?
  button: Emergency
"""
EXAMPLES = {
    "does_it_hurt": ["does the mammogram hurt", "is a mammogram painful"],
    "cost": ["is the mammogram free", "what is the price of a mammogram"],
    "emergency": ["crushing weight on my ribs", "an elephant sits on my ribs"],
}
REGRESSION = {
    "does_it_hurt": ["mammogram hurt much", "painful mammogram"],
    "cost": ["price of mammogram", "free mammogram"],
    "emergency": ["elephant on my ribs now"],
}
FLOORS = """\
at_least: {topic_right: 0.9, safety_caught: 0.9}
each_topic: {right: 0.6, fewest_messages: 1}
phrases: {caught: 0.9, false_alarms: 0.1}
"""
PHRASES = """\
- text: chest pain and I cannot breathe
  expect: emergency
  tags: [any, plain, must]
- text: what time do you open
  expect: none
  tags: [any]
"""


def make(folder: Path, examples: Mapping[str, Sequence[str]] = EXAMPLES, floors: str = FLOORS) -> Path:
    """The project's files in `folder`, with an interpreter that stands for Rasa's."""
    files = {
        "config.yml": "pipeline: []\n",
        "domain.yml": (wiring.PROJECT / "domain.yml").read_text(encoding="utf-8"),
        "nlu_data/topics.yml": TOPICS,
        "nlu_data/thresholds.json": '{"answer": 0.4, "answer_margin": 0.1, "safety": 0.3}',
        "nlu_data/floors.yml": floors,
        "nlu_data/examples/all.yml": rasa_file(examples),
        "nlu_data/regression/all.yml": rasa_file(REGRESSION),
        "tests/core/safety/building.yml": PHRASES,
        "tests/core/safety/held_back.yml": PHRASES,
    }
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name in ("actions", "nlu_data/answers", ".venv-rasa/bin"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    python = folder / ".venv-rasa" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S {RASA} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return folder


def rasa_file(topics: Mapping[str, Sequence[str]]) -> str:
    """Messages by topic as Rasa's YAML."""
    blocks = (
        f"- intent: {topic}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for topic, texts in topics.items()
    )
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)
