"""A release through its messages and phrases, on a Rasa server of its own: the live one is not asked anything."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.evaluate import results_of
from bot.evaluate_phrases import checked_by_both
from bot.nlu import server
from bot.nlu.client import NluClient
from bot.nlu.evaluation.labelled import Labelled
from bot.nlu.evaluation.results import Result
from bot.nlu.evaluation.safety_phrases import Phrase
from bot.nlu.evaluation.safety_report import Checked
from bot.nlu.remembering import Remembering
from bot.trainer.progress import Progress
from bot.wiring import Services


def read_all(
    services: Services,
    progress: Progress,
    project: Path,
    model: Path,
    messages: Sequence[Labelled],
    phrases: Sequence[Phrase],
    *,
    suffix: str = "",
) -> tuple[list[Result], list[Checked]]:
    """Every message and phrase by the release of this model file, served from `project`. Raises ReleaseError."""
    progress.begin(f"load{suffix}")
    with server.temporary_server(project, model, progress.tick) as own:
        ready = replace(services, nlu=Remembering(NluClient(own.url, own.token)))
        progress.begin(f"read{suffix}", len(messages) + len(phrases))
        results, checked = [], []
        for one in results_of(ready, messages):
            results.append(one)
            progress.tick(len(results))
        for each in checked_by_both(ready, phrases):
            checked.append(each)
            progress.tick(len(results) + len(checked))
        return results, checked
