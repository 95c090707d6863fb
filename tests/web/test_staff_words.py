"""Small words on staff pages: times, browsers, and addresses to go on to."""

from datetime import UTC, datetime

import pytest

from bot.web.admin.words import details
from bot.web.pages import when
from bot.web.sign_in.browser_words import browser_words
from bot.web.sign_in.forms import local_path


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 26, 9, 5, tzinfo=UTC), "26 November 2026 at 9:05am"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026 at 12:30am"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "1 July 2026 at 12:00pm"),
    ],
)
def test_times_are_those_of_the_clock_on_the_wall(moment: datetime, words: str) -> None:
    assert when(moment) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36", "Chrome on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_in_a_few_words(said: str, words: str) -> None:
    assert browser_words(said) == words


@pytest.mark.parametrize("path", ["/inbox/12", "/inbox?filter=mine", "/account"])
def test_pages_of_this_service_are_gone_on_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", None, "inbox", "https://x.example/", "//x.example", "/\\x", "///x", "/a\nb", "/a\x00", "/" * 600, "/sign-out"],
)
def test_nothing_else_is(path: str | None) -> None:
    assert local_path(path) is None


def test_what_an_entry_of_the_audit_says_besides_is_told_in_words() -> None:
    entry = {
        "role": "practice_admin",
        "is_well": True,
        "masked": False,
        "answer_version": None,
        "rows": 0,
        "why": "\u202egnp",
    }
    assert details(entry) == "role: practice admin; is well: yes; masked: no; rows: 0; why: gnp"
    assert details({}) == ""
