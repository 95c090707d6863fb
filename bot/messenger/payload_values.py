"""Tolerant readers: from any JSON value to a plain one that every database can store, else None. And keys.

Meta's samples disagree with each other (ids as numbers, counts as text, times in seconds), so nothing is
taken on trust. Pure, and nothing here raises on what `json.loads` can return.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict

from bot.core.events import ReferralSource

Body = Mapping[str, Any]
"""A JSON object."""

LONGEST_TEXT = 20_000
LONGEST_DETAIL = 4_000  # well over Meta's own limits: 1,000 for a payload or metadata, about 2,000 for a link's ref
LONGEST_ID = 255
LONGEST_KEY = 200

_SURROGATE = re.compile("[\ud800-\udfff]")
_META_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # the years 2000 and 2100, in seconds since 1970


class About(TypedDict):
    """What every event has."""

    page_id: str
    psid: str | None
    happened_at: datetime | None
    standby: bool


def as_object(value: object) -> Body:
    """A JSON object as it is, anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """A list as it is, nothing as an empty one, anything else as the only item of one."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def text(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """Words, without what databases refuse (NUL, halves of surrogate pairs), cut to `longest` characters."""
    return _storable(value)[:longest] if isinstance(value, str) else None


def detail(value: object) -> str | None:
    """A short text of Meta's, ours or the app's, rather than the patient's; None where it is empty."""
    return text(value, LONGEST_DETAIL) or None


def identifier(value: object) -> str | None:
    """An id as text. Floats are none: past 2^53 they would name somebody else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return fitting(str(value), LONGEST_ID)
    return (fitting(_storable(value), LONGEST_ID) or None) if isinstance(value, str) else None


def meta_name(value: object) -> str | None:
    """One of Meta's own names, of a kind, a field or a type: safe to repeat, as it cannot hold free text."""
    return value if isinstance(value, str) and _META_NAME.fullmatch(value) else None


def flag(value: object) -> bool:
    """True, also where Meta writes all values as texts."""
    return value in (True, "true")


def count(value: object) -> int | None:
    """A whole number from 0 up to 13 digits, or its digits as text."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 13 else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**13 else None


def moment(value: object) -> datetime | None:
    """A time in UTC, from seconds or milliseconds since 1970; None outside the years 2000 to 2099."""
    number = value if isinstance(value, float) else count(value)
    if number is None:
        return None
    if _EARLIEST <= number < _LATEST:
        return datetime.fromtimestamp(number, UTC)
    if _EARLIEST <= number / 1000 < _LATEST:
        return datetime.fromtimestamp(number / 1000, UTC)
    return None


def came_from(value: object) -> ReferralSource | None:
    """From the `referral` object that messages, postbacks and referrals have alike."""
    referral = as_object(value)
    found = ReferralSource(
        ref=detail(referral.get("ref")),
        source=detail(referral.get("source")),
        type=detail(referral.get("type")),
        ad_id=identifier(referral.get("ad_id")),
        post_id=identifier(as_object(referral.get("ads_context_data")).get("post_id")),
    )
    return found if found != ReferralSource() else None


def fitting(value: str, longest: int) -> str:
    """The value, or its hash if it is longer than that: still the same for the same value, and still unique."""
    return value if len(value) <= longest else _sha256(value)


def derived_key(about: About, *salient: str | int | bool | datetime | tuple[str, ...] | None) -> str:
    """For events without an id of their own: what tells this one from the patient's others, as a hash."""
    return fingerprint([about["psid"], about["happened_at"], *salient])


def fingerprint(content: object) -> str:
    """A hash of JSON content: the same however it was spaced, escaped or ordered, and it shows none of it."""
    try:
        return _sha256(json.dumps(content, sort_keys=True, default=datetime.isoformat))
    except RecursionError:  # `json.loads` goes a few levels deeper; nothing of Meta's is nested hundreds deep
        return _sha256("nested too deep to tell apart")


def _storable(value: str) -> str:
    return _SURROGATE.sub("\ufffd", value.replace("\0", ""))


def _sha256(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
