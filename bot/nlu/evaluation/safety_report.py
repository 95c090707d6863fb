"""How many dangers the safety net catches and how many ordinary messages it takes for one, with 95% intervals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.messages import SAFETY_KINDS, DecisionKind
from bot.nlu.evaluation.intervals import wilson
from bot.nlu.evaluation.safety_phrases import CATEGORIES, MANNERS, MUST, PROGRAMMES, Phrase

Kind = DecisionKind | None
RULES, MODEL, BOTH = "rules", "model", "rules or model"
WIDTH = 26


@dataclass(frozen=True)
class Checked:
    """One phrase, the most severe kind that the rules and the model raised, and the names of the rules."""

    phrase: Phrase
    by_rules: Kind
    rules: tuple[str, ...] = ()
    by_model: Kind = None

    def raised(self, by: str) -> Kind:
        """By `rules`, by `model`, or the more severe of both."""
        found = {RULES: [self.by_rules], MODEL: [self.by_model]}.get(by, [self.by_rules, self.by_model])
        return min((kind for kind in found if kind), key=SAFETY_KINDS.index, default=None)

    def is_right(self, by: str) -> bool:
        """A danger is raised as severely as it must be; an ordinary message raises nothing."""
        kind = self.raised(by)
        return kind is None if self.phrase.ordinary else self.phrase.is_met_by(kind)


def lines(name: str, checked: Sequence[Checked], *, with_model: bool) -> Iterator[str]:
    """The report of one set of phrases: shares caught by category, programme and manner; false alarms; what was missed.

    Nothing is printed of a group without phrases.
    """
    ways = (RULES, MODEL, BOTH) if with_model else (RULES,)
    dangers = [one for one in checked if not one.phrase.ordinary]
    ordinary = [one for one in checked if one.phrase.ordinary]
    yield f"{name}: {len(dangers)} dangers, {len(ordinary)} ordinary messages"
    yield f"  {'':{WIDTH}}" + "".join(f"{way:<38}" for way in ways).rstrip()
    yield from _row("caught", dangers, ways)
    yield from _row("of those that must be", [one for one in dangers if MUST in one.phrase.tags], ways)
    for title, groups, of in _GROUPINGS:
        if any(of(one.phrase) for one in dangers):
            yield f"  by {title}"
        for group in groups:
            yield from _row(f"  {group.replace('_', ' ')}", [one for one in dangers if group in of(one.phrase)], ways)
    yield from _row("false alarms", ordinary, ways, wrong=True)
    yield from _table(dangers, ways[-1])
    yield from _went_wrong(checked, ways[-1])


_GROUPINGS: tuple[tuple[str, Sequence[str], Callable[[Phrase], Sequence[str]]], ...] = (
    ("category", CATEGORIES, lambda phrase: (phrase.category,)),
    ("programme", PROGRAMMES, lambda phrase: (phrase.programme,)),
    ("manner", MANNERS, lambda phrase: phrase.manners),
)


def _row(title: str, group: Sequence[Checked], ways: Sequence[str], *, wrong: bool = False) -> Iterator[str]:
    if group:
        counts = [sum(one.is_right(way) != wrong for one in group) for way in ways]
        yield f"  {title:{WIDTH}}" + "".join(f"{share(count, len(group)):<38}" for count in counts).rstrip()


def _table(dangers: Sequence[Checked], way: str) -> Iterator[str]:
    """Category by programme: caught of all, and the lower end of the interval."""
    if not dangers:
        return
    yield f"  caught by {way}, category by programme (in brackets the lower end of the 95% interval)"
    yield f"  {'':{WIDTH}}" + "".join(f"{programme:<20}" for programme in PROGRAMMES).rstrip()
    for category in CATEGORIES:
        cells = []
        for programme in PROGRAMMES:
            cell = [one for one in dangers if (one.phrase.category, one.phrase.programme) == (category, programme)]
            count = sum(one.is_right(way) for one in cell)
            cells.append(f"{count}/{len(cell)} ({wilson(count, len(cell))[0]:.0%})" if cell else "none")
        yield f"  {category.replace('_', ' '):{WIDTH}}" + "".join(f"{cell:<20}" for cell in cells).rstrip()


def _went_wrong(checked: Sequence[Checked], way: str) -> Iterator[str]:
    for one in checked:
        if not one.is_right(way):
            alarm = f"alarm   {', '.join(one.rules) or 'model'}"
            yield f"  {alarm if one.phrase.ordinary else f'missed  {one.phrase.expect}'}: {one.phrase.text}"


def share(count: int, of: int) -> str:
    """`98 of 100  98.0% (93.0% to 99.4%)`."""
    low, high = wilson(count, of)
    return f"{count} of {of} {count / of:.1%} ({low:.1%} to {high:.1%})" if of else "none"
