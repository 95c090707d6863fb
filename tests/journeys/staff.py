"""Staff of an installation that runs, signed in."""

from contextlib import closing

from playwright.sync_api import Browser, Page

from bot import wiring
from bot.settings import Settings
from bot.store import practices, sign_in_sessions
from tests.chromium import DESKTOP
from tests.journeys.stack import Stack
from tests.web.people import a_user


def signed_in(browser: Browser, stack: Stack, name: str, role: str) -> Page:
    """A page in a browser of their own. The sign-in itself has its own tests."""
    services = wiring.build(Settings.from_env(stack.environment))
    with closing(services.database):
        with services.database.read() as session:
            practice = practices.first(session)
            assert practice is not None
        email = f"{name.split()[0].lower()}@surgery.nhs.uk"
        user = a_user(services, role, practice=practice.slug, email=email, name=name)
        with services.database.write() as session:
            token = sign_in_sessions.start(session, services.now(), user, stage="signed_in", way="password")
    context = browser.new_context(viewport=DESKTOP)
    context.add_cookies([{"name": "staff-session", "value": token, "url": stack.web_url}])
    return context.new_page()
