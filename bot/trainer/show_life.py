"""The trainer process says that it runs: who waits for it, and who looks after it, can be told where it does not."""

from bot.store import heartbeats
from bot.wiring import Services

EVERY = 5.0  # seconds


def show_life(services: Services, name: str) -> bool:
    """One sign. Always False, so that the loop pauses after it."""
    with services.database.write(is_told=False) as session:
        heartbeats.beat(session, name, services.now(), heartbeats.TRAINER)
    return False
