"""What this process has claimed and nobody sends yet: a few messages at a time, shared by all of its senders.

To look for messages costs several times what taking one more of them does. Whether a message may leave is asked as it
is claimed, while its conversation is held.
"""

import threading
from collections import deque
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core.answer_lifecycle import may_still_leave
from bot.core.desk import Refusal
from bot.core.messages import Owner
from bot.core.windows import RESPONSE_WINDOW, may_send
from bot.errors import OutcomeUnknown
from bot.messenger.retry import WAITS
from bot.store import outgoing
from bot.store.desk import TAKEN_OVER
from bot.store.kill_switch import WHY_HELD_BACK
from bot.store.outgoing import ToSend
from bot.wiring import Services

# Fewer than there are senders: each is taken soon after, long before its lease ends.
AT_ONCE = 4
WINDOW_OVER = "Meta's 24 hours to answer are over"
ANSWER_WITHDRAWN = "its answer is not approved any more"
CUT_OFF = "the service was stopped while it sent this, and waits for Meta to say whether it arrived"
STOPPED = "the patient has sent STOP"
# As for an answer that was lost: Meta brings again what nobody took, though not at once.
WAIT_FOR_ECHO = WAITS[OutcomeUnknown][0]


class Outbox:
    """Threads share it: one claims for all, up to `at_once` messages."""

    def __init__(self, services: Services, at_once: int = AT_ONCE) -> None:
        self._services, self._at_once = services, at_once
        self._lock, self._claimed = threading.Lock(), deque[ToSend]()

    def fill(self, worker: str) -> bool:
        """Claim some messages where none are left. False: none was due."""
        with self._lock:
            return bool(self._claimed) or self._claim(worker)

    def take(self) -> ToSend | None:
        """The next message to send. None: nothing of what was claimed may leave, or other senders have it."""
        with self._lock:
            return self._claimed.popleft() if self._claimed else None

    def give_back(self, page_row: int | None = None) -> None:
        """What nobody took (of this page, or all) waits again: the page was stopped, or this process ends."""
        with self._lock:
            back = [one for one in self._claimed if page_row in (None, one.page_row)]
            if not back:
                return
            self._claimed = deque(one for one in self._claimed if one not in back)
        with self._services.database.write() as session:
            for message in back:
                outgoing.give_back(session, message, self._services.now())

    def _claim(self, worker: str) -> bool:
        """What must not leave is settled at once."""
        services = self._services
        with services.database.write() as session:
            claims = outgoing.claim(session, worker, services.now(), services.turns.page_row, self._at_once)
            may_leave = [one for one in claims if not self._settled(session, one)]
        services.turns.page_row = claims[-1].page_row if claims else 0
        self._claimed.extend(may_leave)
        return bool(claims)

    def _settled(self, session: Session, message: ToSend) -> bool:
        """Whether it need not, or must not, be sent now."""
        now = self._services.now()
        if why := reason_not_to(message, now, accepts_samples=self._services.settings.is_demo):
            outgoing.mark_cancelled(session, message, why)
            if why in (WINDOW_OVER, ANSWER_WITHDRAWN) or message.author == "staff":
                outgoing.tell_staff(session, message, f"a reply could not be sent: {why}", now)
            elif why == WHY_HELD_BACK:
                outgoing.tell_staff(session, message, why, now)
            return True
        if message.was_cut_off and not message.safety:  # a danger is worth being told twice
            outgoing.try_again(session, message, now + WAIT_FOR_ECHO, CUT_OFF, unknown=True)
            return True
        return False


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
