"""The messages that a form is about: those that were ticked, or all of a group that were there when it was made.

A group may grow at any moment, in a busy practice every few minutes: what came since stays open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from bot.core.learning import Why
from bot.errors import Refused
from bot.store import labelling
from bot.store.asked import Part
from bot.store.learning_tables import LearningItem
from bot.web.access import my_practice_ids
from bot.web.inbox.words import inert
from bot.web.sign_in.forms import field

STALE = "The messages changed since you opened the page. Look at them again"
CARRIED = "asked_"  # before a name in a form that has fields of those names itself


@dataclass(frozen=True)
class Chosen:
    """`part`: all of that part of a group, `size` messages when the page was made; None: those of `ids`."""

    ids: Sequence[int]
    part: Part | None
    size: str

    @classmethod
    def from_form(cls, prefix: str = "") -> "Chosen":
        """What the form says; what is no number is left out."""
        ids = [int(one) for one in request.form.getlist(f"{prefix}item") if is_number(one)]
        group, newest, why = (field(f"{prefix}{name}") for name in ("group", "newest", "why"))
        if field(f"{prefix}whole") != "yes" or not is_number(group) or not is_number(newest):
            return cls(ids, None, "")
        reason = Why(why) if why in set(Why) else None
        part = Part(int(group), int(newest), reason, inert(field(f"{prefix}q")))
        return cls(ids, part, field(f"{prefix}size"))

    def __bool__(self) -> bool:
        return self.part is not None or bool(self.ids)

    def messages(self, session: Session) -> Sequence[LearningItem]:
        """They, held until the transaction ends. Raises Refused where none is open, or the part is another by now."""
        if not self:
            raise Refused("Tick a message first")
        items = labelling.open_items(session, my_practice_ids(), ids=self.ids, part=self.part)
        if not items or (self.part and str(len(items)) != self.size):
            raise Refused(STALE)
        return items

    def carried(self) -> list[tuple[str, str]]:
        """(name, value) of the hidden fields with which another form says the same."""
        if self.part is None:
            return [(f"{CARRIED}item", str(one)) for one in self.ids]
        seen = {"group": self.part.group_id, "newest": self.part.newest, "size": self.size, "whole": "yes"}
        narrowed = {"why": self.part.why, "q": self.part.query}
        return [(f"{CARRIED}{name}", str(value)) for name, value in (seen | narrowed).items() if value]


def is_number(text: str) -> bool:
    """Whether it is the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 19
