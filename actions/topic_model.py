"""Two linear models side by side, and how sure to be of what they say.

One reads the sentence vector (meaning), one the word and character counts (names, rare words, typos). Their
log-probabilities are added, then softened by one temperature, fitted on held-out folds so that the score
means what it says: of the messages scored 0.8, about 8 in 10 are right (Guo et al. 2017, temperature scaling).
No Rasa in here, so that benchmarks and tests use the same model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Sequence

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags
from scipy.special import log_softmax, logsumexp
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold

CALIBRATION_FOLDS = 4


@dataclass(frozen=True)
class TopicModel:
    """A trained model as plain arrays: it is stored without pickle and runs without scikit-learn."""

    labels: List[str]
    dense_weights: np.ndarray  # (topics, vector size)
    dense_bias: np.ndarray  # (topics,)
    sparse_weights: np.ndarray  # (topics, counted features)
    sparse_bias: np.ndarray
    idf: np.ndarray  # (counted features,)
    sparse_share: float
    temperature: float

    def scores(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        """Probabilities, one row for each message and one column for each label."""
        return np.exp(log_softmax(self._combined(dense, sparse) / self.temperature, axis=1))

    def _combined(self, dense: np.ndarray, sparse: csr_matrix) -> np.ndarray:
        meaning = log_softmax(dense @ self.dense_weights.T + self.dense_bias, axis=1)
        spelling = _log_one_vs_rest(weigh(sparse, self.idf) @ self.sparse_weights.T + self.sparse_bias)
        return meaning + self.sparse_share * spelling

    def to_arrays(self) -> Dict[str, np.ndarray]:
        return {
            "labels": np.array(self.labels),
            "dense_weights": self.dense_weights.astype(np.float32),
            "dense_bias": self.dense_bias,
            "sparse_weights": self.sparse_weights.astype(np.float32),
            "sparse_bias": self.sparse_bias,
            "idf": self.idf,
            "numbers": np.array([self.sparse_share, self.temperature]),
        }

    @classmethod
    def from_arrays(cls, arrays: Dict[str, np.ndarray]) -> TopicModel:
        share, temperature = arrays["numbers"]
        return cls(
            labels=[str(label) for label in arrays["labels"]],
            sparse_share=float(share),
            temperature=float(temperature),
            **{name: arrays[name] for name in ("dense_weights", "dense_bias", "sparse_weights", "sparse_bias", "idf")},
        )


def _log_one_vs_rest(decisions: np.ndarray) -> np.ndarray:
    """Log-probabilities of models that each tell one topic from all others."""
    log_sigmoid = -np.logaddexp(0.0, -decisions)
    return log_sigmoid - logsumexp(log_sigmoid, axis=1, keepdims=True)


def inverse_document_frequency(counts: csr_matrix) -> np.ndarray:
    """Smoothed idf of each counted feature, as scikit-learn's TfidfTransformer has it."""
    seen = np.asarray((counts > 0).sum(axis=0)).ravel()
    return np.log((1 + counts.shape[0]) / (1 + seen)) + 1.0


def weigh(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    """Sublinear tf-idf rows of length 1."""
    weighted = csr_matrix(counts, dtype=np.float64, copy=True)
    weighted.data = 1.0 + np.log(weighted.data)
    weighted = weighted @ diags(idf)
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return diags(1.0 / np.maximum(lengths, 1e-12)) @ weighted


def train(
    dense: np.ndarray,
    sparse: csr_matrix,
    labels: Sequence[str],
    *,
    dense_c: float,
    sparse_alpha: float,
    sparse_share: float,
) -> TopicModel:
    """Fit both models on all messages, and the temperature on held-out folds of them."""
    wanted = np.array(labels)
    model = _fit(dense, sparse, wanted, dense_c, sparse_alpha, sparse_share)
    smallest = min(np.unique(wanted, return_counts=True)[1])
    folds = min(CALIBRATION_FOLDS, int(smallest))
    if folds < 2:  # a topic with one example: nothing can be held out
        return model
    held_out = np.zeros((len(wanted), len(model.labels)))
    for fitted, rest in StratifiedKFold(folds, shuffle=True, random_state=0).split(dense, wanted):
        part = _fit(dense[fitted], sparse[fitted], wanted[fitted], dense_c, sparse_alpha, sparse_share)
        held_out[rest] = part._combined(dense[rest], sparse[rest])
    return TopicModel(
        **{**model.__dict__, "temperature": _temperature(held_out, np.searchsorted(model.labels, wanted))}
    )


def _fit(
    dense: np.ndarray, sparse: csr_matrix, labels: np.ndarray, dense_c: float, sparse_alpha: float, share: float
) -> TopicModel:
    meaning = LogisticRegression(C=dense_c, max_iter=300, class_weight="balanced").fit(dense, labels)
    idf = inverse_document_frequency(sparse)
    # Stochastic descent is ten times faster here than an exact fit, and a little better on messages it has not seen.
    spelling = SGDClassifier(
        loss="log_loss", alpha=sparse_alpha, max_iter=15, tol=None, class_weight="balanced", random_state=0
    ).fit(weigh(sparse, idf), labels)
    rows = {"dense": (meaning.coef_, meaning.intercept_), "sparse": (spelling.coef_, spelling.intercept_)}
    if len(meaning.classes_) == 2:  # scikit-learn keeps one row for two classes
        rows = {
            name: (np.vstack([-coef, coef]) / 2, np.concatenate([-bias, bias]) / 2)
            for name, (coef, bias) in rows.items()
        }
    return TopicModel(
        labels=[str(label) for label in meaning.classes_],
        dense_weights=rows["dense"][0],
        dense_bias=rows["dense"][1],
        sparse_weights=rows["sparse"][0],
        sparse_bias=rows["sparse"][1],
        idf=idf,
        sparse_share=share,
        temperature=1.0,
    )


def _temperature(log_probabilities: np.ndarray, wanted: np.ndarray) -> float:
    """The softening under which the held-out answers are least surprising."""

    def surprise(temperature: float) -> float:
        return -float(np.mean(log_softmax(log_probabilities / temperature, axis=1)[np.arange(len(wanted)), wanted]))

    return float(minimize_scalar(surprise, bounds=(0.2, 5.0), method="bounded").x)
