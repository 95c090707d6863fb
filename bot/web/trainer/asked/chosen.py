"""The messages that a form is about: those that were ticked, or a whole group."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from bot.errors import Refused
from bot.store import labelling
from bot.store.learning_tables import LearningItem
from bot.web.access import my_practice_ids
from bot.web.sign_in.forms import field

STALE = "The messages changed since you opened the page. Look at them again"
CARRIED = "asked_"  # before a name in a form that has fields of those names itself


@dataclass(frozen=True)
class Chosen:
    """`group_id`: the whole group, which had `size` messages when the page was made; None: those of `ids`."""

    ids: Sequence[int]
    group_id: int | None
    size: str

    @classmethod
    def from_form(cls, prefix: str = "") -> "Chosen":
        """What the form says; what is no number is left out."""
        ids = [int(one) for one in request.form.getlist(f"{prefix}item") if is_number(one)]
        group = field(f"{prefix}group")
        is_whole = field(f"{prefix}whole") == "yes" and is_number(group)
        return cls(ids, int(group) if is_whole else None, field(f"{prefix}size"))

    def __bool__(self) -> bool:
        return self.group_id is not None or bool(self.ids)

    def messages(self, session: Session) -> Sequence[LearningItem]:
        """They, held until the transaction ends. Raises Refused where none is open, or the group is another by now."""
        if not self:
            raise Refused("Tick a message first")
        items = labelling.open_items(session, my_practice_ids(), ids=self.ids, group_id=self.group_id)
        if not items or (self.group_id is not None and str(len(items)) != self.size):
            raise Refused(STALE)
        return items

    def carried(self) -> list[tuple[str, str]]:
        """(name, value) of the hidden fields with which another form says the same."""
        if self.group_id is None:
            return [(f"{CARRIED}item", str(one)) for one in self.ids]
        named = {"group": str(self.group_id), "size": self.size, "whole": "yes"}
        return [(f"{CARRIED}{name}", value) for name, value in named.items()]


def is_number(text: str) -> bool:
    """Whether it is the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 19
