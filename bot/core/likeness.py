"""The meaning of a message as a vector, and as the text in which it is stored.

`actions/vector_output.py` writes that text: base64 of 384 little-endian float16, of length 1 all together. So the
product of two vectors says how alike two messages are: 1 for the same, about 0 for nothing in common.
"""

import base64
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

NUMBERS = 384
_CODED = re.compile(r"[A-Za-z0-9+/]{1024}")

Vectors = npt.NDArray[np.float32]
"""One row for each message, each of length 1."""
Halves = npt.NDArray[np.float16]
"""The same in half of the memory, as exact as they are stored."""


def is_vector(text: str) -> bool:
    """Whether a text is such a vector."""
    return _CODED.fullmatch(text) is not None


def vectors_of(coded: Sequence[str]) -> Vectors:
    """Texts for which `is_vector` holds, as rows in their order. One that holds a number that is none is all zero.

    Meanwhile they take five times the memory of the rows: give it a portion of many at a time.
    """
    rows = np.frombuffer(base64.b64decode("".join(coded)), dtype="<f2").reshape(len(coded), NUMBERS)
    finite = np.isfinite(rows).all(axis=1, keepdims=True)
    return to_length_1(np.where(finite, rows, 0).astype(np.float32))


def text_of(vector: Sequence[float]) -> str:
    """One vector as it is stored."""
    return base64.b64encode(np.asarray(vector, dtype="<f2").tobytes()).decode("ascii")


def to_length_1(rows: Vectors) -> Vectors:
    """Each row divided by its length; one of length 0 stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    divided: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return divided
