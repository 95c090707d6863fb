"""Which release may go live, and at whose word. Used by every way there is of making one live."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

SETTLING = timedelta(minutes=1)  # after a promotion a server that is silent, or behind, is loading, most likely


@dataclass(frozen=True)
class Promotable:
    """What is known of a release when somebody wants it live; `state` is one of its table's RELEASE_STATES."""

    name: str
    state: str
    is_live: bool = False
    was_live: bool = False
    asked_by: str | None = None
    changed_by: Collection[str] = ()


def why_not_promote(release: Promotable | None, actor: str) -> str:
    """Why `actor` may not make it live, in one sentence; empty: they may.

    Nothing below a floor goes live, and nobody judges their own change: whoever asked for the training, or changed
    what it was trained from, needs somebody else to look at it.
    """
    if release is None:
        return "There is no such release."
    if release.is_live:
        return f"The release {release.name} is live already."
    if release.state == "refused":
        return f"The release {release.name} is not good enough: it cannot go live."
    if release.state != "ready":
        return f"The release {release.name} was not tested: it cannot go live."
    if actor == release.asked_by:
        return "You asked for this training. Somebody else must look at it and promote it."
    if actor in release.changed_by:
        return "You changed what this release was trained from. Somebody else must look at it and promote it."
    return ""


def why_not_roll_back(release: Promotable | None) -> str:
    """Why this release cannot be gone back to, in one sentence; empty: it can. Anybody may go back to safety."""
    if release is None:
        return "There is no earlier release to go back to."
    if release.is_live:
        return f"The release {release.name} is live already."
    return "" if release.was_live else f"The release {release.name} was never live: promote it instead."


def is_settling(live_since: datetime | None, now: datetime) -> bool:
    """Whether NLU servers may still be loading the release that is live since then."""
    return live_since is not None and now - live_since < SETTLING


def is_left_behind(answers_by: str, live: str, live_since: datetime | None, now: datetime) -> bool:
    """Whether a server that answers by a release should long have the live one. Patients are not answered by it."""
    return bool(live) and answers_by != live and not is_settling(live_since, now)
