"""The word diff says both wordings, whole, and what belongs to which."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.word_diff import Change, Run, is_changed, word_diff

WORDING = st.text(st.sampled_from("ab .\n\t"), max_size=30)


def test_a_changed_word_is_gone_and_new_in_its_place() -> None:
    assert word_diff("It can hurt a bit.", "It may hurt a bit.") == [
        Run(Change.SAME, "It "),
        Run(Change.GONE, "can"),
        Run(Change.NEW, "may"),
        Run(Change.SAME, " hurt a bit."),
    ]


def test_wordings_with_little_in_common_stand_one_after_the_other() -> None:
    old, new = "The kit does not hurt.", "You can ask the nurse to stop."
    assert word_diff(old, new) == [Run(Change.GONE, old), Run(Change.NEW, new)]


@given(WORDING, WORDING)
def test_the_runs_give_both_wordings(old: str, new: str) -> None:
    runs = word_diff(old, new)
    assert "".join(run.text for run in runs if run.change is not Change.NEW) == old
    assert "".join(run.text for run in runs if run.change is not Change.GONE) == new


@given(WORDING, WORDING)
def test_what_is_changed_is_not_white_space(old: str, new: str) -> None:
    assert is_changed(word_diff(old, new)) or old.split() == new.split()
