"""The stand-in for Meta's Graph API on a port of its own, and what a test may do with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.web.stand_in_graph import create_app
from tests.builders import PAGE
from tests.listening import listening

APP_SECRET = "the secret of the app"
OTHER_PAGE = "1002"
TOKENS = {PAGE: "token-of-riverside", OTHER_PAGE: "token-of-hillside"}
HAVE_WRITTEN = (("ann", PAGE), ("bea", PAGE), ("ann", OTHER_PAGE))  # just now, so that Meta lets the pages answer


class Meta:
    """Meta as it appears from outside: what phones show, which calls came, what goes wrong next."""

    def __init__(self, database: Path) -> None:
        self._app = create_app(database, TOKENS, APP_SECRET)
        self._control = self._app.test_client()
        self.graph_url = ""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Listen on a free port until the end of the block."""
        with listening(self._app) as address:
            self.graph_url = f"{address}/v26.0"
            yield

    def start_anew(self) -> None:
        """Forget everything, but that these patients have written to these pages."""
        self._ask("reset")
        for psid, page_id in HAVE_WRITTEN:
            self.hears_from(psid, page_id)

    def hears_from(self, psid: str, page_id: str = PAGE) -> None:
        self._ask("patient", page_id=page_id, psid=psid, text="Hello")

    def fails(self, **fault: Any) -> None:
        """The next send fails, or `calls` sends; `page_id`, `code`, `lost` ... as the stand-in takes them."""
        self._ask("faults", **fault)

    def phone(self, psid: str = "ann", page_id: str = PAGE) -> list[str]:
        """The page's messages on the patient's phone."""
        shown = self._ask("messages", page_id=page_id, psid=psid)["messages"]
        return [message["text"] for message in shown if message["sender"] == "page"]

    def mids(self, psid: str = "ann", page_id: str = PAGE) -> list[str]:
        """Meta's ids of the page's messages on the phone."""
        shown = self._ask("messages", page_id=page_id, psid=psid)["messages"]
        return [message["mid"] for message in shown if message["sender"] == "page"]

    def calls(self) -> list[dict[str, Any]]:
        """Every Graph call so far, the refused ones included."""
        answer = self._control.get("/_stand_in/calls").get_json()
        return [call for call in answer["calls"] if call["path"].startswith("/v")]

    def _ask(self, what: str, **body: Any) -> Any:
        answer = self._control.post(f"/_stand_in/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()
