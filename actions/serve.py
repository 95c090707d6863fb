"""`rasa run`, with the server's token from the environment and every answer under the name of its model."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, Text

from rasa.__main__ import main
from rasa.core.agent import Agent

TOKEN = "NLU_SERVER_TOKEN"  # noqa: S105 - the name of a setting; a token on the command line stands in every list
MODEL = "model_file"

_parse = Agent.parse_message


async def parse_and_name(agent: Agent, text: Text) -> Dict[Text, Any]:
    """What Rasa makes of a text, with the file that did it: models are swapped while messages come in.

    `/status` could name another one than the one that answered, also because several servers share an address.
    """
    name = agent.processor.model_filename if agent.processor else ""
    return {**await _parse(agent, text), MODEL: name}


if __name__ == "__main__":
    Agent.parse_message = parse_and_name  # type: ignore[method-assign]
    sys.argv = ["rasa", "run", *sys.argv[1:], "--auth-token", os.environ.pop(TOKEN)]
    main()
