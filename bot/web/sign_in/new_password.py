"""A new password, typed once and shown if asked: the rules, and what is wrong in words."""

from sqlalchemy.orm import Session

from bot.core import password_rules
from bot.store import users
from bot.store.people_tables import User


def problem(session: Session, user: User, password: str) -> str | None:
    """What is wrong with it for this user; None where nothing is."""
    person = users.person(session, user)
    about_them = [user.email, user.name]
    for practice in person.practices.values():
        about_them += [practice.name, practice.slug]
    return password_rules.problem(password, about_them)
