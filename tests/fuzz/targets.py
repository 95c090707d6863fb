"""What is fuzzed: each target takes any bytes, and fails where a promise that holds for any input is broken.

The webhook's parser, redaction, Meta's signed request, and the codecs of what travels through Meta and comes back.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.core.messages import Button, Reply
from bot.core.redact import redact
from bot.core.turn import Choice, button
from bot.errors import SendError
from bot.messenger import compose, graph_errors, signature, signed_request
from tests.messenger.any_webhook import check

SECRET = "an invented app secret"
NHS_NUMBER = "943 476 5919"


def text_of(data: bytes) -> str:
    """Any text that JSON can bring, halves of surrogate pairs included."""
    return data.decode("utf-8", "surrogateescape")


def webhook(data: bytes) -> None:
    """A body that anybody may post: events that can be stored, or not JSON. And only its own signature signs it."""
    check(data)
    header = data[:80].decode("latin-1")
    assert not signature.is_genuine(data, header, SECRET)
    assert signature.is_genuine(data, signature.sign(data, SECRET), SECRET)
    assert not signature.is_genuine(data + b"\n", signature.sign(data, SECRET), SECRET)


def redaction(data: bytes) -> None:
    """Never fails, settles at once, can be written down, and a number on a line of its own goes whatever is around."""
    text = text_of(data)
    redacted = redact(text)
    redacted.encode("utf-8")
    assert redact(redacted) == redacted
    assert NHS_NUMBER not in redact(f"{text}\n{NHS_NUMBER}\n{text}")


def deletion_request(data: bytes) -> None:
    """What is not signed is none; what is signed names a user or is none; one letter more and it is none."""
    assert signed_request.read(text_of(data), SECRET) is None
    payload = base64.urlsafe_b64encode(data).rstrip(b"=")
    digest = base64.urlsafe_b64encode(hmac.new(SECRET.encode(), payload, hashlib.sha256).digest()).rstrip(b"=")
    signed = f"{digest.decode()}.{payload.decode()}"
    found = signed_request.read(signed, SECRET)
    if found is not None:
        assert found.user_id.isdigit()
        assert len(found.code) == 32
    assert signed_request.read(f"{signed}A", SECRET) is None
    assert signed_request.read(signed, f"{SECRET}.") is None


def payloads(data: bytes) -> None:
    """What a button carries to Meta and back, what a reply becomes on its way, and what Meta says went wrong."""
    text = data.decode("utf-8", "replace")
    choice = Choice.from_payload(text)
    if choice is not None:
        assert Choice.from_payload(button(choice, "x").payload) == choice
    parts = compose.split(Reply(text, (Button("Talk to staff", "staff"),)))
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())
    for part in parts:
        assert compose.length(part.text) <= compose.LONGEST_TEXT
        if not compose.problems(part, ""):
            json.dumps(compose.message_body(part)).encode("utf-8")
    with suppress(ValueError, RecursionError):
        body = json.loads(data)
        status = 100 + len(data) % 500
        assert isinstance(graph_errors.error_from(status, body, {"Retry-After": text[:40]}), SendError)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "webhook": webhook,
    "redaction": redaction,
    "deletion_request": deletion_request,
    "payloads": payloads,
}
