"""The tables of staff: users, what they are at which practice, how they prove who they are, and where they signed in.

Every token that opens something is stored as its SHA-256 only: tokens are 256 random bits, so nothing slower is needed.
Passwords are stored as Argon2id hashes, the secret of the authenticator app encrypted.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.roles import PRACTICE_ROLES
from bot.store.column_types import BigId, one_of
from bot.store.encryption import EncryptedText
from bot.store.tables import Base

LINK_PURPOSES = ("invite", "password", "second_factor", "demo")
SESSION_STAGES = ("second_step", "set_up", "signed_in")


class User(Base):
    """A member of staff. Without a password and without a subject nobody can sign in as them yet."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # in lower case
    name: Mapped[str]
    is_system_admin: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText("user_account.totp_secret"))
    totp_last_step: Mapped[int | None] = mapped_column(BigId)  # a code counts once: later steps only
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]  # the provider's own id of the person; email addresses change hands
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """One role of a user at one practice."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "practice_id", "role"),
        one_of("role", tuple(role.value for role in PRACTICE_ROLES)),
        Index("ix_membership_practice_id", "practice_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    role: Mapped[str] = mapped_column(String(30))


class AccountLink(Base):
    """A link that works once: an invitation, a new password, a new authenticator app, a sign-in to the demo."""

    __tablename__ = "account_link"
    __table_args__ = (one_of("purpose", LINK_PURPOSES), Index("ix_account_link_user_id", "user_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    totp_secret: Mapped[str] = mapped_column(EncryptedText("account_link.totp_secret"))  # offered to the app
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInSession(Base):
    """A browser that somebody signed in with, or is half-way through it (`stage`)."""

    __tablename__ = "sign_in_session"
    __table_args__ = (one_of("stage", SESSION_STAGES), Index("ix_sign_in_session_user_id", "user_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stage: Mapped[str] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(20))  # password, oidc, demo
    next_path: Mapped[str | None] = mapped_column(Text)  # where they wanted to go
    new_totp_secret: Mapped[str | None] = mapped_column(EncryptedText("sign_in_session.new_totp_secret"))
    browser: Mapped[str] = mapped_column(String(40))  # "Chrome on Windows", for the list of sessions
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes that stand in for the authenticator app, once each."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which somebody signed in before: others' wrong tries do not count against it.

    On a shared computer one token stands for several users, with a row for each.
    """

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("token_hash", "user_id"), Index("ix_known_device_user_id", "user_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime]


class SignInTry(Base):
    """A try that failed, or that nobody has looked at yet. Names and networks are keyed hashes."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        one_of("kind", ("password", "code")),
        Index("ix_sign_in_try_account", "account", "tried_at"),
        Index("ix_sign_in_try_network", "network", "tried_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    account: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64))
    device: Mapped[int | None]  # a known device of this account
    tried_at: Mapped[datetime]


class UsedState(Base):
    """The `state` of a finished OpenID sign-in. The key is what makes a replay fail."""

    __tablename__ = "used_state"
    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]


class Draft(Base):
    """What somebody was writing when they were signed out: theirs again when they come back."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    place: Mapped[str] = mapped_column(String(100))  # "conversation 12"
    text: Mapped[str] = mapped_column(EncryptedText("draft.text"))
    saved_at: Mapped[datetime]
