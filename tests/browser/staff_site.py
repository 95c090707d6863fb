"""The real app with its staff pages, on a port of its own, over a SQLite file. Its clock moves when it is told to."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, Route

from bot import wiring
from bot.core.safety import SafetyNet
from bot.store import account_links
from bot.store.database import Database
from bot.store.people_tables import User
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import a_practice
from tests.keys import KEYS
from tests.listening import listening
from tests.web.conftest import a_site
from tests.web.people import Clock, sign_in_as

SMALL = {"width": 320, "height": 640}


@dataclass
class StaffSite:
    """The pages at `address`; `clock` is the server's."""

    address: str
    app: Flask
    services: Services
    clock: Clock
    browser: Browser
    contexts: list[BrowserContext]
    complaints: list[str]

    def open(
        self, path: str = "/sign-in", user: User | None = None, *, our_scripts: bool = True, **options: Any
    ) -> Page:
        """A page in a browser of its own, signed in as `user`. At the end no script may have failed.

        Without `our_scripts` pages are what a browser without JavaScript makes of them, and axe can still run.
        """
        context = self.browser.new_context(**options)
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        if user is not None:
            client = self.client()
            sign_in_as(client, user)
            cookie = client.get_cookie("staff-session")
            assert cookie is not None
            context.add_cookies([{"name": "staff-session", "value": cookie.value, "url": self.address}])
        page = context.new_page()
        if not our_scripts:
            page.route("**/*", _without_scripts)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.goto(f"{self.address}{path}")
        return page

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def link(self, user: User, purpose: str) -> str:
        """The path of a fresh link."""
        with self.services.database.write() as session:
            row = session.get_one(User, user.id)
            return account_links.make(session, self.clock.now, row, purpose, actor="test")

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:  # 401 and 422 are part of what is tried
            self.complaints.append(text)


def _without_scripts(route: Route) -> None:
    if route.request.resource_type != "document":
        route.continue_()
        return
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub(r"<script.*?</script>", "", answer.text(), flags=re.DOTALL))


@contextmanager
def serving(
    browser: Browser,
    migrated_file: Path,
    folder: Path,
    change: Callable[[Services], Services] = lambda services: services,
) -> Iterator[StaffSite]:
    """Until the end of the block. `change` puts other parts in place."""
    database = Database(f"sqlite:///{shutil.copyfile(migrated_file, folder / 'bot.db')}", KEYS)
    with database.write() as session:
        a_practice(session)
    clock = Clock()
    net = SafetyNet.from_text(wiring.RULES_FILE.read_text(encoding="utf-8"))
    services = a_site(database, net, folder, "http://127.0.0.1:9")
    app = create_app(change(replace(services, now=clock)))
    try:
        with listening(app) as address:
            site = StaffSite(address, app, app.extensions["services"], clock, browser, [], [])
            try:
                yield site
                assert site.complaints == []
            finally:
                for context in site.contexts:
                    context.close()
    finally:
        database.close()
