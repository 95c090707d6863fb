"""Checks of how a model is trained, in Rasa's own environment: it has no pytest, so these are unittest's.

`tests/actions/test_inside_rasa.py` runs them.
"""

import os
import tarfile
import tempfile
import unittest
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import numpy as np
from rasa import model_training
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.training import fingerprinting
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions.message_counts import MessageCounts
from actions.topic_classifier import features_of_all
from actions.train import PlainTrainer

CONFIG = """recipe: default.v1
language: en
assistant_id: small
pipeline:
- name: WhitespaceTokenizer
- name: actions.message_counts.MessageCounts
- name: actions.sentence_featurizer.SentenceFeaturizer
- name: actions.topic_classifier.TopicClassifier
- name: actions.vector_output.VectorOutput
policies: []
"""
EXAMPLES = """version: "3.1"
nlu:
- intent: cost
  examples: |
    - what does it cost
    - do i have to pay for the test
    - is it free
- intent: pain
  examples: |
    - does it hurt
    - will the smear be sore
    - im scared of the pain
"""
PARTS_OF_WORDS = {"analyzer": "char_wb", "min_ngram": 2, "max_ngram": 5}
SAID = ["does it hurt", "07 700 or 3 hurt hurt", "???", "ünlikely words"]


def refuse(**what: object) -> NoReturn:
    raise AssertionError("a fingerprint was asked for")


class ATraining(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        os.environ["RASA_CACHE_DIRECTORY"] = str(self.folder / "cache")
        self.addCleanup(os.environ.pop, "RASA_CACHE_DIRECTORY")
        (self.folder / "config.yml").write_text(CONFIG, encoding="utf-8")
        (self.folder / "nlu.yml").write_text(EXAMPLES, encoding="utf-8")

    def trained(self, name: str) -> dict[str, bytes]:
        """The files of the components of a model."""
        config, nlu, out = (str(self.folder / part) for part in ("config.yml", "nlu.yml", "models"))
        model = model_training.train_nlu(config, nlu, out, fixed_model_name=name)
        self.assertIsNotNone(model)
        with tarfile.open(model) as files:
            parts = [file for file in files if file.isfile() and "components/" in file.name]
            return {file.name: files.extractfile(file).read() for file in parts}

    def put(self, module: ModuleType, name: str, value: object) -> None:
        """Have `value` in the module until the end of the test."""
        self.addCleanup(setattr, module, name, getattr(module, name))
        setattr(module, name, value)

    def test_it_makes_the_model_that_rasas_own_command_makes_and_no_fingerprint(self) -> None:
        rasas = self.trained("rasas")
        self.assertTrue([name for name in rasas if name.endswith("topic_model.npz")])
        self.put(fingerprinting, "calculate_fingerprint_key", refuse)
        self.put(model_training, "GraphTrainer", PlainTrainer)
        self.assertEqual(self.trained("ours"), rasas)


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
                dense, counts, _ = features_of_all(words)
                self.assertEqual((dense.shape, counts.shape[0]), ((len(SAID), 3), len(SAID)))
                for message, row in zip(words, counts, strict=True):
                    joined_by_rasa = message.get_sparse_features(TEXT)[1].features
                    np.testing.assert_array_equal(row.toarray(), joined_by_rasa.toarray())

    def test_a_message_without_tokens_has_none(self) -> None:
        self.assertEqual(self.counted(MessageCounts)[-1].features, [])


if __name__ == "__main__":
    unittest.main()
