"""Secrets of demo mode: made at random once for each installation, so that there is no default password."""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from bot.errors import SettingsError
from bot.keyring import new_key

FILE = "demo-secrets.json"
PAGE_ID = "104321987654321"  # the fictional practice's page
NAMES = ("BOT_APP_SECRET", "BOT_VERIFY_TOKEN", "BOT_NLU_TOKEN", "BOT_SECRET_KEY")


def demo_secrets(var: Path) -> dict[str, str]:
    """The demo's secrets by setting name, made on first use."""
    file = var / FILE
    try:
        var.mkdir(parents=True, exist_ok=True)
        # Written whole under another name first: a second process must never read half a file.
        fresh = file.with_suffix(f".{os.getpid()}")
        if not file.exists():
            made = {name: secrets.token_hex(24) for name in NAMES}
            made["BOT_SECRET_KEY"] = new_key()
            made["BOT_PAGE_TOKENS"] = f"{PAGE_ID}={secrets.token_hex(32)}"
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(made), encoding="utf-8")
            try:
                os.link(fresh, file)
            except FileExistsError:
                pass  # another process was first: its secrets are the ones
            finally:
                fresh.unlink()
        values = json.loads(file.read_text(encoding="utf-8"))
        kept = {name: str(values[name]) for name in (*NAMES, "BOT_PAGE_TOKENS")}
        kept["BOT_SECRET_KEY"] = _whole_key(kept["BOT_SECRET_KEY"])
        return kept | {"BOT_INTERNAL_TOKEN": _internal_token(kept["BOT_SECRET_KEY"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{file} cannot be made or read ({type(error).__name__}): delete it") from None


def _whole_key(kept: str) -> str:
    """Before messages were encrypted the demo's key was 192 random bits; a key has 256."""
    return hashlib.sha256(kept.encode()).hexdigest() if len(kept) == 48 else kept


def _internal_token(key: str) -> str:
    """Made of the key, because files from before it was needed do not have it."""
    return hmac.new(key.encode(), b"internal API", hashlib.sha256).hexdigest()[:48]
