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
from rasa.core import processor
from rasa.core.agent import Agent
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.training import fingerprinting
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from actions.in_order import InOrder
from actions.message_counts import MessageCounts
from actions.serve import parse_all
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

    def model(self, name: str) -> str:
        """The file of a model that was trained now."""
        config, nlu, out = (str(self.folder / part) for part in ("config.yml", "nlu.yml", "models"))
        model = model_training.train_nlu(config, nlu, out, fixed_model_name=name)
        self.assertIsNotNone(model)
        return model

    def trained(self, name: str) -> dict[str, bytes]:
        """The files of the components of a model."""
        with tarfile.open(self.model(name)) as files:
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

    def test_its_components_one_after_the_other_say_what_they_say_under_rasas_scheduler(self) -> None:
        model = self.model("any")
        said = []
        for runner in (DaskGraphRunner, InOrder):
            self.put(processor, "DaskGraphRunner", runner)
            loaded = Agent.load(model).processor
            self.assertIs(type(loaded.graph_runner), runner)
            said.append([parse_all(loaded, SAID), parse_all(loaded, SAID[:1])])
        self.assertEqual(said[0][0][0]["intent"]["name"], "pain")
        self.assertEqual(*said)


class TheCounts(unittest.TestCase):
    def said(self) -> TrainingData:
        """`SAID`, and nothing."""
        data = TrainingData([Message.build(text) for text in [*SAID, ""]])
        WhitespaceTokenizer(WhitespaceTokenizer.get_default_config()).process_training_data(data)
        return data

    def component(self, kind: type, **settings: object) -> CountVectorsFeaturizer:
        """Trained on what was said."""
        storage = LocalModelStorage(Path(self.enterContext(tempfile.TemporaryDirectory())))
        config = {**kind.get_default_config(), **settings}
        made = kind.create(config, storage, Resource("counts"), ExecutionContext(GraphSchema({}), node_name="counts"))
        made.train(self.said())
        return made

    def counted(self, kind: type, **settings: object) -> list[Message]:
        """What was said, as a component of this kind counts it."""
        return self.component(kind, **settings).process_training_data(self.said()).training_examples

    def test_they_are_rasas_of_the_whole_message_and_none_of_its_tokens(self) -> None:
        for settings in ({}, PARTS_OF_WORDS):
            with self.subTest(str(settings)):
                ours, rasas = (self.counted(kind, **settings)[:-1] for kind in (MessageCounts, CountVectorsFeaturizer))
                for one, other in zip(ours, rasas, strict=True):
                    (tokens, whole), (_, expected) = one.get_sparse_features(TEXT), other.get_sparse_features(TEXT)
                    self.assertIsNone(tokens)
                    self.assertEqual((whole.features != expected.features).nnz, 0)

    def test_a_message_by_itself_has_the_counts_that_it_has_among_others(self) -> None:
        component, together = self.component(MessageCounts), self.counted(MessageCounts)[:-1]
        for text, expected in zip(SAID, together, strict=True):
            WhitespaceTokenizer(WhitespaceTokenizer.get_default_config()).process([message := Message.build(text)])
            component.process([message])
            one, other = (each.get_sparse_features(TEXT)[1].features for each in (message, expected))
            np.testing.assert_array_equal(one.toarray(), other.toarray())

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
