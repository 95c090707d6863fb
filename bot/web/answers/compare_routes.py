"""`/answers/variants`: every wording to one question side by side, by test and nation, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.store import answer_queries
from bot.store.tables import AnswerVersion
from bot.web.access import allowed, my_practice_ids
from bot.web.answers import version_view, who, words
from bot.web.answers.version_view import Difference
from bot.web.answers.words import Tag
from bot.web.inbox.words import programme, topic
from bot.wiring import Services

SHOWN = ("approved", "sample", "draft")


@dataclass(frozen=True)
class Variant:
    """One wording. `difference`: from the one that it is held against; None where others are held against it."""

    version: int
    programme: str
    served: str
    whose: str
    tag: Tag
    text: str
    difference: Difference | None


def add(blueprint: Blueprint, services: Services) -> None:
    """The route of the variants."""

    @blueprint.get("/variants")
    @allowed(*who.READERS)
    def variants() -> ResponseReturnValue:
        """Those to the question that the address names, held against one of them."""
        name = request.args.get("topic", "")
        with services.database.read() as session:
            rows = [row for row in answer_queries.seen_by(session, my_practice_ids()) if row.topic == name]
            topics = services.topics_now(session)
        rows = [row for row in rows if row.status in SHOWN]
        if not rows and name not in topics:
            abort(404)
        wanted = next((row for row in rows if str(row.id) == request.args.get("against")), None)
        return render_template(
            "staff/answers/variants.html",
            topic=name,
            question=topic(name, topics),
            variants=_variants(rows, wanted),
            may_write=who.may(who.TRAINER, None),
        )


def _variants(rows: Sequence[AnswerVersion], wanted: AnswerVersion | None) -> list[Variant]:
    """Each is held against `wanted` where that is about the same test, else against the first about its test."""
    names, against = who.practice_names(), {wanted.programme: wanted} if wanted else {}
    ordered = sorted(rows, key=lambda row: (row.programme, row.practice_id or 0, SHOWN.index(row.status), row.id))
    found = []
    for row in ordered:
        base = against.setdefault(row.programme, row)
        title = f"What differs from version {base.id}"
        found.append(
            Variant(
                version=row.id,
                programme=programme(row.programme),
                served=words.served(row),
                whose=words.whose(row, names),
                tag=words.status_tag(row, waits=False),
                text=row.text,
                difference=version_view.difference(title, base, row) if base.id != row.id else None,
            )
        )
    return found
