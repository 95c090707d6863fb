"""Bodies as Meta puts them on the wire, for tests: compact JSON with non-ASCII and slashes escaped."""

import json


def to_wire(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=True).replace("/", "\\/").encode("ascii")
