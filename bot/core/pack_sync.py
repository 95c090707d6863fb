"""The answers of the files and those of the database, side by side: which side changed since both were the same.

Pure. Both sides are told of as `Standing`: what one entry of a file, or one version for some nations, says to a
question. `key` is the hash of its content, without its status.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Question = tuple[str, str, str]  # topic, programme, language


@dataclass(frozen=True)
class Standing:
    """One answer of one side. `version` is the database's; `place` is "file:line" of the files'."""

    key: str
    question: Question
    nations: frozenset[str]
    status: str  # an approved one may stand as a draft or as a sample in the files, which cannot approve
    version: int | None = None
    place: str = ""

    def meets(self, other: "Standing") -> bool:
        """Whether both answer the same question in at least one of the same nations."""
        return self.question == other.question and bool(self.nations & other.nations)

    def is_as(self, stored: "Standing") -> bool:
        """Whether a file that says this needs no change for what is stored."""
        return self.key == stored.key and stored.status in ("approved", self.status)


@dataclass(frozen=True)
class Clash:
    """An answer that both sides changed. `theirs`: what the database has instead; None: nothing any more."""

    mine: Standing
    theirs: Standing | None
    is_gone: bool  # whether the files have it no more


@dataclass(frozen=True)
class Changes:
    """What changed on which side. `on_disk` and `gone` hold what is in `clashes` too."""

    on_disk: Sequence[Standing]
    gone: Sequence[Standing]  # as they stood in the files
    in_database: Sequence[Standing]
    clashes: Sequence[Clash]


def compare(disk: Sequence[Standing], stored: Sequence[Standing], synced: Sequence[Standing]) -> Changes:
    """`synced`: what the files held when both sides were last the same."""
    marks = {(one.key, one.status) for one in synced}
    on_disk_now, in_database_now = {one.key for one in disk}, {one.key for one in stored}
    on_disk = [one for one in disk if (one.key, one.status) not in marks and not _stands(one, stored)]
    missing = [one for one in synced if one.key not in on_disk_now]
    gone = [one for one in missing if _meeting(one, stored) and not _meeting(one, on_disk)]
    in_database = [one for one in stored if not any(other.is_as(one) for other in (*synced, *disk))]
    clashes = []
    for mine in on_disk:
        theirs = _meeting(mine, in_database)
        lost = _meeting(mine, [one for one in missing if one.key not in in_database_now])
        if theirs or lost:
            clashes.append(Clash(mine, theirs, is_gone=False))
    clashes += [Clash(one, theirs, is_gone=True) for one in gone if (theirs := _meeting(one, in_database))]
    return Changes(on_disk, gone, in_database, clashes)


def all_of_disk(disk: Sequence[Standing], stored: Sequence[Standing]) -> Changes:
    """What has to change in the database where the files win, whatever it changed."""
    on_disk = [one for one in disk if not _stands(one, stored)]
    there = {one.key for one in disk}
    gone = [one for one in stored if one.key not in there and not _meeting(one, on_disk)]
    return Changes(on_disk, gone, (), ())


def _stands(one: Standing, stored: Iterable[Standing]) -> bool:
    return any(one.is_as(other) for other in stored)


def _meeting(one: Standing, others: Iterable[Standing]) -> Standing | None:
    return next((other for other in others if one.meets(other)), None)


def matched(disk: Sequence[Standing], stored: Sequence[Standing]) -> tuple[dict[int, Standing], list[Standing]]:
    """What goes into which entry of the files, by its place in `disk`, and what has no entry there yet.

    An entry with the same content comes first, else the first one that answers the same question in one of the same
    nations.
    """
    into: dict[int, Standing] = {}
    by_key = {one.key: number for number, one in enumerate(disk)}
    left = []
    for one in stored:
        if (number := by_key.get(one.key)) is None:
            left.append(one)
        else:
            into[number] = one
    new = []
    for one in left:
        free = (number for number, other in enumerate(disk) if number not in into and other.meets(one))
        if (found := next(free, None)) is None:
            new.append(one)
        else:
            into[found] = one
    return into, new
