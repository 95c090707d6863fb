"""Only what Meta signed with our app secret gets in."""

import hashlib
import hmac
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.messenger.signature import is_genuine, proof, sign
from tests.messenger.wire import to_wire

SECRET = "an invented app secret"
BODY = to_wire({"object": "page", "entry": [{"id": "1", "messaging": [{"message": {"text": "Où? 1/2 🩺"}}]}]})
quick = settings(derandomize=True, deadline=None, max_examples=200)


def test_a_signature_known_from_elsewhere_is_genuine() -> None:
    # RFC 4231, test case 2
    known = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert is_genuine(b"what do ya want for nothing?", known, "Jefe")
    assert sign(b"what do ya want for nothing?", "Jefe") == known


@pytest.mark.parametrize("body", [BODY, b"", "raw UTF-8: Où? 🩺".encode(), b"\xff\x00 not even text", b"x" * 1_000_000])
def test_what_was_signed_is_genuine(body: bytes) -> None:
    assert is_genuine(body, sign(body, SECRET), SECRET)


def test_upper_case_hex_is_as_good() -> None:
    assert is_genuine(BODY, "sha256=" + sign(BODY, SECRET).removeprefix("sha256=").upper(), SECRET)


@quick
@given(some.integers(0, len(BODY) - 1), some.integers(1, 255))
def test_a_flipped_byte_of_the_body_is_found(place: int, change: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= change
    assert not is_genuine(bytes(changed), sign(BODY, SECRET), SECRET)


@quick
@given(some.integers(0, 70), some.characters())
def test_a_changed_character_of_the_signature_is_found(place: int, character: str) -> None:
    header = sign(BODY, SECRET)
    changed = header[:place] + character + header[place + 1 :]
    same = place >= len("sha256=") and changed.lower() == header and character.isascii()
    assert is_genuine(BODY, changed, SECRET) == (same or changed == header)


@quick
@given(some.binary(max_size=60), some.one_of(some.none(), some.text(some.characters(), max_size=90)))
def test_any_header_is_an_answer_and_never_an_error(body: bytes, header: str | None) -> None:
    assert is_genuine(body, header, SECRET) is False


@pytest.mark.parametrize(
    "spoil",
    [
        lambda header: None,
        lambda header: "",
        lambda header: header.removeprefix("sha256="),
        lambda header: header.replace("sha256=", "SHA256="),
        lambda header: header.replace("sha256=", "sha1="),
        lambda header: header.replace("=", ":"),
        lambda header: header[:-1],
        lambda header: header + "0",
        lambda header: header + "\n",
        lambda header: " " + header,
        lambda header: f"{header},{header}",
        lambda header: "sha256=" + "é" * 64,
        lambda header: "sha256=" + "\ud800" * 64,
        lambda header: "sha256=" + "٣" * 64,  # digits, but not of hex
    ],
)
def test_a_header_of_another_shape_is_refused(spoil: Callable[[str], str | None]) -> None:
    assert not is_genuine(BODY, spoil(sign(BODY, SECRET)), SECRET)


def test_the_older_sha1_signature_is_refused() -> None:
    old = hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
    assert not is_genuine(BODY, f"sha1={old}", SECRET)
    assert not is_genuine(BODY, f"sha256={old}", SECRET)


def test_another_secret_does_not_do() -> None:
    assert not is_genuine(BODY, sign(BODY, "the verify token"), SECRET)


def test_without_a_secret_nothing_is_genuine() -> None:
    assert not is_genuine(BODY, sign(BODY, ""), "")


def test_a_body_that_was_parsed_and_written_again_is_refused() -> None:
    assert not is_genuine(BODY.replace(b"\\/", b"/"), sign(BODY, SECRET), SECRET)


def test_the_proof_is_the_token_signed_with_the_app_secret() -> None:
    assert proof("what do ya want for nothing?", "Jefe") == sign(b"what do ya want for nothing?", "Jefe")[7:]
