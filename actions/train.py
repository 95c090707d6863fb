"""`rasa train nlu` that computes no fingerprints: every part of a model is made anew.

Rasa keeps what each component gave in a cache, under a digest of everything that went in: each example and each of its
features, once for every component. No training of ours looks anything up there (docs/adr/0004), and the digests took a
sixth of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rasa import model_training
from rasa.__main__ import main
from rasa.engine.constants import PLACEHOLDER_IMPORTER
from rasa.engine.graph import ExecutionContext, GraphModelConfiguration
from rasa.engine.storage.storage import ModelMetadata
from rasa.engine.training.graph_trainer import GraphTrainer
from rasa.engine.training.hooks import LoggingHook
from rasa.shared.importers.importer import TrainingDataImporter


class PlainTrainer(GraphTrainer):
    """Trains each component, one after the other, and packs the model."""

    def train(
        self,
        model_configuration: GraphModelConfiguration,
        importer: TrainingDataImporter,
        output_filename: Path,
        force_retraining: bool = False,
        is_finetuning: bool = False,
    ) -> ModelMetadata:
        """See the parent class; every training is a forced one."""
        schema = model_configuration.train_schema
        runner = self._graph_runner_class.create(
            graph_schema=schema,
            model_storage=self._model_storage,
            execution_context=ExecutionContext(graph_schema=schema, is_finetuning=is_finetuning),
            hooks=[LoggingHook(pruned_schema=schema)],
        )
        runner.run(inputs={PLACEHOLDER_IMPORTER: importer})
        return self._model_storage.create_model_package(output_filename, model_configuration, importer.get_domain())


if __name__ == "__main__":
    model_training.GraphTrainer = PlainTrainer
    sys.argv = ["rasa", "train", "nlu", *sys.argv[1:]]
    main()
