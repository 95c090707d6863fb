"""The report's pictures as SVG, drawn from its plain values. Matplotlib loads only when one is drawn."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.nlu.evaluation.wording import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito's colours, told apart by colour-blind readers; a second sign (a dash, a mark) always goes with them.
BLUE, ORANGE, GREY, INK = "#0072b2", "#d55e00", "#6b6b6b", "#1d2b36"
WIDTH = 5.2  # inches: at 390 pixels the letters stay readable
WORST = 20  # topics
STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "report", "font.family": "sans-serif", "font.size": 10}


def pictures(report: Mapping[str, Any]) -> dict[str, str]:
    """Every picture of the report by name, as the text of an SVG file."""
    return {
        "calibration": reliability(report["calibration"]["bins"]),
        "curve": risk_coverage(report["curve"], report["bound"]),
        "topics": worst_topics(report["topics"]),
        "groups": by_group(report["by"]["group"]),
    }


def reliability(bins: Sequence[Mapping[str, Any]]) -> str:
    """Score against share right; on the dashed line a score means what it says."""

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="as it should be")
        scores, shares = [each["mean_score"] for each in bins], [each["share_right"] for each in bins]
        axes.plot(scores, shares, color=BLUE, marker="o", label="measured")
        axes.set(xlabel="The model's score", ylabel="Share that is right", xlim=(0, 1.02), ylim=(0, 1.02))
        axes.legend(loc="upper left", frameon=False)

    return _svg(draw, 4.2)


def risk_coverage(curve: Mapping[str, Any], bound: float) -> str:
    """How much is acted upon against how much of that is wrong, with the release's point and the bound."""

    def draw(axes: "Axes") -> None:
        points = [each for each in curve["points"] if each["coverage"] > 0]
        axes.plot(
            [each["coverage"] for each in points], [each["risk"] for each in points], color=BLUE, label="score alone"
        )
        axes.axhline(bound, color=GREY, linestyle="--", label="bound")
        chosen = curve["chosen"]
        axes.plot([chosen["coverage"]], [chosen["risk"]], "D", color=ORANGE, markersize=8, label="this release")
        axes.set(xlabel="Share acted upon", ylabel="Share of those that is wrong", xlim=(0, 1.02))
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left", frameon=False)

    return _svg(draw, 3.8)


def worst_topics(topics: Sequence[Mapping[str, Any]]) -> str:
    """F1 of the topics that are told apart worst, worst on top."""
    worst = topics[:WORST]
    return _bars([spoken(each["topic"]) for each in worst], [each["f1"] for each in worst], None, "F1")


def by_group(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Share of topics right in each group, with its interval, worst on top."""
    rows = sorted(groups.items(), key=lambda pair: pair[1]["topic_right"]["value"])
    right = [figures["topic_right"] for _, figures in rows]
    off = [
        [max(0.0, each["value"] - each["low"]) for each in right],
        [max(0.0, each["high"] - each["value"]) for each in right],
    ]
    return _bars([spoken(name) for name, _ in rows], [each["value"] for each in right], off, "Topics right")


def threshold_curves(curves: Mapping[str, Mapping[str, Any]], bound: float) -> str:
    """One curve for each kind of decision, with the point before and the point chosen."""

    def draw(axes: "Axes", kind: str) -> None:
        points = [each for each in curves[kind]["points"] if each["coverage"] > 0]
        axes.plot([each["coverage"] for each in points], [each["risk"] for each in points], color=BLUE)
        axes.axhline(bound, color=GREY, linestyle="--")
        for name, mark, colour in (("before", "o", GREY), ("chosen", "D", ORANGE)):
            at = curves[kind][name]
            axes.plot([at["coverage"]], [at["risk"]], mark, color=colour, label=name)
        axes.set(title=spoken(kind), xlabel="Share acted upon", ylabel="Share wrong", xlim=(0, 1.05))
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False)

    figure = _figure(2.8 * len(curves))
    for axes, kind in zip(figure.subplots(len(curves), squeeze=False)[:, 0], curves, strict=True):
        draw(axes, kind)
    return text_of(figure)


def _bars(names: Sequence[str], values: Sequence[float], off: Sequence[Sequence[float]] | None, label: str) -> str:
    def draw(axes: "Axes") -> None:
        places = range(len(names))
        axes.barh(places, values, xerr=off, color=BLUE, ecolor=INK, height=0.7)
        axes.set_yticks(places, names)
        axes.invert_yaxis()
        axes.set(xlabel=label, xlim=(0, 1.02))

    return _svg(draw, 0.8 + 0.26 * len(names))


def _svg(draw: Any, height: float) -> str:
    figure = _figure(height)
    draw(figure.subplots())
    return text_of(figure)


def _figure(height: float) -> "Figure":
    from matplotlib.figure import Figure  # no pyplot: no window, no state

    return Figure(figsize=(WIDTH, height), layout="constrained")


def text_of(figure: "Figure") -> str:
    """The figure as the text of an SVG file, the same for the same figure."""
    from matplotlib import rc_context

    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    file = io.StringIO()
    with rc_context(STYLE):
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
