"""`rasa run` that reads several texts at once, too, and takes its token from the environment.

`POST /model/parse_all` takes `{"texts": [...]}` and gives a list: for each text what `/model/parse` would say, and
the file of the model that says it. Models are swapped while messages come in, and `/status` could name another one than
the one that answered, also because several servers share an address. Rasa's pipeline works on lists.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, List, Sequence, Text

from rasa import server
from rasa.__main__ import main
from rasa.core import processor
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from actions.in_order import InOrder

TOKEN = "NLU_SERVER_TOKEN"  # noqa: S105 - the name of a setting; a token on the command line stands in every list
MODEL = "model_file"
MOST_TEXTS = 64  # of one request: while they are read, nobody else is answered

_create_app = server.create_app


def parse_all(processor: MessageProcessor, texts: Sequence[Text]) -> List[Dict[Text, Any]]:
    """What the loaded model says of each text, in their order."""
    target = processor.model_metadata.nlu_target
    nobody = DialogueStateTracker.from_events("", [])
    asked = {PLACEHOLDER_MESSAGE: [UserMessage(text) for text in texts], PLACEHOLDER_TRACKER: nobody}
    found = processor.graph_runner.run(inputs=asked, targets=[target])[target]
    unread = {TEXT: "", INTENT: {"name": None, "confidence": 0.0}, ENTITIES: [], MODEL: processor.model_filename}
    return [{**unread, **message.as_dict(only_output_properties=True)} for message in found]


def texts_of(body: Any) -> List[Text]:
    """The texts of a request; none where it is not one of ours."""
    texts = body.get("texts") if isinstance(body, dict) else None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return []
    return texts if len(texts) <= MOST_TEXTS else []


def create_app(*args: Any, auth_token: Text | None = None, **more: Any) -> Sanic:
    """Rasa's own server and one address more."""
    app = _create_app(*args, auth_token=auth_token, **more)

    @app.post("/model/parse_all")  # type: ignore[misc]
    @server.requires_auth(app, auth_token)
    @server.ensure_loaded_agent(app)
    async def read(request: Request) -> HTTPResponse:
        if not (texts := texts_of(request.json)):
            return empty(400)
        try:
            return json(parse_all(app.ctx.agent.processor, texts))
        except Exception:
            return empty(500)  # what it says may quote a patient

    return app


if __name__ == "__main__":
    server.create_app = create_app
    processor.DaskGraphRunner = InOrder
    sys.argv = ["rasa", "run", *sys.argv[1:], "--auth-token", os.environ.pop(TOKEN)]
    main()
