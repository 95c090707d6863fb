"""Runs inside Rasa's environment: `rasa run` with Rasa's own Facebook channel, its Graph calls sent to a stand-in.

Arguments: the stand-in's address, then those of `rasa run`.
"""

import sys
from typing import Any

import fbmessenger
from rasa.__main__ import main

GRAPH_URL = sys.argv[1]
_made_as_ever = fbmessenger.MessengerClient.__init__


def _made(self: Any, *arguments: Any, **options: Any) -> None:
    _made_as_ever(self, *arguments, **options)
    self.graph_url = GRAPH_URL


if __name__ == "__main__":
    fbmessenger.MessengerClient.__init__ = _made
    sys.argv = ["rasa", "run", *sys.argv[2:]]
    main()
