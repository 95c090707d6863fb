"""Who acts, at which practice, on which conversation. What is not the own practice's does not exist: 404."""

from flask import abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague
from bot.core.roles import PracticeRoles, Role
from bot.store import users
from bot.store.acting import Acting
from bot.store.tables import Conversation
from bot.web.access import must_be_mine, my_practice_ids
from bot.web.sign_in.current import current_user
from bot.wiring import Services

ROLES = (Role.RESPONDER.value, Role.PRACTICE_ADMIN.value)  # who may see what patients wrote


def me() -> Colleague:
    """Whoever is signed in, as the desk knows colleagues."""
    person = current_user()
    return Colleague(person.actor, person.name)


def my_practices() -> list[PracticeRoles]:
    """Where they may see the inbox, by name."""
    mine = my_practice_ids()
    return [one for key, one in current_user().practices.items() if key in mine]


def chosen_practice() -> PracticeRoles:
    """The one that the request names, else their first. 404 where the one that is named is not theirs."""
    wanted = request.values.get("practice", "")
    found = [one for one in my_practices() if wanted in ("", one.slug)]
    if not found:
        abort(404)
    return found[0]


def acting(services: Services, session: Session, conversation_id: int) -> Acting:
    """They act on this conversation, now. 404 unless it is their practice's."""
    of_it = select(Conversation.practice_id).where(Conversation.id == conversation_id)
    practice_id = session.scalar(of_it)
    must_be_mine(practice_id)
    assert practice_id is not None
    return Acting(session, practice_id, conversation_id, me(), services.now())


def colleagues(session: Session, practice_id: int) -> list[Colleague]:
    """Who else can be given a conversation, by name: whoever may see it and can still sign in."""
    may = {Role(role) for role in ROLES}
    return [
        Colleague(f"user {one.user.id}", one.user.name)
        for one in users.listed(session, [practice_id])
        if one.user.disabled_at is None and may & {role for _, role in one.roles} and one.user.id != current_user().id
    ]
