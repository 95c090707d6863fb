"""Who may do what with which answer. What is another practice's own does not exist: 404."""

from collections.abc import Callable

from flask import abort
from sqlalchemy.orm import Session

from bot.core.desk import Colleague
from bot.core.roles import PracticeRoles, Role
from bot.errors import Refused
from bot.store.tables import AnswerVersion
from bot.web.access import must_be_mine, my_practice_ids
from bot.web.sign_in.current import current_user
from bot.wiring import Services

READERS = tuple(role.value for role in (Role.RESPONDER, Role.TRAINER, Role.CLINICAL_APPROVER, Role.PRACTICE_ADMIN))
TRAINER, APPROVER = Role.TRAINER.value, Role.CLINICAL_APPROVER.value
INBOX = (Role.RESPONDER, Role.PRACTICE_ADMIN)  # who may open a patient's conversation


def me() -> Colleague:
    """Whoever is signed in, as versions and the audit name them."""
    person = current_user()
    return Colleague(person.actor, person.name)


def version(session: Session, number: int) -> AnswerVersion:
    """A version that they may see with a role that the page asks for. 404 for any other."""
    row = session.get(AnswerVersion, number)
    if row is None:
        abort(404)
    if row.practice_id is not None:
        must_be_mine(row.practice_id)
    return row


def may(role: str, practice_id: int | None) -> bool:
    """Whether they are that where this wording belongs; everybody's wording is any such colleague's business."""
    person, wanted = current_user(), (Role(role),)
    return person.may(wanted) if practice_id is None else practice_id in person.practice_ids(wanted)


def my_practices() -> list[PracticeRoles]:
    """Where they have a role that the page asks for."""
    mine = my_practice_ids()
    return [one for key, one in current_user().practices.items() if key in mine]


def practice_names() -> dict[int, str]:
    """The practices that they belong to."""
    return {key: one.name for key, one in current_user().practices.items()}


def change(services: Services, number: int, work: Callable[[Session], object]) -> str:
    """Do something with a version that is theirs, in a transaction. Returns what a rule refuses it for, or ""."""
    try:
        with services.database.write() as session:
            version(session, number)
            work(session)
    except Refused as refused:
        return sentence(refused)
    return ""


def sentence(refused: Refused) -> str:
    """Why a rule refuses something, for a page."""
    text = str(refused)
    return f"{text[:1].upper()}{text[1:]}"
