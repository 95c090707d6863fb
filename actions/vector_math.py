"""What several components do with vectors and counts: numpy alone, no Rasa and no model."""

from __future__ import annotations

from typing import Tuple

import numpy as np


def spread(vectors: np.ndarray, most: int) -> Tuple[np.ndarray, np.ndarray]:
    """The mean of vectors (rows, numbers), and as columns up to `most` directions of most variance, greatest first."""
    mean = vectors.mean(axis=0)
    _, directions = np.linalg.eigh((vectors - mean).T @ (vectors - mean))  # of least variance first
    return mean, np.ascontiguousarray(directions[:, ::-1][:, :most])


def placed(vectors: np.ndarray, mean: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Where vectors (rows, numbers) lie in the directions, rows of length 1; the mean itself lies nowhere."""
    places = (vectors - mean) @ directions
    return places / np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)


def smoothed_idf(having: np.ndarray, count: int) -> np.ndarray:
    """Inverse document frequency of features that `having` of `count` texts have, as scikit-learn smooths it."""
    return np.log((1 + count) / (1 + having)) + 1.0
