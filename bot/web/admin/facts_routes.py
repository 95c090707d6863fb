"""What answers say of the practice: its name, and the facts that they insert by name."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.core.answer_gaps import gaps
from bot.core.practice import FACTS
from bot.messenger.page_profile import profile_of
from bot.store import practice_changes
from bot.store.tables import Practice
from bot.web.access import allowed
from bot.web.admin import places, words
from bot.web.inbox.words import inert
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services, facts_of

TYPED = tuple(name for name in FACTS if name in words.FACT_LABELS)


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""

    @blueprint.get("/practices/<int:practice_id>/facts")
    @allowed(*places.ADMINS)
    def facts(practice_id: int) -> ResponseReturnValue:
        """The form, with what each missing fact holds back."""
        return _page(services, practice_id)

    @blueprint.post("/practices/<int:practice_id>/facts")
    @allowed(*places.ADMINS)
    def save_facts(practice_id: int) -> ResponseReturnValue:
        """Answers have them from the next message on."""
        name, typed = inert(field("name")), {key: inert(field(key)) for key in TYPED}
        with services.database.write() as session:
            row = places.practice(session, practice_id)
            problems = _problems(row, name, typed)
            if not problems:
                changed = practice_changes.change_facts(
                    session, row, services.now(), actor=current_user().actor, name=name, facts=typed
                )
        if problems:
            return _page(services, practice_id, problems, typed | {"name": name})
        if changed:
            flash("Saved. Answers use it from the next message on.")
        else:
            flash("Nothing was changed.", "notice")
        return redirect(url_for("admin.practice", practice_id=practice_id))


def _problems(row: Practice, name: str, typed: dict[str, str]) -> Problems:
    problems = Problems()
    if not name:
        problems["name"] = "Enter the name of the practice"
    elif any("name" in problem for problem in profile_of(name, row.ice_breakers).problems()):
        problems["name"] = "The name is too long for the greeting of your Facebook Page"
    if typed["practice_phone"] and not any(one.isdigit() for one in typed["practice_phone"]):
        problems["practice_phone"] = "Enter a phone number, like 01632 960001"
    if typed["practice_website"] and (" " in typed["practice_website"] or "." not in typed["practice_website"]):
        problems["practice_website"] = "Enter an address, like www.example.nhs.uk"
    return problems


def _page(
    services: Services, practice_id: int, problems: Problems | None = None, typed: dict[str, str] | None = None
) -> ResponseReturnValue:
    with services.database.read() as session:
        row = places.practice(session, practice_id)
        policy = services.policy(session, row, "")
        found = gaps(policy.answers, policy.topics, policy.practice, services.now().date())
        values = typed or dict(facts_of(row).facts)
        page = render_template(
            "staff/admin/facts.html",
            practice=row,
            name=values.get("name", row.name),
            fields=words.fact_fields(values, found, policy.topics),
            problems=problems or Problems(),
        )
    return page, 422 if problems else 200
