"""Labelled messages through the real decision path, for `python -m bot evaluate` and `thresholds`; stores nothing."""

import time
from collections.abc import Iterable, Iterator

from bot.core.messages import ConversationState, Decision, Prediction
from bot.core.questions import without_greeting
from bot.errors import ReleaseError
from bot.nlu.evaluation.labelled import Labelled
from bot.nlu.evaluation.results import Result, result_of
from bot.rehearsal import readable, rehearse
from bot.wiring import Services
from bot.worker.understand import topics_of

TRIES = 2  # a busy machine may be too slow for a message once


def results_of(services: Services, messages: Iterable[Labelled]) -> Iterator[Result]:
    """One result for each message, in order, each as the first of its conversation.

    Decided as if automated answers were on, because a pause of the practice says nothing of the release. Raises
    ReleaseError where the model does not answer, or another release answers than before.
    """
    release = None
    for message in messages:
        prediction, milliseconds = _asked(services, message)
        understood, decision = _decided(services, message)
        release = release if release is not None else prediction.release
        if prediction.release != release:
            raise ReleaseError("the NLU server changed its release during the run: start again")
        topics = topics_of(services, release)
        yield result_of(message, understood or [prediction], decision, topics, milliseconds)


def _asked(services: Services, message: Labelled) -> tuple[Prediction, float]:
    """What the model makes of the message, even if a safety rule would decide without it; and its milliseconds."""
    text, reason = readable(message.text), ""
    for _ in range(TRIES):
        began = time.perf_counter()
        found = services.nlu.understand(without_greeting(text) or text)
        milliseconds = (time.perf_counter() - began) * 1000
        if isinstance(found, Prediction):
            return found, milliseconds
        reason = found.reason
    raise ReleaseError(f"the message at {message.source} was not read: {reason}")


def _decided(services: Services, message: Labelled) -> tuple[list[Prediction], Decision]:
    """What the decision was made from, nothing where a rule spared the model, and the decision."""
    for _ in range(TRIES):
        rehearsed = rehearse(services, message.text, ConversationState(), even_if_paused=True)
        predictions = [one for one in rehearsed.reading.understood if isinstance(one, Prediction)]
        if len(predictions) == len(rehearsed.reading.understood):
            return predictions, rehearsed.decision
    raise ReleaseError(f"the message at {message.source} was not read: the NLU server fails at times")
