"""The page that says how far a deletion request is: for every screen, with no rule of axe broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.core.safety import SafetyNet
from bot.store import erasure_requests, migrate
from bot.store.database import Database
from bot.store.tables import ErasureRequest
from bot.web.app import create_app
from bot.wiring import RULES_FILE
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.builders import NOON
from tests.keys import KEYS
from tests.listening import listening
from tests.web.conftest import a_site

pytestmark = pytest.mark.browser
CODES = {state: f"{number:032x}" for number, state in enumerate(("done", "held", "unmatched", "closed", "waiting"))}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running site with a request in each state."""
    folder: Path = tmp_path_factory.mktemp("pages")
    database = Database(f"sqlite:///{folder / 'bot.db'}", KEYS)
    migrate.upgrade(database)
    with database.write() as session:
        for state, code in CODES.items():
            erasure_requests.ask(session, None, NOON, source="meta", asked_by="Facebook", code=code)
            session.query(ErasureRequest).filter_by(code=code).update({"state": state})
    safety = SafetyNet.from_text(RULES_FILE.read_text(encoding="utf-8"))
    app = create_app(a_site(database, safety, folder, "http://127.0.0.1:9"))
    with listening(app) as address:
        yield address
    database.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("state", [*CODES, "unknown"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    address: str, browser: Browser, state: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 640})
    page.goto(f"{address}/data-deletion/{CODES.get(state, 'nonsense')}")
    assert page.get_by_role("heading", level=1).inner_text() == "Your request to delete data"
    assert broken_rules(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
