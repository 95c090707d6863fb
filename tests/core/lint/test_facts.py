"""The lint of the facts that an answer names in braces."""

import pytest

from bot.core.lint.answer import errors_of_answer
from bot.core.practice import FILLED, field_problem


def test_every_fact_may_be_named() -> None:
    assert field_problem(" ".join(f"{{{name}}}" for name in FILLED)) is None


@pytest.mark.parametrize(
    "field", ["{", "}", "{pet}", "{}", "{0}", "{parking:>999999999}", "{parking!r}", "{parking.__class__}"]
)
def test_anything_else_in_braces_is_an_error(field: str) -> None:
    assert "fact" in {found.rule for found in errors_of_answer(f"You can park here: {field}", "any")}
