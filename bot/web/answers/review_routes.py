"""The clinicians' queue: a wording with its lint, sources and difference to what is live; approve or send back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.store import answer_changes, answer_reviews
from bot.store.answer_reviews import LONGEST_COMMENT
from bot.web.access import allowed, my_practice_ids
from bot.web.answers import version_view, who, words
from bot.web.answers.preview import preview
from bot.web.answers.version_routes import titles
from bot.web.pages import when
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

ROLE = "Clinical approver"


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of the queue."""

    @blueprint.get("/approval")
    @allowed(who.APPROVER)
    def queue() -> ResponseReturnValue:
        """What waits, longest first."""
        with services.database.read() as session:
            found = answer_reviews.queue(session, my_practice_ids())
            topics = services.topics_now(session)
        lines = [
            {
                **titles(topics, row),
                "version": row.id,
                "text": words.short(row.text),
                "asked": f"{review.asked_name} sent it on {when(review.asked_at)}",
                "is_mine": who.me().key in (review.asked_by, row.author_key),
                "whose": words.whose(row, who.practice_names()) if row.practice_id else "",
            }
            for review, row in found
        ]
        return render_template("staff/answers/queue.html", lines=lines)

    @blueprint.get("/<int:version>/approval")
    @allowed(who.APPROVER)
    def review(version: int) -> ResponseReturnValue:
        """One wording, to be approved or sent back."""
        return _page(services, version, Problems())

    @blueprint.post("/<int:version>/approve")
    @allowed(who.APPROVER)
    def approve(version: int) -> ResponseReturnValue:
        """It goes live at once, if nothing has changed since the page was opened."""
        problems = Problems()
        if not field("role"):
            problems["role"] = "Enter your role, for example lead nurse"
        if field("checked") != "yes":
            problems["checked"] = "Confirm that you have checked the answer against its sources"
        if not problems:
            seen = {int(one) for one in request.form.getlist("seen_live") if one.isascii() and one.isdecimal()}
            me, role, now = who.me(), field("role"), services.now()
            refusal = who.change(
                services,
                version,
                lambda session: answer_reviews.approve(session, version, me, role, now, seen_live=seen),
            )
            problems |= {"actions": refusal} if refusal else {}
        if problems:
            return _page(services, version, problems)
        services.answers_kept.forget()
        flash("Approved. Patients get this answer from now on.")
        return redirect(url_for("answers.show", version=version))

    @blueprint.post("/<int:version>/send-back")
    @allowed(who.APPROVER)
    def send_back(version: int) -> ResponseReturnValue:
        """The trainers read why, and can mend it."""
        comment = request.form.get("comment", "").replace("\r\n", "\n")
        me, now = who.me(), services.now()
        refusal = who.change(
            services, version, lambda session: answer_reviews.send_back(session, version, me, comment, now)
        )
        if refusal:
            return _page(services, version, Problems(comment=refusal), comment)
        flash("Sent back. The trainers see what you wrote.")
        return redirect(url_for("answers.queue"))


def _page(services: Services, version: int, problems: Problems, comment: str = "") -> ResponseReturnValue:
    me = who.me()
    with services.database.read() as session:
        row = who.version(session, version)
        waits = answer_reviews.waiting_for(session, version)
        live = answer_reviews.live_now(session, row)
        role = field("role") or ROLE
        refusals = answer_changes.approval_refusals(session, row, me.name, role, services.now().date(), me.key)
        topics = services.topics_now(session)
    shown = render_template(
        "staff/answers/review.html",
        row=row,
        **titles(topics, row),
        waits=waits,
        asked=when(waits.asked_at) if waits else "",
        preview=preview(row.text, row.programme, row.nations[0], topics.get(row.topic)),
        facts=list(version_view.facts(row, who.practice_names())),
        live=[version_view.difference(f"What changes from version {one.id}, live now", one, row) for one in live],
        refusals=refusals,
        role=role,
        comment=comment,
        longest_comment=LONGEST_COMMENT,
        problems=problems,
    )
    return shown, 422 if problems else 200
