"""`nlu_data/answers` and the answers of the database: what changed where, and taking one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy.orm import Session

from bot.answer_export import exported
from bot.core import pack_sync
from bot.core.messages import Nation
from bot.core.pack_sync import Changes, Clash, Standing
from bot.core.topics import Topics
from bot.errors import DataError
from bot.nlu.answer_files import WrittenAnswer
from bot.nlu.answer_pack import Pack, changed_pack, read_pack
from bot.nlu.answer_writing import Exported
from bot.store import answer_pack
from bot.store.answer_pack import Taken
from bot.store.tables import AnswerVersion

FOLDER = "answers"  # below nlu_data


@dataclass(frozen=True)
class BothSides:
    """What the files hold and what the database has. `stored` is of the topics in use there."""

    pack: Pack
    disk: Sequence[Standing]
    stored: Sequence[tuple[Standing, AnswerVersion]]
    synced: Sequence[Standing]

    @cached_property
    def changes(self) -> Changes:
        return pack_sync.compare(self.disk, [one for one, _ in self.stored], self.synced)

    def written(self, some: Sequence[Standing]) -> list[WrittenAnswer]:
        """The answers of the files that these tell of."""
        keys = {one.key for one in some}
        return [answer for answer, one in zip(self.pack.answers, self.disk, strict=True) if one.key in keys]


def look(session: Session, nlu_data: Path, on_disk: Topics, in_database: Topics) -> BothSides:
    """Read both sides, each with its topics. Raises DataError where the files are wrong."""
    pack = read_pack(nlu_data / FOLDER, on_disk)
    disk = [answer_pack.of_file(answer, _place(answer)) for answer in pack.answers]
    stored = answer_pack.stored(session, in_database)
    return BothSides(pack, disk, stored, answer_pack.synced(session, disk, stored))


def _place(answer: WrittenAnswer) -> str:
    return f"{FOLDER}/{answer.file.name}:{answer.line}"


def take_in(
    session: Session, sides: BothSides, *, force: bool, by: str | None, now: datetime
) -> tuple[Taken, list[str]]:
    """Make drafts and samples of what the files changed. Returns what was taken, and what stays as it is and why.

    `force`: the files win, also over what the database changed. Raises DataError for what can never be taken in.
    """
    changes = sides.changes
    if force:
        changes = pack_sync.all_of_disk(sides.disk, [one for one, _ in sides.stored])
    wanted = sides.written(changes.on_disk)
    refused = answer_pack.refusals(session, wanted)
    places = {one.key: one.place for one in sides.disk}
    told = [f"{places[key]}: {problem}" for key, problem in refused.items()]
    if told and not force:
        raise DataError(told[0])
    changes = replace(changes, on_disk=[one for one in changes.on_disk if one.key not in refused])
    keep = [one.key for one in sides.disk]
    taken = answer_pack.take_in(session, sides.written(changes.on_disk), changes, keep=keep, by=by, now=now)
    answer_pack.mark_synced(session, sides.disk)
    live = [one for one, _ in sides.stored if one.status == "approved"]
    told += [
        f"version {one.version} ({named(one)}) is not in the files any more but approved: withdraw it in /answers"
        for one in live
        if any(gone.meets(one) for gone in changes.gone)
    ]
    return taken, told


def take_in_what_is_safe(session: Session, sides: BothSides, now: datetime) -> tuple[Taken, list[str]]:
    """For set-up: what the files changed and the database did not. Returns what was left, and why, too."""
    changes, here = sides.changes, sides.changes.clashes
    refused = answer_pack.refusals(session, sides.written(changes.on_disk))
    places = {one.key: one.place for one in sides.disk}
    told = [clash_line(clash) for clash in here] + [f"{places[key]}: {problem}" for key, problem in refused.items()]
    left = {clash.mine.key for clash in here} | refused.keys()
    changes = replace(
        changes,
        on_disk=[one for one in changes.on_disk if one.key not in left],
        gone=[one for one in changes.gone if one.key not in left],
    )
    keep = [one.key for one in sides.disk]
    taken = answer_pack.take_in(session, sides.written(changes.on_disk), changes, keep=keep, by=None, now=now)
    still = [one for one in sides.synced if one.key in left or any(one.meets(clash.mine) for clash in here)]
    marks = {one.key: one for one in (*still, *(one for one in sides.disk if one.key not in left))}
    answer_pack.mark_synced(session, marks.values())
    return taken, told


def changed_files(sides: BothSides, topics: Topics) -> tuple[dict[str, str], list[Standing]]:
    """The files as the database would write them, name -> text, and what they hold then."""
    into, new = pack_sync.matched(sides.disk, [one for one, _ in sides.stored])
    rows = {one.key: row for one, row in sides.stored}
    entries = {
        number: _exported(rows[one.key], one, topics, sides.pack.answers[number]) for number, one in into.items()
    }
    more = [_exported(rows[one.key], one, topics) for one in new]
    groups = {name: topic.group for name, topic in topics.items()}
    groups |= {answer.topic: groups.get(answer.topic, "") for answer in sides.pack.answers}
    texts = changed_pack(sides.pack, entries, more, groups)
    held = [replace(one, status=entries[number].status) for number, one in into.items()]
    return texts, held + [replace(one, status=each.status) for one, each in zip(new, more, strict=True)]


def _exported(row: AnswerVersion, one: Standing, topics: Topics, was: WrittenAnswer | None = None) -> Exported:
    answer = exported(row, topics)
    nations = tuple(nation for nation in Nation if nation in one.nations)
    status = answer.status
    if was is not None and row.status == "approved" and answer_pack.of_file(was).key == one.key:
        status = was.status  # files cannot approve: what they say of an approved one stays
    return replace(answer, remark="", nations=nations, status=status)


def named(one: Standing) -> str:
    """An answer for somebody who reads a list of them."""
    topic, programme, _ = one.question
    return f"{topic} for {programme} in {', '.join(sorted(one.nations))}"


def clash_line(clash: Clash) -> str:
    """An answer that both sides changed."""
    mine, theirs = clash.mine, clash.theirs
    here = f"is version {theirs.version} in the database" if theirs else "is not in use in the database any more"
    if clash.is_gone:
        return f"{named(mine)}: taken out of the files, but it was changed since and {here}"
    return f"{mine.place}: {named(mine)}: changed in the file, and {here}"


def lost_lines(changes: Changes) -> list[str]:
    """What an export would undo in the files."""
    edited = [f"{one.place}: {named(one)}: changed on disk" for one in changes.on_disk]
    return edited + [f"{named(one)}: taken out on disk" for one in changes.gone]
