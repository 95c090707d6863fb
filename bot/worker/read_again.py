"""Messages for trainers that the model did not read, because it was down or staff answered them, are read later."""

from bot.core.messages import Prediction
from bot.store import grouping
from bot.wiring import Services
from bot.worker import job

EVERY = 10.0  # seconds between two looks
SLOT = 60  # seconds: at most one run in each
JOB = "reading_again"


def read_again(services: Services, worker: str) -> bool:
    """Do the run of this moment, if there is something to read. Always False, so that the loop pauses after it."""
    with services.database.read() as session:
        if not grouping.unread(session, 1):
            return False
    job.if_due(services, JOB, job.slot_of(services.now(), SLOT), worker, lambda _run: _read_some(services))
    return False


def _read_some(services: Services) -> dict[str, int]:
    """How many were read. The model is asked with no transaction open; where it is down the next run asks again."""
    with services.database.read() as session:
        waiting = grouping.unread(session)
    for number, one in enumerate(waiting):
        understood = services.nlu.understand(one.text)
        if not isinstance(understood, Prediction):
            return {"read": number}
        with services.database.write() as session:
            grouping.keep_vector(session, one.id, one.text, understood.vector)
    return {"read": len(waiting)}
