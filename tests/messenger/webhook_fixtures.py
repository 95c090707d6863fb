"""The invented webhooks in `tests/fixtures/webhooks`, one case in each file."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "fixtures" / "webhooks"
FILES = sorted(FOLDER.glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    """`case` (the file's name in words), `webhook` (the body) and `expect` (what to assert of each event)."""
    return dict(json.loads(file.read_text("utf-8")))
