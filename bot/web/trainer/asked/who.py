"""Who may see what patients asked, and who may say what it was about."""

from bot.core.desk import Colleague
from bot.core.roles import Role
from bot.web.access import my_practice_ids
from bot.web.sign_in.current import current_user

LOOK = (Role.TRAINER.value, Role.CLINICAL_APPROVER.value, Role.PRACTICE_ADMIN.value)
CHANGE = (Role.TRAINER.value,)
DESK = (Role.RESPONDER, Role.PRACTICE_ADMIN)  # who may open a conversation


def me() -> Colleague:
    """Whoever is signed in, as acts name them."""
    person = current_user()
    return Colleague(person.actor, person.name)


def shown_practices() -> frozenset[int]:
    """Whose messages they see: of those where they may label, else of those where they may look."""
    return trained_practices() or my_practice_ids()


def trained_practices() -> frozenset[int]:
    """Where they may label."""
    return current_user().practice_ids([Role.TRAINER])


def desk_practices() -> frozenset[int]:
    """Where they may open conversations."""
    return current_user().practice_ids(DESK)
