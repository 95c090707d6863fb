"""Failed tries to sign in, and devices that are known. A try is stored before it is looked at, and deleted if it was
right: many at once cannot slip in between counting and storing. What is allowed: `bot.core.sign_in_limits`.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from bot.core.sign_in_limits import CODE_WINDOW, WINDOW, Tries, may_try
from bot.store.database import one_at_a_time
from bot.store.people_tables import KnownDevice, SignInTry
from bot.store.tokens import hash_of, new_token

DEVICE_LASTS = timedelta(days=180)


@dataclass(frozen=True)
class Caller:
    """Who tries, as hashes: an account by its email address, a network; and a known device of that account."""

    account: str
    network: str
    device: int | None = None


def keyed_hash(key: str, text: str) -> str:
    """For values that could be found by trying all of them, such as addresses."""
    return hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def network_of(address: str) -> str:
    """The network that a caller's address stands for: itself, or the half of an IPv6 address that a customer gets."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def reserve(session: Session, now: datetime, caller: Caller, kind: str) -> int | None:
    """Store a try of a "password" or "code" as if it had failed; None where none is allowed now."""
    one_at_a_time(session, f"tries of {caller.account}")
    tries = _so_far(session, now, caller)
    if not may_try(tries, known_device=caller.device is not None, is_code=kind == "code"):
        return None
    row = SignInTry(kind=kind, account=caller.account, network=caller.network, device=caller.device, tried_at=now)
    session.add(row)
    session.flush()
    return row.id


def forgive(session: Session, try_id: int) -> None:
    """It was right."""
    session.execute(delete(SignInTry).where(SignInTry.id == try_id))


def _so_far(session: Session, now: datetime, caller: Caller) -> Tries:
    recent = SignInTry.tried_at > now - WINDOW
    of_account = SignInTry.account == caller.account
    on_network = SignInTry.network == caller.network
    unknown = SignInTry.device.is_(None)
    return Tries(
        on_device=_count(session, recent, of_account, SignInTry.device == caller.device) if caller.device else 0,
        on_account_from_network=_count(session, recent, of_account, on_network, unknown),
        on_network=_count(session, recent, on_network, unknown),
        account_codes=_count(
            session, SignInTry.tried_at > now - CODE_WINDOW, of_account, unknown, SignInTry.kind == "code"
        ),
    )


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(SignInTry).where(*which)) or 0


def known_device(session: Session, now: datetime, user_id: int, token: str) -> int | None:
    """The device of the token, if this user signed in from it."""
    known = select(KnownDevice.id).where(
        KnownDevice.token_hash == hash_of(token),
        KnownDevice.user_id == user_id,
        KnownDevice.used_at > now - DEVICE_LASTS,
    )
    return session.scalar(known)


def remember_device(session: Session, now: datetime, user_id: int, token: str) -> str:
    """Called when somebody has signed in completely. `token` is what the browser showed, or "".

    Returns the token for the device's cookie: a fresh one, by which everybody is known who was known by the old one.
    """
    fresh = new_token()
    session.execute(
        update(KnownDevice).where(KnownDevice.token_hash == hash_of(token)).values(token_hash=hash_of(fresh))
    )
    mine = (KnownDevice.token_hash == hash_of(fresh), KnownDevice.user_id == user_id)
    session.execute(delete(KnownDevice).where(*mine))
    session.add(KnownDevice(user_id=user_id, token_hash=hash_of(fresh), used_at=now))
    session.flush()
    return fresh


def forget_devices(session: Session, user_id: int) -> None:
    session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))
