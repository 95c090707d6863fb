"""What encryption costs for each value: `python -m benchmarks.encryption` prints microseconds."""

import json
import timeit
from datetime import UTC, datetime
from functools import partial

from bot.core.events import TextMessage, to_json
from bot.keyring import Keyring, new_key

TEXT = "hi i had a letter about my smear, does it hurt? im nervous"
TIMES = 2_000


def main() -> None:
    """Measure one message and one received event."""
    keyring = Keyring.from_text(new_key())
    event = TextMessage(page_id="1" * 15, psid="2" * 16, key="m_" + "3" * 90, mid="m_" + "3" * 90, text=TEXT,
                        happened_at=datetime.now(UTC))  # fmt: skip
    for what, plain in (("message", TEXT), ("event", json.dumps(to_json(event)))):
        sealed = keyring.seal(plain, "message.text")
        # The best of many: what else the machine does is no part of it.
        encrypt = min(timeit.repeat(partial(keyring.seal, plain, "message.text"), number=TIMES))
        decrypt = min(timeit.repeat(partial(keyring.unseal, sealed, "message.text"), number=TIMES))
        each = 1_000_000 / TIMES
        print(f"{what}: {len(plain)} characters, {len(sealed)} stored; encrypt {encrypt * each:.1f} us, "
              f"decrypt {decrypt * each:.1f} us")  # fmt: skip


if __name__ == "__main__":
    main()
