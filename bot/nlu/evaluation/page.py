"""The report as one HTML page that needs nothing from elsewhere: styles and pictures are inside it."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.nlu.evaluation.plots import pictures
from bot.nlu.evaluation.wording import MEANINGS, interval, number, spoken

TEMPLATE = Path(__file__).with_name("report.html")
BY_MEASURES = ("topic_right", "acted_upon", "confidently_wrong", "clarify_rate")  # in the tables of kinds of messages
PAIRS_SHOWN, EXAMPLES_SHOWN = 40, 8  # the rest stands in report.json


def html(report: Mapping[str, Any]) -> str:
    """The page for a report of `report_of`. Texts of messages are shown as text, whatever they hold."""
    from jinja2 import Environment, StrictUndefined  # only a report needs it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["spoken"] = spoken
    environment.filters["per_cent"] = lambda value: "–" if value is None else f"{value:.1%}"
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        report=report,
        meanings=MEANINGS,
        number=number,
        interval=interval,
        pictures={name: _address(svg) for name, svg in pictures(report).items()},
        by_measures=BY_MEASURES,
        pairs_shown=PAIRS_SHOWN,
        examples_shown=EXAMPLES_SHOWN,
    )


def _address(svg: str) -> str:
    """A picture as an address that holds all of it: an image runs no script and lends the page no ids."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
