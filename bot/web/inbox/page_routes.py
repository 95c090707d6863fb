"""`/inbox/<id>`: one conversation, its details, and what its script asks every few seconds."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from bot.store import conversation_view, inbox_changes
from bot.web.access import allowed
from bot.web.inbox import page, who
from bot.web.inbox.list_routes import polled, told_of
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of one conversation's page."""

    @blueprint.get("/<int:conversation_id>")
    @allowed(*who.ROLES)
    def show(conversation_id: int) -> ResponseReturnValue:
        """The conversation with what identifies people masked. The audit says who read it."""
        shown = page.render(services, conversation_id)
        # Apart from reading: masking takes long, and other writers would wait for it.
        with services.database.write() as session:
            who.acting(services, session, conversation_id).record("read")
        return shown

    @blueprint.post("/<int:conversation_id>/details")
    @allowed(*who.ROLES)
    def details(conversation_id: int) -> ResponseReturnValue:
        """The same with nothing masked. The audit says who wanted to see it."""
        page.keep_drafts(services, conversation_id)
        with services.database.write() as session:
            view = conversation_view.reveal(who.acting(services, session, conversation_id))
        return page.render(services, conversation_id, view=view)

    @blueprint.get("/<int:conversation_id>/changes")
    @allowed(*who.ROLES, keeps_awake=False)
    def changes(conversation_id: int) -> ResponseReturnValue:
        """How many messages are new, who holds it, what became of replies. Short, and 304 where nothing changed."""
        after = request.args.get("after", "")
        with services.database.read() as session:
            act = who.acting(services, session, conversation_id)
            last = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
            found = inbox_changes.since(session, act.practice_id, conversation_id, last)
            waiting = told_of(session, act.practice_id)
        if found is None:
            abort(404)
        return polled(
            {
                "new": found.new_messages,
                "claim": found.claim_version,
                "closed": found.is_closed,
                "states": {str(message): words for message, words in found.states.items()},
                "waiting": waiting,
            }
        )
