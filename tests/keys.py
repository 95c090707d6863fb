"""The keys of the tests' databases."""

from bot.keyring import Keyring

KEY = "4be1" * 16
OTHER_KEY = "90d7" * 16
KEYS = Keyring.from_text(KEY)
