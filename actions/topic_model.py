"""What a message is about, and how far to trust that.

Two linear models read the message: one its sentence vector (meaning), one its word and character counts (names,
rare words, typos). Their log-probabilities and how near the message is to the examples of a topic, in meaning and in
words, are added, each with a weight that makes messages of held-out folds least surprising (stacking, Wolpert 1992;
one weight is temperature scaling, Guo et al. 2017).

A probability among known topics is no sign that the message is about any of them. So the score also asks how near
the message is to an example of its topic (deep nearest neighbours, Sun et al. 2022): probability and nearness give one
number, which held-out messages turn into the share that is right (Platt 1999). No Rasa in here, so that benchmarks and
tests use the same model.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Dict, List, NamedTuple, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import expit

from actions.vector_math import placed, smoothed_idf
from actions.word_alignment import Alignment, Words


class Messages(NamedTuple):
    """What is known of some messages, in one order."""

    dense: np.ndarray  # (messages, 384): sentence vectors of length 1
    sparse: csr_matrix  # (messages, features): raw counts of words and characters
    words: Sequence[Words]

    def at(self, rows: np.ndarray) -> Messages:
        """Those of them."""
        return Messages(self.dense[rows], self.sparse[rows], [self.words[row] for row in rows])


NEAR_IN_WORDS = 0.1  # what nearness in words counts beside nearness in meaning, which counts 1
ALIGNED = 0.8  # what it counts how well the words find one another
PROBABILITY = 0.6  # what the probability counts beside it
NEAREST = 2  # examples of a topic, whose mean cosine speaks for it
DIRECTIONS = 96  # of 384: a quarter of the work, and as many messages read right
IN_WORDS = 3  # the view that is nearness in words
OF_ALIGNMENT = "aligned_"  # how the names of its stored arrays begin


@dataclass(frozen=True)
class TopicModel:
    """A trained model as plain arrays: it is stored without pickle and runs without scikit-learn."""

    labels: List[str]
    dense_weights: np.ndarray  # (topics, vector size)
    dense_bias: np.ndarray  # (topics,)
    sparse_weights: np.ndarray  # (counted features, topics), row by row: a message needs few of the rows
    sparse_bias: np.ndarray
    idf: np.ndarray  # (counted features,)
    shares: np.ndarray  # (4,): the weights of the two models' log-probabilities and of the two kinds of nearness
    trust: np.ndarray  # (2,): slope and offset from nearness and probability to the share that is right
    held_out: np.ndarray  # (2, messages): what examples would score, held out, and whether that was right
    example_topics: np.ndarray  # (examples,): each example's index in `labels`, ascending; every topic has one
    example_vectors: np.ndarray  # (examples, vector size)
    example_words: csr_matrix  # (counted features, examples), of the rare features only; rows for the same reason
    mean: np.ndarray  # (vector size,): what the examples have in common
    directions: np.ndarray  # (vector size, `DIRECTIONS` at most): in which they differ most
    places: np.ndarray  # (examples, `DIRECTIONS` at most): where each lies there, of length 1
    alignment: Alignment | None  # of the examples, in their order; none in a release of before words were compared

    def scores(self, messages: Messages) -> np.ndarray:
        """One row for each message, one column for each label: how sure to be of each, 0 to 1.

        The best is the estimated share of such messages that are right. The others keep their odds against it as far
        as a row adds up to 1 at most: what is left is for being about none of them.
        """
        views = self.views(messages)
        probabilities = np.exp(log_softmax(views @ self.shares))
        best = probabilities.argmax(axis=1)
        rows = np.arange(len(best))
        likeliest = np.clip(probabilities[rows, best], 1e-9, 1.0 - 1e-9)
        near = self.nearness(messages, views, best, likeliest)
        trusted = expit(self.trust[0] * near + self.trust[1])
        scores = probabilities * np.minimum(trusted / likeliest, (1.0 - trusted) / (1.0 - likeliest))[:, None]
        scores[rows, best] = trusted
        return scores

    def views(self, messages: Messages) -> np.ndarray:
        """What speaks for each topic, (messages, topics, 4), in the order of `shares`."""
        dense, words = messages.dense, weigh(messages.sparse, self.idf)
        meaning = log_softmax(dense @ self.dense_weights.T + self.dense_bias)
        spelling = one_vs_rest(words @ self.sparse_weights + self.sparse_bias)
        first = np.searchsorted(self.example_topics, np.arange(len(self.labels)))
        places = placed(dense[:, : len(self.mean)], self.mean, self.directions)
        near = nearest(places @ self.places.T, first, NEAREST)
        near_in_words = nearest((words @ self.example_words).toarray(), first, 1)
        return np.stack([meaning, spelling, near, near_in_words], axis=-1)

    def nearness(self, messages: Messages, views: np.ndarray, topic: np.ndarray, probability: np.ndarray) -> np.ndarray:
        """One number for each message: nearness to its topic's examples, in three ways, and its probability."""
        size = self.example_vectors.shape[1]
        first = np.searchsorted(self.example_topics, topic, side="left")
        last = np.searchsorted(self.example_topics, topic, side="right")
        examples = list(zip(first, last, strict=True))
        meaning = [
            (self.example_vectors[start:end] @ row[:size]).max()
            for row, (start, end) in zip(messages.dense, examples, strict=True)
        ]
        in_words = views[np.arange(len(topic)), topic, IN_WORDS]
        near = np.array(meaning) + NEAR_IN_WORDS * in_words + PROBABILITY * probability
        if self.alignment is None:
            return near
        aligned = [self.alignment.nearest(said, *its) for said, its in zip(messages.words, examples, strict=True)]
        return near + ALIGNED * np.array(aligned)

    def to_arrays(self) -> Dict[str, np.ndarray]:
        """What `from_arrays` makes the same model of."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        words, alignment = arrays.pop("example_words"), arrays.pop("alignment")
        parts = {"data": words.data.astype(np.float32), "indices": words.indices, "indptr": words.indptr}
        aligned = {} if alignment is None else vars(alignment)
        return {
            **arrays,
            "labels": np.array(self.labels),
            "dense_weights": self.dense_weights.astype(np.float32),
            "sparse_weights": self.sparse_weights.astype(np.float32),
            "example_vectors": self.example_vectors.astype(np.float32),
            "directions": self.directions.astype(np.float32),
            "places": self.places.astype(np.float32),
            **{f"words_{name}": value for name, value in parts.items()},
            **{f"{OF_ALIGNMENT}{name}": value for name, value in aligned.items()},
        }

    @classmethod
    def from_arrays(cls, arrays: Dict[str, np.ndarray]) -> TopicModel:
        arrays = dict(arrays)
        words = tuple(arrays.pop(f"words_{name}") for name in ("data", "indices", "indptr"))
        arrays["example_words"] = csr_matrix(words, shape=(len(arrays["idf"]), len(arrays["example_topics"])))
        aligned = {name: arrays.pop(name) for name in [*arrays] if name.startswith(OF_ALIGNMENT)}
        alignment = (
            Alignment(**{name.removeprefix(OF_ALIGNMENT): value for name, value in aligned.items()})
            if aligned
            else None
        )
        return cls(**{**arrays, "labels": [str(label) for label in arrays["labels"]], "alignment": alignment})


def one_vs_rest(decisions: np.ndarray) -> np.ndarray:
    """Log-probabilities of models that each tell one topic from all others."""
    return log_softmax(-np.logaddexp(0.0, -decisions))


def log_softmax(values: np.ndarray) -> np.ndarray:
    """Log-probabilities of each row; for one row three times as fast as SciPy's."""
    values = values - values.max(axis=1, keepdims=True)
    return values - np.log(np.exp(values).sum(axis=1, keepdims=True))


def nearest(cosines: np.ndarray, first: np.ndarray, count: int) -> np.ndarray:
    """For each topic the mean of the `count` highest cosines with its examples, (messages, topics).

    `cosines` is (messages, examples), with the examples of a topic together; `first` names the first of each topic.
    Where a topic has fewer, its lowest stands for those that are missing.
    """
    topic = np.repeat(np.arange(len(first)), np.diff(first, append=cosines.shape[1]))
    best = total = np.maximum.reduceat(cosines, first, axis=1)
    for _ in range(count - 1):
        cosines = np.where(cosines < best[:, topic], cosines, -np.inf)
        second = np.maximum.reduceat(cosines, first, axis=1)
        best = np.where(np.isneginf(second), best, second)
        total = total + best
    return total / count


def weigh(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    """Sublinear tf-idf rows of length 1."""
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    weighted = (1.0 + np.log(counts.data)) * idf[counts.indices]
    lengths = np.sqrt(np.bincount(rows, weighted**2, minlength=counts.shape[0]))
    data = (weighted / np.maximum(lengths, 1e-12)[rows]).astype(np.float32)
    return csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)


def inverse_document_frequency(counts: csr_matrix) -> np.ndarray:
    """Smoothed idf of each counted feature, as scikit-learn's TfidfTransformer has it."""
    seen = np.asarray((counts > 0).sum(axis=0)).ravel()
    return smoothed_idf(seen, counts.shape[0])


def topic_names_in_words(labels: Sequence[str]) -> List[str]:
    """`kit_not_come` as "kit not come": a topic's name is one more thing said about it."""
    return [" ".join(label.replace("_", " ").lower().split()) for label in labels]
