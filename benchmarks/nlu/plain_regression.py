"""The plain comparison: logistic regression on the sentence vectors, nothing else. Runs in Rasa's environment.

`python -m benchmarks.nlu.plain_regression EXAMPLES.json MODEL.npz` trains; EXAMPLES holds [text, label] pairs.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from actions.sentence_encoder import SentenceEncoder

C, ROUNDS, FOLDS = 20.0, 1000, 5


def train(examples: Path, model: Path) -> None:
    """Fit on all examples; keep what each scored while its fold was held out."""
    texts, labels = zip(*json.loads(examples.read_text(encoding="utf-8")), strict=True)
    vectors = SentenceEncoder().encode(texts)
    topics, wanted = np.unique(labels, return_inverse=True)
    warnings.simplefilter("ignore")  # a topic with fewer examples than folds is in some folds only
    regression = LogisticRegression(C=C, max_iter=ROUNDS)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    probabilities = cross_val_predict(regression, vectors, wanted, cv=folds, method="predict_proba")
    held_out = np.stack([probabilities.max(axis=1), probabilities.argmax(axis=1) == wanted])
    regression.fit(vectors, wanted)
    np.savez(model, topics=topics, weights=regression.coef_, bias=regression.intercept_, held_out=held_out)


class PlainRegression:
    """Loaded once; `read` gives the ranking of one message."""

    def __init__(self, model: Path) -> None:
        with np.load(model, allow_pickle=False) as arrays:
            self._topics, self._weights, self._bias = arrays["topics"], arrays["weights"], arrays["bias"]
        self._encoder = SentenceEncoder()

    def read(self, text: str) -> list[tuple[str, float]]:
        """The ten best topics with their probabilities."""
        probabilities = softmax(self._encoder.encode([text])[0] @ self._weights.T + self._bias)
        return [(str(self._topics[index]), float(probabilities[index])) for index in probabilities.argsort()[::-1][:10]]


if __name__ == "__main__":
    train(Path(sys.argv[1]), Path(sys.argv[2]))
