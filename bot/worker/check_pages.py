"""Every day each page is looked at: does its token work, does Meta send its events here. Admins are told where not."""

from collections.abc import Sequence
from functools import partial

import structlog

from bot import page_care
from bot.core.notices import page_not_connected
from bot.errors import DataError, SettingsError
from bot.store import measures, notifications, page_health, users
from bot.store.job_runs import Run
from bot.store.page_health import Told
from bot.store.tables import Page
from bot.wiring import Services
from bot.worker import job

log = structlog.get_logger()

EVERY = 60.0  # seconds between two looks at what is due
JOB = "page_check"
ACTOR = "the daily look at pages"
PUT_IT_RIGHT = "Put the page's token into BOT_PAGE_TOKENS and start the service again."


def check_pages(services: Services, worker: str) -> bool:
    """Look at the pages that nobody has looked at today. Always False, so that the loop pauses after it."""
    with services.database.read() as session:
        pages = measures.pages(session)
    for page in pages:
        key = f"{services.now():%Y-%m-%d} page {page.id}"
        checked = job.if_due(services, JOB, key, worker, partial(_check, services, page, key))
        if checked is not None:
            wrong = checked["wrong"]
            (log.error if wrong else log.info)("page_checked", page_id=page.page_id, wrong=wrong)
    return False


def _check(services: Services, page: Page, key: str, _run: Run) -> dict[str, int]:
    """How much is wrong with it."""
    found = _findings(services, page)  # no transaction is open: Meta may be slow
    wrong = [what for ok, what, _ in found if not ok]
    if wrong and services.mailer is not None:
        with services.database.write() as session:
            notice = page_not_connected(page.name, wrong, services.settings.public_url)
            addresses = users.admins_of(session, page.practice_id)
            notifications.add(session, page.practice_id, f"page check {key}", addresses, notice, services.now())
    return {"wrong": len(wrong)}


def _findings(services: Services, page: Page) -> Sequence[Told]:
    """What was found; it is kept with the page."""
    try:
        found = page_care.check(services, page.page_id, actor=ACTOR)
    except (DataError, SettingsError) as error:  # there is no token to look with
        told = [(False, str(error), PUT_IT_RIGHT)]
        with services.database.write() as session:
            mark = page.token_mark or ""
            page_health.keep(session, page.page_id, told, mark, services.now(), actor=ACTOR, action="checked a page")
        return told
    return [(one.ok, one.what, one.way_out) for one in found]
