"""What to say to one patient turn. Pure: the same inputs give the same decision, and nothing can fail.

The order is the design's: safety first, then what the patient or staff asked of the bot itself, then the
question. Every path returns one Decision; none answers a health question when the safety net fired.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.core import catalogue, clarify
from bot.core.about_the_bot import asks_what_it_is, tells_no_wish
from bot.core.answering import WHICH_TEST, answer_choice, is_sure, which_test_for_both
from bot.core.details import asked_for_no_details
from bot.core.erasing import OPEN_QUESTION, erasing
from bot.core.heard_danger import heard_dangers
from bot.core.messages import (
    SAFETY_KINDS,
    ConversationState,
    Decision,
    DecisionKind,
    NluUnavailable,
    Owner,
    Prediction,
    Programme,
    SafetyHit,
    Understanding,
)
from bot.core.opting import is_start, is_stop
from bot.core.policy import Policy
from bot.core.questions import holds_a_question
from bot.core.spoken_commands import Command, command_in
from bot.core.turn import GET_STARTED, SOMETHING_ELSE, STAFF, Choice, Turn
from bot.core.wording import GAP, disclosed, handed_off, in_their_language, safety_decision, said

LIKELY = 0.5  # more likely than not
RANKED = 3  # topics kept with a decision, for staff


def decide(
    turn: Turn,
    understood: Sequence[Understanding],
    state: ConversationState,
    policy: Policy,
    safety: Sequence[SafetyHit] = (),
    language: str = "en",
) -> Decision:
    """One decision for one turn.

    `understood` holds what the model made of the whole message first, then of each question in it where
    there are several; empty for taps and pictures. `safety` is what the rules found, most severe first.
    """
    whole = understood[0] if understood else None
    if state.last_turn_at is not None and policy.now - state.last_turn_at >= GAP:
        # After a day "does it hurt" is a new question, not one about last week's test.
        state = replace(state, programme=None, topic=None, asked=())
    decision = (
        _safety(turn, understood, policy, safety)
        or _bot_controls(turn, state, policy)
        or _without_words(turn, policy)
        or _tap(turn, state, policy)
        or _typed_choice(turn, whole, state, policy)
        or _words(turn, understood, state, policy, language)
    )
    decision = _with_record(decision, whole, state, policy, language)
    decision = asked_for_no_details(decision, turn, policy)
    return in_their_language(disclosed(decision, state, policy), language, policy)


def _safety(
    turn: Turn, understood: Sequence[Understanding], policy: Policy, hits: Sequence[SafetyHit]
) -> Decision | None:
    """Step 1, rules or model: fixed reply, urgent hand-off, nothing else in this turn.

    Of a message that is a test's name, such as "the boob one", the model has nothing to go by: it is not asked.
    """
    read = [one for one in understood if isinstance(one, Prediction)]
    heard = [] if clarify.is_a_tests_name(turn.text) else heard_dangers(read, policy.topics)
    routes = [route for sure, route in heard if sure >= policy.thresholds.safety]
    # Of the model only the most severe; it is asked where the rules found nothing, or could not be used.
    models = [SafetyHit(DecisionKind(route), "model") for route in sorted(routes, key=SAFETY_KINDS.index)[:1]]
    found = [*hits, *models]
    return safety_decision(found, policy) if found else None


def _bot_controls(turn: Turn, state: ConversationState, policy: Policy) -> Decision | None:
    """Steps 2 to 4: stop and start, a wish to be forgotten, staff own the conversation, the kill switch."""
    staff_own_it = state.owner is Owner.STAFF or turn.standby
    command = command_in(turn.text, policy.languages)
    if (is_stop(turn.text) or command is Command.STOP) and not state.opted_out:
        stopped = replace(state, opted_out=True, asked=())
        decision = said(DecisionKind.OPT_OUT, "opt_out_words", catalogue.OPT_OUT, policy, state=stopped)
        return replace(decision, replies=()) if staff_own_it else decision
    if (is_start(turn.text) or command is Command.START) and state.opted_out:
        started = replace(state, opted_out=False, asked=())
        decision = said(DecisionKind.OPT_IN, "opt_in_words", catalogue.OPT_IN, policy, state=started)
        return replace(decision, replies=()) if staff_own_it else decision
    if erasure := erasing(turn, state, policy, staff_own_it=staff_own_it):
        return erasure
    if staff_own_it:
        return Decision(DecisionKind.STAY_SILENT, "staff_own_the_conversation", state=state)
    if state.opted_out:
        return Decision(DecisionKind.STAY_SILENT, "opted_out", state=state)
    if policy.practice.paused:
        return handed_off("paused", catalogue.PAUSED, policy, why="automated answers are off")
    return None


def _without_words(turn: Turn, policy: Policy) -> Decision | None:
    """Stickers, photos, voice notes, or nothing at all: a fixed short reply."""
    if turn.kind == "attachment":
        return said(DecisionKind.SMALL_TALK, "attachment", catalogue.ATTACHMENT, policy)
    if turn.kind == "sticker" or not any(letter.isalnum() for letter in turn.text + turn.payload):
        return said(DecisionKind.SMALL_TALK, "no_words", catalogue.STICKER, policy)
    return None


def _tap(turn: Turn, state: ConversationState, policy: Policy) -> Decision | None:
    """A tap on one of our buttons. A payload that we do not know is read as its words."""
    if turn.payload == STAFF:
        return handed_off("asked_for_staff", catalogue.HAND_OFF, policy, why="the patient asked for a person")
    if turn.payload == SOMETHING_ELSE:
        return said(DecisionKind.SMALL_TALK, "something_else", catalogue.SOMETHING_ELSE, policy, offer_staff=True)
    if turn.payload == GET_STARTED:
        return said(DecisionKind.SMALL_TALK, "get_started", catalogue.GREETING, policy)
    choice = Choice.from_payload(turn.payload)
    if choice is None or choice.topic not in policy.topics:
        return None
    return _route(choice, "tapped", state, policy, programmes=(choice.programme,) if choice.programme else ())


def _typed_choice(turn: Turn, whole: Understanding | None, state: ConversationState, policy: Policy) -> Decision | None:
    """A number, yes, no or the name of a test, typed in answer to our own question."""
    if not state.asked or OPEN_QUESTION in state.asked:
        return None
    asked = [Choice.from_pair(pair) for pair in state.asked]
    if clarify.is_no(turn.text):
        return said(DecisionKind.SMALL_TALK, "none_of_these", catalogue.SOMETHING_ELSE, policy, offer_staff=True)
    named: tuple[Programme, ...] = ()
    sure_topic: str | None = None
    if isinstance(whole, Prediction):
        named = whole.programmes
        sure_topic = whole.best.topic if is_sure(whole, policy) else None
    choice = clarify.typed_choice(turn.text, asked, named, sure_topic)
    if choice is None:
        return None
    return _route(choice, "typed_choice", state, policy, programmes=(choice.programme,) if choice.programme else ())


def _words(
    turn: Turn, understood: Sequence[Understanding], state: ConversationState, policy: Policy, language: str
) -> Decision:
    """Steps 5 to 12: what the words mean."""
    whole = understood[0] if understood else NluUnavailable("nothing was read")
    if language != "en":
        return handed_off(
            "not_english", catalogue.OTHER_LANGUAGE, policy, why="not in English", kind=DecisionKind.OTHER_LANGUAGE
        )
    if isinstance(whole, NluUnavailable):
        return handed_off(
            "nlu_unavailable",
            catalogue.UNAVAILABLE,
            policy,
            why="the model could not read it",
            kind=DecisionKind.UNAVAILABLE,
        )
    if asks_what_it_is(turn.text) and "about_this_service" in policy.topics:
        return _route(Choice("about_this_service"), "asked_what_it_is", state, policy, programmes=())
    parts = [part for part in understood[1:] if isinstance(part, Prediction)]
    if several := _several(turn, parts, state, policy):
        return several
    if is_sure(whole, policy) and not _may_be_no_thanks(turn, whole, policy):
        return _route(Choice(whole.best.topic), "sure", state, policy, programmes=whole.programmes)
    return _unsure(turn, whole, state, policy)


def _may_be_no_thanks(turn: Turn, whole: Prediction, policy: Policy) -> bool:
    """Whether what sounds like thanks asks something, and is not as sure as an answer must be.

    "Things were done to me as a child, do the ladies know how to go steady" was thanked for its kind words.
    """
    closes = whole.best.topic in ("thanks", "praise")
    return closes and whole.best.score < policy.thresholds.answer and holds_a_question(turn.text)


def _several(turn: Turn, parts: Sequence[Prediction], state: ConversationState, policy: Policy) -> Decision | None:
    """Step 7: two questions in one message get two answers, if each is sure by itself."""
    sure = [part for part in parts if is_sure(part, policy)]
    if grief := next((part for part in sure if part.best.topic == "living_with_cancer"), None):
        # Nobody who has just told of a death or a cancer should be read an answer about a kit beside it.
        return _route(Choice(grief.best.topic), "several", state, policy, programmes=())
    if len({part.best.topic for part in sure}) < 2 or len(sure) < len(parts):
        return None
    named = next((part.programmes for part in parts if part.programmes), ())
    decisions = [
        _route(Choice(part.best.topic), "several", state, policy, programmes=part.programmes or named)
        for part in sure[:2]
    ]
    answers = [decision for decision in decisions if decision.kind is DecisionKind.ANSWER]
    if len(answers) == 1 and _only_told(turn, decisions, policy):
        return answers[0]
    return _together(decisions, state, policy)


def _only_told(turn: Turn, decisions: Sequence[Decision], policy: Policy) -> bool:
    """Whether what needs a record is no wish to see it: "its coming up to my smear and im on my period"."""
    other = next(decision for decision in decisions if decision.kind is not DecisionKind.ANSWER)
    own_record = all(policy.topics.route(topic) == "own_record" for topic in other.topics)
    return other.kind is DecisionKind.HAND_OFF and own_record and tells_no_wish(turn.text)


def _together(decisions: Sequence[Decision], state: ConversationState, policy: Policy) -> Decision | None:
    """Two decisions as one; None where they do not go together."""
    kinds = {decision.kind for decision in decisions}
    if {decision.rule for decision in decisions} == {WHICH_TEST}:
        first, second = (policy.topics[decision.topics[0]] for decision in decisions)
        return which_test_for_both(first, second, state, policy)
    asking = [decision for decision in decisions if decision.rule == WHICH_TEST]
    if not kinds <= {DecisionKind.ANSWER, DecisionKind.HAND_OFF} and not (asking and DecisionKind.ANSWER in kinds):
        return None
    if kinds == {DecisionKind.HAND_OFF}:  # both are for staff: once is enough
        return replace(decisions[0], topics=decisions[0].topics + decisions[1].topics)
    # What staff have to do goes last: it says when they next look. So does a question of ours: it waits for a reply.
    first_said, last_said = sorted(decisions, key=lambda decision: decision.kind is not DecisionKind.ANSWER)
    return replace(
        first_said,
        rule="two_questions",
        hand_off=last_said.hand_off,
        replies=first_said.replies + last_said.replies,
        topics=first_said.topics + last_said.topics,
        programmes=tuple(dict.fromkeys(first_said.programmes + last_said.programmes)),
        answer_versions=first_said.answer_versions + last_said.answer_versions,
        state=last_said.state if asking else first_said.state,
    )


def _route(
    choice: Choice, rule: str, state: ConversationState, policy: Policy, programmes: Sequence[object]
) -> Decision:
    """What a topic that we are sure of leads to."""
    if choice.also in policy.topics:
        both = [_route(Choice(name), rule, state, policy, programmes) for name in (choice.topic, choice.also)]
        return _together(both, state, policy) or both[0]
    topic = policy.topics.get(choice.topic)
    route = policy.topics.route(choice.topic)
    if route in SAFETY_KINDS:
        return safety_decision([SafetyHit(DecisionKind(route), "chosen")], policy)
    if route == "own_record":
        return handed_off(rule, catalogue.OWN_RECORD, policy, why="needs their own record", topic=choice.topic)
    if route == "hand_off":
        text, why = {
            "complaint": (catalogue.COMPLAINT, "a complaint"),
            "living_with_cancer": (catalogue.LIVING_WITH_CANCER, "living with cancer or a loss"),
        }.get(choice.topic, (catalogue.HAND_OFF, "the patient asked for a person"))
        return handed_off(rule, text, policy, why=why, topic=choice.topic)
    if route == "small_talk":
        text = {"thanks": catalogue.THANKS, "praise": catalogue.PRAISE}.get(choice.topic, catalogue.GREETING)
        praise = "praise" if choice.topic == "praise" else None
        return replace(said(DecisionKind.SMALL_TALK, rule, text, policy), topics=(choice.topic,), hand_off=praise)
    if topic is None or route == "out_of_scope":
        text = catalogue.OFF_TOPIC if choice.topic == "off_topic" else catalogue.OUT_OF_SCOPE
        return replace(said(DecisionKind.OUT_OF_SCOPE, rule, text, policy), topics=(choice.topic,))
    return answer_choice(topic, programmes, rule, state, policy)


def _unsure(turn: Turn, whole: Prediction, state: ConversationState, policy: Policy) -> Decision:
    """Steps 10 to 12: never guess. A test named after an answered question asks the same of that test."""
    asked_before = policy.topics.get(state.topic or "")
    if len(whole.programmes) == 1 and asked_before and clarify.only_names_a_test(turn.text):
        followed = answer_choice(asked_before, whole.programmes, "same_question", state, policy)
        if followed.kind is DecisionKind.ANSWER:
            return followed
    if not state.asked and (clarify.is_yes(turn.text) or clarify.is_no(turn.text)):
        return said(DecisionKind.SMALL_TALK, "nothing_asked", catalogue.SOMETHING_ELSE, policy, offer_staff=True)
    question = clarify.ask(whole, state, policy)
    if question and question.topics == ("talk_to_a_person",) and whole.best.score >= LIKELY:
        # To ask would cost the patient more than to do it.
        return _route(Choice("talk_to_a_person"), "only_choice", state, policy, programmes=())
    if question:
        return question
    return said(DecisionKind.CLARIFY, "not_understood", catalogue.NOT_UNDERSTOOD, policy, offer_staff=True)


def _with_record(
    decision: Decision, whole: Understanding | None, state: ConversationState, policy: Policy, language: str
) -> Decision:
    """Add what explains the decision later, and the state after it (an open question lives for one turn)."""
    after = decision.state or replace(state, asked=())
    if decision.kind is DecisionKind.STAY_SILENT:
        after = state
    decision = replace(decision, state=after, language=language, thresholds=policy.thresholds.as_dict())
    if isinstance(whole, Prediction):
        decision = replace(decision, confidence=whole.best.score, margin=whole.margin, release=whole.release)
        decision = replace(decision, ranking=whole.ranking[:RANKED])
    return decision
