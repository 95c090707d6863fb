"""Sealing and unsealing: nothing readable outside, nothing changed unnoticed, the right key or none."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import DamagedValue, SettingsError, WrongKey
from bot.keyring import Keyring, is_sealed, new_key
from tests.keys import KEY, KEYS, OTHER_KEY

COLUMN = "message.text"
LUMP = "I found a lump 💛"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_comes_back(text: str) -> None:
    assert KEYS.unseal(KEYS.seal(text, COLUMN), COLUMN) == text


def test_the_same_words_never_look_the_same() -> None:
    sealed = {KEYS.seal(LUMP, COLUMN) for _ in range(50)}
    assert len(sealed) == 50
    assert all(is_sealed(one) and "lump" not in one for one in sealed)


def test_every_changed_byte_is_noticed() -> None:
    head, encoded = KEYS.seal(LUMP, COLUMN).rsplit(":", 1)
    raw = base64.b64decode(encoded)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(DamagedValue, match=r"a stored message\.text was changed or damaged"):
            KEYS.unseal(f"{head}:{base64.b64encode(changed).decode()}", COLUMN)


@pytest.mark.parametrize("rest", ["", "AAAA", "not base64", "AAA", "ÄÖ"])
def test_what_is_cut_off_or_is_nonsense_is_noticed(rest: str) -> None:
    with pytest.raises(DamagedValue):
        KEYS.unseal(f"{KEYS.prefix}{rest}", COLUMN)


@pytest.mark.parametrize("stored", [LUMP, "", "e1:", {"kind": "text"}, 7])
def test_what_is_not_encrypted_is_not_taken_for_a_message(stored: object) -> None:
    with pytest.raises(DamagedValue, match="is not encrypted, although it should be"):
        KEYS.unseal(stored, COLUMN)  # type: ignore[arg-type]


def test_a_value_opens_in_its_own_column_only() -> None:
    with pytest.raises(DamagedValue):
        KEYS.unseal(KEYS.seal(LUMP, "message.text"), "outgoing_message.text")


def test_another_key_is_named_as_missing_and_not_as_damage() -> None:
    other = Keyring.from_text(OTHER_KEY)
    with pytest.raises(WrongKey, match=f"the key {KEYS.current}, which BOT_SECRET_KEY does not have"):
        other.unseal(KEYS.seal(LUMP, COLUMN), COLUMN)


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    both = Keyring.from_text(f"{OTHER_KEY}\n{KEY}")
    assert both.unseal(KEYS.seal(LUMP, COLUMN), COLUMN) == LUMP
    assert Keyring.from_text(OTHER_KEY).unseal(both.seal(LUMP, COLUMN), COLUMN) == LUMP


def test_a_fresh_key_is_a_key_and_no_two_are_the_same() -> None:
    assert len({Keyring.from_text(new_key()).current for _ in range(20)}) == 20


def test_no_key_shows_in_a_text() -> None:
    with pytest.raises(SettingsError) as refused:
        Keyring.from_text(KEY[:-1])
    for shown in (repr(KEYS), str(refused.value), KEYS.seal("", COLUMN)):
        assert KEY[:12] not in shown
