"""Builds the page of one conversation: reads what it needs, and keeps what somebody typed.

Whatever a form did, what stood in the reply and the note is kept for its writer and is there again on the next page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import OUTCOME_WORDS, Seen
from bot.core.roles import Role
from bot.core.suggestions import Suggestion, suggest
from bot.store import conversation_view, desk_settings, drafts
from bot.store.acting import Acting
from bot.store.conversation_view import ConversationView
from bot.store.tables import AnswerVersion
from bot.web.inbox import list_view, page_view, who, words
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems
from bot.wiring import Services

REPLY = "draft_text"  # the field of the reply: the one that is kept where a form is sent too late
LOOK_BACK = 12  # messages in which a question may stand that has an answer


def render(
    services: Services, conversation_id: int, problems: Problems | None = None, view: ConversationView | None = None
) -> ResponseReturnValue:
    """The page; `view` where it was revealed. With problems they stand above it, and what was typed is still there."""
    with services.database.read() as session:
        act = who.acting(services, session, conversation_id)
        view = view or conversation_view.load(act)
        assert view is not None
        answers = _answers(session, view)
        suggestions = _suggestions(services, act, view)
        replies = desk_settings.of(session, act.practice_id).staff_replies
        others = who.colleagues(session, act.practice_id)
        topics = services.topics_of(session)
        text, version = _composed(session, conversation_id, view, suggestions)
        note = drafts.of(session, current_user().id, note_place(conversation_id)) or ""
    me, now = who.me().key, act.now
    may = page_view.may(view, me)
    page = render_template(
        "staff/inbox/conversation.html",
        id=conversation_id,
        view=view,
        line=list_view.line(view.row, me, now, topics, replies=replies),
        said=page_view.said(view, answers, topics, now),
        may=may,
        may_check=act.practice_id in current_user().practice_ids([Role.TRAINER]),
        no_composer=page_view.why_no_composer(view, may),
        hint=page_view.composer_hint(view.row, now),
        suggestions=suggestions,
        programmes=words.PROGRAMMES,
        colleagues=others,
        outcomes=OUTCOME_WORDS,
        text=text,
        answer_version=version,
        note=note,
        place=reply_place(conversation_id),
        note_place=note_place(conversation_id),
        copied=words.moment(view.row.copied_at, now) if view.row.copied_at else "",
        problems=_at_fields(
            problems or Problems(), {"text": may.reply or text, "to": may.pass_on and others, "outcome": may.close}
        ),
    )
    return page, 422 if problems else 200


def _at_fields(problems: Problems, there: Mapping[str, object]) -> Problems:
    """What is wrong with a field that this page does not have is said above the buttons."""
    return Problems({name if there.get(name, True) else "actions": text for name, text in problems.items()})


def reply_place(conversation_id: int) -> str:
    """Where a draft of a reply is kept; the script that warns of idle time names the same."""
    return f"conversation {conversation_id}"


def note_place(conversation_id: int) -> str:
    return f"note {conversation_id}"


def seen_in_form() -> Seen:
    """What the page showed, as its form says; what no page can have shown where the form was tampered with."""
    claim, last = (request.form.get(name, "") for name in ("claim_version", "last_message_id"))
    return Seen(_number(claim), _number(last))


def keep_drafts(services: Services, conversation_id: int, *, but: str = "") -> None:
    """Keep what stands in the form, except the field `but`, which is used up."""
    places = {REPLY: reply_place(conversation_id), "note": note_place(conversation_id)}
    with services.database.write() as session:
        who.acting(services, session, conversation_id)
        for field, place in places.items():
            if field in request.form:
                text = "" if field == but else request.form[field]
                drafts.keep(session, services.now(), current_user().id, place, text)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1


def _suggestions(services: Services, act: Acting, view: ConversationView) -> tuple[Suggestion, ...]:
    if view.composer_off is not None:
        return ()
    policy = services.policy(act.session, act.practice(), "")
    # "Can I talk to someone?" has no answer; the question before it may have one.
    for end in range(len(view.turns), max(len(view.turns) - LOOK_BACK, 0), -1):
        if view.turns[end - 1].understood:
            until = replace(view, turns=view.turns[:end])
            wanted, reading = conversation_view.wanted_answers(until), conversation_view.last_reading(until)
            found = suggest(*wanted, policy, reading)
            if found:
                return found
    return ()


def _answers(session: Session, view: ConversationView) -> dict[int, AnswerVersion]:
    wanted = {version for turn in view.turns for version in turn.answer_versions}
    return {row.id: row for row in session.scalars(select(AnswerVersion).where(AnswerVersion.id.in_(wanted)))}


def _composed(
    session: Session, conversation_id: int, view: ConversationView, suggestions: Sequence[Suggestion]
) -> tuple[str, str]:
    """What stands in the composer: the draft, and below it what `?insert=` asks for. With the answer's version."""
    draft = drafts.of(session, current_user().id, reply_place(conversation_id)) or ""
    version = request.form.get("answer_version", request.args.get("version", ""))
    kind, _, number = request.args.get("insert", "").partition("-")
    texts = {("answer", str(one.answer_version)): one.text for one in suggestions}
    texts |= {("canned", str(one.id)): one.text for one in view.canned}
    inserted = texts.get((kind, number), "")
    if inserted and kind == "answer":
        version = number
    return page_view.joined((draft, inserted)), version if version.isdecimal() else ""
