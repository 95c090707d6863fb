"""The second thing that proves who somebody is: a code of an authenticator app (TOTP), or one of ten recovery codes.

A code of the app counts once: the time step it belongs to is kept, and only later steps count. Recovery codes have 80
random bits, so a plain hash keeps them.
"""

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store.people_tables import RecoveryCode, User
from bot.store.tokens import hash_of

STEP = 30  # seconds
DRIFT = 1  # steps that a phone's clock may be wrong by
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
ISSUER = "Screening messages"


def address_for_app(secret: str, email: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """The time step that the code is right for; None where it is wrong now."""
    digits = "".join(code.split())
    totp = pyotp.TOTP(secret)
    if not (len(digits) == totp.digits and digits.isascii() and digits.isdigit()):
        return None
    today = int(now.timestamp()) // STEP
    steps = range(today - DRIFT, today + DRIFT + 1)
    return next((step for step in steps if secrets.compare_digest(totp.at(step * STEP), digits)), None)


def use_code(session: Session, now: datetime, user: User, code: str) -> bool:
    """Whether the code is right and was not used before. Two that come at once: one gets True."""
    step = step_of_code(user.totp_secret, code, now) if user.totp_secret else None
    if step is None:
        return False
    unused = or_(User.totp_last_step.is_(None), User.totp_last_step < step)
    once = update(User).where(User.id == user.id, unused).values(totp_last_step=step).returning(User.id)
    return session.scalar(once.execution_options(synchronize_session=False)) is not None


def use_recovery_code(session: Session, now: datetime, user: User, code: str) -> bool:
    """The same for a recovery code."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    once = update(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_hash == hash_of(plain), RecoveryCode.used_at.is_(None)
    )
    return session.scalar(once.values(used_at=now).returning(RecoveryCode.id)) is not None


def use_either(session: Session, now: datetime, user: User, code: str) -> bool:
    """A code of the app, or a recovery code."""
    return use_code(session, now, user, code) or use_recovery_code(session, now, user, code)


def set_up(session: Session, user: User, secret: str, code: str, now: datetime) -> bool:
    """From now on this secret is the user's, if `code` shows that their app has it."""
    step = step_of_code(secret, code, now)
    if step is None:
        return False
    user.totp_secret, user.totp_last_step = secret, step
    session.flush()
    return True


def new_recovery_codes(session: Session, user: User) -> list[str]:
    """Ten fresh ones instead of any earlier; they are shown once and kept as hashes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code_hash=hash_of(code)) for code in codes)
    session.flush()
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in codes]


def recovery_codes_left(session: Session, user_id: int) -> int:
    left = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*left)) or 0


def take_away(session: Session, user: User) -> None:
    """Neither app nor recovery codes any more: a link sets new ones up."""
    user.totp_secret, user.totp_last_step = None, None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.flush()
