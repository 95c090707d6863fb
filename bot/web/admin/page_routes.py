"""`/admin/pages`: each Facebook Page with its health; connect it, check it, take it off. Tokens are never shown."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot import page_care
from bot.errors import DataError
from bot.few_at_once import FewAtOnce
from bot.messenger.profile import Finding
from bot.store import page_health
from bot.web.access import allowed, my_practice_ids
from bot.web.admin import places
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

_gate = FewAtOnce(2)  # a look at Meta may take a minute: threads stay free for the webhook


def add(blueprint: Blueprint, services: Services) -> None:
    """The routes."""
    _add_list(blueprint, services)
    _add_acts(blueprint, services)


def _add_list(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/pages")
    @allowed(*places.ADMINS)
    def pages() -> ResponseReturnValue:
        """Those of the own practices; a system admin sees all, and can bind those that nobody has."""
        return _list(services)

    @blueprint.post("/pages")
    @allowed("system_admin")
    def add_page() -> ResponseReturnValue:
        """A page stays with its practice for ever, so nobody but a system admin says which one that is."""
        place, page_id = field("practice"), field("page")
        problems = Problems()
        if page_id not in services.settings.page_tokens:
            problems["page"] = "Select a page"
        if not (place.isascii() and place.isdecimal() and len(place) < 10):
            problems["practice"] = "Select a practice"
        if problems:
            return _list(services, problems)
        with services.database.write() as session:
            practice = places.practice(session, int(place))
            actor = current_user().actor
            page = page_health.add(session, practice, services.now(), page_id=page_id, actor=actor)
        if page is None:
            return _list(services, Problems(page="A practice has this page already"))
        flash("The page belongs to the practice now. Connect it next.")
        return redirect(url_for("admin.page", page_id=page.id))

    @blueprint.get("/pages/<int:page_id>")
    @allowed(*places.ADMINS)
    def page(page_id: int) -> ResponseReturnValue:
        """What the last look found, and what can be done."""
        return _page(services, page_id)


def _add_acts(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/pages/<int:page_id>/check")
    @allowed(*places.ADMINS)
    def check_page(page_id: int) -> ResponseReturnValue:
        """Ask Meta how the page is. Changes nothing there."""
        return _look(services, page_id, page_care.check)

    @blueprint.post("/pages/<int:page_id>/connect")
    @allowed(*places.ADMINS)
    def connect_page(page_id: int) -> ResponseReturnValue:
        """As `python -m bot connect-page` does."""
        return _look(services, page_id, page_care.connect, word="connect", at="confirm_connect")

    @blueprint.post("/pages/<int:page_id>/disconnect")
    @allowed(*places.ADMINS)
    def disconnect_page(page_id: int) -> ResponseReturnValue:
        """Nothing is sent from it any more; Meta is asked to send nothing here."""
        return _look(services, page_id, page_care.disconnect, word="disconnect", at="confirm_disconnect")


def _look(
    services: Services, page_id: int, act: Callable[..., Sequence[Finding]], *, word: str = "", at: str = ""
) -> ResponseReturnValue:
    metas_id = _found(services, page_id).page.page_id
    if word and field(at).lower() != word:
        return _page(services, page_id, Problems({at: f"Type the word {word} to confirm"}))
    try:
        with _gate:
            findings = act(services, metas_id, actor=current_user().actor)
    except DataError as error:
        return _page(services, page_id, Problems(health=f"{error.problem}. Tell whoever runs this service"))
    bad = [one for one in findings if not one.ok]
    if bad and word == "disconnect":
        return _page(
            services, page_id, Problems(health=f"Nothing is sent any more. But: {bad[0].what} {bad[0].way_out}")
        )
    if bad:
        flash(f"{len(bad)} {'thing needs' if len(bad) == 1 else 'things need'} attention.", "notice")
    else:
        flash(findings[-1].what)
    return redirect(url_for("admin.page", page_id=page_id))


def _found(services: Services, page_id: int) -> page_health.PageHealth:
    with services.database.read() as session:
        health = page_health.find(session, page_id)
    if health is None or not places.is_mine(health.practice.id):
        abort(404)
    return health


def _page(services: Services, page_id: int, problems: Problems | None = None) -> ResponseReturnValue:
    health = _found(services, page_id)
    page = render_template(
        "staff/admin/page.html",
        health=health,
        now=services.now(),
        has_token=health.page.page_id in services.settings.page_tokens,
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200


def _list(services: Services, problems: Problems | None = None) -> ResponseReturnValue:
    everything = current_user().is_system_admin
    with services.database.read() as session:
        pages = page_health.of_practices(session, None if everything else my_practice_ids())
        practices = places.mine(session)
    known = {one.page.page_id for one in pages}
    page = render_template(
        "staff/admin/pages.html",
        pages=pages,
        now=services.now(),
        practices=practices,
        unbound=[one for one in services.settings.page_tokens if one not in known] if everything else [],
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200
