"""Withdrawing an unsafe answer: one button, a reason, a word to type; then who got it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.store import answer_changes, answer_use
from bot.store.answer_changes import LONGEST_REASON
from bot.web.access import allowed
from bot.web.answers import who
from bot.web.answers.version_routes import titles
from bot.web.inbox.words import inert
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

CONFIRM = "unsafe"
STATES = ("draft", "sample", "approved", "replaced")


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of a withdrawal."""

    @blueprint.get("/<int:version>/withdraw")
    @allowed(who.APPROVER)
    def ask_withdraw(version: int) -> ResponseReturnValue:
        """What it would do, and a word to type."""
        return _page(services, version, Problems())

    @blueprint.post("/<int:version>/withdraw")
    @allowed(who.APPROVER)
    def withdraw(version: int) -> ResponseReturnValue:
        """Out of use for good, at once."""
        why, problems = inert(request.form.get("why", "")).strip(), Problems()
        if not 0 < len(why) <= LONGEST_REASON:
            problems["why"] = f"Say what is unsafe, in at most {LONGEST_REASON} characters. Do not name patients"
        if field("confirm").lower() != CONFIRM:
            problems["confirm"] = f"Type the word {CONFIRM} to confirm"
        if not problems:
            problems = _withdraw(services, version, why)
        if problems:
            return _page(services, version, problems, why)
        services.answers_kept.forget()
        flash("The answer is withdrawn. No patient gets it any more.")
        return redirect(url_for("answers.recipients", version=version))


def _withdraw(services: Services, version: int, why: str) -> Problems:
    me, now = who.me(), services.now()
    by = f"{' '.join(me.name.split())[:200]} ({me.key})"
    refusal = who.change(
        services, version, lambda session: answer_changes.withdraw(session, version, by=by, why=why, now=now)
    )
    return Problems(why=refusal) if refusal else Problems()


def _page(services: Services, version: int, problems: Problems, why: str = "") -> ResponseReturnValue:
    with services.database.read() as session:
        row = who.version(session, version)
        use = answer_use.by_practice(session, version)
        topics = services.topics_now(session)
    shown = render_template(
        "staff/answers/withdraw.html",
        row=row,
        **titles(topics, row),
        can_be=row.status in STATES,
        use=use,
        why=why,
        word=CONFIRM,
        problems=problems,
    )
    return shown, 422 if problems else 200
