"""Every error code of Meta's table becomes the error that the service acts on."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import (
    NotTheOwner,
    OutcomeUnknown,
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    TemporarySendError,
    TokenInvalid,
    WindowClosed,
)
from bot.messenger.graph_errors import RULES, error_from

NO_HEADERS: dict[str, str] = {}


def told(code: object, subcode: object = None, **more: object) -> dict[str, Any]:
    """An answer in the shape that Meta's error reference shows."""
    error = {
        "message": "(#0) Meta's own words, which nothing may depend on",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "AbCdEf123_-",
    }
    return {"error": error | ({} if subcode is None else {"error_subcode": subcode}) | more}


# HTTP status, code, subcode, what it becomes.
TABLE = [
    (500, 1, 99, OutcomeUnknown),
    (500, 1, 1357046, OutcomeUnknown),
    (500, 1, None, OutcomeUnknown),
    (500, 2, None, TemporarySendError),
    (400, 4, None, RateLimited),
    (400, 17, None, RateLimited),
    (400, 32, None, RateLimited),
    (400, 341, None, RateLimited),
    (400, 80001, None, RateLimited),
    (400, 80006, None, RateLimited),
    (400, 613, None, RateLimited),
    (400, 613, 2534040, RateLimited),
    (400, 613, 2018338, PageBlocked),
    (400, 10, 2018278, WindowClosed),
    (400, 10, 2534022, WindowClosed),
    (400, 10, 2018065, WindowClosed),
    (403, 10, None, PermanentSendError),
    (400, 10, 2018108, PermanentSendError),
    (400, 10, 1893063, PageBlocked),
    (400, 100, None, PermanentSendError),
    (400, 100, 1893061, PermanentSendError),
    (400, 100, 2018001, PermanentSendError),
    (400, 100, 2018008, PermanentSendError),
    (400, 100, 2018047, PermanentSendError),
    (400, 100, 2018074, PermanentSendError),
    (400, 100, 2018109, PermanentSendError),
    (400, 100, 2018294, PermanentSendError),
    (400, 100, 2534037, NotTheOwner),
    (400, 102, None, TokenInvalid),
    (400, 104, None, TokenInvalid),
    (400, 190, None, TokenInvalid),
    (400, 190, 460, TokenInvalid),
    (400, 190, 463, TokenInvalid),
    (400, 190, 493, TokenInvalid),
    (403, 200, None, PermanentSendError),
    (403, 200, 2018028, PermanentSendError),
    (400, 200, 1545041, PermanentSendError),
    (400, 551, None, PermanentSendError),
    (400, 551, 1545041, PermanentSendError),
    (403, 230, None, PermanentSendError),
    (400, 368, None, PageBlocked),
    (500, 1200, None, TemporarySendError),
    (400, 2018218, None, PermanentSendError),
    (400, 2018247, None, PermanentSendError),
    (400, 2018300, None, NotTheOwner),
    (400, 10, 2018300, NotTheOwner),
    (400, 2018321, None, TemporarySendError),
    (400, 10, 2018321, TemporarySendError),
    (400, 2, 2018344, PermanentSendError),
    (400, 9000001, None, PermanentSendError),
    (400, 10903, None, PermanentSendError),
]


@pytest.mark.parametrize(("status", "code", "subcode", "kind"), TABLE)
def test_each_code_of_metas_table_has_its_class(
    status: int, code: int, subcode: int | None, kind: type[SendError]
) -> None:
    error = error_from(status, told(code, subcode), NO_HEADERS)
    assert type(error) is kind
    assert (error.code, error.subcode, error.trace_id) == (code, subcode, "AbCdEf123_-")


@pytest.mark.parametrize(("status", "code", "subcode", "kind"), TABLE)
def test_the_class_follows_from_the_numbers_not_from_the_status_or_the_words(
    status: int, code: int, subcode: int | None, kind: type[SendError]
) -> None:
    body = told(code, subcode, message="", error_user_title="", error_user_msg="", type="OAuthException")
    assert all(type(error_from(other, body, NO_HEADERS)) is kind for other in (400, 403, 500))


def test_only_these_codes_are_worth_another_try() -> None:
    again = {(code, subcode) for _, code, subcode, kind in TABLE if not kind.permanent}
    found = {(code, sub) for status, code, sub, _ in TABLE if not error_from(status, told(code, sub), {}).permanent}
    assert found == again
    assert len(again) == 15


def test_only_these_codes_stop_the_page() -> None:
    stopping = {(code, sub) for status, code, sub, _ in TABLE if error_from(status, told(code, sub), {}).stops_the_page}
    tokens = {(102, None), (104, None), (190, None), (190, 460), (190, 463), (190, 493)}
    assert stopping == {(613, 2018338), (10, 1893063), (368, None)} | tokens


def test_every_rule_is_tried_here_and_explains_itself_to_staff() -> None:
    tried = {(code, sub) for _, code, sub, _ in TABLE} | {(None, sub or code) for _, code, sub, _ in TABLE}
    assert set(RULES) <= tried | {(100, 33)}
    assert all(rule.meaning.endswith(".") and len(rule.meaning) < 200 for rule in RULES.values())


@pytest.mark.parametrize(
    ("status", "more", "kind"),
    [
        (400, {}, PermanentSendError),
        (404, {}, PermanentSendError),
        (429, {}, RateLimited),
        (500, {}, TemporarySendError),
        (503, {}, TemporarySendError),
        (400, {"is_transient": True}, TemporarySendError),
        (400, {"is_transient": False}, PermanentSendError),
        (200, {}, OutcomeUnknown),
    ],
)
def test_a_code_that_nobody_knows_goes_by_the_status(status: int, more: Any, kind: type[SendError]) -> None:
    assert type(error_from(status, told(987654, **more), NO_HEADERS)) is kind


def test_an_unknown_subcode_goes_by_its_code() -> None:
    assert type(error_from(400, told(613, 5550000), NO_HEADERS)) is RateLimited


@pytest.mark.parametrize("code", ["190", 190])
def test_numbers_may_come_as_text(code: object) -> None:
    assert error_from(400, told(code, "460"), NO_HEADERS).subcode == 460


@pytest.mark.parametrize("code", [None, True, "x", "1" * 5000, [], {}, 1.5])
def test_a_code_that_is_no_number_goes_by_the_status(code: object) -> None:
    error = error_from(400, told(code, code), NO_HEADERS)
    assert (type(error), error.code) == (PermanentSendError, None)


def test_a_wrong_proof_or_page_stops_the_page_instead_of_failing_each_message() -> None:
    wrong_proof = error_from(400, told(100, type="GraphMethodException"), NO_HEADERS)
    wrong_page = error_from(400, told(100, 33, type="GraphMethodException"), NO_HEADERS)
    assert type(wrong_proof) is type(wrong_page) is TokenInvalid


@pytest.mark.parametrize("body", [None, "<html>Sorry</html>", [], {}, {"error": "text"}, {"error": None}])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, OutcomeUnknown),
        (302, TemporarySendError),
        (403, TemporarySendError),
        (407, TemporarySendError),
        (429, RateLimited),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (503, TemporarySendError),
        (504, OutcomeUnknown),
    ],
)
def test_an_answer_without_metas_error_goes_by_whether_it_may_have_been_sent(
    body: object, status: int, kind: type[SendError]
) -> None:
    assert type(error_from(status, body, NO_HEADERS)) is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"retry-after": " 7 "}, 7),
        (
            {"X-Business-Use-Case-Usage": '{"12": [{"type": "messenger", "estimated_time_to_regain_access": 19}]}'},
            1140,
        ),
        (
            {"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 2}, {}], "2": [{}]}'},
            120,
        ),
        (
            {
                "Retry-After": "60",
                "X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 2}]}',
            },
            120,
        ),
        ({"Retry-After": "999999999"}, 86400),
        ({"Retry-After": "9" * 5000}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"X-Business-Use-Case-Usage": "[" * 50000}, None),
        (
            {"X-Business-Use-Case-Usage": '{"1": 5, "2": ["x"], "3": [{"estimated_time_to_regain_access": 0}]}'},
            None,
        ),
        ({"X-Business-Use-Case-Usage": "not json"}, None),
        ({}, None),
    ],
)
def test_the_time_that_meta_asks_for_is_read_from_its_headers(headers: dict[str, str], seconds: int | None) -> None:
    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert error_from(400, told(613), headers).retry_after == wanted
    assert error_from(429, None, headers).retry_after == wanted


def test_a_permanent_error_has_no_time_to_try_again() -> None:
    assert error_from(400, told(100), {"Retry-After": "5"}).retry_after is None


def test_the_text_of_an_error_has_its_numbers_and_none_of_metas_words() -> None:
    text = str(error_from(400, told(10, 2018278, message="to 4567 about her results"), NO_HEADERS))
    assert text.endswith("(10/2018278)")
    assert "4567" not in text
