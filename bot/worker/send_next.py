"""One outgoing message: claimed, sent with no transaction open, settled."""

import random
import time
from datetime import datetime

import structlog

from bot.core.answer_lifecycle import may_still_leave
from bot.core.desk import Refusal
from bot.core.messages import Owner
from bot.core.windows import RESPONSE_WINDOW, Allowed, may_send
from bot.errors import OutcomeUnknown, SendError, SettingsError, StoreUnavailable
from bot.messenger.compose import problems
from bot.messenger.graph_api import PageAccess, SendRequest
from bot.messenger.retry import WAITS, next_try, pause_for
from bot.store import outgoing
from bot.store.desk import TAKEN_OVER
from bot.store.kill_switch import WHY_HELD_BACK
from bot.store.outgoing import ToSend
from bot.wiring import Services

log = structlog.get_logger()

WINDOW_OVER = "Meta's 24 hours to answer are over"
ANSWER_WITHDRAWN = "its answer is not approved any more"
CUT_OFF = "the service was stopped while it sent this, and waits for Meta to say whether it arrived"
STOPPED = "the patient has sent STOP"
# As for an answer that was lost: Meta brings again what nobody took, though not at once.
WAIT_FOR_ECHO = WAITS[OutcomeUnknown][0]
TRIES_TO_KEEP, PAUSE_TO_KEEP = 3, 0.5  # seconds; the database has patience for five more at each try


def send_next(services: Services, worker: str) -> bool:
    """Send one message. False: none is due."""
    with services.database.write() as session:
        message = outgoing.claim_next(session, worker, services.now(), services.turns.page_row)
        services.turns.page_row = message.page_row if message else 0
        if message is not None and (why := _reason(services, message)):
            outgoing.mark_cancelled(session, message, why)
            if why in (WINDOW_OVER, ANSWER_WITHDRAWN) or message.author == "staff":
                outgoing.tell_staff(session, message, f"a reply could not be sent: {why}", services.now())
            elif why == WHY_HELD_BACK:
                outgoing.tell_staff(session, message, why, services.now())
            return True
        if message is not None and message.was_cut_off and not message.safety:  # a danger is worth being told twice
            outgoing.try_again(session, message, services.now() + WAIT_FOR_ECHO, CUT_OFF, unknown=True)
            return True
    if message is None:
        return False
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
        _settle_failure(services, message, error)
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


def _reason(services: Services, message: ToSend) -> str | None:
    return reason_not_to(message, services.now(), accepts_samples=services.settings.is_demo)


def reason_not_to(message: ToSend, now: datetime, *, accepts_samples: bool) -> str | None:
    """Why a claimed message must not leave any more. Safety replies always may: they hold no answer."""
    if message.answer and not may_still_leave(message.answer, now.date(), accepts_samples=accepts_samples):
        return ANSWER_WITHDRAWN
    if message.author == "staff":
        return _reason_against_staff(message, now)
    if message.author == "bot" and message.conversation_owner is Owner.STAFF and not message.safety:
        return "staff own the conversation"
    if message.held_back:
        return WHY_HELD_BACK
    if message.author == "bot" and message.stopped and not message.safety:
        return STOPPED
    if message.author == "bot" and message.patient_last_at and now - message.patient_last_at >= RESPONSE_WINDOW:
        return WINDOW_OVER
    return None


def _reason_against_staff(message: ToSend, now: datetime) -> str | None:
    """All that was checked when the colleague pressed send, once more: hours may have gone by."""
    if not message.claim_is_current:
        return TAKEN_OVER
    if not message.staff_replies:
        return Refusal.REPLIES_OFF.value
    allowed = may_send("staff", message.patient_last_at, now, permission=message.human_agent)
    return allowed.value if isinstance(allowed, Refusal) else None


def tag_of(message: ToSend, now: datetime) -> str | None:
    """Meta's tag for a colleague's message after 24 hours. The bot's never has one."""
    if message.author != "staff":
        return None
    allowed = may_send("staff", message.patient_last_at, now, permission=message.human_agent)
    return allowed.tag if isinstance(allowed, Allowed) else None


def _settle_failure(services: Services, message: ToSend, error: SendError) -> None:
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
