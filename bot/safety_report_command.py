"""`python -m bot safety-report`: how well the safety net hears, for the Clinical Safety Officer who owns its rules."""

import os
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from bot import wiring
from bot.command_errors import one_line_errors
from bot.core.messages import SAFETY_KINDS
from bot.core.safety import SafetyNet
from bot.core.topics import Topics
from bot.evaluate_phrases import checked, model_of
from bot.nlu.evaluation.safety_phrases import FILES, MUST, NO_PROGRAMME, ORDINARY, Phrase, read_phrases
from bot.nlu.evaluation.safety_report import RULES, Kind, lines
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import Example, read_examples
from bot.rehearsal import with_nlu
from bot.settings import Settings
from bot.wiring import NLU_DATA, PROJECT

PHRASES = PROJECT / "tests" / "core" / "safety"


@click.command("safety-report")
@click.option("--phrases", "folder", type=click.Path(path_type=Path), default=PHRASES, help="Labelled phrases.")
@click.option("--with-model", is_flag=True, help="Ask the live release too: rules, model, and rules or model.")
@one_line_errors
def safety_report(folder: Path, with_model: bool) -> None:
    """Print how many dangers the safety net catches, with intervals; exit code 1 where one that must be is missed."""
    sets = {name: read_phrases(folder / f"{name}.yml") for name in FILES}
    sets["nlu_data/regression"] = _of_topics("regression")
    if with_model:
        services = wiring.build(Settings.from_env(os.environ))
        with closing(services.database), with_nlu(services) as ready:
            missed = _report(sets, model_of(ready))
    else:
        sets["nlu_data/examples"] = _of_topics("examples")  # the model has learnt these: they would only flatter it
        missed = _report(sets, None)
    if missed:
        click.echo(f"error: {missed} dangers that must be caught are missed by the rules", err=True)
        sys.exit(1)


def _report(sets: dict[str, list[Phrase]], model: Callable[[str], Kind] | None) -> int:
    """Prints it; returns how many phrases that must be caught the rules miss."""
    net = SafetyNet.from_text(wiring.RULES_FILE.read_text(encoding="utf-8"))
    missed = 0
    for name, phrases in sets.items():
        with click.progressbar(phrases, label=name, file=sys.stderr) as bar:
            found = [checked(net, phrase, model) for phrase in bar]
        for line in lines(name, found, with_model=model is not None):
            click.echo(line)
        click.echo()
        missed += sum(MUST in one.phrase.tags and not one.is_right(RULES) for one in found)
    return missed


def _of_topics(folder: str) -> list[Phrase]:
    """The messages of a folder of nlu_data. A topic about a danger says which kind it must raise."""
    topics = read_topics(NLU_DATA / "topics.yml")
    return [_of_topic(one, topics) for one in read_examples(NLU_DATA / folder)]


def _of_topic(message: Example, topics: Topics) -> Phrase:
    route, topic = topics.route(message.topic), topics.get(message.topic)
    programmes = [str(one) for one in topic.programmes] if topic else []
    tags = programmes if len(programmes) == 1 else [NO_PROGRAMME]
    return Phrase(message.text, route if route in SAFETY_KINDS else ORDINARY, tuple(tags))
