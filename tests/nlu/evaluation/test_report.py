"""The report: what its JSON holds, and that its page is safe, complete and on its own."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from bot import wiring
from bot.core.messages import DecisionKind, SafetyHit
from bot.core.policy import Thresholds
from bot.core.redact import redact
from bot.nlu.evaluation.choose import choose
from bot.nlu.evaluation.curve import Judged
from bot.nlu.evaluation.floors import Floor, Floors
from bot.nlu.evaluation.measures import NAMES
from bot.nlu.evaluation.page import html
from bot.nlu.evaluation.plots import threshold_curves
from bot.nlu.evaluation.report import Report, Run, report_of
from bot.nlu.evaluation.results import Result
from bot.nlu.evaluation.threshold_report import lines
from bot.nlu.evaluation.threshold_report import report_of as threshold_report_of
from bot.nlu.evaluation.wording import MEANINGS
from tests.nlu.evaluation.results_builder import a_result

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> {{ 7 * 7 }} \"'><svg/onload=alert(3)>"
MODEL = (SafetyHit(DecisionKind.RED_FLAG, "model"),)


def a_report(*results: Result, **more: object) -> Report:
    values: dict[str, object] = {
        "floors": Floors((Floor("topic_right", "at_least", 0.5), Floor("safety_caught", "at_least", 0.9))),
        "release": "20261124-120000-abcdef12",
        "thresholds": Thresholds(),
        "made": datetime(2026, 11, 24, 12, tzinfo=UTC),
        "sources": ["nlu_data/regression"],
    } | more
    return report_of(Run(results=results, **values))  # type: ignore[arg-type]


RESULTS = (
    a_result(),
    a_result(best="does_it_hurt", score=0.93333333, text=HOSTILE),
    a_result("off_topic", "cost"),
    a_result("emergency", "cost", text="it crushes me"),
    a_result(kind=DecisionKind.RED_FLAG, decided=(), safety=MODEL),
)


class Page(HTMLParser):
    """The page's tags and texts as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_holds_everything_and_is_json() -> None:
    report = a_report(*RESULTS)
    assert json.loads(json.dumps(report)) == report
    assert tuple(report["overall"]) == NAMES
    assert report["by"].keys() == {"programme", "length", "spelling", "group"}
    assert [floor["met"] for floor in report["floors"]] == [False, False]
    assert [one["text"] for one in report["confidently_wrong"]] == [HOSTILE, "is it free", "it crushes me"]
    assert report["confidently_wrong"][0]["score"] == 0.9333
    assert [one["text"] for one in report["safety_missed"]] == ["it crushes me"]
    assert [one["rules"] for one in report["false_alarms"]] == [["model"]]
    assert report["cross_checked"]["coverage"]["messages"] == len(RESULTS)
    assert (report["made"], report["thresholds"]) == ("2026-11-24T12:00:00+00:00", Thresholds().as_dict())


def test_texts_are_shown_as_the_run_says() -> None:
    text = "my nhs number is 943 476 5919 thanks"
    report = a_report(a_result(best="does_it_hurt", text=text), shown=redact)
    assert "943" not in json.dumps(report)


def test_every_measure_has_a_meaning() -> None:
    assert MEANINGS.keys() == set(NAMES)


def test_a_hostile_message_is_shown_as_text() -> None:
    page = Page(html(a_report(*RESULTS)))
    assert not [tag for tag, _ in page.tags if tag in ("script", "svg", "iframe", "object", "form")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert HOSTILE in page.text


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = html(a_report(*RESULTS))
    found = Page(page)
    addresses = [value or "" for _, names in found.tags for name, value in names.items() if name in ("src", "href")]
    assert all(address.startswith(("#", "data:image/svg+xml;base64,")) for address in addresses)
    assert "url(" not in page
    assert "@import" not in page
    assert not [tag for tag, _ in found.tags if tag == "link"]


def test_the_page_can_be_read_without_seeing_it() -> None:
    page = Page(html(a_report(*RESULTS)))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == 1
    assert tags.count("caption") == tags.count("table") > 8
    assert all(names.get("scope") in ("col", "row") for tag, names in page.tags if tag == "th")
    assert all(names.get("alt") for tag, names in page.tags if tag == "img")
    assert [names["lang"] for tag, names in page.tags if tag == "html"] == ["en-GB"]


@pytest.mark.parametrize(
    ("floors", "words"),
    [
        ([Floor("topic_right", "at_least", 0.5)], "Good enough: every floor is met"),
        ([Floor("false_alarm", "at_most", 0.1), Floor("topic_right", "at_least", 0.5)], "Good enough"),
        ([Floor("topic_right", "at_least", 0.95), Floor("acted_upon", "at_most", 1)], "1 of 2 floors is missed"),
    ],
)
def test_the_page_says_first_whether_the_release_is_good_enough(floors: list[Floor], words: str) -> None:
    results = [*[a_result()] * 9, a_result(best="does_it_hurt")]
    assert words in Page(html(a_report(*results, floors=Floors(tuple(floors))))).text


def test_a_single_message_makes_a_whole_page() -> None:
    page = Page(html(a_report(a_result())))
    assert "No topic was taken for another." in page.text
    assert "not measured" in page.text


def test_the_choice_as_a_table_and_a_picture() -> None:
    judged = [Judged.of(one) for one in RESULTS]
    report = threshold_report_of(judged, Thresholds(), choose(judged, Thresholds()), 0.02)
    assert json.loads(json.dumps(report)) == report
    told = "\n".join(lines(report))
    assert "answer" in told
    assert "too few messages" in told
    picture = threshold_curves(report["kinds"], 0.02)
    assert picture.count("<svg") == 1
    assert "out of scope" in picture


def test_worker_and_web_never_load_what_only_reports_need() -> None:
    loaded = "[name for name in ('matplotlib', 'PIL') if name in sys.modules]"
    code = f"import sys, bot.web.app, bot.command_line; print({loaded})"
    ran = subprocess.run([sys.executable, "-c", code], cwd=wiring.PROJECT, capture_output=True, text=True, timeout=60)
    assert ran.stdout.strip() == "[]", ran.stderr
