"""What fuzzing starts from: the files of tests/fixtures/fuzz, and what other tests keep for the same code."""

import json
from pathlib import Path

from tests.core.redaction.files import ordinary, planted
from tests.messenger.webhook_fixtures import FILES, read

FOLDER = Path(__file__).parent.parent / "fixtures" / "fuzz"


def kept(name: str) -> list[bytes]:
    """The seeds of one target that are files: each broke a promise once, or has a shape that chance hardly finds."""
    return [file.read_bytes() for file in sorted((FOLDER / name).iterdir())]


def seeds(name: str) -> list[bytes]:
    """Everything that a target starts from."""
    return kept(name) + _from_other_tests(name)


def _from_other_tests(name: str) -> list[bytes]:
    if name == "webhook":
        return [json.dumps(read(file)["webhook"]).encode() for file in FILES]
    if name == "redaction":
        texts = [message.text for file in ("planted.yml", "names.yml") for message in planted(file)]
        return [text.encode("utf-8", "surrogatepass") for text in (*texts, *ordinary())]
    return []
