"""`python -m bot replay` on a file, with the real model, as a Clinical Safety Officer runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from bot.core.messages import SAFETY_KINDS
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import read_examples
from tests.core.safety.measure import phrases, shipped_net
from tests.journeys.stack import Stack

pytestmark = pytest.mark.rasa

FIELDS = {
    *("id", "decision", "rule", "topics", "programmes", "answer_ids", "confidence", "margin", "language", "replies"),
    *("redacted_text", "milliseconds"),
}
DENIALS = ("no lumps but ", "havent had any bleeding, ", "no pain. ")
FEWEST_CAUGHT, MOST_ALARMS = 0.9, 0.15  # of what strangers wrote; the ordinary ones are written to sound like danger
EACH = 4  # of the dangers that no rule knows every fourth: about fifty


def replay(stack: Stack, rows: list[str], folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    source = folder / "in.jsonl"
    source.write_text("\n".join(rows), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "replay", str(source), "--out", str(folder / "out.jsonl"), *options]
    return subprocess.run(
        command, cwd=wiring.PROJECT, env=stack.environment, capture_output=True, text=True, timeout=170
    )


def results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_hundred_messages_with_contexts(shared_stack: Stack, tmp_path: Path) -> None:
    """One row for each message, in order; what was said before counts; nothing is stored and nothing sent."""
    rows: list[dict[str, Any]] = []
    for number in range(25):
        asked = [{"role": "user", "text": "does a smear hurt?"}, {"role": "bot", "text": "It can be uncomfortable."}]
        rows += [
            {"id": f"plain-{number}", "text": "does it hurt"},
            {"id": f"follow-{number}", "text": "and the mammogram?", "context": asked},
            {"id": f"emergency-{number}", "text": "chest pain cant breathe", "context": asked},
            {"id": number, "text": "my nhs number is 943 476 5919, how do i do the poo test", "context": []},
        ]
    before = shared_stack.stored()
    ran = replay(shared_stack, [json.dumps(row) for row in rows], tmp_path)
    assert ran.returncode == 0, ran.stderr
    found = results(tmp_path)
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert all(row.keys() >= FIELDS for row in found)
    plain, follow, emergency, kit = found[:4]
    assert (plain["decision"], plain["rule"]) == ("clarify", "which_test")
    assert (follow["decision"], follow["topics"], follow["programmes"]) == ("answer", ["does_it_hurt"], ["breast"])
    assert (emergency["decision"], emergency["answer_ids"]) == ("emergency", [])
    assert "943" not in kit["redacted_text"]
    assert shared_stack.stored() == before


def test_another_nation_gets_its_own_lines(shared_stack: Stack, tmp_path: Path) -> None:
    row = json.dumps({"id": 1, "text": "ive found a lump in my breast"})
    assert replay(shared_stack, [row], tmp_path, "--nation", "northern_ireland").returncode == 0
    text = results(tmp_path)[0]["replies"][0]["text"]
    assert "out-of-hours" in text
    assert "111" not in text


def test_odd_messages_get_a_decision(shared_stack: Stack, tmp_path: Path) -> None:
    odd = ["", "   ", "😀", "7", "\u200b\u200f", "\\ud800", "x" * 10_000, "?!?!"]
    ran = replay(shared_stack, [f'{{"id": {number}, "text": "{text}"}}' for number, text in enumerate(odd)], tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert all(row["decision"] for row in results(tmp_path))
    assert len(results(tmp_path)) == len(odd)


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        '{"text": "no id"}',
        '{"id": 1}',
        '{"id": 1, "text": "x", "context": [{"role": "nurse", "text": "y"}]}',
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_written(shared_stack: Stack, tmp_path: Path, line: str) -> None:
    ran = replay(shared_stack, ['{"id": 1, "text": "does it hurt"}', line], tmp_path)
    assert ran.returncode == 2
    assert "in.jsonl:2: " in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert os.listdir(tmp_path) == ["in.jsonl"]


def dangers_no_rule_knows() -> list[str]:
    """Of the messages about danger that the model has learned or is examined by, those on which no rule fires."""
    topics, net = read_topics(wiring.NLU_DATA / "topics.yml"), shipped_net()
    messages = [one for folder in ("examples", "regression") for one in read_examples(wiring.NLU_DATA / folder)]
    dangers = (message.text for message in messages if topics.route(message.topic) in SAFETY_KINDS)
    return [text for text in dangers if not net.check(text)]


def test_a_denial_before_a_danger_that_only_the_model_finds_does_not_silence_it(
    shared_stack: Stack, tmp_path: Path
) -> None:
    """The rules take the denial out of what the model is heard on, and nothing of the danger with it."""
    rows = [
        {"id": [danger, denial], "text": f"{denial}{danger}"}
        for danger in dangers_no_rule_knows()[::EACH]
        for denial in ("", *DENIALS)
    ]
    ran = replay(shared_stack, [json.dumps(row) for row in rows], tmp_path)
    assert ran.returncode == 0, ran.stderr
    raised = {tuple(row["id"]): row["decision"] in SAFETY_KINDS for row in results(tmp_path)}
    found = [danger for (danger, denial), is_raised in raised.items() if is_raised and not denial]
    assert len(found) > 10
    assert [(denial, danger) for danger in found for denial in DENIALS if not raised[danger, denial]] == []


def test_most_dangers_in_the_words_of_strangers_are_found(shared_stack: Stack, tmp_path: Path) -> None:
    """By rules or model, on messages that neither was made with."""
    written = phrases("strangers")
    rows = [json.dumps({"id": number, "text": phrase.text}) for number, phrase in enumerate(written)]
    ran = replay(shared_stack, rows, tmp_path)
    assert ran.returncode == 0, ran.stderr
    found = [row["decision"] in SAFETY_KINDS for row in results(tmp_path)]
    dangers = [is_found for phrase, is_found in zip(written, found, strict=True) if not phrase.ordinary]
    alarms = [is_found for phrase, is_found in zip(written, found, strict=True) if phrase.ordinary]
    assert sum(dangers) >= FEWEST_CAUGHT * len(dangers)
    assert sum(alarms) <= MOST_ALARMS * len(alarms)
