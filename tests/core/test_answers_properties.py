"""Whatever versions there are, none but an approved one that is in date, for the nation and whole is chosen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.core.answers import ANY, Answer, AnswerBook, Withheld
from bot.core.messages import DecisionKind, Nation, Prediction, Programme, TopicScore
from bot.core.practice import PracticeFacts, missing_facts
from bot.core.turn import Choice, Turn
from tests.core.policy_builder import SPOKEN_TO, TOPICS, a_policy, a_practice, decided, words_of

TODAY = date(2026, 11, 24)
STATUSES = ("draft", "sample", "approved", "withdrawn", "replaced")
TEXTS = ("Plain words {n}.", "Call {{practice_phone}} {n}.", "The van {{van_dates}} {n}.")
often = settings(max_examples=200, deadline=None)
faq = [name for name, topic in TOPICS.items() if topic.route == "faq"]

topics = some.sampled_from(faq)
programmes = some.sampled_from([*Programme, ANY])
answers = some.builds(
    Answer,
    version=some.integers(1, 50),
    topic=topics,
    programme=programmes,
    nations=some.sets(some.sampled_from(Nation), min_size=1).map(tuple),
    text=some.sampled_from(TEXTS),
    status=some.sampled_from(STATUSES),
    review_by=some.integers(-3, 3).map(lambda days: TODAY + timedelta(days)),
    language=some.sampled_from(["en", "en", "cy"]),
)
books = some.lists(answers, max_size=12, unique_by=lambda one: one.version).map(
    lambda some: [Answer(**(vars(one) | {"text": one.text.format(n=f"number {one.version} here")})) for one in some]
)
practices = some.builds(
    lambda nation, facts: a_practice(nation=nation, facts=facts),
    some.sampled_from(Nation),
    some.fixed_dictionaries({}, optional={"practice_phone": some.just("01632 960001"), "van_dates": some.just("May")}),
)


def is_fit(answer: Answer, nation: Nation) -> bool:
    return (
        answer.status == "approved"
        and answer.review_by >= TODAY
        and nation in answer.nations
        and answer.language == "en"
    )


@often
@given(books, topics, some.none() | some.sampled_from(Programme), practices)
def test_what_is_chosen_in_live_mode_may_be_said(
    book: list[Answer], topic: str, programme: Programme | None, practice: PracticeFacts
) -> None:
    chosen = AnswerBook(book, accepts_samples=False).choose(topic, programme, practice, TODAY)
    fit = [
        one
        for one in book
        if is_fit(one, practice.nation)
        and one.topic == topic
        and one.programme in (programme, ANY)
        and not missing_facts(one.text, practice)
    ]
    if isinstance(chosen, Withheld):
        assert fit == []
    else:
        assert chosen in fit


@often
@given(books, topics, some.none() | some.sampled_from(Programme), practices)
def test_demo_mode_adds_samples_and_nothing_else(
    book: list[Answer], topic: str, programme: Programme | None, practice: PracticeFacts
) -> None:
    chosen = AnswerBook(book, accepts_samples=True).choose(topic, programme, practice, TODAY)
    assert isinstance(chosen, Withheld) or chosen.status in ("approved", "sample")
    live = AnswerBook(book, accepts_samples=False).choose(topic, chosen_programme(chosen, programme), practice, TODAY)
    if isinstance(chosen, Answer) and chosen.status == "sample" and isinstance(live, Answer):
        assert (live.programme == ANY) is True  # the test's own sample went before an approved one for any
        assert chosen.programme != ANY


def chosen_programme(chosen: Answer | Withheld, programme: Programme | None) -> Programme | None:
    return programme if isinstance(chosen, Withheld) or chosen.programme == ANY else Programme(chosen.programme)


def turns(topic: str, programme: Programme | None) -> Iterator[tuple[Turn, tuple[Prediction, ...]]]:
    """Every way to the answer: typed, tapped, two questions at once, a follow-up that names a test."""
    named = (programme,) if programme else ()
    sure = Prediction((TopicScore(topic, 0.95), TopicScore("greeting", 0.01)), named, "a release")
    other = Prediction(
        (TopicScore("cost" if topic != "cost" else "how_often", 0.95), TopicScore("greeting", 0.01)), named
    )
    vague = Prediction((TopicScore(topic, 0.3), TopicScore("cost", 0.25)), named, "a release")
    yield Turn("text", "a question"), (sure,)
    yield Turn("tap", "A button", Choice(topic, programme).payload), ()
    yield Turn("text", "two questions"), (sure, sure, other)
    yield Turn("text", "and the smear?"), (vague,)
    yield Turn("text", "1"), (vague,)


@often
@given(books, topics, some.none() | some.sampled_from(Programme), practices)
def test_no_route_of_a_decision_says_what_may_not_be_said(
    book: list[Answer], topic: str, programme: Programme | None, practice: PracticeFacts
) -> None:
    policy = a_policy(answers=book, practice=practice)
    by_version = {one.version: one for one in book}
    open_question = ((topic, str(programme or "")),)
    for turn, understood in turns(topic, programme):
        for state in (
            SPOKEN_TO,
            replace(SPOKEN_TO, topic=topic, programme=programme),
            replace(SPOKEN_TO, asked=open_question),
        ):
            decision = decided(turn.text, *understood, turn=turn, state=state, policy=policy)
            assert all(is_fit(by_version[version], practice.nation) for version in decision.answer_versions)
            said = words_of(decision)
            unfit = [one for one in book if not is_fit(one, practice.nation)]
            assert not any(f"number {one.version} here" in said for one in unfit)
            carried = {reply.answer_version for reply in decision.replies} - {None}
            assert carried == set(decision.answer_versions)
            if decision.kind is DecisionKind.ANSWER:
                assert carried
