"""The client of the NLU server, against a real one: right answers, and every way of failing as a value."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.core.messages import NluUnavailable, Prediction, Programme, TopicScore
from bot.nlu.client import PARSE_ALL, NluClient
from bot.nlu.server import is_warm
from tests.nlu.nlu_server import MODEL, TOKEN, NluServer, parsed, running

WORDS = "does a mammogram hurt"


@pytest.fixture
def server() -> Iterator[NluServer]:
    with running() as server:
        yield server


@pytest.fixture
def client(server: NluServer) -> NluClient:
    return NluClient(server.url, TOKEN)


# Right answers


def test_a_message_is_understood(client: NluClient) -> None:
    assert client.understand(WORDS) == Prediction(
        ranking=(TopicScore("does_it_hurt", 0.91), TopicScore("cost", 0.04)),
        programmes=(Programme.BREAST,),
        release=MODEL,
    )


@pytest.mark.parametrize("found", [None, 7, "", "short", "!" * 1024, "A" * 1025, ["A" * 1024]])
def test_a_vector_that_is_none_is_left_out(server: NluServer, client: NluClient, found: object) -> None:
    server.says(PARSE_ALL, parsed(sentence_vector=found))
    understood = client.understand(WORDS)
    assert isinstance(understood, Prediction)
    assert understood.vector == ""


def test_the_words_are_in_the_body_and_nowhere_else(server: NluServer, client: NluClient) -> None:
    client.understand("gusset-worry 💩 &token=x")
    assert server.bodies() == [{"texts": ["gusset-worry 💩 &token=x"]}]
    assert all("gusset" not in path and "gusset" not in str(query) for _, path, query, _ in server.asked)


def test_every_question_carries_the_token(server: NluServer, client: NluClient) -> None:
    client.understand(WORDS)
    client.release()
    assert [query for _, _, query, _ in server.asked] == [{"token": [TOKEN]}] * 2


def test_several_texts_are_one_request(server: NluServer, client: NluClient) -> None:
    assert [isinstance(one, Prediction) for one in client.understand_all([WORDS, "and is it free"])] == [True, True]
    assert server.bodies() == [{"texts": [WORDS, "and is it free"]}]


@pytest.mark.parametrize("answers", [[], [parsed()], [parsed()] * 3, [parsed(), {}], [parsed(), None]], ids=len)
def test_an_answer_that_does_not_fit_the_texts_is_a_failure_for_all(
    server: NluServer, client: NluClient, answers: list[Any]
) -> None:
    server.says(PARSE_ALL, answers)
    assert client.understand_all([WORDS, "and is it free"]) == [NluUnavailable("the NLU server answered nonsense")] * 2


def test_a_very_long_message_is_cut(server: NluServer, client: NluClient) -> None:
    client.understand("ow " * 10_000)
    assert len(server.bodies()[0]["texts"][0]) == 1_000


@pytest.mark.parametrize(
    ("entities", "programmes"),
    [
        ([], ()),
        (None, ()),
        ([{"entity": "programme", "value": "prostate"}], ()),
        ([{"entity": "person", "value": "breast"}], ()),
        ([{"entity": "programme", "value": "bowel"}] * 2, (Programme.BOWEL,)),
        (
            [{"entity": "programme", "value": "lung"}, {"entity": "programme", "value": "breast"}],
            (Programme.LUNG, Programme.BREAST),
        ),
    ],
    ids=["none", "null", "unknown test", "another entity", "twice", "two in their order"],
)
def test_tests_named_in_the_words(
    server: NluServer, client: NluClient, entities: Any, programmes: tuple[Programme, ...]
) -> None:
    server.says(PARSE_ALL, parsed(entities=entities))
    understood = client.understand(WORDS)
    assert isinstance(understood, Prediction)
    assert understood.programmes == programmes


def test_threads_may_share_a_client(client: NluClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(client.understand, [WORDS] * 40))
    assert all(isinstance(result, Prediction) for result in results)


def test_after_a_restart_of_the_server_the_next_message_is_understood() -> None:
    with running() as first:
        client = NluClient(first.url, TOKEN)
        client.understand(WORDS)
    assert isinstance(client.understand(WORDS), NluUnavailable)
    with running(int(first.url.rsplit(":", 1)[1])):
        assert isinstance(client.understand(WORDS), Prediction)


# The release


def test_each_answer_names_its_release_and_nothing_else_is_asked(server: NluServer, client: NluClient) -> None:
    """Two servers behind one address, of which one has the next release already."""
    for name in ("one", "two", "one"):
        server.says(PARSE_ALL, parsed(model_file=f"/tmp/x/{name}.tar.gz"))
        assert getattr(client.understand(WORDS), "release", None) == name
    assert server.count("/status") == 0


@pytest.mark.parametrize("body", [parsed(model_file=None), parsed(model_file=""), parsed(model_file=7)])
def test_an_answer_that_names_no_release_claims_none_of_ours(server: NluServer, client: NluClient, body: Any) -> None:
    server.says(PARSE_ALL, body)
    assert getattr(client.understand(WORDS), "release", None) in ("", "7")


def test_a_new_release_is_noticed(server: NluServer, client: NluClient) -> None:
    assert client.release() == MODEL
    server.says("/status", {"model_file": "/srv/models/20261201-090000-00ff00ff.tar.gz"})
    assert client.release() == "20261201-090000-00ff00ff"


@pytest.mark.parametrize(
    ("body", "status"), [({"model_file": None}, 200), ({}, 200), ({"reason": "NotAuthenticated"}, 401)]
)
def test_without_a_model_there_is_no_release(server: NluServer, client: NluClient, body: Any, status: int) -> None:
    server.says("/status", body, status)
    assert client.release() == ""
    assert not is_warm(client)


def test_a_server_is_warm_once_it_reads_a_message(server: NluServer, client: NluClient) -> None:
    assert is_warm(client)
    server.says(PARSE_ALL, {}, 409)
    assert not is_warm(client)


# Failing is a value


@pytest.mark.parametrize("status", [301, 400, 401, 404, 409, 500, 503])
def test_another_status_is_a_failure(server: NluServer, client: NluClient, status: int) -> None:
    server.says(PARSE_ALL, parsed(), status)
    assert client.understand(WORDS) == NluUnavailable(f"the NLU server answered {status}")


def test_a_redirect_is_not_followed(server: NluServer, client: NluClient) -> None:
    server.says(PARSE_ALL, b"", 307, headers={"Location": f"{server.url}/elsewhere"})
    assert isinstance(client.understand(WORDS), NluUnavailable)
    assert server.count("/elsewhere") == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"7",
        b'"words"',
        {},
        {"intent": {"name": "cost", "confidence": 0.9}},
        parsed(intent_ranking=[]),
        parsed(intent_ranking=None),
        parsed(intent_ranking={"cost": 0.9}),
        parsed(intent_ranking=["cost"]),
        parsed(intent_ranking=[{"name": "cost"}]),
        parsed(intent_ranking=[{"name": "cost", "confidence": "very"}]),
        parsed(intent_ranking=[{"name": "cost", "confidence": None}]),
        parsed(intent_ranking=[{"name": "chest_pain", "confidence": float("nan")}]),
        parsed(intent_ranking=[{"name": "cost", "confidence": 91}]),
        parsed(intent_ranking=[{"name": "cost", "confidence": -0.1}]),
        parsed(entities={"programme": "breast"}),
        parsed(entities=["breast"]),
        parsed(entities=[{"entity": "programme"}]),
        parsed(entities=[7]),
    ],
    ids=str,
)
def test_nonsense_is_a_failure(server: NluServer, client: NluClient, body: Any) -> None:
    server.says(PARSE_ALL, body)
    assert isinstance(client.understand(WORDS), NluUnavailable)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7"])
def test_a_server_that_talks_nonsense_about_its_release_is_not_warm(
    server: NluServer, client: NluClient, body: bytes
) -> None:
    server.says("/status", body)
    assert not is_warm(client)


def test_a_server_that_is_gone_is_a_failure_at_once() -> None:
    with running() as server:
        pass
    started = time.monotonic()
    understood = NluClient(server.url, TOKEN).understand(WORDS)
    assert understood == NluUnavailable("the NLU server cannot be reached (ConnectionError)")
    assert time.monotonic() - started < 1


def test_a_slow_server_is_given_up_within_three_seconds(server: NluServer, client: NluClient) -> None:
    server.says(PARSE_ALL, parsed(), after=4.0)
    started = time.monotonic()
    assert client.understand(WORDS) == NluUnavailable("the NLU server was too slow")
    assert 1.5 < time.monotonic() - started < 3


def test_a_server_that_answers_in_drops_is_given_up_within_three_seconds(server: NluServer, client: NluClient) -> None:
    server.says(PARSE_ALL, parsed(), drops=0.015)  # four seconds for all of it
    started = time.monotonic()
    client.understand(WORDS)
    assert time.monotonic() - started < 3


def test_an_answer_that_is_cut_off_is_a_failure(server: NluServer, client: NluClient) -> None:
    server.answers[PARSE_ALL].is_cut = True
    assert isinstance(client.understand(WORDS), NluUnavailable)
    assert not is_warm(client)


def test_a_server_that_is_slow_about_its_release_is_not_warm(server: NluServer, client: NluClient) -> None:
    server.says("/status", {"model_file": "x.tar.gz"}, drops=0.2)
    assert not is_warm(client)


def test_after_a_failure_the_next_message_is_understood(server: NluServer, client: NluClient) -> None:
    server.answers[PARSE_ALL].is_cut = True
    assert isinstance(client.understand(WORDS), NluUnavailable)
    server.answers[PARSE_ALL].is_cut = False
    assert isinstance(client.understand(WORDS), Prediction)


def test_no_failure_quotes_the_patient_or_the_token(server: NluServer, client: NluClient) -> None:
    with running() as gone:
        pass
    server.says(PARSE_ALL, b"<html>")
    for failing in (client, NluClient(gone.url, TOKEN)):
        understood = failing.understand("gusset-worry")
        assert isinstance(understood, NluUnavailable)
        assert "gusset" not in understood.reason
        assert TOKEN not in understood.reason
