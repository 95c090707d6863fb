"""`/answers/<id>`: one version with all that is known of it, and who got it."""

import csv
from io import StringIO

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.core.topics import Topics
from bot.nlu.answer_csv import inert_cell
from bot.store import answer_drafts, answer_queries, answer_reviews, answer_use, audit
from bot.store.answer_rows import about
from bot.store.tables import AnswerVersion
from bot.web.access import allowed
from bot.web.answers import version_view, who, words
from bot.web.answers.preview import preview
from bot.web.inbox.words import programme, topic
from bot.web.pages import when
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems
from bot.wiring import Services

MOST_TURNS = 200  # on one page


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes of one version."""

    @blueprint.get("/<int:version>")
    @allowed(*who.READERS)
    def show(version: int) -> ResponseReturnValue:
        """Its words, what happened to it, how it differs from those before it, and how often it was sent."""
        return page(services, version, Problems())

    @blueprint.post("/<int:version>/send")
    @allowed(who.TRAINER)
    def send(version: int) -> ResponseReturnValue:
        """Send it to the clinicians."""
        me, now = who.me(), services.now()
        problem = who.change(services, version, lambda session: answer_reviews.ask(session, version, me, now))
        if problem:
            return page(services, version, Problems(actions=problem))
        flash("Sent for approval. A clinician who did not write it has to approve it.")
        return redirect(url_for("answers.show", version=version))

    @blueprint.post("/<int:version>/discard")
    @allowed(who.TRAINER)
    def discard(version: int) -> ResponseReturnValue:
        """The draft is not wanted any more."""
        me, now = who.me(), services.now()
        problem = who.change(services, version, lambda session: answer_drafts.discard(session, version, me, now))
        if problem:
            return page(services, version, Problems(actions=problem))
        flash("The draft is discarded. It is kept under Replaced.")
        return redirect(url_for("answers.show_list", show="drafts"))

    @blueprint.get("/<int:version>/recipients")
    @allowed(*who.READERS)
    def recipients(version: int) -> ResponseReturnValue:
        """Every turn in which a patient got it, by practice; of other practices only how many."""
        with services.database.read() as session:
            row = who.version(session, version)
            mine = current_user().practice_ids(who.INBOX)
            turns = answer_use.turns(session, version, mine)
            use = answer_use.by_practice(session, version)
            topics = services.topics_now(session)
        return render_template(
            "staff/answers/recipients.html",
            row=row,
            **titles(topics, row),
            use=[(one, [turn for turn in turns if turn.practice_id == one.practice_id][-MOST_TURNS:]) for one in use],
            mine=mine,
            most=MOST_TURNS,
        )

    @blueprint.post("/<int:version>/recipients.csv")
    @allowed(*(role.value for role in who.INBOX))
    def recipients_file(version: int) -> ResponseReturnValue:
        """All turns of the own practices as a file. The audit says who took it."""
        with services.database.write() as session:
            who.version(session, version)
            turns = answer_use.turns(session, version, current_user().practice_ids(who.INBOX))
            me, told = who.me(), {"name": who.me().name, "turns": len(turns)}
            audit.record(
                session, services.now(), actor=me.key, action="listed who got it", about=about(version), details=told
            )
        out = StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(("practice", "conversation", "when", "arrived"))
        for one in turns:
            arrived = "yes" if one.certain else "perhaps"
            writer.writerow((inert_cell(one.practice), one.conversation_id, when(one.at), arrived))
        return as_file("\ufeff" + out.getvalue(), "text/csv", f"answer-{version}-recipients.csv")


def as_file(text: str, mimetype: str, name: str) -> Response:
    """A download."""
    response = Response(text, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def titles(topics: Topics, row: AnswerVersion) -> dict[str, str]:
    """What the pages about one version are headed by."""
    return {
        "question": topic(row.topic, topics),
        "about": f"{programme(row.programme)}, {words.nations(row.nations)}",
    }


def page(services: Services, version: int, problems: Problems) -> ResponseReturnValue:
    """The page of a version; with problems they stand above it."""
    with services.database.read() as session:
        row = who.version(session, version)
        entries, reviews = answer_queries.steps(session, version), answer_reviews.of_version(session, version)
        earlier = answer_queries.before(session, row)
        waits = answer_reviews.waiting_for(session, version)
        use = answer_use.by_practice(session, version)
        topics = services.topics_now(session)
    names = who.practice_names()
    sent_back = reviews[0] if reviews and reviews[0].state == "sent_back" and row.status == "draft" else None
    shown = render_template(
        "staff/answers/version.html",
        row=row,
        **titles(topics, row),
        preview=preview(row.text, row.programme, row.nations[0], topics.get(row.topic)),
        tags_of=[
            tag
            for tag in (
                words.status_tag(row, waits=waits is not None),
                words.due_tag(row, services.now().date()),
            )
            if tag
        ],
        facts=list(version_view.facts(row, names)),
        steps=version_view.steps(entries, reviews),
        history=version_view.history(row, earlier),
        use=use,
        waits=waits,
        sent_back=sent_back,
        may_write=who.may(who.TRAINER, row.practice_id),
        may_approve=who.may(who.APPROVER, row.practice_id),
        problems=problems,
    )
    return shown, 422 if problems else 200
