"""What a message is about, and how far to trust that.

Two linear models read the message: one its sentence vector (meaning), one its word and character counts (names,
rare words, typos). Their log-probabilities are added, each with a weight that makes messages of held-out folds least
surprising (stacking, Wolpert 1992; one weight is temperature scaling, Guo et al. 2017).

A probability among known topics is no sign that the message is about any of them. So the score also asks how near
the message is to an example of its topic (deep nearest neighbours, Sun et al. 2022): probability and nearness give one
number, which held-out messages turn into the share that is right (Platt 1999). No Rasa in here, so that benchmarks and
tests use the same model.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Dict, List, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import expit, log_softmax

Messages = Tuple[np.ndarray, csr_matrix]
"""Sentence vectors (messages, 384) of length 1 and raw counts (messages, features) of the same messages."""

NEAR_IN_WORDS = 0.2  # what nearness in words counts beside nearness in meaning, which counts 1
PROBABILITY = 0.6  # what the probability counts beside it


@dataclass(frozen=True)
class TopicModel:
    """A trained model as plain arrays: it is stored without pickle and runs without scikit-learn."""

    labels: List[str]
    dense_weights: np.ndarray  # (topics, vector size)
    dense_bias: np.ndarray  # (topics,)
    sparse_weights: np.ndarray  # (counted features, topics), row by row: a message needs few of the rows
    sparse_bias: np.ndarray
    idf: np.ndarray  # (counted features,)
    shares: np.ndarray  # (2,): the weights of the two models' log-probabilities
    trust: np.ndarray  # (2,): slope and offset from nearness and probability to the share that is right
    held_out: np.ndarray  # (2, messages): what examples would score, held out, and whether that was right
    example_topics: np.ndarray  # (examples,): each example's index in `labels`, ascending
    example_vectors: np.ndarray  # (examples, vector size)
    example_words: csr_matrix  # (examples, counted features), rows of length 1

    def scores(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        """One row for each message, one column for each label: how sure to be of each, 0 to 1.

        The best is the estimated share of such messages that are right. The others keep their odds against it as far
        as a row adds up to 1 at most: what is left is for being about none of them.
        """
        words = weigh(sparse, self.idf)
        probabilities = np.exp(self.log_probabilities(dense, words))
        best = probabilities.argmax(axis=1)
        rows = np.arange(len(best))
        likeliest = np.clip(probabilities[rows, best], 1e-9, 1.0 - 1e-9)
        trusted = expit(self.trust[0] * self.nearness(dense, words, best, likeliest) + self.trust[1])
        scores = probabilities * np.minimum(trusted / likeliest, (1.0 - trusted) / (1.0 - likeliest))[:, None]
        scores[rows, best] = trusted
        return scores

    def log_probabilities(self, dense: np.ndarray, words: csr_matrix) -> np.ndarray:
        """Among the known topics; `words` are weighed counts."""
        meaning = log_softmax(dense @ self.dense_weights.T + self.dense_bias, axis=1)
        spelling = one_vs_rest(words @ self.sparse_weights + self.sparse_bias)
        return log_softmax(self.shares[0] * meaning + self.shares[1] * spelling, axis=1)

    def nearness(self, dense: np.ndarray, words: csr_matrix, topic: np.ndarray, probability: np.ndarray) -> np.ndarray:
        """One number for each message: cosines with the nearest example of its topic, and its probability."""
        near = [self._nearest(dense[row], words[row], index) for row, index in enumerate(topic)]
        return np.array(near) + PROBABILITY * probability

    def _nearest(self, dense: np.ndarray, words: csr_matrix, topic: int) -> float:
        """How near one message is to the examples of one topic. The others, a hundred times as many, are not asked."""
        first, last = np.searchsorted(self.example_topics, [topic, topic + 1])
        meaning = self.example_vectors[first:last] @ dense[: self.example_vectors.shape[1]]
        spelling = self.example_words[first:last] @ words.toarray().ravel()
        return float(meaning.max() + NEAR_IN_WORDS * spelling.max())

    def to_arrays(self) -> Dict[str, np.ndarray]:
        """What `from_arrays` makes the same model of."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        words = arrays.pop("example_words")
        parts = {"data": words.data.astype(np.float32), "indices": words.indices, "indptr": words.indptr}
        return {
            **arrays,
            "labels": np.array(self.labels),
            "dense_weights": self.dense_weights.astype(np.float32),
            "sparse_weights": self.sparse_weights.astype(np.float32),
            "example_vectors": self.example_vectors.astype(np.float32),
            **{f"words_{name}": value for name, value in parts.items()},
        }

    @classmethod
    def from_arrays(cls, arrays: Dict[str, np.ndarray]) -> TopicModel:
        arrays = dict(arrays)
        words = tuple(arrays.pop(f"words_{name}") for name in ("data", "indices", "indptr"))
        arrays["example_words"] = csr_matrix(words, shape=(len(arrays["example_topics"]), len(arrays["idf"])))
        return cls(**{**arrays, "labels": [str(label) for label in arrays["labels"]]})


def one_vs_rest(decisions: np.ndarray) -> np.ndarray:
    """Log-probabilities of models that each tell one topic from all others."""
    return log_softmax(-np.logaddexp(0.0, -decisions), axis=1)


def weigh(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    """Sublinear tf-idf rows of length 1."""
    weighted = csr_matrix(counts, dtype=np.float32, copy=True)
    weighted.data = (1.0 + np.log(weighted.data)) * idf[weighted.indices].astype(np.float32)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(weighted.indptr)).astype(np.float32)
    return weighted


def inverse_document_frequency(counts: csr_matrix) -> np.ndarray:
    """Smoothed idf of each counted feature, as scikit-learn's TfidfTransformer has it."""
    seen = np.asarray((counts > 0).sum(axis=0)).ravel()
    return np.log((1 + counts.shape[0]) / (1 + seen)) + 1.0


def topic_names_in_words(labels: Sequence[str]) -> List[str]:
    """`kit_not_come` as "kit not come": a topic's name is one more thing said about it."""
    return [" ".join(label.replace("_", " ").lower().split()) for label in labels]
