"""Rasa component: counts words or parts of words of a message as a whole."""

from __future__ import annotations

from typing import List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class MessageCounts(CountVectorsFeaturizer):
    """Rasa's own component with its settings and its counts, without those of each token.

    Those are for components that read a message token by token, as none here does; they took more time than the rest.
    """

    def process(self, messages: List[Message]) -> List[Message]:
        """Add one feature of shape (1, features) to each message that has tokens; all are counted at once."""
        tokens = [self._get_processed_message_tokens_by_attribute(message, TEXT) for message in messages]
        counted = [message for message, words in zip(messages, tokens, strict=True) if words]
        if counted and self._get_attribute_vocabulary(TEXT) is not None:
            counts = self.vectorizers[TEXT].transform(" ".join(words) for words in tokens if words)
            counts.sort_indices()
            rows = counts if len(counted) > 1 else [counts]  # to take a row out copies it
            for row, message in zip(rows, counted, strict=True):
                self.add_features_to_message(None, row, TEXT, message)
        return messages
