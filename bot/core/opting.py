"""STOP and START: whether a message says nothing else."""

import re

from bot.core.catalogue import OPT_IN_WORDS, OPT_OUT_WORDS


def is_stop(text: str) -> bool:
    """No automated messages any more: "STOP", "opt-out", "please stop!"."""
    return _words(text) in OPT_OUT_WORDS


def is_start(text: str) -> bool:
    """Automated messages again."""
    return _words(text) in OPT_IN_WORDS


def _words(text: str) -> str:
    """Without punctuation and signs, so that a full stop or an emoji changes nothing."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
