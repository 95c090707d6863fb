"""Users and what they are at which practice. Whoever changes something is named in the audit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.roles import Person, PracticeRoles, Role
from bot.store import audit
from bot.store.people_tables import Membership, SignInSession, User
from bot.store.tables import Practice


@dataclass(frozen=True)
class ListedUser:
    """A user as lists show them. `roles` are (practice's slug, role); a system admin has the slug ""."""

    user: User
    roles: tuple[tuple[str, Role], ...]

    @property
    def second_step(self) -> str:
        """How they prove a second time who they are."""
        if self.user.totp_secret:
            return "authenticator app"
        return "with the provider" if self.user.oidc_subject else "not set up"


def find(session: Session, user_id: int) -> User | None:
    return session.get(User, user_id)


def find_by_email(session: Session, email: str) -> User | None:
    return session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def find_by_subject(session: Session, issuer: str, subject: str) -> User | None:
    """Whom the provider calls so, if somebody was bound to it."""
    bound = select(User).where(User.oidc_issuer == issuer, User.oidc_subject == subject)
    return session.scalars(bound).one_or_none()


def is_new(user: User) -> bool:
    """Whether nobody can sign in as them yet: an invitation was not taken up."""
    return user.password_hash is None and user.oidc_subject is None


def person(session: Session, user: User) -> Person:
    """The user with every role."""
    rows = session.execute(
        select(Membership.role, Practice.id, Practice.slug, Practice.name)
        .join(Practice, Practice.id == Membership.practice_id)
        .where(Membership.user_id == user.id)
        .order_by(Practice.name)
    ).all()
    practices: dict[int, PracticeRoles] = {}
    for role, practice_id, slug, name in rows:
        known = practices.get(practice_id)
        roles = (known.roles if known else frozenset()) | {Role(role)}
        practices[practice_id] = PracticeRoles(practice_id, slug, name, roles)
    return Person(user.id, user.name, user.email, user.is_system_admin, practices)


def add(session: Session, now: datetime, *, email: str, name: str, actor: str) -> User:
    """A user who cannot sign in yet. Raises an error of the database where the address is taken."""
    user = User(email=email.strip().lower(), name=name, created_at=now, is_system_admin=False)
    session.add(user)
    session.flush()
    audit.record(session, now, actor=actor, action="user_added", about=f"user {user.id}")
    return user


def give_role(
    session: Session, now: datetime, user: User, role: Role, practice: Practice | None, *, actor: str
) -> bool:
    """Make them that; returns False where they were. `practice` is None for a system admin only."""
    if practice is None:
        changed, user.is_system_admin = not user.is_system_admin, True
    else:
        wanted = {"user_id": user.id, "practice_id": practice.id, "role": role.value}
        changed = session.scalars(select(Membership).filter_by(**wanted)).one_or_none() is None
        if changed:
            session.add(Membership(**wanted))
    if changed:
        _changed(session, now, user, "role_given", role, practice, actor)
    return changed


def take_role(session: Session, now: datetime, user: User, role: Role, practice: Practice, *, actor: str) -> bool:
    """They are no longer that; returns False where they were not."""
    one = delete(Membership).where(
        Membership.user_id == user.id, Membership.practice_id == practice.id, Membership.role == role.value
    )
    if not session.scalars(one.returning(Membership.id)).all():
        return False
    _changed(session, now, user, "role_taken", role, practice, actor)
    return True


def _changed(
    session: Session, now: datetime, user: User, action: str, role: Role, practice: Practice | None, actor: str
) -> None:
    session.flush()
    place = practice.id if practice else None
    told = {"role": role.value}
    audit.record(session, now, actor=actor, action=action, about=f"user {user.id}", practice_id=place, details=told)


def disable(session: Session, now: datetime, user: User, *, actor: str) -> None:
    """They cannot sign in any more, and are signed out everywhere at once."""
    user.disabled_at = now
    running = select(SignInSession).where(SignInSession.user_id == user.id, SignInSession.ended_at.is_(None))
    for one in session.scalars(running):
        one.ended_at = now
    session.flush()
    audit.record(session, now, actor=actor, action="user_disabled", about=f"user {user.id}")


def enable(session: Session, now: datetime, user: User, *, actor: str) -> None:
    """They can sign in again, as before."""
    user.disabled_at = None
    session.flush()
    audit.record(session, now, actor=actor, action="user_enabled", about=f"user {user.id}")


def listed(session: Session, practice_ids: Iterable[int] | None = None) -> Sequence[ListedUser]:
    """Users by name; with `practice_ids` those who are something there, with only the roles there."""
    roles = select(Membership.user_id, Membership.role, Practice.slug).join(Practice).order_by(Practice.slug)
    wanted = select(User).order_by(User.name, User.id)
    if practice_ids is not None:
        here = Membership.practice_id.in_(list(practice_ids))
        roles = roles.where(here)
        wanted = wanted.where(User.id.in_(select(Membership.user_id).where(here)))
    by_user: dict[int, list[tuple[str, Role]]] = {}
    for user_id, role, slug in session.execute(roles):
        by_user.setdefault(user_id, []).append((slug, Role(role)))
    found = []
    for user in session.scalars(wanted):
        everywhere = [("", Role.SYSTEM_ADMIN)] if user.is_system_admin and practice_ids is None else []
        found.append(ListedUser(user, (*everywhere, *by_user.get(user.id, ()))))
    return found


def names(session: Session) -> dict[str, str]:
    """Everybody's name by the key that the audit has of them ("user 7")."""
    return {f"user {key}": name for key, name in session.execute(select(User.id, User.name))}


def admins_of(session: Session, practice_id: int) -> Sequence[str]:
    """The e-mail addresses of the practice's admins who can sign in."""
    admins = (
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.practice_id == practice_id, Membership.role == Role.PRACTICE_ADMIN.value)
        .where(User.disabled_at.is_(None))
    )
    return session.scalars(admins.order_by(User.email)).all()
