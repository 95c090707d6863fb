"""What somebody does with a conversation besides replying: one button each, all in the page's one form."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.core.desk import Outcome, Refusal, Seen
from bot.store import desk, desk_notes
from bot.store.acting import Acting
from bot.web.access import allowed
from bot.web.inbox import page, who
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services


@dataclass(frozen=True)
class Act:
    """One button. `do` returns what is wrong; `stays` on the conversation's page afterwards, else back to the list."""

    path: str
    do: Callable[[Acting, Seen], Problems]
    done: str
    stays: bool = False
    uses_up: str = ""  # the field of the form that is stored and need not be kept as a draft


def refused(refusal: Refusal | None, at: str = "actions") -> Problems:
    """For the error summary. What does not exist is 404."""
    if refusal is Refusal.NOT_FOUND:
        abort(404)
    return Problems({at: refusal.value}) if refusal else Problems()


def _assign(act: Acting, _seen: Seen) -> Problems:
    wanted = [one for one in who.colleagues(act.session, act.practice_id) if one.key == field("to")]
    return refused(desk.assign(act, wanted[0])) if wanted else Problems(to="Select a colleague")


def _close(act: Acting, seen: Seen) -> Problems:
    if field("outcome") not in set(Outcome):
        return Problems(outcome="Select what came of it")
    return refused(desk.close(act, Outcome(field("outcome")), seen))


def _note(act: Acting, _seen: Seen) -> Problems:
    text = request.form.get("note", "")
    if not text.strip():
        return Problems(note="Type a note first")
    if len(text.strip()) > desk_notes.LONGEST_NOTE:
        return Problems(note=f"The note is too long: {desk_notes.LONGEST_NOTE:,} characters at most")
    return refused(desk_notes.add_note(act, text.replace("\x00", "")), "note")


ACTS = (
    Act("claim", lambda act, _: refused(desk.claim(act)), "You have this conversation now.", stays=True),
    Act("release", lambda act, _: refused(desk.release(act)), "The conversation waits for a colleague."),
    Act("assign", _assign, "Your colleague has the conversation now."),
    Act("give-back", lambda act, seen: refused(desk.give_back(act, seen)), "The bot has the conversation again."),
    Act("close", _close, "The conversation is closed.", uses_up=page.REPLY),
    Act("dealt-with", lambda act, seen: refused(desk.mark_dealt_with(act, seen)), "Marked as dealt with."),
    Act("reopen", lambda act, _: refused(desk.reopen(act)), "The conversation is open again. You have it.", stays=True),
    Act("note", _note, "The note is saved.", stays=True, uses_up="note"),
)


def add(blueprint: Blueprint, services: Services) -> None:
    """A route for each act."""
    for act in ACTS:
        name = act.path.replace("-", "_")
        blueprint.add_url_rule(f"/<int:conversation_id>/{act.path}", name, _view(services, act), methods=["POST"])


def _view(services: Services, act: Act) -> Callable[[int], ResponseReturnValue]:
    @allowed(*who.ROLES)
    def view(conversation_id: int) -> ResponseReturnValue:
        with services.database.write() as session:
            acting = who.acting(services, session, conversation_id)
            problems = act.do(acting, page.seen_in_form())
        page.keep_drafts(services, conversation_id, but="" if problems else act.uses_up)
        if problems:
            return page.render(services, conversation_id, problems)
        flash(act.done)
        if act.stays:
            return redirect(url_for("inbox.show", conversation_id=conversation_id))
        return redirect(url_for("inbox.show_list"))

    return view
