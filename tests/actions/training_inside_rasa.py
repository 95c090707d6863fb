"""Checks of how a model is trained, in Rasa's own environment: it has no pytest, so these are unittest's.

`tests/actions/test_inside_rasa.py` runs them.
"""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions.message_counts import MessageCounts
from actions.topic_classifier import features_of_all

PARTS_OF_WORDS = {"analyzer": "char_wb", "min_ngram": 2, "max_ngram": 5}
SAID = ["does it hurt", "07 700 or 3 hurt hurt", "???", "ünlikely words"]


class TheCounts(unittest.TestCase):
    def counted(self, kind: type, **settings: object) -> list[Message]:
        """`SAID`, and nothing, as a component of this kind counts them that was trained on the same."""
        messages = [Message.build(text) for text in [*SAID, ""]]
        data = TrainingData(messages)
        WhitespaceTokenizer(WhitespaceTokenizer.get_default_config()).process_training_data(data)
        storage = LocalModelStorage(Path(self.enterContext(tempfile.TemporaryDirectory())))
        config = {**kind.get_default_config(), **settings}
        made = kind.create(config, storage, Resource("counts"), ExecutionContext(GraphSchema({}), node_name="counts"))
        made.train(data)
        return made.process_training_data(data).training_examples

    def test_they_are_rasas_of_the_whole_message_and_none_of_its_tokens(self) -> None:
        for settings in ({}, PARTS_OF_WORDS):
            with self.subTest(str(settings)):
                ours, rasas = (self.counted(kind, **settings)[:-1] for kind in (MessageCounts, CountVectorsFeaturizer))
                for one, other in zip(ours, rasas, strict=True):
                    (tokens, whole), (_, expected) = one.get_sparse_features(TEXT), other.get_sparse_features(TEXT)
                    self.assertIsNone(tokens)
                    self.assertEqual((whole.features != expected.features).nnz, 0)

    def test_all_kinds_stand_in_one_row_for_each_message(self) -> None:
        """Also those of Rasa's own component: a release of before was trained with it and is live after an upgrade."""
        for kind in (MessageCounts, CountVectorsFeaturizer):
            with self.subTest(kind.__name__):
                words, parts = self.counted(kind)[:-1], self.counted(kind, **PARTS_OF_WORDS)[:-1]
                for message, more in zip(words, parts, strict=True):
                    message.features += more.features
                    message.add_features(Features(np.ones((1, 3)), FEATURE_TYPE_SENTENCE, TEXT, "vector"))
                dense, counts = features_of_all(words)
                self.assertEqual((dense.shape, counts.shape[0]), ((len(SAID), 3), len(SAID)))
                for message, row in zip(words, counts, strict=True):
                    joined_by_rasa = message.get_sparse_features(TEXT)[1].features
                    np.testing.assert_array_equal(row.toarray(), joined_by_rasa.toarray())

    def test_a_message_without_tokens_has_none(self) -> None:
        self.assertEqual(self.counted(MessageCounts)[-1].features, [])


if __name__ == "__main__":
    unittest.main()
