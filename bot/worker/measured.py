"""The NLU server as the worker asks it: how long each request takes, and whether it fails, is counted."""

from collections.abc import Sequence

from bot.core.messages import Prediction, Understanding
from bot.nlu.client import Nlu
from bot.tally import Tally


class Measured(Nlu):
    """Passes on what the server says."""

    def __init__(self, nlu: Nlu, tally: Tally) -> None:
        self._nlu, self._tally = nlu, tally

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        """What it makes of each text, read together."""
        with self._tally.timing("bot_nlu_seconds"):
            found = self._nlu.understand_all(texts)
        if not all(isinstance(one, Prediction) for one in found):
            self._tally.count("bot_nlu_failures")
        return found

    def release(self) -> str:
        """The release that it answers by."""
        return self._nlu.release()
