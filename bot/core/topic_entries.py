"""The text of `topics.yml` and of `domain.yml`, line by line: only the lines of what changed come out changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.text_lines import ended, lines_of
from bot.core.topics import Topic
from bot.errors import DataError

_ENTRY = re.compile(r"-\s+name:\s*(\w+)\s*(#.*)?$")
_INSIDE = re.compile(r"\s+\S")
_INTENTS = re.compile(r"intents:\s*(#.*)?$")
_INTENT = re.compile(r"\s*-\s+([\w/.-]+)\s*(#.*)?$")
_PLAIN = re.compile(r"[A-Za-z][\w ,.'?()/-]*")  # a text that YAML reads as itself without quotes


@dataclass(frozen=True)
class Entry:
    """One topic's lines: `before` are the remarks and blank lines above it."""

    name: str
    before: str
    written: str


@dataclass(frozen=True)
class TopicFile:
    """`topics.yml`, cut up. `head` is the remark at the top, up to a blank line."""

    head: str
    entries: tuple[Entry, ...]
    tail: str


def cut(text: str, name: str) -> TopicFile:
    """Cut up the file. Raises DataError naming `name` and the line where it has another shape."""
    head, before, entries = "", "", list[Entry]()
    lines = lines_of(text)
    at = 0
    while at < len(lines):
        found = _ENTRY.match(lines[at])
        if not found:
            if lines[at].strip() and not lines[at].startswith("#"):
                raise DataError("is not a line of a topic: each begins with `- name:`", name, at + 1)
            before, at = before + lines[at], at + 1
            continue
        end = at + 1
        while end < len(lines) and _INSIDE.match(lines[end]):
            end += 1
        if not entries:
            head, gap, before = before.rpartition("\n\n")
            head += gap
        entries.append(Entry(found[1], before, "".join(lines[at:end])))
        before, at = "", end
    return TopicFile(head, tuple(entries), before)


def join(file: TopicFile) -> str:
    """The file's text."""
    parts = [file.head, *(part for entry in file.entries for part in (entry.before, entry.written)), file.tail]
    parts = [part for part in parts if part]
    return "".join(ended(parts[:-1])) + "".join(parts[-1:])


def new_entry(topic: Topic) -> str:
    """The lines of a topic that was not in the file yet."""
    head, *rest = _values(topic).items()
    return f"- {head[0]}: {head[1]}\n" + "".join(f"  {name}: {value}\n" for name, value in rest)


def edited(written: str, before: Topic, after: Topic) -> str:
    """A topic's lines after a change: those of values that stayed are left as they were written."""
    lines = lines_of(written)
    old = _values(before)
    for name, value in _values(after).items():
        if value == old[name]:
            continue
        place = next((number for number, line in enumerate(lines) if line.lstrip(" -").startswith(f"{name}:")), None)
        if place is None:
            lines.append(f"  {name}: {value}\n")
        else:
            lines[place] = f"{lines[place].partition(name)[0]}{name}: {value}\n"
    return "".join(lines)


def _values(topic: Topic) -> dict[str, str]:
    return {
        "name": topic.name,
        "group": topic.group,
        "numbers": f"[{', '.join(str(number) for number in topic.numbers)}]",
        "route": topic.route,
        "programmes": f"[{', '.join(topic.programmes)}]",
        "question": _quoted(topic.question),
        "button": _quoted(topic.button),
    }


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in ("yes", "no", "on", "off", "true", "false", "null", "y", "n"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def with_intents(domain: str, names: Sequence[str]) -> str:
    """The text of `domain.yml` with these intents in this order. Raises DataError where it has no list of them."""
    lines = lines_of(domain)
    start = next((number for number, line in enumerate(lines, start=1) if _INTENTS.match(line)), None)
    if start is None:
        raise DataError("has no line `intents:`", "domain.yml")
    end = start
    while end < len(lines) and _INTENT.match(lines[end]):
        end += 1
    known = {found[1]: line for line in lines[start:end] if (found := _INTENT.match(line))}
    intents = [known.get(name, f"- {name}\n") for name in names]
    return "".join((*lines[:start], *intents, *lines[end:]))
