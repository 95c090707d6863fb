"""What holds for any bytes at all that are posted as a webhook."""

import json
from datetime import timedelta

from bot.core.events import Ignored, TextMessage, from_json, to_json
from bot.messenger.payload import NotJson, Webhook, parse


def check(raw: bytes) -> Webhook | None:
    """Everything that holds for any bytes at all; None: they are not JSON."""
    try:
        webhook = parse(raw)
    except NotJson:
        return None
    assert parse(raw) == webhook
    for event in webhook.events:
        stored = json.dumps(to_json(event), ensure_ascii=False)
        stored.encode("utf-8")
        assert "\\u0000" not in stored
        assert from_json(json.loads(stored)) == event
        assert 0 < len(event.key) <= 200
        assert len(event.page_id) <= 255
        assert event.psid is None or 0 < len(event.psid) <= 255
        assert event.happened_at is None or event.happened_at.utcoffset() == timedelta(0)
        if isinstance(event, Ignored):
            assert 0 < len(event.reason) <= 255
        else:
            assert event.page_id
            assert event.psid or event.kind in ("policy_enforcement", "thread_control")
        if isinstance(event, TextMessage):
            assert len(event.text) <= 20_000
    return webhook
