"""The understanding of Rasa's own channels: each message has the one intent there is. The service reads the words."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

ONLY_INTENT = "message"  # dialogue/domain.yml


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class EveryMessage(GraphComponent):
    """Gives every message the same intent, so that one rule takes it to the service."""

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EveryMessage:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            intent = {INTENT_NAME_KEY: ONLY_INTENT, PREDICTED_CONFIDENCE_KEY: 1.0}
            message.set(INTENT, intent, add_to_output=True)
        return messages
