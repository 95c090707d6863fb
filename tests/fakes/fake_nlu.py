"""A stand-in for the client of the NLU server. `tests/contracts/test_nlu_contract.py` holds it to the real one."""

import re
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import requests

from bot.core import likeness
from bot.core.messages import NluUnavailable, Prediction, Programme, TopicScore, Understanding
from bot.nlu.client import Nlu

RELEASE = "20261124-120000-abcdef12"
PATIENCE = 0.3  # seconds after which it gives up; the real client has more, which would only make tests slow
UNSURE = (TopicScore("off_topic", 0.06), TopicScore("cost", 0.05), TopicScore("how_often", 0.04))


class FakeNlu(Nlu):
    """Knows the texts that it was taught and is unsure of all others."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.requests: list[list[str]] = []  # the texts of each
        self._choking: set[str] = set()
        self._taught: dict[str, Prediction] = {}
        self._takes = 0.0
        self._is_down = False
        self._meanwhile: list[Callable[[], None]] = []

    def teach(self, text: str, *programmes: Programme, **scores: float) -> None:
        """What it makes of a text: `teach("Is it free?", cost=0.9)`. The rest of 1 goes to another topic."""
        ranking = [TopicScore(topic, score) for topic, score in scores.items()]
        left = max(0.0, 1 - sum(scores.values()))
        ranking.append(TopicScore(next(one.topic for one in UNSURE if one.topic not in scores), left / 2))
        ranking.sort(key=lambda one: one.score, reverse=True)
        self._taught[text] = Prediction(tuple(ranking), programmes, RELEASE)

    def goes_down(self) -> None:
        """Nothing listens at its address any more."""
        self._is_down = True

    def comes_back(self) -> None:
        self._is_down = False

    def takes(self, seconds: float) -> None:
        """Answer after so long, or give up at the end of its patience."""
        self._takes = seconds

    def does_meanwhile(self, *actions: Callable[[], None]) -> None:
        """While it reads the next texts, one action for each: what else happens, or an unheard-of fault."""
        self._meanwhile.extend(actions)

    def chokes_on(self, text: str) -> None:
        """It fails at every request that holds this text."""
        self._choking.add(text)

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        if texts:
            self.requests.append(list(texts))
        if self._choking.intersection(texts):
            return [NluUnavailable("the NLU server answered 500") for _ in texts]
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Understanding:
        self.asked.append(text)
        if self._meanwhile:
            self._meanwhile.pop(0)()
        if self._is_down:
            return NluUnavailable("the NLU server cannot be reached (ConnectionError)")
        time.sleep(min(self._takes, PATIENCE))
        if self._takes > PATIENCE:
            return NluUnavailable("the NLU server was too slow")
        known = self._taught.get(text) or Prediction(UNSURE, (), RELEASE)
        return replace(known, vector=vector_of(text))

    def release(self) -> str:
        if self._is_down:
            raise requests.ConnectionError("nothing listens there")
        return RELEASE


def vector_of(text: str) -> str:
    """Its words, each a direction of its own: texts that share most words are alike."""
    counts = np.zeros(likeness.NUMBERS, dtype=np.float32)
    for word in re.findall(r"\w+", text.casefold()) or [text]:
        counts[zlib.crc32(word.encode("utf-8", "replace")) % likeness.NUMBERS] += 1.0
    return likeness.text_of(likeness.to_length_1(counts[None, :])[0])
