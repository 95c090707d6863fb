"""Signed webhook requests as Meta sends them."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from bot.nlu.training_data import read_examples
from bot.wiring import NLU_DATA

_numbers = count(1)


@dataclass(frozen=True)
class Said:
    """One message of a patient."""

    psid: str
    text: str
    mid: str
    at_ms: int  # when the patient wrote it: milliseconds since 1970


@dataclass(frozen=True)
class Post:
    """One request, ready to go."""

    body: bytes
    headers: dict[str, str]


def said(psid: str, text: str, at_ms: int) -> Said:
    """A message with an id of its own."""
    return Said(psid, text, f"m_{at_ms}_{next(_numbers)}", at_ms)


def post(page_id: str, secret: str, messages: Sequence[Said]) -> Post:
    """All messages in one request. Signed twice, because other receivers read the older SHA-1 header."""
    events = [
        {
            "sender": {"id": one.psid},
            "recipient": {"id": page_id},
            "timestamp": one.at_ms,
            "message": {"mid": one.mid, "text": one.text},
        }
        for one in messages
    ]
    last = messages[-1].at_ms if messages else 0
    entry = {"id": page_id, "time": last, "messaging": events}
    return signed(json.dumps({"object": "page", "entry": [entry]}).encode(), secret)


def signed(body: bytes, secret: str) -> Post:
    digests = {
        name: hmac.new(secret.encode(), body, algorithm).hexdigest()
        for name, algorithm in (("sha1", hashlib.sha1), ("sha256", hashlib.sha256))
    }
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature": f"sha1={digests['sha1']}",
        "X-Hub-Signature-256": f"sha256={digests['sha256']}",
    }
    return Post(body, headers)


def texts() -> list[str]:
    """What patients write: the regression messages, safety left out (those messages never wait in a queue)."""
    examples = read_examples(NLU_DATA / "regression")
    return [one.text for one in examples if one.file.stem != "safety" and "\n" not in one.text]
