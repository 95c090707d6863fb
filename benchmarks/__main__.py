"""How fast and how right a message is read: the safety net, and the live pipeline on the regression messages.

`make bench` trains a model if the data changed, starts a Rasa server and writes var/bench/understanding.json.
The regression messages are never trained on. `python -m bot evaluate` tells more about what was read.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from bot import wiring
from bot.core.messages import Prediction
from bot.core.safety import SafetyNet
from bot.nlu import server, training_run
from bot.nlu.client import NluClient
from bot.nlu.training_data import read_examples
from bot.wiring import NLU_DATA, PROJECT, RULES_FILE

REPORT = PROJECT / "var" / "bench" / "understanding.json"


def timed(action: Callable[[str], Any], texts: Sequence[str]) -> tuple[list[Any], dict[str, float]]:
    """What `action` gave for each text, and its milliseconds."""
    results, milliseconds = [], []
    for text in texts:
        began = time.perf_counter()
        results.append(action(text))
        milliseconds.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(milliseconds, n=100)
    rate = round(1000 / statistics.mean(milliseconds))
    return results, {"p50_ms": round(cuts[49], 2), "p99_ms": round(cuts[98], 2), "per_second": rate}


def main() -> None:
    """Measure, print, write the report."""
    models = PROJECT / "var" / "models"
    began = time.perf_counter()
    release = training_run.find_trained(PROJECT, models)
    if release is None:
        release = training_run.train(PROJECT, models, wiring.utc_now(), lambda _seconds: None)
    trained_in = time.perf_counter() - began
    examples = read_examples(NLU_DATA / "regression")
    texts = [example.text for example in examples]
    net = SafetyNet.from_text(RULES_FILE.read_text(encoding="utf-8"))
    report: dict[str, Any] = {"release": release.name, "training_seconds": round(trained_in, 1)}
    report["safety_net"] = timed(net.check, texts)[1]
    with server.temporary_server(PROJECT, models / release.file) as running:
        client = NluClient(running.url, running.token)
        readings, report["parse_one_client"] = timed(client.understand, texts)
    right = sum(
        isinstance(read, Prediction) and read.best.topic == one.topic
        for one, read in zip(examples, readings, strict=True)
    )
    report["regression"] = {"messages": len(examples), "topic_right": round(right / len(examples), 4)}
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
