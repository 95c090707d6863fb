"""Fitting a `TopicModel`: on all examples, and on folds of them to learn how far to trust it."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Iterator, Sequence, Tuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold

from actions.encoder_graph import DIMENSIONS
from actions.topic_model import DIRECTIONS, Messages, TopicModel, inverse_document_frequency, log_softmax, weigh
from actions.vector_math import placed, spread
from actions.word_alignment import aligned

FOLDS = 5
ENOUGH_HELD_OUT = 1_000  # messages; four numbers are learned from them, and each fold costs a training
FEWEST_EXAMPLES = 2  # of a topic, to hold one out
MEANING_ROUNDS, SPELLING_ROUNDS = 50, 8  # more of either changes no more than three answers in a thousand
FEW = 0.05  # of the examples: what more of them have does not count for nearness in words
UNLEARNED = np.array([1.0, 0.5, 0.0, 0.0])  # shares where nothing could be held out
STARTING_SHARES = np.array([1.0, 0.3, 1.0, 1.0])
BOUNDS = [(0.2, 5.0), (0.0, 5.0), (0.0, 30.0), (0.0, 30.0)]  # of each share: the cosines lie closer together
UNTRUSTED = np.array([4.0, -4.0])  # slope and offset where nothing could be held out: half at nearness 1


def train(
    messages: Messages,
    labels: Sequence[str],
    names: np.ndarray,
    vocabulary: int,
    *,
    dense_c: float,
    sparse_c: float,
    name_share: float,
    trust_shift: float,
) -> TopicModel:
    """Fit on all messages.

    `labels` are what the messages are about; `names` (topics, 384) the vectors of the topics' names in the order of the
    sorted labels, each `name_share` of an example; `vocabulary` is the number of word pieces that there are.
    `dense_c` and `sparse_c` are the inverse strengths of the two models' regularisation. `trust_shift` is added to
    the log-odds of being right: examples that are written to differ from one another are harder, held out, than what
    patients write, and the shift that mends this can be measured on other messages only.
    """
    order = np.argsort(np.array(labels), kind="stable")
    messages, wanted = messages.at(order), np.array(labels)[order]
    settings = (names.astype(np.float32), vocabulary, dense_c, sparse_c, name_share)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is the stopping rule
        warnings.simplefilter("ignore", UserWarning)  # a topic with fewer examples than folds is in some folds only
        # Much of a fit has use for one processor only, so the fit on all messages and those on folds share them.
        with ThreadPoolExecutor(1) as beside:
            fitting = beside.submit(_fit, messages, wanted, *settings)
            held_out = list(_held_out(messages, wanted, settings))
        model = fitting.result()
    if not held_out:
        return model
    shares = _shares(*(np.concatenate([part[index] for part in held_out]) for index in (0, 1)))
    near, is_right = _trusted_on(held_out, shares)
    trust = _trust(near, is_right) + np.array([0.0, trust_shift])
    scores = expit(trust[0] * near + trust[1])
    return replace(model, shares=shares, trust=trust, held_out=np.stack([scores, is_right]))


HeldOut = Tuple[np.ndarray, np.ndarray, Messages, TopicModel]


def _held_out(messages: Messages, wanted: np.ndarray, settings: tuple) -> Iterator[HeldOut]:
    """For each fold: the views of what it held out, the right columns, the messages, and the model of the views."""
    _, index, number = np.unique(wanted, return_inverse=True, return_counts=True)
    enough = np.flatnonzero(number[index] >= FEWEST_EXAMPLES)
    folds = min(FOLDS, int(number.max()))
    if folds < FEWEST_EXAMPLES:
        return
    count = 0
    for _, chosen in StratifiedKFold(folds, shuffle=True, random_state=0).split(enough, wanted[enough]):
        if count >= ENOUGH_HELD_OUT:
            return
        rest = enough[chosen]
        fitted = np.setdiff1d(np.arange(len(wanted)), rest)
        count += len(rest)
        part, held_out = _fit(messages.at(fitted), wanted[fitted], *settings), messages.at(rest)
        yield part.views(held_out), np.searchsorted(part.labels, wanted[rest]), held_out, part


def _trusted_on(held_out: Sequence[HeldOut], shares: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """How near each held-out message was to the topic that was read, and whether that was right."""
    near, is_right = [], []
    for views, right, messages, part in held_out:
        probabilities = np.exp(log_softmax(views @ shares))
        best = probabilities.argmax(axis=1)
        near.append(part.nearness(messages, views, best, probabilities[np.arange(len(best)), best]))
        is_right.append(best == right)
    return np.concatenate(near), np.concatenate(is_right)


def _fit(
    messages: Messages,
    labels: np.ndarray,
    names: np.ndarray,
    vocabulary: int,
    dense_c: float,
    sparse_c: float,
    name_share: float,
) -> TopicModel:
    topics, index, count = np.unique(labels, return_inverse=True, return_counts=True)
    # Balanced by hand: a topic's weight is the same whatever its number of examples, its name being one more.
    balance = len(labels) / (len(topics) * count)
    meaning = LogisticRegression(C=dense_c, max_iter=MEANING_ROUNDS).fit(
        np.vstack([messages.dense, names]),
        np.concatenate([index, np.arange(len(topics))]),
        sample_weight=np.concatenate([balance[index], np.full(len(topics), name_share)]),
    )
    idf = inverse_document_frequency(messages.sparse)
    words = weigh(messages.sparse, idf)
    # Stochastic descent is ten times faster here than an exact fit, and a little better on messages it has not seen.
    spelling = SGDClassifier(
        loss="log_loss",
        alpha=1.0 / (sparse_c * len(labels)),
        max_iter=SPELLING_ROUNDS,
        tol=None,
        class_weight="balanced",
        random_state=0,
        n_jobs=-1,
    ).fit(words, index)
    vectors = messages.dense[:, :DIMENSIONS]
    mean, directions = spread(vectors, DIRECTIONS)
    return TopicModel(
        labels=[str(topic) for topic in topics],
        **dict(zip(("dense_weights", "dense_bias"), _rows(meaning), strict=True)),
        sparse_weights=np.ascontiguousarray(_rows(spelling)[0].T, dtype=np.float32),
        sparse_bias=_rows(spelling)[1],
        idf=idf,
        shares=UNLEARNED,
        trust=UNTRUSTED,
        held_out=np.zeros((2, 0)),
        example_topics=index,
        example_vectors=vectors,
        example_words=_of_few(csr_matrix(words.T)),
        mean=mean,
        directions=directions,
        places=placed(vectors, mean, directions),
        alignment=aligned(messages.words, vocabulary),
    )


def _rows(model: LogisticRegression | SGDClassifier) -> Tuple[np.ndarray, np.ndarray]:
    """Weights and biases, one row for each class: scikit-learn keeps one row for two classes."""
    if len(model.classes_) > 2:
        return model.coef_, model.intercept_
    return np.vstack([-model.coef_, model.coef_]) / 2, np.concatenate([-model.intercept_, model.intercept_]) / 2


def _of_few(words: csr_matrix) -> csr_matrix:
    """`words` (counted features, examples) without what many examples have: it tells little and is most of the work."""
    seen = np.diff(words.indptr)
    kept = diags((seen <= max(1.0, FEW * words.shape[1])).astype(np.float32)) @ words
    kept.eliminate_zeros()
    return csr_matrix(kept)


def _shares(views: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The weights of the views under which the held-out messages are least surprising."""
    rows = np.arange(len(right))

    def surprise(shares: np.ndarray) -> float:
        return -float(np.mean(log_softmax(views @ shares)[rows, right]))

    found = minimize(surprise, STARTING_SHARES, method="L-BFGS-B", bounds=BOUNDS)
    return np.asarray(found.x)


def _trust(near: np.ndarray, is_right: np.ndarray) -> np.ndarray:
    """Slope and offset of the logistic curve from nearness to the share that is right."""
    if is_right.all() or not is_right.any():
        return UNTRUSTED
    curve = LogisticRegression(C=1e4).fit(near[:, None], is_right)
    return np.array([curve.coef_[0, 0], curve.intercept_[0]])
