"""`python -m benchmarks.report`: everything in var/bench as one page, and as one file, report.json.

Each benchmark writes a JSON file of its own; what was not run is said to be missing. The pictures are drawn here.
"""

import base64
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.nlu.evaluation.plots import BLUE, ORANGE, WIDTH, text_of
from bot.wiring import PROJECT

OUT = PROJECT / "var" / "bench"
PARTS = ("understanding", "nlu", "inbox", "trainer", "scale")
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Measurements</title>
<style>body {{ font: 1rem/1.5 sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: #1d2b36 }}
img {{ max-width: 100% }} pre {{ overflow-x: auto; background: #f2f4f5; padding: 1rem }}</style>
<h1>Measurements</h1>
{body}
</html>
"""


def collected(folder: Path) -> dict[str, Any]:
    """The parts that were measured, by name."""
    files = {name: folder / f"{name}.json" for name in PARTS}
    return {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items() if file.exists()}


def picture(title: str, values: Mapping[str, float], unit: str, limit: float | None = None) -> tuple[str, str]:
    """Bars on a logarithmic axis, because the peers are orders of magnitude apart; `limit` is drawn as a line."""
    figure = Figure(figsize=(WIDTH, 1.0 + 0.4 * len(values)), layout="constrained")
    axes: Axes = figure.subplots()
    places = range(len(values))
    axes.barh(places, list(values.values()), color=BLUE, height=0.7)
    axes.set_yticks(places, list(values))
    axes.invert_yaxis()
    axes.set(xlabel=unit, xscale="log")
    if limit is not None:
        axes.axvline(limit, color=ORANGE, linestyle="--")
    return title, text_of(figure)


def pictures(scale: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Those that the measurements of `benchmarks.scale` allow."""
    wanted: Sequence[tuple[str, str, Callable[[Mapping[str, Any]], dict[str, float]], str, float | None]] = (
        ("acknowledge", "Webhooks accepted a second", _rates, "requests a second", None),
        ("acknowledge", "Until a webhook is acknowledged, 99 in 100", _slowest, "milliseconds", 50.0),
        ("answers", "Messages answered a second", _answered, "messages a second", None),
        ("burst", "After the post: time until the answer", _waits, "seconds", 30.0),
        ("growth", "Time until the answer, 95 in 100, by messages stored", _grown, "seconds", None),
        ("workers", "Messages answered a second by workers, on PostgreSQL", _workers, "messages a second", None),
    )
    drawn = []
    for part, title, values_of, unit, limit in wanted:
        values = values_of(scale.get(part, {}))
        if values:
            drawn.append(picture(title, values, unit, limit))
    return drawn


def _figures(part: Mapping[str, Any], name: str) -> dict[str, float]:
    return {key: run[name] for key, run in part.items() if isinstance(run, dict) and run.get(name)}


def _rates(part: Mapping[str, Any]) -> dict[str, float]:
    return _figures(part, "per_second")


def _slowest(part: Mapping[str, Any]) -> dict[str, float]:
    return _figures(part, "p99_ms")


def _answered(part: Mapping[str, Any]) -> dict[str, float]:
    ours = {f"ours, run {number}": run["per_second"] for number, run in enumerate(part.get("ours", ()), 1)}
    rasas = _figures({name: run for name, run in part.items() if name.startswith("rasa")}, "answered_per_second")
    bare = _figures({name: run for name, run in part.items() if name.startswith("bare")}, "per_second")
    return ours | rasas | bare


def _waits(part: Mapping[str, Any]) -> dict[str, float]:
    return {name.removesuffix("_s"): value for name, value in part.get("in_system", {}).items()}


def _grown(part: Mapping[str, Any]) -> dict[str, float]:
    return _figures(part, "p95_s")


def _workers(part: Mapping[str, Any]) -> dict[str, float]:
    return _figures(part, "per_second")


def page(report: Mapping[str, Any]) -> str:
    """The whole report as HTML that needs nothing from elsewhere."""
    parts = []
    for title, svg in pictures(report.get("scale", {})):
        address = base64.b64encode(svg.encode()).decode()
        parts.append(f'<h2>{escape(title)}</h2><img alt="{escape(title)}" src="data:image/svg+xml;base64,{address}">')
    for name in PARTS:
        told = json.dumps(report[name], indent=2) if name in report else "not measured"
        parts.append(f"<h2>{escape(name)}</h2><pre>{escape(told)}</pre>")
    return PAGE.format(body="\n".join(parts))


def main(folder: Path = OUT) -> int:
    """Write report.json and report.html. Returns the exit code."""
    report = collected(folder)
    if not report:
        print("nothing was measured yet: make bench", file=sys.stderr)
        return 1
    (folder / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(page(report), encoding="utf-8")
    print(f"{', '.join(report)}: {folder / 'report.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
