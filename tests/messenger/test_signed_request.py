"""Only what Meta signed over the encoded payload is a deletion request; nothing else is, and nothing raises."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.messenger.signed_request import LONGEST, read

SECRET = "an invented app secret"
TOLD = {"algorithm": "HMAC-SHA256", "issued_at": 1795600000, "expires": 1795603600, "user_id": "218471"}
quick = settings(derandomize=True, deadline=None, max_examples=300)


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def signed(told: Any, secret: str = SECRET, *, raw: bytes | None = None) -> str:
    payload = encoded(json.dumps(told).encode() if raw is None else raw)
    return f"{encoded(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest())}.{payload}"


def test_the_signature_is_that_of_metas_own_example() -> None:
    # From Facebook's page on signed requests of 2011, app secret "secret". It names no user: signed, and still none.
    example = "vlXgu64BQGFSQrY0ZcJBZASMvYvTHu9GQ0YM9rjPSso.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsIjAiOiJwYXlsb2FkIn0"
    signature, payload = example.split(".")
    assert encoded(hmac.new(b"secret", payload.encode(), hashlib.sha256).digest()) == signature
    assert read(example, "secret") is None


def test_what_meta_signed_is_read() -> None:
    request = read(signed(TOLD), SECRET)
    assert request is not None
    assert request.user_id == "218471"


@pytest.mark.parametrize("extra", ["", "x", "xx", "xxx"])
def test_every_length_of_payload_is_read_without_padding(extra: str) -> None:
    assert read(signed(TOLD | {"note": extra}), SECRET) is not None


def test_the_code_is_the_same_for_the_same_request_and_for_no_other() -> None:
    codes = {read(signed(told), SECRET).code for told in (TOLD, TOLD, TOLD | {"issued_at": 1})}  # type: ignore[union-attr]
    assert len(codes) == 2
    assert all(len(code) == 32 and "218471" not in code for code in codes)


@pytest.mark.parametrize(
    "request_text",
    [
        "",
        ".",
        "a.b",
        signed(TOLD, "another secret"),
        signed(TOLD) + "A",
        "A" + signed(TOLD),
        signed(TOLD).replace(".", ".."),
        signed(TOLD).split(".")[1],
        signed(TOLD | {"algorithm": "none"}),
        signed(TOLD | {"algorithm": None}),
        signed({name: value for name, value in TOLD.items() if name != "algorithm"}),
        signed({name: value for name, value in TOLD.items() if name != "user_id"}),
        signed(TOLD | {"user_id": None}),
        signed(TOLD | {"user_id": True}),
        signed(TOLD | {"user_id": "218 471"}),
        signed(TOLD | {"user_id": "'; DROP TABLE message"}),
        signed(TOLD | {"user_id": "1" * 65}),
        signed([TOLD]),
        signed("218471"),
        signed(None, raw=b""),
        signed(None, raw=b"\xff\xfe"),
        signed(None, raw=b"[" * 5_000),
        signed(TOLD | {"note": "x" * LONGEST}),
        "é.é",
    ],
)
def test_everything_else_is_none(request_text: str) -> None:
    assert read(request_text, SECRET) is None


def test_an_empty_secret_signs_nothing() -> None:
    assert read(signed(TOLD, ""), "") is None


@quick
@given(some.text(max_size=300) | some.binary(max_size=200).map(lambda raw: signed(None, raw=raw)))
def test_no_text_raises(text: str) -> None:
    assert read(text, SECRET) is None


@quick
@given(some.integers(0, 41), some.characters(categories=(), include_characters="abcXYZ019-_"))
def test_a_changed_character_of_the_signature_is_found(place: int, other: str) -> None:
    genuine = signed(TOLD)
    changed = genuine[:place] + other + genuine[place + 1 :]
    assert (read(changed, SECRET) is None) is (changed != genuine)
