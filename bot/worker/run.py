"""The worker process: how many loops do what."""

from contextlib import suppress
from functools import partial

import structlog

from bot.counted import keep_counted
from bot.errors import StoreUnavailable
from bot.lasting import keep_for_good
from bot.nlu.language import language_of
from bot.wiring import Services
from bot.worker import (
    check_pages,
    erase_next,
    escalate,
    look_for_danger,
    notify_next,
    probe,
    read_again,
    remind_owners,
)
from bot.worker.answer_next import answer_next
from bot.worker.housekeeping import EVERY, keep_house
from bot.worker.loop import IDLE, Step, run_until_told, worker_name
from bot.worker.lull import Lull
from bot.worker.outbox import Outbox
from bot.worker.send_next import send_next

log = structlog.get_logger()

# Loops: reading a message is mostly the NLU server's work, sending is mostly waiting. Meta needs 0.1 to 0.3 s for a
# message, so that as many senders reach 40 to 120 a second; with twice as many a backlog took an eighth longer.
ANSWERING, SENDING = 3, 12
AT_ONCE = 8  # events, where so many wait: the model reads them together, and more of them save little


def run(services: Services) -> None:
    """Answer and send until told to stop."""
    name = worker_name()
    language_of("the first call loads the detector, so that no patient waits for it")
    steps: list[tuple[Step, float]] = [(partial(keep_house, services, name), EVERY)]
    steps.append((partial(erase_next.erase_next, services, f"{name}:erase"), erase_next.EVERY))
    steps.append((partial(remind_owners.remind_owners, services, f"{name}:remind"), remind_owners.EVERY))
    steps.append((partial(check_pages.check_pages, services, f"{name}:pages"), check_pages.EVERY))
    steps.append((partial(escalate.escalate, services), escalate.EVERY))
    steps.append((partial(read_again.read_again, services, f"{name}:read"), read_again.EVERY))
    steps.append((partial(notify_next.notify_next, services, f"{name}:mail"), notify_next.EVERY))
    steps.append((partial(probe.store_probe, services), probe.EVERY))
    steps.append((partial(look_for_danger.look_for_danger, services), look_for_danger.EVERY))
    answering, sending, outbox = Lull(), Lull(), Outbox(services)
    for number in range(ANSWERING):
        steps.append((answering.spares(partial(answer_next, services, f"{name}:answer-{number}", AT_ONCE)), IDLE))
    for number in range(SENDING):
        steps.append((sending.spares(partial(send_next, services, outbox, f"{name}:send-{number}")), IDLE))
    keep_for_good()
    log.info("worker_started", worker=name)
    run_until_told(steps)
    with suppress(StoreUnavailable):  # or their leases end by themselves
        outbox.give_back()
    keep_counted(services)
    log.info("worker_stopped", worker=name)
