"""Connecting a Facebook Page, checking it, taking it off: by command and by the admin's page alike.

Meta is asked with no transaction open. What was found is kept with the page; tokens stay where they are.
"""

import hashlib
from collections.abc import Callable, Sequence

from bot.errors import DataError
from bot.messenger import profile
from bot.messenger.graph_api import GraphApi, PageAccess
from bot.messenger.page_profile import PageProfile, profile_of
from bot.messenger.profile import Finding
from bot.store import page_health, practices
from bot.wiring import Services

Act = Callable[[GraphApi, PageAccess, PageProfile], Sequence[Finding]]


def connect(services: Services, page_id: str, *, actor: str) -> Sequence[Finding]:
    """Webhooks, greeting, first questions, menu. Raises DataError where the page or its token is not known."""
    return _look(services, page_id, profile.connect, actor=actor, action="connected a page")


def check(services: Services, page_id: str, *, actor: str) -> Sequence[Finding]:
    """Whether all of that is still so. Raises DataError likewise."""
    return _look(services, page_id, profile.check, actor=actor, action="checked a page")


def disconnect(services: Services, page_id: str, *, actor: str) -> Sequence[Finding]:
    """Nothing is sent from the page any more, whatever Meta says; and Meta is asked to send nothing here."""
    access = _access(services, page_id)
    with services.database.write() as session:
        page_health.disconnect(session, page_id, services.now(), actor=actor)
    return [profile.disconnect(services.graph, access)]


def _look(services: Services, page_id: str, act: Act, *, actor: str, action: str) -> Sequence[Finding]:
    access = _access(services, page_id)
    with services.database.read() as session:
        found = practices.of_page(session, page_id)
    if found is None:
        raise DataError(f"no practice has the page {page_id}: python -m bot add-practice FILE")
    practice, _ = found
    findings = act(services.graph, access, profile_of(practice.name, practice.ice_breakers))
    told = [(one.ok, one.what, one.way_out) for one in findings]
    mark = hashlib.sha256(f"{page_id} {access.token}".encode()).hexdigest()[:16]
    with services.database.write() as session:
        page_health.keep(session, page_id, told, mark, services.now(), actor=actor, action=action)
    return findings


def _access(services: Services, page_id: str) -> PageAccess:
    token = services.settings.page_tokens.get(page_id)
    if token is None:
        raise DataError(f"BOT_PAGE_TOKENS has no token for the page {page_id}")
    return PageAccess(page_id, token)
