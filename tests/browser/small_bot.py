"""A bot of a few lines behind a real webhook, so that the demo page can be tried on its own.

It verifies the signature, repeats what it reads and calls the Send API of the stand-in, as the service does.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, jsonify, request

from bot.core.events import AttachmentMessage, Postback, StickerMessage, TextMessage
from bot.core.messages import Button, Reply
from bot.demo_secrets import PAGE_ID
from bot.errors import SendError
from bot.messenger.graph_api import GraphApi, PageAccess, SendRequest
from bot.messenger.payload import parse
from bot.messenger.signature import is_genuine
from bot.settings import Settings
from bot.web import demo
from bot.web.app import HEADERS
from tests.listening import listening

LONGEST_PAUSE = 30  # seconds
BUTTONS = (Button("Does it hurt?", "choice:does_it_hurt:"), Button("Talk to staff", "staff"))


@dataclass
class SmallBot:
    """Everything that a test may look at or change while the page is open."""

    address: str
    settings: Settings
    waiting_for: list[str] = field(default_factory=list)  # what `/readyz` says
    replies: dict[str, str] = field(default_factory=dict)  # text of the patient -> text of the page
    heard: list[object] = field(default_factory=list)  # the events as the service would read them
    webhook_status: int = 200  # what the webhook answers; anything but 200 and the event is not heard
    may_reply: threading.Event = field(default_factory=threading.Event)  # cleared: it only types

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def __post_init__(self) -> None:
        self.may_reply.set()

    @property
    def page(self) -> PageAccess:
        return PageAccess(PAGE_ID, self.settings.page_tokens[PAGE_ID])

    @property
    def graph(self) -> GraphApi:
        return GraphApi(self.settings.graph_url, self.settings.app_secret)

    def answer(self, event: object) -> None:
        """Mark as read, type, answer with buttons. What the stand-in refuses stays unsaid."""
        if not isinstance(event, TextMessage | AttachmentMessage | StickerMessage | Postback):
            return
        assert event.psid is not None
        said = event.title if isinstance(event, Postback) else getattr(event, "text", event.kind)
        part = Reply(self.replies.get(said, f"You said: {said}"), BUTTONS)
        try:
            self.graph.action(self.page, event.psid, "mark_seen")
            self.graph.action(self.page, event.psid, "typing_on")
            if self.may_reply.wait(LONGEST_PAUSE):
                self.graph.send(self.page, SendRequest(event.psid, part, metadata="small bot"))
        except SendError:
            return


@contextmanager
def serving(var: Path, port: int = 0) -> Iterator[SmallBot]:
    """The page, the stand-in and the bot on one address, until the end of the block."""
    app = Flask("bot.web.app")
    with listening(app, port) as address:
        settings = Settings.from_env({"BOT_VAR": str(var), "BOT_PUBLIC_URL": address})
        bot = SmallBot(address, settings)
        demo.add(app, settings)
        _add_routes(app, bot)
        try:
            yield bot
        finally:
            app.extensions["stand_in_graph"].send_back.close()


def _add_routes(app: Flask, bot: SmallBot) -> None:
    @app.post("/webhook")
    def webhook() -> tuple[str, int]:
        raw = request.get_data()
        if not is_genuine(raw, request.headers.get("X-Hub-Signature-256"), bot.settings.app_secret):
            return "The signature is not Meta's.", 403
        if bot.webhook_status != 200:
            return "Not now.", bot.webhook_status
        for event in parse(raw).events:
            bot.heard.append(event)
            threading.Thread(target=bot.answer, args=(event,), daemon=True).start()
        return "EVENT_RECEIVED", 200

    @app.get("/readyz")
    def ready() -> tuple[Response, int]:
        return jsonify(ready=not bot.waiting_for, waiting_for=bot.waiting_for), 503 if bot.waiting_for else 200

    @app.after_request
    def with_headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response
