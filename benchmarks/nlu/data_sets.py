"""The public data sets: which files, and how they are read.

Nothing is changed in them but this: rows without words are left out, for every pipeline alike.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

OUT_OF_SCOPE_LABELS = ("NO_NODES_DETECTED", "oos")
ORIGIN = (
    "BANKING77 (CC BY 4.0): github.com/PolyAI-LDN/task-specific-datasets, few-shot and out-of-scope splits as "
    "distributed with their papers' repositories; HINT3 v2 (ODbL 1.0): github.com/hellohaptik/HINT3"
)


class DataMissing(Exception):
    """Files of the public data are not where they were looked for; the message says which, and their origin."""


class Example(NamedTuple):
    """A message and what it is about; None is out of scope."""

    text: str
    label: str | None


@dataclass(frozen=True)
class Source:
    """The files of one data set. Sets with the same `group` share one threshold; with none they have no threshold."""

    name: str
    train: str
    test: tuple[str, ...]
    group: str | None = None


@dataclass(frozen=True)
class DataSet:
    """One data set, read."""

    name: str
    group: str | None
    train: Sequence[Example]
    test: Sequence[Example]

    @property
    def labels(self) -> list[str]:
        """Every label of the training data, sorted."""
        return sorted({example.label for example in self.train if example.label is not None})


def _hint3(bot: str) -> Source:
    return Source(f"hint3-{bot}", f"hint3/train/{bot}_train.csv", (f"hint3/test/{bot}_test.csv",), "hint3")


FEW, OOS = "banking77/fewshot", "banking77/oos"
# The quickest to train comes first.
SOURCES = (
    *(_hint3(bot) for bot in ("sofmattress", "powerplay11", "curekart")),
    Source("banking77-5-shot", f"{FEW}/train_5.tsv", (f"{FEW}/test.tsv",)),
    Source("banking77-10-shot", f"{FEW}/train_10.tsv", (f"{FEW}/test.tsv",)),
    Source("banking77-oos", f"{OOS}/train.tsv", (f"{OOS}/test.tsv", f"{OOS}/id-oos_test.tsv"), "banking77-oos"),
)


def read(source: Source, folder: Path) -> DataSet:
    """The data set under `folder`."""
    test = [example for name in source.test for example in read_file(folder / name)]
    return DataSet(source.name, source.group, read_file(folder / source.train), test)


def read_file(path: Path) -> list[Example]:
    """Text and label are the first two columns, whatever the header calls them."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","))[1:]
    return [Example(row[0], None if row[1] in OUT_OF_SCOPE_LABELS else row[1]) for row in rows if row[0].strip()]


def check_present(sources: Sequence[Source], folder: Path) -> None:
    """Raises DataMissing."""
    wanted = dict.fromkeys(name for source in sources for name in (source.train, *source.test))
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing:
        raise DataMissing(f"Public data is missing under {folder}: {', '.join(missing)}. It comes from {ORIGIN}")
