"""Stands for Rasa's interpreter: trains in no time and serves what it learnt, like `actions.train` and `actions.serve`.

A message is read as the topic of the example that shares most words with it. Nothing but the standard library.
"""

import json
import os
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def option(name: str) -> str:
    return sys.argv[sys.argv.index(name) + 1]


def train() -> None:
    learnt: dict[str, str] = {}
    for file in sorted(Path(option("--nlu")).rglob("*.yml")):
        topic = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if found := re.match(r"- intent: (\w+)", line):
                topic = found[1]
            elif found := re.match(r"    - (.+)", line):
                learnt[found[1]] = topic
    time.sleep(float(os.environ.get("SLOW_TRAINING", "0")))
    model = Path(option("--out")) / f"{option('--fixed-model-name')}.tar.gz"
    model.write_text(json.dumps(learnt), encoding="utf-8")


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def read(learnt: dict[str, str], text: str) -> list[dict[str, Any]]:
    scores = dict.fromkeys(learnt.values(), 0.0)
    for example, topic in learnt.items():
        shared = len(words(example) & words(text)) / max(1, len(words(example) | words(text)))
        scores[topic] = max(scores[topic], shared)
    total = sum(scores.values()) or 1.0
    ranking = [{"name": name, "confidence": score / total} for name, score in scores.items()]
    return sorted(ranking, key=lambda one: -float(one["confidence"]))


def serve() -> None:
    model = Path(option("--model"))
    learnt = json.loads(model.read_text(encoding="utf-8"))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer({"model_file": model.name})

        def do_POST(self) -> None:
            texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["texts"]
            unnamed = {"entities": [], "model_file": model.name}
            self.answer([{"intent_ranking": read(learnt, text), **unnamed} for text in texts])

        def answer(self, value: object) -> None:
            content = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", int(option("--port"))), Handler).serve_forever()


if __name__ == "__main__":
    train() if "actions.train" in sys.argv else serve()
