"""The custom action of Rasa's own channels: asks the service what it would decide, and says exactly that."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Text

import aiohttp
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

URL, TOKEN = "DECIDE_URL", "DECIDE_TOKEN"
LONGEST = aiohttp.ClientTimeout(total=20)  # seconds; what was said before is read again each time
MOST_CONTEXT = 10  # turns before this one: as many as the service takes
OUT_OF_REACH = "The service gave no answer. Is it running, and has it the same BOT_INTERNAL_TOKEN?"


class Decide(Action):
    """One message of a sender, with what they said before. Nothing is stored and nobody is told of a hand-off."""

    def name(self) -> Text:
        return "action_decide"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]
    ) -> List[Dict[Text, Any]]:
        *before, text = said_since_start(tracker.events)
        context = [{"role": "user", "text": one} for one in before[-MOST_CONTEXT:]]
        try:
            decided = await ask({"text": text, "context": context})
        except (aiohttp.ClientError, TimeoutError, ValueError):
            dispatcher.utter_message(text=OUT_OF_REACH)
            return []
        for reply in decided.pop("replies"):
            # A tap sends the title: what somebody would type, which the service understands as the choice.
            buttons = [{"title": one["title"], "payload": one["title"]} for one in reply["buttons"]]
            dispatcher.utter_message(text=reply["text"], buttons=buttons)
        dispatcher.utter_message(json_message=decided)
        return []


def said_since_start(events: List[Dict[Text, Any]]) -> List[Text]:
    """What the sender wrote in this session, oldest first; the last one is the message to decide."""
    said: List[Text] = []
    for event in events:
        if event["event"] in ("restart", "session_started"):
            said = []
        elif event["event"] == "user" and isinstance(event.get("text"), str):
            said.append(event["text"])
    return said or [""]


async def ask(question: Dict[Text, Any]) -> Dict[Text, Any]:
    """What the service decides. Raises aiohttp.ClientError, TimeoutError or ValueError."""
    headers = {"Authorization": f"Bearer {os.environ[TOKEN]}"}
    async with (
        aiohttp.ClientSession(timeout=LONGEST, raise_for_status=True) as session,
        session.post(os.environ[URL], json=question, headers=headers, allow_redirects=False) as answer,
    ):
        decided = await answer.json()
    if not isinstance(decided, dict) or not isinstance(decided.get("replies"), list):
        raise ValueError("not a decision")
    return decided
