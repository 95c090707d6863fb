"""One e-mail to staff: claimed, sent with no transaction open, settled."""

from datetime import timedelta

import structlog

from bot.errors import MailError
from bot.store import notifications
from bot.wiring import Services

log = structlog.get_logger()

EVERY = 1.0  # seconds
MOST_TRIES = 10  # about 17 hours with the pauses below
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=4)


def notify_next(services: Services, worker: str) -> bool:
    """Send one e-mail. False: none is due, or no mail server is set."""
    if services.mailer is None:
        return False
    with services.database.write() as session:
        mail = notifications.claim_next(session, worker, services.now())
    if mail is None:
        return False
    try:
        # No transaction is open: a slow mail server must not hold the database.
        services.mailer.send(mail.address, mail.notice)
    except MailError as error:
        give_up = error.permanent or mail.attempts >= MOST_TRIES
        with services.database.write() as session:
            if give_up:
                notifications.mark_failed(session, mail, str(error))
            else:
                notifications.try_again(session, mail, services.now() + pause_after(mail.attempts), str(error))
        log.warning("notification_failed", notification_id=mail.id, problem=str(error), given_up=give_up)
    else:
        with services.database.write() as session:
            notifications.mark_sent(session, mail, services.now())
    return True


def pause_after(attempts: int) -> timedelta:
    """30 seconds after the first try, then twice as long each time, 4 hours at most."""
    return min(SHORTEST_PAUSE * 2.0 ** (attempts - 1), LONGEST_PAUSE)
