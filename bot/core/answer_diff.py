"""What two wordings differ in, a sentence to a line."""

import re
from difflib import ndiff

_BETWEEN = re.compile(r"(?<=[.?!:])[ \t]+|\n+")


def differences(old: str, new: str) -> list[str]:
    """The sentences that went ("- ...") and came ("+ ..."), in their order; none where the words are the same."""
    lines = ndiff(_BETWEEN.split(old.strip()), _BETWEEN.split(new.strip()))
    return [line for line in lines if line.startswith(("- ", "+ "))]
