"""What a patient sees of a page before writing: greeting, first questions (ice breakers) and menu. Pure.

Limits: Meta's Messenger Profile reference, read in November 2026. It gives none for the greeting and the questions;
those here are the ones that are widely told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.catalogue import BUTTON_STAFF
from bot.core.turn import GET_STARTED, STAFF
from bot.messenger.compose import LONGEST_PAYLOAD, length

GREETING = "Ask {practice} about cancer screening. This is an automated service. It cannot give medical advice."

LONGEST_GREETING = 160
MOST_ICE_BREAKERS = 4
LONGEST_QUESTION = 80
MOST_MENU_ITEMS = 20
LONGEST_MENU_TITLE = 30


@dataclass(frozen=True)
class PageProfile:
    """What a patient sees of a page before writing. Without ice breakers or menu, those of the page stay."""

    practice_name: str
    ice_breakers: tuple[tuple[str, str], ...] = ()  # (question, payload)
    menu: tuple[tuple[str, str], ...] = ()  # (title, payload or https address)

    def problems(self) -> list[str]:
        """Which of Meta's limits it breaks."""
        lists = (
            ("ice breakers", self.ice_breakers, MOST_ICE_BREAKERS),
            ("menu items", self.menu, MOST_MENU_ITEMS),
        )
        found = [f"there are {len(items)} {name}: {most} at most" for name, items, most in lists if len(items) > most]
        if length(self.greeting) > LONGEST_GREETING:
            found.append(f"the practice's name makes the greeting longer than {LONGEST_GREETING}")
        for name, items, longest in (
            ("ice breaker", self.ice_breakers, LONGEST_QUESTION),
            ("menu item", self.menu, LONGEST_MENU_TITLE),
        ):
            for number, (shown, target) in enumerate(items, start=1):
                if not 0 < length(shown.strip()) <= longest:
                    found.append(f"{name} {number}: its words are empty or longer than {longest}")
                if not 0 < length(target.strip()) <= LONGEST_PAYLOAD:
                    found.append(f"{name} {number}: its payload is empty or longer than {LONGEST_PAYLOAD}")
                if target.startswith("http://"):
                    found.append(f"{name} {number}: its address must start with https://")
        return found

    @property
    def greeting(self) -> str:
        return GREETING.format(practice=self.practice_name)

    def to_json(self) -> dict[str, Any]:
        """As the Messenger Profile API takes it."""
        wanted: dict[str, Any] = {
            "get_started": {"payload": GET_STARTED},
            "greeting": [{"locale": "default", "text": self.greeting}],
        }
        if self.ice_breakers:
            questions = [{"question": question, "payload": payload} for question, payload in self.ice_breakers]
            wanted["ice_breakers"] = [{"locale": "default", "call_to_actions": questions}]
        if self.menu:
            items = [_menu_item(title, target) for title, target in self.menu]
            wanted["persistent_menu"] = [
                {"locale": "default", "composer_input_disabled": False, "call_to_actions": items}
            ]
        return wanted


def _menu_item(title: str, target: str) -> dict[str, str]:
    if target.startswith("https://"):
        return {"type": "web_url", "title": title, "url": target}
    return {"type": "postback", "title": title, "payload": target}


def profile_of(practice_name: str, ice_breakers: Iterable[Sequence[str]]) -> PageProfile:
    """What every page of a practice shows: its own first questions, and a menu that leads to staff."""
    questions = tuple((question, payload) for question, payload in ice_breakers)
    return PageProfile(practice_name, questions, menu=((BUTTON_STAFF, STAFF),))
