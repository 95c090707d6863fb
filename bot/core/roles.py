"""Who may do what. A role belongs to one practice. `system_admin` belongs to none, and sees nothing of patients."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Role(Enum):
    """`words` is what pages call it."""

    RESPONDER = "responder"
    TRAINER = "trainer"
    CLINICAL_APPROVER = "clinical_approver"
    PRACTICE_ADMIN = "practice_admin"
    SYSTEM_ADMIN = "system_admin"

    @property
    def words(self) -> str:
        return self.value.replace("_", " ").capitalize()


PRACTICE_ROLES = tuple(role for role in Role if role is not Role.SYSTEM_ADMIN)


@dataclass(frozen=True)
class PracticeRoles:
    """What somebody is at one practice."""

    practice_id: int
    slug: str
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in: `id` is the user's row, `practices` are keyed by the practice's row."""

    id: int
    name: str
    email: str
    is_system_admin: bool = False
    practices: Mapping[int, PracticeRoles] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """As the audit names them."""
        return f"user {self.id}"

    @property
    def roles(self) -> frozenset[Role]:
        """Everything they are anywhere."""
        here = frozenset(role for practice in self.practices.values() for role in practice.roles)
        return here | {Role.SYSTEM_ADMIN} if self.is_system_admin else here

    def may(self, roles: Iterable[Role]) -> bool:
        """Whether they are any of these, anywhere."""
        return not self.roles.isdisjoint(roles)

    def practice_ids(self, roles: Iterable[Role]) -> frozenset[int]:
        """Where they are any of these. A system admin is nothing at a practice."""
        wanted = frozenset(roles)
        return frozenset(key for key, practice in self.practices.items() if practice.roles & wanted)
