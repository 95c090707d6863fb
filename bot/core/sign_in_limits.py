"""How often a wrong password or code may be tried, so that guessing is hopeless and nobody can lock out a colleague.

What is counted and why: docs/adr/0008. A device that somebody has signed in from before is judged by its own tries
alone, so nothing that others do from anywhere keeps that person out.
"""

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(minutes=15)  # for everything but codes of one account
CODE_WINDOW = timedelta(hours=1)
FROM_ONE_NETWORK = 5  # tries of one account
FROM_KNOWN_DEVICE = 10  # tries of one account
OF_ONE_NETWORK = 100  # tries of any accounts: many people may share a network
CODES_OF_ACCOUNT = 20  # wrong codes from devices that are not known: whoever gets there has the password


@dataclass(frozen=True)
class Tries:
    """Failed tries so far, this one not among them. `*_codes` within CODE_WINDOW, others within WINDOW."""

    on_device: int = 0
    on_account_from_network: int = 0
    on_network: int = 0
    account_codes: int = 0


def may_try(tries: Tries, *, known_device: bool, is_code: bool) -> bool:
    """Whether one more try is looked at."""
    if known_device:
        return tries.on_device < FROM_KNOWN_DEVICE
    if tries.on_account_from_network >= FROM_ONE_NETWORK or tries.on_network >= OF_ONE_NETWORK:
        return False
    return not is_code or tries.account_codes < CODES_OF_ACCOUNT
