"""Demo mode: a phone-like chat window, and a stand-in for Meta's API that signs and posts what is typed.

Nothing between the webhook and the Send API knows that it is a demo.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, render_template

from bot.demo_secrets import PAGE_ID
from bot.messenger.page_profile import profile_of
from bot.settings import Settings
from bot.store.practice_file import read_practice
from bot.web import stand_in_graph
from bot.web.stand_in_graph.calls import StandIn
from bot.web.stand_in_graph.store import setting

GRAPH_PREFIX = "/demo/graph"
PRACTICE_FILE = Path(__file__).parent / "demo_practice.yml"

Profile = Mapping[str, Any]


@dataclass(frozen=True)
class StartScreen:
    """What a patient sees before the first message, and the page's own menu. Pairs are (words, payload)."""

    greeting: str
    get_started: str | None  # the button's payload; None: the page has no such button
    questions: tuple[tuple[str, str], ...]
    menu: tuple[tuple[str, str], ...]

    @classmethod
    def from_profile(cls, profile: Profile) -> "StartScreen":
        """From a Messenger profile as Meta's API takes it, in its default language."""
        plain = [question for question in profile.get("ice_breakers", ()) if "question" in question]
        questions = plain or _default(profile, "ice_breakers").get("call_to_actions", ())
        items = _default(profile, "persistent_menu").get("call_to_actions", ())
        return cls(
            greeting=_default(profile, "greeting").get("text", ""),
            get_started=profile.get("get_started", {}).get("payload"),
            questions=tuple((item["question"], item["payload"]) for item in questions),
            menu=tuple((item["title"], item["payload"]) for item in items if item["type"] == "postback"),
        )


def add(app: Flask, settings: Settings) -> None:
    """Mount the chat window and the stand-in."""
    app.register_blueprint(_chat())
    app.register_blueprint(
        stand_in_graph.create_blueprint(
            settings.var / "demo-meta.db",
            settings.page_tokens,
            settings.app_secret,
            f"{settings.public_url}/webhook",
            reads=True,
        ),
        url_prefix=GRAPH_PREFIX,
    )


def _chat() -> Blueprint:
    blueprint = Blueprint("demo", __name__)
    practice = read_practice(PRACTICE_FILE)
    unset = profile_of(practice.name, practice.ice_breakers).to_json()

    @blueprint.get("/demo")
    def chat() -> str:
        """The window; its script talks to the stand-in as a patient's phone does to Meta."""
        stand_in: StandIn = current_app.extensions["stand_in_graph"]
        with stand_in.store.reading() as connection:
            profile: Profile = setting(connection, PAGE_ID, "profile", unset)
        return render_template(
            "demo.html",
            page_id=PAGE_ID,
            page_name=practice.pages[PAGE_ID],
            start=StartScreen.from_profile(profile),
            meta=f"{GRAPH_PREFIX}/_stand_in",
        )

    return blueprint


def _default(profile: Profile, name: str) -> Mapping[str, Any]:
    """The part of a localised setting that every language without its own gets; empty if there is none."""
    return next((item for item in profile.get(name, ()) if item.get("locale") == "default"), {})
