"""The real decision path for one message, with nothing stored and nothing sent: what replay and evaluate share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from bot import wiring
from bot.core.decide import decide
from bot.core.messages import ConversationState, Decision, Nation
from bot.core.policy import Policy
from bot.core.turn import Turn
from bot.errors import DataError, ReleaseError
from bot.nlu import server
from bot.nlu.client import NluClient
from bot.store import practices, releases
from bot.wiring import Services
from bot.worker.reading import Reading
from bot.worker.understand import read


@dataclass(frozen=True)
class Rehearsed:
    """What was found out about a message, the policy that it met, and what the bot would have done."""

    reading: Reading
    policy: Policy
    decision: Decision


def rehearse(
    services: Services,
    text: str,
    state: ConversationState,
    nation: Nation | None = None,
    *,
    even_if_paused: bool = False,
) -> Rehearsed:
    """Read and decide one message of the first practice. Raises DataError where there is no practice.

    `nation` stands in for the practice's own; `even_if_paused` decides as if automated answers were on.
    """
    turn = Turn("text", readable(text))
    reading = read(services, turn)
    policy = _policy(services, reading.release, nation)
    if even_if_paused:
        policy = replace(policy, practice=replace(policy.practice, paused=False))
    decision = decide(turn, reading.understood, state, policy, reading.safety, reading.language)
    return Rehearsed(reading, policy, decision)


def readable(text: str) -> str:
    """A text as the webhook's parser hands it on: no half characters, no NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _policy(services: Services, release: str, nation: Nation | None) -> Policy:
    with services.database.read() as session:
        practice = practices.first(session)
        if practice is None:
            raise DataError("there is no practice yet: make run, or python -m bot add-practice FILE")
        return services.policy(session, practice, release, nation)


@contextmanager
def with_nlu(services: Services) -> Iterator[Services]:
    """`services` with an NLU server that answers: the running one, else one of its own. Raises ReleaseError."""
    if server.is_warm(services.nlu):
        yield services
        return
    with services.database.read() as session:
        release = releases.live(session)
    if release is None:
        raise ReleaseError("there is no live release: python -m bot set-up")
    click.echo("No NLU server is running: starting one for this run (about 20 s).", err=True)
    model = services.settings.var / "models" / release.file
    with server.temporary_server(wiring.PROJECT, model) as own:
        yield replace(services, nlu=NluClient(own.url, own.token))
