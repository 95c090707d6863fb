"""The client of the Rasa server: text in, `Prediction` or `NluUnavailable` out, within two seconds.

Rasa's `/model/parse` (3.6) names neither the model nor its release, so the release comes from `/status`,
asked again every few seconds. Patient text goes in the body, never in an address.
"""

import threading
import time
from collections.abc import Mapping

import requests

from bot.core.messages import NluUnavailable, Prediction, Programme, TopicScore, Understanding

CONNECT_TIMEOUT, READ_TIMEOUT = 0.5, 2.0  # seconds
LONGEST_TEXT = 1_000  # characters: the encoder reads 128 tokens, the rest only costs time
RELEASE_LASTS = 5.0  # seconds until /status is asked again
_PROGRAMMES = frozenset(Programme)


class NluClient:
    """Safe to share between threads; each keeps its own connection."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self._token = url, token
        self._local = threading.local()
        self._release, self._release_until = "", 0.0

    def understand(self, text: str) -> Understanding:
        """What the model makes of a message. Never raises: failing is a value."""
        try:
            answer = self._session().post(
                f"{self.url}/model/parse",
                params={"token": self._token},
                json={"text": text[:LONGEST_TEXT]},
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
            )
            if answer.status_code != 200:
                return NluUnavailable(f"the NLU server answered {answer.status_code}")
            return _prediction(answer.json(), self.release())
        except requests.Timeout:
            return NluUnavailable("the NLU server was too slow")
        except requests.RequestException as error:
            return NluUnavailable(f"the NLU server cannot be reached ({type(error).__name__})")
        except (KeyError, TypeError, ValueError):
            return NluUnavailable("the NLU server answered nonsense")

    def release(self) -> str:
        """The name of the model that the server has loaded; empty while it has none.

        Raises requests.RequestException or ValueError where the server does not answer sensibly.
        """
        if time.monotonic() >= self._release_until:
            answer = self._session().get(
                f"{self.url}/status", params={"token": self._token}, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT)
            )
            file = answer.json().get("model_file") or "" if answer.status_code == 200 else ""
            self._release = str(file).rsplit("/", 1)[-1].removesuffix(".tar.gz")
            self._release_until = time.monotonic() + RELEASE_LASTS
        return self._release

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # the NLU server is ours, on a private address: no proxy sees a patient's words
        return session


def _prediction(body: Mapping[str, object], release: str) -> Prediction:
    ranking = body["intent_ranking"]
    entities = body.get("entities") or []
    if not isinstance(ranking, list) or not ranking or not isinstance(entities, list):
        raise ValueError("no ranking")
    named = (str(entity["value"]) for entity in entities if entity["entity"] == "programme")
    return Prediction(
        ranking=tuple(TopicScore(str(topic["name"]), float(topic["confidence"])) for topic in ranking),
        programmes=tuple(dict.fromkeys(Programme(value) for value in named if value in _PROGRAMMES)),
        release=release,
    )
