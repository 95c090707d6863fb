"""Who may make which release live, and which way back is open."""

import pytest

from bot.core.promotion import Promotable, why_not_promote, why_not_roll_back

READY = Promotable("november", "ready", asked_by="user 1", changed_by=("user 2",))


def test_a_release_that_passed_is_promoted_by_somebody_who_had_no_part_in_it() -> None:
    assert why_not_promote(READY, "user 3") == ""


@pytest.mark.parametrize(
    ("release", "actor", "why"),
    [
        (None, "user 3", "no such release"),
        (Promotable("november", "refused"), "user 3", "not good enough"),
        (Promotable("november", "refused"), "root at the command line", "not good enough"),
        (Promotable("november", "candidate"), "user 3", "was not tested"),
        (Promotable("november", "first", was_live=True), "user 3", "was not tested"),
        (Promotable("november", "ready", is_live=True, was_live=True), "user 3", "live already"),
        (READY, "user 1", "You asked for this training"),
        (READY, "user 2", "You changed what this release was trained from"),
    ],
)
def test_everything_else_is_refused_with_its_reason(release: Promotable | None, actor: str, why: str) -> None:
    assert why in why_not_promote(release, actor)


@pytest.mark.parametrize("state", ["first", "ready", "refused"])
def test_whatever_was_live_before_is_a_way_back(state: str) -> None:
    assert why_not_roll_back(Promotable("october", state, was_live=True)) == ""


@pytest.mark.parametrize(
    ("release", "why"),
    [
        (None, "no earlier release"),
        (Promotable("november", "ready", is_live=True, was_live=True), "live already"),
        (Promotable("december", "ready"), "never live"),
        (Promotable("december", "refused"), "never live"),
    ],
)
def test_nothing_else_is(release: Promotable | None, why: str) -> None:
    assert why in why_not_roll_back(release)
