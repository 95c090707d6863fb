"""The folder of answers as a whole: what it says, where each answer stands, and the same with some of it changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core import answer_entries
from bot.core.answer_entries import AnswerFile, Entry
from bot.core.lint.finding import Severity
from bot.core.topics import Topics
from bot.errors import DataError
from bot.nlu.answer_files import WrittenAnswer, lint, read_answers
from bot.nlu.answer_writing import Exported, as_yaml
from bot.nlu.project_files import read_file, write_file

VALUES = ("topic", "programme", "nations", "language", "text", "sources", "owner", "status", "reviewed", "review_by")


@dataclass(frozen=True)
class Pack:
    """The files by name, and every answer in the order of files and lines."""

    files: Mapping[str, AnswerFile]
    answers: tuple[WrittenAnswer, ...]


def read_pack(folder: Path, topics: Topics) -> Pack:
    """Read the folder. Raises DataError for the first thing that is wrong, the lint's errors among them."""
    if not any(folder.glob("*.yml")):
        return Pack({}, ())
    answers = tuple(read_answers(folder, topics))
    for place in lint(answers):
        if place.finding.severity is Severity.ERROR:
            raise DataError(f"{place.finding.rule}: {place.finding.problem}", place.file, place.line)
    files = {path.name: answer_entries.cut(read_file(path), str(path)) for path in sorted(folder.glob("*.yml"))}
    lines = [(name, entry.line) for name, file in files.items() for entry in file.entries]
    for answer, (name, line) in zip(answers, lines, strict=False):
        if (answer.file.name, answer.line) != (name, line):
            raise DataError("does not begin with `- topic:` at the left edge", answer.file, answer.line)
    return Pack(files, answers)


def changed_pack(
    pack: Pack, into: Mapping[int, Exported], new: Sequence[Exported], groups: Mapping[str, str]
) -> dict[str, str]:
    """Every file's text with these answers in it: name -> text, "" for a file in which nothing is left.

    `into`: what stands in each entry now, by its place in `pack.answers`; an entry that is not named goes. `new`
    go to the end of the file that fits best. `groups`: the group of each topic.
    """
    entries = {name: list[Entry]() for name in pack.files}
    tails = {name: file.tail for name, file in pack.files.items()}
    number = 0
    for name, file in pack.files.items():
        stays = ""  # the remarks above what was taken out
        for entry in file.entries:
            if number in into:
                written = _entry(entry.written, pack.answers[number], into[number])
                entries[name].append(replace(entry, before=stays + entry.before, written=written))
                stays = ""
            else:
                stays += answer_entries.without(entry)
            number += 1
        tails[name] = stays + file.tail
    for one in new:
        name = _fitting(pack, one, groups) or f"{one.file}.yml"
        entries.setdefault(name, []).append(Entry("\n", as_yaml([one]), 0))
    heads = {name: file.head for name, file in pack.files.items()}
    return {
        name: answer_entries.join(AnswerFile(heads.get(name, ""), tuple(some), tails.get(name, "")))
        for name, some in entries.items()
    }


def _entry(written: str, was: WrittenAnswer, now: Exported) -> str:
    differs = {name for name in VALUES if _value(was, name) != _value(now, name)}
    return answer_entries.edited(written, as_yaml([now]), differs) if differs else written


def _value(answer: WrittenAnswer | Exported, name: str) -> object:
    value = getattr(answer, name)
    return frozenset(value) if name == "nations" else value  # in whatever order


def _fitting(pack: Pack, new: Exported, groups: Mapping[str, str]) -> str | None:
    """The file that has most answers like it: of its group for the same nations, then of one nation, then of its group.

    A file of one nation has several groups.
    """
    group, nations = groups.get(new.topic), frozenset(new.nations)
    alike, of_nation, of_group = Counter[str](), dict[str, set[str]](), Counter[str]()
    for answer in pack.answers:
        name, is_same = answer.file.name, frozenset(answer.nations) == nations
        if groups.get(answer.topic) == group:
            of_group[name] += 1
            alike[name] += is_same
        if is_same and len(nations) == 1:
            of_nation.setdefault(name, set()).add(groups.get(answer.topic, ""))
    for scores in (+alike, {name: len(some) for name, some in of_nation.items()}, of_group):
        if scores:
            return max(scores, key=lambda name: scores[name])
    return None


def write_pack(texts: Mapping[str, str], folder: Path) -> list[str]:
    """Make the files these; a file without text is deleted. Returns the names of those that were changed."""
    changed = []
    for name, text in texts.items():
        path = folder / name
        if text == (read_file(path) if path.is_file() else ""):
            continue
        changed.append(name)
        if text:
            write_file(path, text)
        else:
            path.unlink()
    return changed
