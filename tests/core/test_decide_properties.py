"""What holds for every turn there could be: generated rankings, conversations, turns, policies and safety hits."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as some

from bot.core import catalogue
from bot.core.answers import Answer
from bot.core.clarify import is_a_tests_name
from bot.core.decide import decide
from bot.core.erasing import ERASE, KEEP, OPEN_QUESTION
from bot.core.heard_danger import DOUBT_ABOUT_A_PART
from bot.core.messages import (
    SAFETY_KINDS,
    ConversationState,
    Decision,
    DecisionKind,
    Nation,
    NluUnavailable,
    Owner,
    Prediction,
    Programme,
    SafetyHit,
    TopicScore,
    Understanding,
)
from bot.core.policy import Policy
from bot.core.practice import PracticeFacts
from bot.core.turn import GET_STARTED, SOMETHING_ELSE, STAFF, Choice, Turn
from tests.core.policy_builder import NOW, TOPICS, a_policy, a_practice, an_answer

often = settings(max_examples=150, deadline=None)

topics = some.sampled_from([*TOPICS, "a_topic_of_a_later_release"])
programmes = some.sampled_from(list(Programme))
times = some.none() | some.timedeltas(timedelta(days=-3), timedelta(hours=1)).map(lambda gap: NOW + gap)
words = some.sampled_from(
    [
        "",
        "does it hurt",
        "1",
        "the second one",
        "yes",
        "no",
        "and the smear?",
        "stop",
        "start",
        "delete my data",
        "👍",
        "...",
        "a b c d e f g h",
    ]
) | some.text(max_size=40)
choices = some.builds(Choice, topics, some.none() | programmes)


def _prediction(scores: dict[str, float], named: list[Programme]) -> Prediction:
    ranking = sorted((TopicScore(topic, score) for topic, score in scores.items()), key=lambda one: -one.score)
    return Prediction(tuple(ranking), tuple(named), "a release")


predictions = some.builds(
    _prediction,
    some.dictionaries(topics, some.floats(0, 1), max_size=6),
    some.lists(programmes, unique=True, max_size=3),
)
readings: some.SearchStrategy[Understanding] = predictions | some.just(NluUnavailable("down"))
turns = some.builds(
    Turn,
    some.sampled_from(["text", "text", "tap", "sticker", "attachment"]),
    words,
    some.sampled_from(["", STAFF, SOMETHING_ELSE, GET_STARTED, "choice:"])
    | choices.map(lambda choice: choice.payload)
    | some.sampled_from([ERASE, KEEP])
    | some.text(max_size=20),
    some.booleans(),
)
states = some.builds(
    ConversationState,
    owner=some.sampled_from([Owner.BOT, Owner.BOT, Owner.STAFF]),
    opted_out=some.sampled_from([False, False, True]),
    programme=some.none() | programmes,
    topic=some.none() | topics,
    asked=some.lists(choices.map(lambda one: (one.topic, str(one.programme or ""))), max_size=5).map(tuple)
    | some.just((OPEN_QUESTION,)),
    waiting_for_staff=some.booleans(),
    bot_last_at=times,
    returned_at=times,
    last_turn_at=times,
    must_be_kept=some.booleans(),
)
hits = some.lists(some.builds(SafetyHit, some.sampled_from(SAFETY_KINDS), some.just("a rule")), max_size=3).map(tuple)
answers = some.lists(
    some.builds(
        lambda topic, programme, nation, status, days, text: (topic, str(programme), (nation,), status, days, text),
        topics,
        programmes | some.just("any"),
        some.sampled_from(Nation),
        some.sampled_from(["approved", "sample", "draft", "withdrawn"]),
        some.integers(-2, 2),
        some.sampled_from(["Some words.", "Call {practice_phone}.", "The van: {van_dates}"]),
    ),
    max_size=12,
).map(
    lambda rows: [
        an_answer(number, topic, programme, nations=nations, status=status, text=text, review_by=_day(days))
        for number, (topic, programme, nations, status, days, text) in enumerate(rows)
    ]
)
practices = some.builds(
    a_practice,
    nation=some.sampled_from(Nation),
    paused=some.sampled_from([False, False, False, True]),
    facts=some.dictionaries(some.sampled_from(["practice_phone", "van_dates"]), some.sampled_from(["", "words"])),
)
policies = some.builds(
    lambda practice, book, demo: a_policy(practice=practice, answers=book, accepts_samples=demo),
    practices,
    answers,
    some.booleans(),
)
understandings = some.lists(readings, max_size=4)
languages = some.sampled_from(["en", "en", "en", "pl"])


def _day(days: int) -> date:
    return NOW.date() + timedelta(days=days)


def _safety_score(understood: list[Understanding], policy: Policy) -> float:
    """How sure the model is of danger, in the message or in any part of it; the doubt about a part counts more."""
    heard = [
        sum(one.score for one in part.ranking if policy.topics.route(one.topic) in SAFETY_KINDS)
        for part in understood
        if isinstance(part, Prediction)
    ]
    return max([*heard[:1], *(1.0 - DOUBT_ABOUT_A_PART * (1.0 - sure) for sure in heard[1:])], default=0.0)


def _is_quiet(turn: Turn, state: ConversationState) -> bool:
    return state.owner is Owner.STAFF or turn.standby


@given(turns, understandings, states, policies, hits, languages)
@often
def test_every_turn_gets_a_decision_and_only_silence_says_nothing(
    turn: Turn,
    understood: list[Understanding],
    state: ConversationState,
    policy: Policy,
    safety: tuple[SafetyHit, ...],
    language: str,
) -> None:
    decision = decide(turn, understood, state, policy, safety, language)
    assert decision.state is not None
    assert decision.rule
    if decision.kind is DecisionKind.STAY_SILENT:
        assert decision.replies == ()
    elif not _is_quiet(turn, state):
        assert all(reply.text.strip() for reply in decision.replies)
        assert decision.replies


@given(turns, understandings, states, policies, hits, languages)
@often
def test_buttons_fit_messenger_and_texts_have_no_gaps(
    turn: Turn,
    understood: list[Understanding],
    state: ConversationState,
    policy: Policy,
    safety: tuple[SafetyHit, ...],
    language: str,
) -> None:
    for reply in decide(turn, understood, state, policy, safety, language).replies:
        assert len(reply.buttons) <= 13
        assert all(0 < len(button.title) <= 20 and button.payload for button in reply.buttons)
        assert "{" not in reply.text
        assert "None" not in reply.text


@given(turns, understandings, states, policies, hits, languages)
@often
def test_danger_is_never_met_with_an_answer(
    turn: Turn,
    understood: list[Understanding],
    state: ConversationState,
    policy: Policy,
    safety: tuple[SafetyHit, ...],
    language: str,
) -> None:
    heard = not is_a_tests_name(turn.text)  # of "and the smear?" the model has nothing to go by
    assume(safety or (heard and _safety_score(understood, policy) >= policy.thresholds.safety))
    decision = decide(turn, understood, state, policy, safety, language)
    assert decision.kind in SAFETY_KINDS
    assert decision.answer_versions == ()
    assert decision.urgent
    assert decision.hand_off
    assert len(decision.replies) == 1
    assert "999" in decision.replies[0].text


@given(turns, understandings, states, practices, answers, hits, languages)
@often
def test_in_live_mode_only_approved_answers_in_date_for_the_nation_are_given(
    turn: Turn,
    understood: list[Understanding],
    state: ConversationState,
    practice: PracticeFacts,
    book: list[Answer],
    safety: tuple[SafetyHit, ...],
    language: str,
) -> None:
    policy = a_policy(practice=practice, answers=book, accepts_samples=False)
    decision = decide(turn, understood, state, policy, safety, language)
    by_version = {answer.version: answer for answer in book}
    for version in decision.answer_versions:
        given_answer = by_version[version]
        assert given_answer.status == "approved"
        assert given_answer.review_by >= NOW.date()
        assert policy.practice.nation in given_answer.nations
    assert all(catalogue.SAMPLE_LABEL not in reply.text for reply in decision.replies)


@given(turns, understandings, states, policies, languages)
@often
def test_an_answer_is_never_less_sure_than_the_thresholds(
    turn: Turn, understood: list[Understanding], state: ConversationState, policy: Policy, language: str
) -> None:
    decision = decide(turn, understood, state, policy, (), language)
    assert bool(decision.answer_versions) == (decision.kind is DecisionKind.ANSWER)
    if decision.rule == "sure" and decision.kind is DecisionKind.ANSWER:
        assert decision.confidence is not None
        assert decision.margin is not None
        assert decision.confidence >= policy.thresholds.answer
        assert decision.margin >= policy.thresholds.answer_margin


@given(turns, understandings, states.map(lambda state: _opted_out(state)), policies, hits, languages)
@often
def test_who_opted_out_gets_nothing_but_safety_and_the_way_back(
    turn: Turn,
    understood: list[Understanding],
    state: ConversationState,
    policy: Policy,
    safety: tuple[SafetyHit, ...],
    language: str,
) -> None:
    decision = decide(turn, understood, state, policy, safety, language)
    about_erasure = decision.rule.startswith("erase_")  # what they asked for themselves
    assert about_erasure or decision.kind in (*SAFETY_KINDS, DecisionKind.OPT_IN, DecisionKind.STAY_SILENT)
    if decision.kind is not DecisionKind.OPT_IN:
        assert decision.state is not None
        assert decision.state.opted_out


@given(turns, understandings, states, policies, languages)
@often
def test_while_staff_own_it_nothing_but_safety_is_said(
    turn: Turn, understood: list[Understanding], state: ConversationState, policy: Policy, language: str
) -> None:
    assume(_is_quiet(turn, state))
    decision: Decision = decide(turn, understood, state, policy, (), language)
    assert decision.replies == () or decision.kind in SAFETY_KINDS


@given(turns, understandings, states, policies, hits, languages)
@often
def test_nothing_is_deleted_but_after_our_question_and_never_what_must_be_kept(
    turn: Turn,
    understood: list[Understanding],
    state: ConversationState,
    policy: Policy,
    safety: tuple[SafetyHit, ...],
    language: str,
) -> None:
    decision = decide(turn, understood, state, policy, safety, language)
    if decision.erase:
        assert OPEN_QUESTION in state.asked
        assert not state.must_be_kept
        assert not _is_quiet(turn, state)
        assert not safety


def _opted_out(state: ConversationState) -> ConversationState:
    return ConversationState(**(vars(state) | {"opted_out": True}))
