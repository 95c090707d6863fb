"""The client of the Rasa server: text in, `Prediction` or `NluUnavailable` out, within two seconds.

`actions/serve.py` makes Rasa name the model in each answer: models are swapped while messages come in, and a load
balancer may have several servers behind it. Patient text goes in the body, never in an address.
"""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

import requests
import urllib3

from bot.core import likeness
from bot.core.messages import NluUnavailable, Prediction, Programme, TopicScore, Understanding

CONNECT_TIMEOUT, LONGEST = 0.5, 2.0  # seconds; the second for everything that one message needs
LONGEST_TEXT = 1_000  # characters: the encoder reads 128 tokens, the rest only costs time
_PROGRAMMES = frozenset(Programme)


class Nlu(Protocol):
    """What reads messages: the client below, or something that wraps it."""

    def understand(self, text: str) -> Understanding:
        """What it makes of a message. Never raises: failing is a value."""

    def release(self) -> str:
        """The release that it answers by."""


class NluClient:
    """Safe to share between threads; each keeps its own connection."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self._token = url, token
        self._local = threading.local()

    def understand(self, text: str) -> Understanding:
        """What the model makes of a message. Never raises: failing is a value."""
        until = time.monotonic() + LONGEST
        try:
            status, body = self._call("POST", "/model/parse", until, json={"text": text[:LONGEST_TEXT]})
            if status != 200:
                return NluUnavailable(f"the NLU server answered {status}")
            return _prediction(body)
        except (requests.Timeout, TimeoutError):
            return NluUnavailable("the NLU server was too slow")
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            return NluUnavailable(f"the NLU server cannot be reached ({type(error).__name__})")
        except (KeyError, TypeError, ValueError):
            return NluUnavailable("the NLU server answered nonsense")

    def release(self) -> str:
        """The name of the model that the server has loaded; empty while it has none.

        Raises requests.RequestException, urllib3's HTTPError, TimeoutError or ValueError where the server does not
        answer sensibly.
        """
        status, body = self._call("GET", "/status", time.monotonic() + LONGEST)
        return _release(body) if status == 200 else ""

    def _call(self, method: str, path: str, until: float, **body: object) -> tuple[int, dict[str, Any]]:
        """Status and JSON object, by the moment `until`: also of a server that answers in drops."""
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
        value = json.loads(content) if answer.status_code == 200 else {}
        if not isinstance(value, dict):
            raise ValueError("not an object")
        return answer.status_code, value

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # the NLU server is ours, on a private address: no proxy sees a patient's words
        return session


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
