"""The client of the Rasa server: texts in, a `Prediction` or `NluUnavailable` for each out, within two seconds.

`actions/serve.py` makes Rasa read several texts at once, and name the model in each answer: models are swapped while
messages come in, and a load balancer may have several servers behind it. Patient text goes in the body, never in an
address.
"""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import requests
import urllib3

from bot.core import likeness
from bot.core.messages import NluUnavailable, Prediction, Programme, TopicScore, Understanding

CONNECT_TIMEOUT, LONGEST = 0.5, 2.0  # seconds; the second for all that is asked at once
PARSE_ALL = "/model/parse_all"  # of actions/serve.py
LONGEST_TEXT = 1_000  # characters: the encoder reads 128 tokens, the rest only costs time
_PROGRAMMES = frozenset(Programme)


class Nlu(Protocol):
    """What reads messages: the client below, or something that wraps it."""

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        """What it makes of each text, read together. Never raises: failing is a value."""

    def understand(self, text: str) -> Understanding:
        """What it makes of one text."""
        return self.understand_all([text])[0]

    def release(self) -> str:
        """The release that it answers by."""


class NluClient(Nlu):
    """Safe to share between threads; each keeps its own connection."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self._token = url, token
        self._local = threading.local()

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        """What the model makes of each text. One that it cannot read fails all of them."""
        return self._predictions(texts) if texts else []

    def _predictions(self, texts: Sequence[str]) -> list[Understanding]:
        until = time.monotonic() + LONGEST
        asked = {"texts": [text[:LONGEST_TEXT] for text in texts]}
        try:
            status, body = self._call("POST", PARSE_ALL, until, json=asked)
            if status != 200:
                return _none_of(texts, f"answered {status}")
            if not isinstance(body, list) or len(body) != len(texts):
                return _none_of(texts, "answered nonsense")
            return [_prediction(one) for one in body]
        except (requests.Timeout, TimeoutError):
            return _none_of(texts, "was too slow")
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return _none_of(texts, f"cannot be reached ({type(error).__name__})")
        except (KeyError, TypeError, ValueError):
            return _none_of(texts, "answered nonsense")

    def release(self) -> str:
        """The name of the model that the server has loaded; empty while it has none.

        Raises requests.RequestException, urllib3's HTTPError, TimeoutError or ValueError where the server does not
        answer sensibly.
        """
        status, body = self._call("GET", "/status", time.monotonic() + LONGEST)
        if not isinstance(body, dict):
            raise ValueError("not an object")
        return _release(body) if status == 200 else ""

    def _call(self, method: str, path: str, until: float, **body: object) -> tuple[int, Any]:
        """Status and JSON, by the moment `until`: also of a server that answers in drops."""
        answer = self._session().request(
            method,
            f"{self.url}{path}",
            params={"token": self._token},
            timeout=(CONNECT_TIMEOUT, max(0.05, until - time.monotonic())),
            allow_redirects=False,
            stream=True,
            **body,  # type: ignore[arg-type]
        )
        with answer:
            content = b""
            while part := answer.raw.read1(65_536, decode_content=True):
                content += part
                if time.monotonic() > until:
                    raise TimeoutError
        return answer.status_code, json.loads(content) if answer.status_code == 200 else {}

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # the NLU server is ours, on a private address: no proxy sees a patient's words
        return session


def _none_of(texts: Sequence[str], why: str) -> list[Understanding]:
    return [NluUnavailable(f"the NLU server {why}") for _ in texts]


def _release(body: Mapping[str, object]) -> str:
    """The release whose model file an answer names; empty where it names none."""
    return str(body.get("model_file") or "").rsplit("/", 1)[-1].removesuffix(".tar.gz")


def _prediction(body: Mapping[str, object]) -> Prediction:
    ranking = body["intent_ranking"]
    entities = body.get("entities") or []
    if not isinstance(ranking, list) or not ranking or not isinstance(entities, list):
        raise ValueError("no ranking")
    named = (str(entity["value"]) for entity in entities if entity["entity"] == "programme")
    return Prediction(
        ranking=tuple(TopicScore(str(topic["name"]), _score(topic["confidence"])) for topic in ranking),
        programmes=tuple(dict.fromkeys(Programme(value) for value in named if value in _PROGRAMMES)),
        release=_release(body),
        vector=_vector(body.get("sentence_vector")),
    )


def _score(found: Any) -> float:
    """A share of 1. "Not a number" is below every threshold, so that a danger would be read as none."""
    score = float(found)
    if not 0.0 <= score <= 1.001:
        raise ValueError("no score")
    return score


def _vector(found: object) -> str:
    """What `actions/vector_output.py` adds; a server without it still understands messages."""
    return found if isinstance(found, str) and likeness.is_vector(found) else ""
