"""A server that is asked for each text once: an evaluation reads a message by itself and as part of its decision.

It keeps everything until it is dropped; the worker has `bot.nlu.readings_kept` instead.
"""

from collections.abc import Sequence

from bot.core.messages import Prediction, Understanding
from bot.nlu.client import Nlu


class Remembering(Nlu):
    """Passes on what a server says; what it read already it is not asked again."""

    def __init__(self, client: Nlu) -> None:
        self._client, self._known = client, dict[str, Prediction]()

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        found = dict(zip(unknown, self._client.understand_all(unknown), strict=True))
        self._known |= {text: one for text, one in found.items() if isinstance(one, Prediction)}
        return [self._known.get(text) or found[text] for text in texts]

    def release(self) -> str:
        return self._client.release()
