"""Writing to a patient: the reply, and putting an approved answer or a canned reply into it."""

import re

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bot.core.messages import Reply
from bot.messenger.compose import split
from bot.store import desk_reply
from bot.web.access import allowed
from bot.web.inbox import page, who
from bot.web.inbox.act_routes import refused
from bot.web.sign_in.forms import Problems
from bot.wiring import Services


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of the composer."""

    @blueprint.post("/<int:conversation_id>/reply")
    @allowed(*who.ROLES)
    def reply(conversation_id: int) -> ResponseReturnValue:
        """Queue the reply, unless the page was stale; a refusal keeps what was typed."""
        problems = _reply(services, conversation_id)
        page.keep_drafts(services, conversation_id, but="" if problems else page.REPLY)
        if problems:
            return page.render(services, conversation_id, problems)
        flash("Your reply is queued. It is sent within seconds.")
        return redirect(url_for("inbox.show", conversation_id=conversation_id))

    @blueprint.post("/<int:conversation_id>/draft")
    @allowed(*who.ROLES)
    def draft(conversation_id: int) -> ResponseReturnValue:
        """Without scripts: keep what is typed, and show the page with what `?insert=` names below it."""
        page.keep_drafts(services, conversation_id)
        insert, version = _short(request.args.get("insert")), _short(request.form.get("answer_version"))
        address = url_for("inbox.show", conversation_id=conversation_id, insert=insert, version=version)
        return redirect(f"{address}#composer")


def _short(value: str | None) -> str | None:
    """What may stand in an address: a kind and a number, never words."""
    return value if value and re.fullmatch(r"([a-z]+-)?\d{1,15}", value, re.ASCII) else None


def _reply(services: Services, conversation_id: int) -> Problems:
    text = request.form.get(page.REPLY, "").replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > desk_reply.LONGEST_REPLY:
        return Problems(text=f"Your reply is too long: {desk_reply.LONGEST_REPLY:,} characters at most")
    version = request.form.get("answer_version", "")
    started_from = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
    parts, seen = split(Reply(text)), page.seen_in_form()
    with services.database.write() as session:
        act = who.acting(services, session, conversation_id)
        return refused(desk_reply.reply(act, parts, text, seen, started_from), "text")
