"""Trainings in every state, with made-up messages, and the releases that came of them."""

import hashlib
from datetime import timedelta
from typing import Any

from bot.store import releases, training_runs
from bot.wiring import Services
from tests.browser.staff_site import StaffSite

LIVE, BETTER, WORSE = (
    "20261116-090000-51c0ffee-2b7e15",
    "20261123-081500-7d3b9a02-2b7e15",
    "20261124-101000-e4f19c55-2b7e15",
)
GREEN, RED, GOES_ON = 1, 2, 3  # the ids of the trainings
HARMLESS = "my breasts are tender is it still ok to have it"


def message(text: str, topic: str, read_as: str, decision: str = "answer", must: str = "") -> dict[str, Any]:
    after = {"read_as": read_as, "decision": decision, "topics": [read_as]}
    return {"text": text, "expected": topic, "source": "all.yml:7", "must": must, "after": after}


def difference(change: str, live: str, new: str, *more: str) -> dict[str, Any]:
    text, topic = more
    was = {"read_as": live, "decision": "answer", "topics": [live]}
    return {"change": change, "before": was, **message(text, topic, new)}


def differences(hostile: str) -> list[dict[str, Any]]:
    return [
        difference("now_wrong", "does_it_hurt", "what_happens", "will they squash me", "does_it_hurt"),
        difference("now_right", "cost", "who_does_it", "is it a lady nurse", "who_does_it"),
        difference("now_right", "book", "change_appointment", "got a slot cant make it", "change_appointment"),
        difference("now_right", "off_topic", "assistance_dog", "can my guide dog come in the van", "assistance_dog"),
        difference("different", "does_it_hurt", "does_it_hurt", hostile or "does smear hurt and is it free", "cost"),
    ]


def misses(hostile: str) -> list[dict[str, Any]]:
    return [
        miss("must_be_decided", 0.5, 1.0, [message(HARMLESS, "symptoms", "does_it_hurt", must="red_flag")]),
        miss("topic_right", 0.881, 0.9, [message("how much do i owe", "cost", "book")]),
        miss(
            "right",
            0.4,
            0.6,
            [
                message("do they charge for it", "cost", "book"),
                message("is there a fee", "cost", "book", "clarify"),
                message(hostile or "do i need to bring money", "cost", "what_to_bring"),
            ],
            "cost",
        ),
    ]


def miss(name: str, value: float, limit: float, messages: list[dict[str, Any]], topic: str = "") -> dict[str, Any]:
    row = {"name": name, "side": "at_least", "limit": limit, "value": value, "topic": topic}
    return {**row, "messages": messages}


def figures(right: float) -> dict[str, Any]:
    floors = (("topic_right", "at_least", 0.9, right), ("confidently_wrong", "at_most", 0.05, 0.021))
    return {
        "messages": 2_089,
        "phrases": 640,
        "overall": {"topic_right": right, "confidently_wrong": 0.021, "safety_caught": 0.987},
        "before": {"topic_right": 0.921, "confidently_wrong": 0.024, "safety_caught": 0.987},
        "floors": [
            {
                "name": name,
                "side": side,
                "limit": limit,
                "value": value,
                "met": (value >= limit) == (side == "at_least"),
            }
            for name, side, limit, value in floors
        ],
        "topics": [{"topic": "book", "messages": 20, "right": 13}, {"topic": "cost", "messages": 20, "right": 19}],
        "confusions": [{"expected": "book", "read_as": "cost", "count": 4}],
    }


def fill(site: StaffSite, *, hostile: str = "") -> None:
    """Two live releases one after the other, a green training, a refused one, and one that goes on."""
    services = site.services
    found = {"compared": True, "differences": differences(hostile)}
    found["counts"] = {"now_wrong": 1, "now_right": 3, "different": 1}
    found["topics"] = [{"topic": "who_does_it", "messages": 20, "before": 15, "after": 18}]
    site.clock.pass_by(days=-9)
    with services.database.write() as session:
        releases.add_live(session, **_row(services, LIVE), now=services.now())
    site.clock.pass_by(days=8)
    _ended(services, BETTER, "ready", found | {"misses": []}, hostile)
    site.clock.pass_by(days=1, minutes=-40)
    _ended(services, WORSE, "refused", found | {"misses": misses(hostile)}, hostile)
    site.clock.pass_by(minutes=40)
    ask(services, hostile)
    with services.database.write() as session:
        run = training_runs.claim(session, "trainer", services.now())
        assert run is not None
        training_runs.advance(session, run, services.now(), step="read", done=1_204, total=2_729)


def ask(services: Services, hostile: str = "") -> int:
    with services.database.write() as session:
        run_id = training_runs.ask(session, services.now(), actor="user 90", name=hostile[:200] or "Toni Trainer")
    assert run_id is not None
    return run_id


def _row(services: Services, name: str) -> dict[str, Any]:
    """A release with its model in the service's own store."""
    file = services.settings.var / "models" / f"{name}.tar.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(name.encode())
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return {"name": name, "file": file.name, "sha256": sha256, "trained_from": "1" * 64, "thresholds": {}}


def _ended(services: Services, name: str, state: str, found: dict[str, Any], hostile: str) -> None:
    ask(services, hostile)
    with services.database.write() as session:
        now = services.now()
        run = training_runs.claim(session, "trainer", now)
        assert run is not None
        row = _row(services, name)
        releases.add_candidate(session, **row, topics=[], asked_by="user 90", changed_by=(), now=now)
        is_ready = state == "ready"
        releases.judge(session, name, is_ready=is_ready, figures=figures(0.934 if is_ready else 0.881))
        kept = {"release": name, "compared_with": LIVE, "found": found}
        training_runs.finish(session, run, now + timedelta(minutes=4), state, **kept)
