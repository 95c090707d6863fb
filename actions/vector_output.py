"""Rasa component: says in the parse answer what a message means, as a vector by which messages can be compared.

Nearly all that patients ask is about a screening test, which makes any two messages alike. So what the training
examples have in common, their mean and the directions in which they differ most, is taken out of the sentence vector
(Mu and Viswanath 2018). It is learned from the examples and not from what patients ask at the moment: in a week when
everybody asks the same, that would be taken out. Measured: see "groups of what patients asked" in docs/adr.
"""

from __future__ import annotations

import base64
from typing import Any, Dict, List, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions.vector_math import spread

KEY = "sentence_vector"
FILE = "common.npz"
EXAMPLES_FOR_ONE = 50  # examples for each direction that is taken out


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class VectorOutput(GraphComponent):
    """Changes nothing of how a message is understood. `directions`: how many are taken out, fewer of few examples.

    The vector goes out as base64 of 384 little-endian float16: 1,024 characters.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"directions": 8}

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._model_storage, self._resource = config, model_storage, resource
        self._mean, self._common = np.zeros(1, np.float32), np.zeros((1, 0), np.float32)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VectorOutput:
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn what the examples have in common."""
        vectors = np.vstack([_sentence_vector(example) for example in training_data.intent_examples])
        self._mean, self._common = in_common(vectors, int(self._config["directions"]))
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, mean=self._mean, common=self._common)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> VectorOutput:
        made = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / FILE, allow_pickle=False) as arrays:
            made._mean, made._common = arrays["mean"], arrays["common"]
        return made

    def process(self, messages: List[Message]) -> List[Message]:
        """Put the vector into the answer of each message that has words."""
        for message in messages:
            if message.get(TEXT):
                rest = without(_sentence_vector(message), self._mean, self._common)
                message.set(KEY, base64.b64encode(rest.astype("<f2").tobytes()).decode("ascii"), add_to_output=True)
        return messages


def in_common(vectors: np.ndarray, most: int) -> Tuple[np.ndarray, np.ndarray]:
    """The mean (numbers,) of vectors (examples, numbers), and directions of most variance, (numbers, up to `most`)."""
    return spread(vectors, min(most, len(vectors) // EXAMPLES_FOR_ONE))


def without(vector: np.ndarray, mean: np.ndarray, common: np.ndarray) -> np.ndarray:
    """What is left of one vector, of length 1 again; nothing where nothing is left."""
    rest = vector - mean
    rest = rest - common @ (common.T @ rest)
    length = np.linalg.norm(rest)
    return rest / length if length > 0 else rest


def _sentence_vector(message: Message) -> np.ndarray:
    _, dense = message.get_dense_features(TEXT)
    return np.asarray(dense.features[0])
