"""Rasa component: puts the vectors of each message and of its words beside its other features."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions.sentence_encoder import SentenceEncoder

WORDS = "word_vectors"  # the property of a message that holds its `Words`: Rasa's tokens are not the encoder's


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Not trained: the same words give the same vector in every release.

    `folder` names the encoder's files where they are not the installed package's. Files that differ from
    the published ones stop the training or the server with one clear line.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "folder": None}

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    def __init__(self, config: Dict[Text, Any], name: Text) -> None:
        super().__init__(name, config)
        folder = config.get("folder")
        self._encoder = SentenceEncoder(Path(folder) if folder else None)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        return cls(config, execution_context.node_name)

    def process(self, messages: List[Message]) -> List[Message]:
        """Give each message that has text its words, and one sentence feature of shape (1, 384)."""
        with_text = [message for message in messages if message.get(TEXT)]
        vectors, words = self._encoder.read([message.get(TEXT) for message in with_text])
        for message, vector, said in zip(with_text, vectors, words, strict=True):
            message.set(WORDS, said)
            message.add_features(
                Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS])
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Nothing to check before the files are opened."""
