"""3. The hour after a post that reached a million people, compressed: a step, a decay, and all that goes wrong."""

import math
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.scale import load, posts
from benchmarks.scale.answers import in_system, waited
from benchmarks.scale.ours import Service
from benchmarks.scale.posts import Post
from benchmarks.scale.sink import Faults, Sink

STEP = 60.0  # messages a second at first
STEP_LASTS = 60.0  # seconds
PATIENTS_PER_MESSAGE = 0.6
TWICE, OUT_OF_ORDER, GARBAGE = 0.02, 0.01, 0.01  # shares of the requests
FAULTS = Faults(errors=0.03, slow=0.03, seconds=2.0)
NOT_OURS = (b"", b"{", b"[]", b'{"object": "page", "entry": [{"id": 7}]}', b'{"object": "user"}', b"\xff\xfe\x00")
PATIENCE = 600.0


@dataclass(frozen=True)
class Plan:
    """The requests with their moments, and for each patient when they wrote (seconds from the start)."""

    requests: list[tuple[float, Post]]
    written: dict[str, list[float]]
    messages: int


def moments(messages: int) -> Iterator[float]:
    """When each message is written: a step of `STEP` a second, then half as many every so often until all are out.

    With N messages in all and n in the step, the rest decays with the time constant (N - n) / STEP.
    """
    in_step = min(messages, int(STEP * STEP_LASTS))
    yield from (number / STEP for number in range(in_step))
    rest = messages - in_step
    constant = rest / STEP
    for number in range(rest):
        yield STEP_LASTS - constant * math.log(1 - (number + 0.5) / rest)


def plan(service: Service, texts: Sequence[str], messages: int, chance: random.Random) -> Plan:
    """What is sent. A patient's messages keep their order but for the share that comes out of order."""
    patients = [f"7{number:09d}" for number in range(int(messages * PATIENTS_PER_MESSAGE))]
    writers = patients + chance.choices(patients, k=messages - len(patients))
    chance.shuffle(writers)
    written: dict[str, list[float]] = {}
    requests: list[tuple[float, Post]] = []
    start_ms = int(time.time() * 1000)
    for moment, psid in zip(moments(messages), writers, strict=True):
        said = posts.said(psid, chance.choice(texts), start_ms + int(moment * 1000))
        one = posts.post(service.page_id, service.app_secret, [said])
        written.setdefault(psid, []).append(moment)
        late = chance.uniform(0.5, 3.0) if chance.random() < OUT_OF_ORDER else 0.0
        requests.append((moment + late, one))
        if chance.random() < TWICE:
            requests.append((moment + chance.uniform(0.0, 5.0), one))
        if chance.random() < GARBAGE:
            requests.append((moment, posts.signed(chance.choice(NOT_OURS), service.app_secret)))
    requests.sort(key=lambda request: request[0])
    return Plan(requests, written, messages)


def run(service: Service, sink: Sink, texts: Sequence[str], messages: int) -> dict[str, Any]:
    """Play it and account for every message."""
    made = plan(service, texts, messages, random.Random(3))
    sink.clear(FAULTS)
    answers = load.at_moments(service.webhook, made.requests)
    is_done = service.until_all_is_done(PATIENCE)
    began = min(one.due for one in answers) - made.requests[0][0]
    arrived = sink.taken()
    written = {psid: [began + moment for moment in at] for psid, at in made.written.items()}
    waits = waited(written, arrived)
    reached = {one.psid for one in arrived}
    seen = Counter(one.metadata for one in arrived)
    genuine = [one for one, (_, post) in zip(answers, made.requests, strict=True) if post.body not in NOT_OURS]
    return {
        "messages": messages,
        "patients": len(made.written),
        "requests": len(made.requests),
        "acknowledgement": load.summary(genuine),
        "stored": service.stored_messages(),
        "lost": messages - service.stored_messages(),
        "all_done": is_done,
        "with_a_later_reply": len(waits),
        "patients_without_any_reply": len(made.written.keys() - reached),
        "sent_twice": sum(count - 1 for key, count in seen.items() if key),
        "in_system": in_system(waits),
        "ends": service.ends(),
    }
