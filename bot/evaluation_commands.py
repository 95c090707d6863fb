"""The commands that judge a release: `python -m bot evaluate` and `python -m bot thresholds`."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from bot import wiring
from bot.command_errors import one_line_errors
from bot.core.policy import Thresholds
from bot.core.redact import redact
from bot.errors import DataError
from bot.evaluate import results_of
from bot.nlu.evaluation import page, plots, threshold_report
from bot.nlu.evaluation.choose import BOUND, choose
from bot.nlu.evaluation.curve import Judged
from bot.nlu.evaluation.floors import read_floors
from bot.nlu.evaluation.labelled import read_labelled
from bot.nlu.evaluation.report import Report, Run, report_of
from bot.nlu.evaluation.results import Result
from bot.nlu.evaluation.wording import MEANINGS, interval, number
from bot.nlu.remembering import Remembering
from bot.nlu.training_run import THRESHOLDS_FILE
from bot.rehearsal import with_nlu
from bot.settings import Settings
from bot.wiring import NLU_DATA, PROJECT

MESSAGES = click.option(
    "--messages",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    help='JSON Lines of {"text", "topic"}, or a folder of Rasa YAML; may be given again. Default: nlu_data/regression.',
)
OUT = click.option("--out", "folder", type=click.Path(path_type=Path), help="A folder. Default: var/evaluation.")
AT_MOST = click.option(
    "--bound",
    type=click.FloatRange(0, 0.5, min_open=True),
    default=BOUND,
    show_default=True,
    help="The share of wrong decisions to allow.",
)


@click.command()
@MESSAGES
@OUT
@click.option("--floors", "floors_file", type=click.Path(path_type=Path), default=NLU_DATA / "floors.yml")
@one_line_errors
def evaluate(sources: tuple[Path, ...], folder: Path | None, floors_file: Path) -> None:
    """Judge the live release by labelled messages; exit code 1 where it misses a floor."""
    settings = Settings.from_env(os.environ)
    floors = read_floors(floors_file)
    results = _run(settings, sources)
    report = report_of(
        Run(
            results=results,
            floors=floors,
            release=results[0].prediction.release,
            thresholds=_thresholds_of(results),
            made=wiring.utc_now(),
            sources=[_shown(source) for source in _sources(sources)],
            # Those of the project are written by us; others may be what patients wrote.
            shown=redact if sources else str,
        )
    )
    folder = folder or settings.var / "evaluation"
    _write(folder / "report.json", json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    _write(folder / "report.html", page.html(report))
    _tell(report)
    click.echo(f"\nThe report: {_shown(folder / 'report.html')}")
    if not all(floor["met"] for floor in report["floors"]):
        sys.exit(1)


@click.command()
@AT_MOST
@MESSAGES
@OUT
@click.option("--thresholds", "target", type=click.Path(path_type=Path), default=NLU_DATA / THRESHOLDS_FILE)
@one_line_errors
def thresholds(bound: float, sources: tuple[Path, ...], folder: Path | None, target: Path) -> None:
    """Choose the thresholds of score and margin from labelled messages, for a bound on what is wrong."""
    settings = Settings.from_env(os.environ)
    results = _run(settings, sources)
    judged = [Judged.of(one) for one in results]
    before = _thresholds_of(results)
    chosen = choose(judged, before, bound)
    report = threshold_report.report_of(judged, before, chosen, bound)
    folder = folder or settings.var / "evaluation"
    _write(folder / "thresholds.json", json.dumps(report, indent=2) + "\n")
    _write(folder / "thresholds.svg", plots.threshold_curves(report["kinds"], bound))
    new = {name: round(value, 2) for name, value in chosen.thresholds.as_dict().items()}
    _write(target, json.dumps(new, indent=2) + "\n")
    for line in threshold_report.lines(report):
        click.echo(line)
    click.echo(f"\nThe curves: {_shown(folder / 'thresholds.svg')}")
    click.echo("Next: python -m bot train makes a release of the same model with them, to be promoted.")


def _run(settings: Settings, sources: tuple[Path, ...]) -> list[Result]:
    services = wiring.build(settings)
    messages = read_labelled(_sources(sources), services.topics, NLU_DATA / "answers")
    with closing(services.database), with_nlu(services) as ready:
        found = results_of(replace(ready, nlu=Remembering(ready.nlu)), messages)
        with click.progressbar(found, length=len(messages), label="Reading messages", file=sys.stderr) as bar:
            return list(bar)


def _sources(given: tuple[Path, ...]) -> Sequence[Path]:
    return given or (NLU_DATA / "regression",)


def _thresholds_of(results: Sequence[Result]) -> Thresholds:
    """Those by which the release decided. Where a rule spared the model, the decision names no release."""
    decisions = [one.decision for one in results]
    return Thresholds.from_mapping(next((one for one in decisions if one.release), decisions[0]).thresholds)


def _tell(report: Report) -> None:
    click.echo(f"Release {report['release']}, {report['messages']} messages")
    for name, figure in report["overall"].items():
        click.echo(f"  {MEANINGS[name].name:42} {number(name, figure['value']):>12}   {interval(name, figure)}")
    for floor in report["floors"]:
        sign = "met   " if floor["met"] else "missed"
        limit = f"{floor['side'].replace('_', ' ')} {number(floor['name'], floor['limit'])}"
        click.echo(f"{sign}  {floor['name']}: {number(floor['name'], floor['value'])}, {limit}")


def _write(file: Path, text: str) -> None:
    """The whole file or nothing of it. Raises DataError."""
    unfinished = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise DataError(f"cannot be written ({type(error).__name__})", file) from None


def _shown(file: Path) -> str:
    """A path as people name it: from the project's folder where it is inside."""
    return str(file.relative_to(PROJECT)) if file.is_relative_to(PROJECT) else str(file)
