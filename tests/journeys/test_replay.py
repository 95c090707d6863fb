"""`python -m bot replay` on a file, with the real model, as a Clinical Safety Officer runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import wiring
from tests.journeys.stack import Stack

pytestmark = pytest.mark.rasa

FIELDS = {
    *("id", "decision", "rule", "topics", "programmes", "answer_ids", "confidence", "margin", "language", "replies"),
    *("redacted_text", "milliseconds"),
}


def replay(stack: Stack, rows: list[str], folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    source = folder / "in.jsonl"
    source.write_text("\n".join(rows), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "replay", str(source), "--out", str(folder / "out.jsonl"), *options]
    return subprocess.run(
        command, cwd=wiring.PROJECT, env=stack.environment, capture_output=True, text=True, timeout=120
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
