"""2. Messages answered a second, from the signed request to the call of Graph, and the time each spends in between."""

import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.scale import load
from benchmarks.scale.acknowledge import Receiver, maker
from benchmarks.scale.load import CUTS, percentile
from benchmarks.scale.ours import Service
from benchmarks.scale.posts import Post
from benchmarks.scale.sink import Faults, Sink, Taken
from bot.nlu.server import TemporaryServer

PATIENCE = 300.0  # seconds for a backlog to be answered
NONE, FAR_AWAY = Faults(), Faults(slow=1.0, seconds=0.2)  # Meta takes 0.1 to 0.3 s for a message


def bare_rate(nlu: TemporaryServer, texts: Sequence[str], clients: int = 8, seconds: float = 15.0) -> dict[str, Any]:
    """Parses a second of the NLU server alone: what no service in front of it can exceed."""

    def make(number: int) -> Post:
        return Post(json.dumps({"text": texts[number % len(texts)]}).encode(), {"Content-Type": "application/json"})

    url = f"{nlu.url}/model/parse?token={nlu.token}"
    return load.summary(load.as_fast_as_taken(url, make, clients=clients, seconds=seconds))


def ours(service: Service, sink: Sink, texts: Sequence[str], messages: int, faults: Faults = NONE) -> dict[str, Any]:
    """`messages` patients write at once; how long until the last has an answer."""
    make = maker(service, service.page_id, texts)
    sink.clear(faults)
    began = time.monotonic()
    due = [(number / 500, make(number)) for number in range(messages)]  # faster than they can be answered
    taken_in = load.at_moments(service.webhook, due)
    is_done = service.until_all_is_done(PATIENCE)
    arrived = sink.taken()
    answered = {one.psid for one in arrived}
    span = max((one.at for one in arrived), default=began) - began
    return {
        "messages": messages,
        "accepted": sum(one.status == 200 for one in taken_in),
        "answered": len(answered),
        "all_done": is_done,
        "seconds": round(span, 1),
        "per_second": round(len(answered) / span, 1) if span else 0.0,
    }


def rasas(receiver: Receiver, sink: Sink, texts: Sequence[str], clients: int, seconds: float) -> dict[str, Any]:
    """Rasa's channel answers within the request, so its pace is that of its acknowledgements."""
    sink.clear()
    make = maker(receiver, "1001", texts)
    taken_in = load.as_fast_as_taken(receiver.webhook, make, clients=clients, seconds=seconds)
    answered = {one.psid for one in sink.taken()}
    found = load.summary(taken_in)
    span = found["accepted"] / found["per_second"] if found["per_second"] else seconds
    return found | {"answered": len(answered), "answered_per_second": round(len(answered) / span, 1)}


def steadily(service: Service, sink: Sink, texts: Sequence[str], per_second: float, seconds: float) -> dict[str, Any]:
    """A pace that can be kept: how long each patient waits. The wait for further words of a turn is part of it."""
    make = maker(service, service.page_id, texts)
    sink.clear()
    moments = [number / per_second for number in range(int(per_second * seconds))]
    made = [make(number) for number in range(len(moments))]
    taken_in = load.at_moments(service.webhook, list(zip(moments, made, strict=True)))
    is_done = service.until_all_is_done(PATIENCE)
    due = {_psid(post): one.due for post, one in zip(made, taken_in, strict=True)}
    waits = waited({psid: [at] for psid, at in due.items()}, sink.taken())
    return {"messages": len(made), "answered": len(waits), "all_done": is_done, **in_system(waits)}


def _psid(post: Post) -> str:
    return str(json.loads(post.body)["entry"][0]["messaging"][0]["sender"]["id"])


def waited(written: Mapping[str, Sequence[float]], arrived: Sequence[Taken]) -> list[float]:
    """For each message the seconds until its patient got the next reply; those without one are left out."""
    replies: dict[str, list[float]] = defaultdict(list)
    for one in arrived:
        replies[one.psid].append(one.at)
    waits = []
    for psid, moments in written.items():
        for moment in moments:
            later = [at for at in replies[psid] if at >= moment]
            if later:
                waits.append(min(later) - moment)
    return waits


def in_system(waits: Sequence[float]) -> dict[str, float]:
    return {f"p{name}_s": round(percentile(waits, share), 2) for name, share in CUTS}
