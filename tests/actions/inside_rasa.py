"""Checks of what runs inside Rasa, in Rasa's own environment: it has no pytest, so these are unittest's.

`tests/actions/test_inside_rasa.py` runs them.
"""

import io
import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import logit

from actions.encoder_graph import DIMENSIONS
from actions.sentence_encoder import (
    BATCH,
    LONGEST,
    PADDING,
    EncoderFilesDiffer,
    SentenceEncoder,
    batches_of,
    default_folder,
)
from actions.serve import MOST_TEXTS, texts_of
from actions.topic_model import Messages, TopicModel, nearest, topic_names_in_words, weigh
from actions.topic_training import train
from actions.vector_math import placed
from actions.vector_output import in_common, without
from actions.word_alignment import Words, aligned

GOLDEN = Path(__file__).parent.parent / "fixtures" / "golden_vectors.json"
SETTINGS = {"dense_c": 30.0, "sparse_c": 75.0, "name_share": 1.0, "trust_shift": 0.0}
RANDOM = np.random.default_rng(0)
VOCABULARY = 9  # of made-up messages: each has one word


class TheEncoder(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.encoder = SentenceEncoder()

    def test_it_gives_the_published_vectors(self) -> None:
        for golden in json.loads(GOLDEN.read_text(encoding="utf-8")):
            vector = self.encoder.encode([golden["text"]])[0]
            np.testing.assert_allclose(vector, golden["embedding"], atol=1e-4)

    def test_company_does_not_change_a_vector(self) -> None:
        texts = ["does it hurt", "x", "my mum had her letter weeks ago and nobody has rung " * 4, "ok"]
        together = self.encoder.encode(texts)
        for text, vector in zip(texts, together, strict=True):
            np.testing.assert_allclose(self.encoder.encode([text])[0], vector, atol=1e-5)

    def test_any_text_has_a_vector_of_length_1(self) -> None:
        texts = ["", " ", "🙂", "\ud800 half", "\u200f\u200b", "a" * 10_000, "why " * 5_000, "07", "\x00"]
        vectors = self.encoder.encode(texts)
        self.assertEqual(vectors.shape, (len(texts), DIMENSIONS))
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_texts_that_are_read_together_need_little_padding(self) -> None:
        lengths = [40, 5, 7, 6, 90, 5, *[20] * 70]
        batches = batches_of(lengths)
        self.assertEqual(sorted(index for batch in batches for index in batch), list(range(len(lengths))))
        self.assertLessEqual(max(map(len, batches)), BATCH)
        for batch in batches:
            longest = max(lengths[index] for index in batch)
            self.assertLessEqual(sum(longest - lengths[index] for index in batch), PADDING)

    def test_no_texts_give_no_vectors(self) -> None:
        self.assertEqual(self.encoder.encode([]).shape, (0, DIMENSIONS))

    def test_every_piece_of_a_text_has_a_vector_whatever_the_company(self) -> None:
        texts = ["does it hurt", "", "mammografy", "why " * 500]
        _, together = self.encoder.read(texts)
        self.assertEqual([len(words.pieces) for words in together[:2]], [3, 1])
        self.assertEqual(len(together[3].pieces), LONGEST - 2)
        for text, words in zip(texts, together, strict=True):
            self.assertEqual(words.vectors.shape, (len(words.pieces), DIMENSIONS))
            self.assertLess(words.pieces.max(), self.encoder.vocabulary)
            alone = self.encoder.read([text])[1][0]
            np.testing.assert_allclose(alone.vectors, words.vectors, atol=1e-2)

    def test_a_word_that_has_its_like_in_no_example_is_noticed(self) -> None:
        examples = ["does the smear hurt", "is a smear test painful", "will the nurse hurt me"] * 2
        alignment = aligned(self.encoder.read(examples)[1], self.encoder.vocabulary)
        asked = ("does the smear test hurt", "does the smear hurt my dog's kennel insurance")
        near, far = (alignment.nearest(words, 0, len(examples)) for words in self.encoder.read(asked)[1])
        self.assertGreater(near, far + 0.2)
        self.assertLessEqual(near, 2.0 + 1e-2)


class TheServersOwnAddress(unittest.TestCase):
    def test_it_takes_a_list_of_texts(self) -> None:
        self.assertEqual(texts_of({"texts": ["does it hurt", ""]}), ["does it hurt", ""])

    def test_it_takes_nothing_else(self) -> None:
        too_many = {"texts": ["ow"] * (MOST_TEXTS + 1)}
        for body in (None, 7, [], ["ow"], {}, {"text": "ow"}, {"texts": "ow"}, {"texts": ["ow", 7]}, too_many):
            with self.subTest(str(body)[:20]):
                self.assertEqual(texts_of(body), [])


class TheEncodersFiles(unittest.TestCase):
    def test_a_file_that_differs_is_refused_by_name(self) -> None:
        for name in ("model.safetensors", "tokenizer.json"):
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                shutil.copytree(default_folder(), folder, dirs_exist_ok=True)
                with (Path(folder) / name).open("r+b") as file:
                    file.seek(100)
                    file.write(b"!")
                with self.assertRaisesRegex(EncoderFilesDiffer, f"{name} is not the published file: install"):
                    SentenceEncoder(Path(folder))

    def test_a_missing_file_is_named_with_the_way_out(self) -> None:
        missing = "model.safetensors is missing: install .*make run"
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(EncoderFilesDiffer, missing):
            SentenceEncoder(Path(folder))


def made_up(topics: int, examples: int) -> tuple:
    """Messages that lie around one direction for each topic, and share a word with their topic."""
    centres = np.eye(DIMENSIONS, dtype=np.float32)[:topics]
    index = np.repeat(np.arange(topics), examples)
    dense = centres[index] + 0.05 * RANDOM.normal(size=(len(index), DIMENSIONS)).astype(np.float32)
    dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    words = np.zeros((len(index), topics + 3))
    words[np.arange(len(index)), index] = 2
    words[:, topics + index % 3] = 1
    messages = Messages(dense, csr_matrix(words), one_word_each(index, dense))
    return messages, [f"topic_{topic}" for topic in index], centres


def one_word_each(pieces: np.ndarray, vectors: np.ndarray) -> list:
    return [Words(np.array([piece]), row[None, :]) for piece, row in zip(pieces, vectors, strict=True)]


class TheTopicModel(unittest.TestCase):
    def test_it_learns_topics_and_survives_its_file(self) -> None:
        messages, labels, names = made_up(4, 8)
        model = train(messages, labels, names, VOCABULARY, **SETTINGS)
        scores = model.scores(messages)
        self.assertEqual([model.labels[best] for best in scores.argmax(axis=1)], labels)
        self.assertTrue(((scores >= 0) & (scores <= 1)).all())
        file = io.BytesIO()
        np.savez(file, **model.to_arrays())
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            again = TopicModel.from_arrays(dict(arrays))
        np.testing.assert_allclose(again.scores(messages), scores, atol=1e-4)

    def test_a_release_of_before_words_were_compared_reads_as_it_did(self) -> None:
        messages, labels, names = made_up(4, 8)
        arrays = train(messages, labels, names, VOCABULARY, **SETTINGS).to_arrays()
        old = TopicModel.from_arrays({name: arrays[name] for name in arrays if not name.startswith("aligned_")})
        nothing = messages._replace(words=[None] * len(labels))
        self.assertEqual([old.labels[best] for best in old.scores(nothing).argmax(axis=1)], labels)
        self.assertEqual(old.to_arrays().keys(), {name for name in arrays if not name.startswith("aligned_")})

    def test_it_is_less_sure_of_what_is_near_nothing(self) -> None:
        messages, labels, names = made_up(4, 8)
        model = train(messages, labels, names, VOCABULARY, **SETTINGS)
        strange = np.eye(DIMENSIONS, dtype=np.float32)[[200]]
        counts = csr_matrix((1, messages.sparse.shape[1]))
        unknown = model.scores(Messages(strange, counts, one_word_each(np.array([8]), strange)))
        self.assertLess(unknown.max(), model.scores(messages).max(axis=1).min())

    def test_two_topics_or_one_example_are_enough(self) -> None:
        for topics, examples in ((2, 5), (3, 1), (2, 1)):
            with self.subTest(topics=topics, examples=examples):
                messages, labels, names = made_up(topics, examples)
                model = train(messages, labels, names, VOCABULARY, **SETTINGS)
                self.assertEqual(model.scores(messages).shape, (topics * examples, topics))

    def test_a_topic_with_one_example_is_not_held_out(self) -> None:
        messages, labels, names = made_up(3, 6)
        kept = [*range(12), 12]
        model = train(messages.at(kept), [labels[one] for one in kept], names, VOCABULARY, **SETTINGS)
        self.assertEqual(model.held_out.shape, (2, 12))

    def test_the_order_of_the_examples_does_not_matter(self) -> None:
        messages, labels, names = made_up(3, 6)
        order = RANDOM.permutation(len(labels))
        model = train(messages.at(order), [labels[one] for one in order], names, VOCABULARY, **SETTINGS)
        read = [model.labels[best] for best in model.scores(messages).argmax(axis=1)]
        self.assertEqual(read, labels)

    def test_a_shift_of_trust_raises_every_best_score(self) -> None:
        messages, labels, names = made_up(3, 6)
        plain, shifted = (
            train(messages, labels, names, VOCABULARY, **{**SETTINGS, "trust_shift": by}) for by in (0.0, 1.0)
        )
        self.assertTrue((shifted.scores(messages).max(axis=1) >= plain.scores(messages).max(axis=1)).all())
        # What is kept of held-out messages is scored as later messages are: thresholds are chosen on it.
        np.testing.assert_allclose(logit(shifted.held_out[0]), logit(plain.held_out[0]) + 1.0, atol=1e-6)

    def test_the_nearest_examples_of_each_topic_speak_for_it(self) -> None:
        cosines = np.array([[0.1, 0.9, 0.5, 0.3, 0.2, 0.4]])  # of three examples, of one, of two
        first = np.array([0, 3, 4])
        np.testing.assert_allclose(nearest(cosines, first, 1), [[0.9, 0.3, 0.4]])
        # The only example of a topic stands for a second one.
        np.testing.assert_allclose(nearest(cosines, first, 2), [[0.7, 0.3, 0.3]])
        np.testing.assert_allclose(cosines[0, :3], [0.1, 0.9, 0.5])

    def test_a_message_that_is_like_all_others_lies_nowhere(self) -> None:
        vectors = np.array([[1.0, 0, 0], [0.8, 0.6, 0]])
        places = placed(vectors, vectors[0], np.eye(3)[:, :2])
        np.testing.assert_allclose(places[0], [0, 0])
        np.testing.assert_allclose(np.linalg.norm(places[1]), 1.0)

    def test_nearness_to_examples_reads_what_the_two_models_cannot(self) -> None:
        """Two topics whose examples lie on the corners of a square: no straight line parts them, nearness does."""
        corners = np.array([[1.0, 1], [-1, -1], [1, -1], [-1, 1]]) / np.sqrt(2)
        dense = np.zeros((80, DIMENSIONS), dtype=np.float32)
        dense[:, :2] = np.repeat(corners, 20, axis=0) + 0.1 * RANDOM.normal(size=(80, 2))
        messages = Messages(dense, csr_matrix((80, 4)), one_word_each(np.zeros(80, int), dense))
        labels = ["a"] * 40 + ["b"] * 40
        model = train(messages, labels, np.zeros((2, DIMENSIONS), np.float32), VOCABULARY, **SETTINGS)
        read = [model.labels[best] for best in model.scores(messages).argmax(axis=1)]
        self.assertEqual(read, labels)

    def test_counts_are_weighed_to_length_1_and_nothing_stays_nothing(self) -> None:
        counts = csr_matrix(np.array([[3.0, 0, 1], [0, 0, 0]]))
        lengths = np.sqrt(weigh(counts, np.ones(3)).multiply(weigh(counts, np.ones(3))).sum(axis=1)).ravel()
        np.testing.assert_allclose(np.asarray(lengths).ravel(), [1.0, 0.0], atol=1e-6)

    def test_a_topics_name_is_read_as_words(self) -> None:
        self.assertEqual(topic_names_in_words(["kit_not_come", "EMI"]), ["kit not come", "emi"])


class WhatIsInCommon(unittest.TestCase):
    def test_messages_of_one_kind_are_told_apart_by_the_rest(self) -> None:
        """All lie mostly along one direction, and mostly differ along a second: a third tells two kinds apart."""
        vectors = 0.01 * RANDOM.normal(size=(200, DIMENSIONS))
        vectors[:, 0] += 5.0
        vectors[:, 1] += 2.0 * RANDOM.normal(size=200)
        vectors[:100, 2] += 0.4
        vectors[100:, 2] -= 0.4
        mean, common = in_common(vectors, 1)
        left = np.stack([without(vector, mean, common) for vector in vectors])
        likeness = left @ left.T
        self.assertGreater(likeness[:100, :100].min(), 0.5)
        self.assertLess(likeness[:100, 100:].max(), -0.5)
        np.testing.assert_allclose(np.linalg.norm(left, axis=1), 1.0, atol=1e-6)

    def test_of_few_examples_only_the_mean_is_taken_out(self) -> None:
        mean, common = in_common(RANDOM.normal(size=(49, DIMENSIONS)), 8)
        self.assertEqual((mean.shape, common.shape), ((DIMENSIONS,), (DIMENSIONS, 0)))

    def test_a_message_that_is_nothing_but_the_mean_is_nothing(self) -> None:
        mean, common = in_common(np.ones((60, DIMENSIONS)), 8)
        self.assertFalse(without(np.ones(DIMENSIONS), mean, common).any())


if __name__ == "__main__":
    unittest.main()
