"""Reads messages with a trained model, one after another, as one client would. Runs in Rasa's environment.

`python -m benchmarks.nlu.parse_all MODEL MESSAGES.json READINGS.jsonl`: MODEL is Rasa's archive, or the arrays of
`plain_regression`. One line for each message with its ranking, milliseconds and the processor's share of them; the last
line has the resident memory and, where the model keeps them, the scores of its examples while they were held out.
"""

import asyncio
import io
import json
import resource
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Ranking = list[tuple[str, float]]


def rasa_reader(model: Path) -> Callable[[str], Ranking]:
    """The model in Rasa's own agent, as its server holds it."""
    from rasa.core.agent import Agent

    agent, loop = Agent.load(model_path=str(model)), asyncio.new_event_loop()

    def read(text: str) -> Ranking:
        parsed = loop.run_until_complete(agent.parse_message(text))
        return [(intent["name"], float(intent["confidence"])) for intent in parsed.get("intent_ranking", [])]

    return read


def held_out(model: Path) -> list[list[float]] | None:
    """Scores of held-out examples and whether they were read rightly; None where the model keeps none."""
    if model.suffix == ".npz":
        content = model.read_bytes()
    else:
        with tarfile.open(model) as archive:
            found = [member for member in archive if Path(member.name).name == "topic_model.npz"]
            file = archive.extractfile(found[0]) if found else None
            if file is None:
                return None
            content = file.read()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return [[float(value) for value in row] for row in arrays["held_out"]]


def resident_mb() -> float:
    """Memory resident now; the most so far where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


def main(model: Path, messages: Path, readings: Path) -> None:
    """Load, read one message unmeasured, then all of them."""
    if model.suffix == ".npz":
        from benchmarks.nlu.plain_regression import PlainRegression

        read = PlainRegression(model).read
    else:
        read = rasa_reader(model)
    texts = json.loads(messages.read_text(encoding="utf-8"))
    read(texts[0])
    lines: list[dict[str, Any]] = []
    for text in texts:
        began, busy = time.perf_counter(), time.process_time()
        ranking = read(text)
        passed, worked = time.perf_counter() - began, time.process_time() - busy
        lines.append({"ms": passed * 1000, "processor_ms": worked * 1000, "ranking": ranking})
    lines.append({"resident_mb": resident_mb(), "held_out": held_out(model)})
    readings.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
