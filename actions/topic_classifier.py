"""Rasa component: ranks the topics of a message with a calibrated score."""

from __future__ import annotations

from itertools import cycle
from typing import Any, Dict, List, Sequence, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, spmatrix

from actions.sentence_encoder import SentenceEncoder
from actions.sentence_featurizer import WORDS
from actions.topic_model import Messages, TopicModel, topic_names_in_words
from actions.topic_training import train

RANKING_LENGTH = 10
FILE = "topic_model.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Reads the sentence vector, the words' own and the word and character counts; `actions.topic_model` says how.

    `dense_c` and `sparse_c` are the inverse strengths of the two models' regularisation, `name_share` what the name
    of a topic counts as one more example of it.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"dense_c": 30.0, "sparse_c": 75.0, "name_share": 1.0, "trust_shift": 0.0}

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    def __init__(
        self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource, model: TopicModel | None = None
    ) -> None:
        self._config, self._model_storage, self._resource, self._model = config, model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every example that has an intent."""
        examples = [example for example in training_data.intent_examples if example.get(INTENT)]
        labels = [example.get(INTENT) for example in examples]
        encoder = SentenceEncoder()
        self._model = train(
            features_of_all(examples),
            labels,
            encoder.encode(topic_names_in_words(sorted(set(labels)))),
            encoder.vocabulary,
            **{name: float(self._config[name]) for name in self.get_default_config()},
        )
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, **self._model.to_arrays())
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        with model_storage.read_from(resource) as folder, np.load(folder / FILE, allow_pickle=False) as arrays:
            return cls(config, model_storage, resource, TopicModel.from_arrays(dict(arrays)))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent and the ranking; a message without words gets neither."""
        with_words = [message for message in messages if message.get(TEXT, "").strip()]
        if self._model is None or not with_words:
            return messages
        for message, scores in zip(with_words, self._model.scores(features_of_all(with_words)), strict=True):
            best = np.argsort(scores)[::-1][:RANKING_LENGTH]
            ranking = [{"name": self._model.labels[index], "confidence": float(scores[index])} for index in best]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


def features_of_all(messages: Sequence[Message]) -> Messages:
    features = [[one for one in message.features if _is_of_whole_text(one)] for message in messages]
    dense = [np.hstack([one.features for one in of_one if one.is_dense()]) for of_one in features]
    counts = _side_by_side([[one.features for one in of_one if one.is_sparse()] for of_one in features])
    return Messages(np.vstack(dense), counts, [message.get(WORDS) for message in messages])


def _is_of_whole_text(features: Features) -> bool:
    """Rasa's own featurizers, which models of before were trained with, have features of each token, too."""
    return bool(features.attribute == TEXT and features.type == FEATURE_TYPE_SENTENCE)


def _side_by_side(rows: Sequence[Sequence[spmatrix]]) -> csr_matrix:
    """The counts of all featurizers in one matrix: of each message, one row by each of them.

    Rasa would join those of one message at a time, which takes longer than to count.
    """
    starts = np.cumsum([0, *(part.shape[1] for part in rows[0])])
    parts = [part.tocsr() for row in rows for part in row]
    indices = [part.indices + start for part, start in zip(parts, cycle(starts[:-1]))]
    ends = np.cumsum([0, *(sum(part.nnz for part in row) for row in rows)])
    data = np.concatenate([part.data for part in parts])
    return csr_matrix((data, np.concatenate(indices), ends), shape=(len(rows), starts[-1]))
