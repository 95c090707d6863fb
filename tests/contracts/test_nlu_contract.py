"""The client of the NLU server and the fake that stands in for it keep the same promises.

The worker's tests run on the fake. These tests say what they take for granted of the real one.
"""

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest
import requests

from bot import wiring
from bot.core import likeness
from bot.core.messages import NluUnavailable, Prediction, Programme, Understanding
from bot.core.policy import Thresholds
from bot.nlu.client import CONNECT_TIMEOUT, LONGEST, NluClient
from bot.nlu.topic_file import read_topics
from tests.fakes.fake_nlu import FakeNlu

Nlu = NluClient | FakeNlu

ON_MAMMOGRAMS = "Does a mammogram hurt?"
ON_TWO_TESTS = "What hurts more, a mammogram or a smear test?"
ON_NO_TEST = "Does it hurt?"
SENSELESS = "blorp fnarg wibbleton"
CHOSEN = Thresholds.from_mapping(json.loads((wiring.NLU_DATA / "thresholds.json").read_text(encoding="utf-8")))
SLACK = 3.0  # seconds that a busy machine may add


def a_taught_fake() -> FakeNlu:
    fake = FakeNlu()
    fake.teach(ON_MAMMOGRAMS, Programme.BREAST, does_it_hurt=0.97)
    fake.teach(ON_TWO_TESTS, Programme.BREAST, Programme.CERVICAL, does_it_hurt=0.97)
    fake.teach(ON_NO_TEST, does_it_hurt=0.97)
    return fake


@pytest.fixture(params=["fake", pytest.param("rasa", marks=pytest.mark.rasa)])
def client(request: pytest.FixtureRequest) -> Nlu:
    """A working one of either kind."""
    if request.param == "fake":
        return a_taught_fake()
    server = request.getfixturevalue("nlu")
    return NluClient(server.url, server.token)


def prediction(client: Nlu, text: str) -> Prediction:
    understood = client.understand(text)
    assert isinstance(understood, Prediction)
    return understood


@pytest.mark.parametrize("text", [ON_MAMMOGRAMS, ON_TWO_TESTS, ON_NO_TEST, SENSELESS])
def test_topics_come_best_first_with_scores_from_0_to_1(client: Nlu, text: str) -> None:
    ranking = prediction(client, text).ranking
    assert len(ranking) >= 2
    assert all(better.score >= worse.score for better, worse in pairwise(ranking))
    assert all(0 <= candidate.score <= 1 for candidate in ranking)
    assert sum(candidate.score for candidate in ranking) <= 1.001


@pytest.mark.parametrize("text", [ON_MAMMOGRAMS, SENSELESS])
def test_every_topic_is_one_that_we_know(client: Nlu, text: str) -> None:
    topics = read_topics(wiring.NLU_DATA / "topics.yml")
    names = [candidate.topic for candidate in prediction(client, text).ranking]
    assert [name for name in names if name not in topics] == []
    assert len(set(names)) == len(names)


def test_it_is_sure_of_a_plain_question(client: Nlu) -> None:
    understood = prediction(client, ON_MAMMOGRAMS)
    assert understood.best.topic == "does_it_hurt"
    assert understood.best.score >= CHOSEN.answer
    assert understood.margin >= CHOSEN.answer_margin


def test_it_is_unsure_of_what_it_was_never_taught(client: Nlu) -> None:
    assert prediction(client, SENSELESS).best.score < CHOSEN.answer


@pytest.mark.parametrize(
    ("text", "programmes"),
    [
        (ON_MAMMOGRAMS, (Programme.BREAST,)),
        (ON_TWO_TESTS, (Programme.BREAST, Programme.CERVICAL)),
        (ON_NO_TEST, ()),
        (SENSELESS, ()),
    ],
)
def test_the_programmes_are_those_that_the_words_name_in_their_order(
    client: Nlu, text: str, programmes: tuple[Programme, ...]
) -> None:
    assert prediction(client, text).programmes == programmes


def test_each_prediction_names_the_release_that_made_it(client: Nlu) -> None:
    assert prediction(client, ON_MAMMOGRAMS).release == client.release() != ""


def test_the_same_words_are_understood_the_same_way(client: Nlu) -> None:
    assert prediction(client, ON_MAMMOGRAMS) == prediction(client, ON_MAMMOGRAMS)


def test_each_prediction_brings_the_meaning_as_a_vector_of_length_1(client: Nlu) -> None:
    coded = [prediction(client, text).vector for text in (ON_MAMMOGRAMS, SENSELESS, "?")]
    assert all(likeness.is_vector(one) for one in coded)
    # Read here without the code under test: 384 little-endian float16.
    rows = np.stack([np.frombuffer(base64.b64decode(one), "<f2").astype(float) for one in coded])
    assert rows.shape == (3, 384)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0, abs=2e-3)


def test_what_means_the_same_is_nearer_than_what_does_not(client: Nlu) -> None:
    texts = (ON_MAMMOGRAMS, "does a mammogram hurt at all", SENSELESS)
    asked, same, other = likeness.vectors_of([prediction(client, text).vector for text in texts])
    assert asked @ same > 0.8 > 0.4 > asked @ other


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "👍🏽",
        "x" * 20_000,
        "does\nit\thurt",
        "\u202eהאם זה כואב",
        "'; DROP TABLE message; --",
        "/restart",
        "{}",
    ],
)
def test_nothing_that_a_patient_may_type_upsets_it(client: Nlu, text: str) -> None:
    assert isinstance(client.understand(text), Prediction)


def test_threads_may_share_it(client: Nlu) -> None:
    texts = [ON_MAMMOGRAMS, ON_TWO_TESTS, ON_NO_TEST, SENSELESS]
    alone = [client.understand(text) for text in texts]
    with ThreadPoolExecutor(len(texts)) as threads:
        assert list(threads.map(client.understand, texts)) == alone


def test_texts_that_are_read_together_are_read_as_each_by_itself(client: Nlu) -> None:
    texts = [ON_MAMMOGRAMS, ON_TWO_TESTS, SENSELESS, ON_MAMMOGRAMS, "?", "ow " * 2_000]
    together = client.understand_all(texts)
    for text, found in zip(texts, together, strict=True):
        alone = prediction(client, text)
        assert isinstance(found, Prediction)
        assert (found.programmes, found.release) == (alone.programmes, alone.release)
        assert [one.topic for one in found.ranking][:3] == [one.topic for one in alone.ranking][:3]
        assert [one.score for one in found.ranking] == pytest.approx([one.score for one in alone.ranking], abs=1e-4)


def test_of_no_texts_there_is_nothing_to_say(client: Nlu) -> None:
    assert client.understand_all([]) == []


def real_one_at_a_dead_address() -> tuple[Nlu, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return NluClient(f"http://127.0.0.1:{port}", "a-secret-token"), CONNECT_TIMEOUT


def fake_that_is_down() -> tuple[Nlu, float]:
    fake = a_taught_fake()
    fake.goes_down()
    return fake, 0.0


@contextmanager
def real_one_that_is_never_answered() -> Iterator[Nlu]:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield NluClient(f"http://127.0.0.1:{deaf.getsockname()[1]}", "a-secret-token")


@contextmanager
def fake_that_is_slow() -> Iterator[Nlu]:
    fake = a_taught_fake()
    fake.takes(60)
    yield fake


def assert_says_why_and_nothing_else(understood: Understanding) -> None:
    assert isinstance(understood, NluUnavailable)
    assert understood.reason.startswith("the NLU server ")
    assert not any(secret in understood.reason for secret in ("mammogram", "a-secret-token", "127.0.0.1"))


@pytest.mark.parametrize("broken", [real_one_at_a_dead_address, fake_that_is_down])
def test_one_that_is_down_is_a_value_and_comes_at_once(broken: Callable[[], tuple[Nlu, float]]) -> None:
    client, patience = broken()
    began = time.monotonic()
    assert_says_why_and_nothing_else(client.understand(ON_MAMMOGRAMS))
    assert time.monotonic() - began < patience + SLACK


@pytest.mark.parametrize("broken", [real_one_at_a_dead_address, fake_that_is_down])
def test_one_that_is_down_has_no_release_to_name(broken: Callable[[], tuple[Nlu, float]]) -> None:
    client, _ = broken()
    with pytest.raises(requests.RequestException):
        client.release()


@pytest.mark.parametrize("slow", [real_one_that_is_never_answered, fake_that_is_slow])
def test_one_that_is_too_slow_is_a_value_and_is_not_waited_for(slow: Callable[[], Iterator[Nlu]]) -> None:
    with slow() as client:  # type: ignore[attr-defined]
        began = time.monotonic()
        understood = client.understand(ON_MAMMOGRAMS)
    assert_says_why_and_nothing_else(understood)
    assert understood == NluUnavailable("the NLU server was too slow")
    assert time.monotonic() - began < LONGEST + SLACK
