"""One outgoing message: taken from what is claimed, sent with no transaction open, settled."""

import random
import time
from datetime import datetime

import structlog

from bot.core.windows import Allowed, may_send
from bot.errors import OutcomeUnknown, SendError, SettingsError, StoreUnavailable
from bot.messenger.compose import problems
from bot.messenger.graph_api import PageAccess, SendRequest
from bot.messenger.retry import next_try, pause_for
from bot.store import outgoing
from bot.store.outgoing import ToSend
from bot.wiring import Services
from bot.worker.outbox import Outbox

log = structlog.get_logger()

TRIES_TO_KEEP, PAUSE_TO_KEEP = 3, 0.5  # seconds; the database has patience for five more at each try


def send_next(services: Services, outbox: Outbox, worker: str) -> bool:
    """Send one message. False: none is due."""
    if not outbox.fill(worker):
        return False
    message = outbox.take()
    if message is None:
        return True
    structlog.contextvars.bind_contextvars(outgoing_id=message.id, practice_id=message.practice_id)
    token = services.settings.page_tokens.get(message.page_id)
    if token is None:
        _give_up(services, message, "the page is not connected: it has no token")
        return True
    if broken := problems(message.part, message.metadata_key):
        _give_up(services, message, f"it breaks a limit of Messenger: {broken[0]}")
        return True
    try:
        page = PageAccess(message.page_id, token)
    except SettingsError as error:
        _give_up(services, message, str(error))
        return True
    request = SendRequest(message.psid, message.part, message.metadata_key, tag_of(message, services.now()))
    try:
        # No transaction is open: a slow answer must not hold the database.
        with services.tally.timing("bot_graph_seconds"):
            mid = services.graph.send(page, request)
    except SendError as error:
        services.tally.count("bot_sends", type(error).__name__)
        _settle_failure(services, outbox, message, error)
    else:
        services.tally.count("bot_sends", "sent")
        _keep_sent(services, message, mid)
    return True


def _keep_sent(services: Services, message: ToSend, mid: str) -> None:
    """What Meta took must not be forgotten because the database is busy: the patient would get it twice.

    It need not wait for the disk. After a power cut the message may be "sending" again, as after any crash between
    Meta's answer and this; then its echo is waited for. An echo that was acknowledged took this to the disk with it.
    """
    for left in reversed(range(TRIES_TO_KEEP)):
        try:
            with services.database.write(is_told=False) as session:
                outgoing.mark_sent(session, message, mid, services.now())
                outgoing.close_breaker(session, message.page_row)
            return
        except StoreUnavailable:
            if not left:
                raise
            time.sleep(PAUSE_TO_KEEP)


def tag_of(message: ToSend, now: datetime) -> str | None:
    """Meta's tag for a colleague's message after 24 hours. The bot's never has one."""
    if message.author != "staff":
        return None
    allowed = may_send("staff", message.patient_last_at, now, permission=message.human_agent)
    return allowed.tag if isinstance(allowed, Allowed) else None


def _settle_failure(services: Services, outbox: Outbox, message: ToSend, error: SendError) -> None:
    now = services.now()
    again = next_try(error, message.attempts, now, random.random())  # noqa: S311 - jitter, not a secret
    with services.database.write() as session:
        pause = pause_for(error, outgoing.stops_so_far(session, message.page_row))
        if pause is not None:
            outgoing.stop_page(session, message.page_row, now + pause, error.meaning)
        if again is None:
            if outgoing.mark_failed(session, message, str(error)):  # not if its echo came meanwhile
                outgoing.tell_staff(session, message, f"a reply could not be sent: {error.meaning}", now)
        else:
            outgoing.try_again(session, message, again, str(error), unknown=isinstance(error, OutcomeUnknown))
    if pause is not None:
        outbox.give_back(message.page_row)
    log.warning(
        "send_failed",
        outgoing_id=message.id,
        error=type(error).__name__,
        code=error.code,
        subcode=error.subcode,
        trace_id=error.trace_id,
        again_at=again.isoformat() if again else None,
    )


def _give_up(services: Services, message: ToSend, problem: str) -> None:
    with services.database.write() as session:
        if outgoing.mark_failed(session, message, problem):  # not if it was erased meanwhile
            outgoing.tell_staff(session, message, problem, services.now())
    log.error("send_impossible", outgoing_id=message.id, page_id=message.page_id)
