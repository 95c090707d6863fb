"""From a topic that is sure to an approved answer, or to the one question that is missing."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core import catalogue
from bot.core.answers import Answer, Withheld
from bot.core.messages import Button, ConversationState, Decision, DecisionKind, Prediction, Programme, Reply
from bot.core.policy import Policy
from bot.core.practice import fill, fill_answer
from bot.core.topics import Topic
from bot.core.turn import STAFF, Choice, button
from bot.core.wording import handed_off

WHICH_TEST = "which_test"  # the rule of a decision that asks for the programme
MOST_PROGRAMMES = 2  # "does a smear or a mammogram hurt more": both, but never a list


def is_sure(prediction: Prediction, policy: Policy) -> bool:
    """Score and lead are both high enough to act on the best topic."""
    route = policy.topics.route(prediction.best.topic)
    return policy.thresholds.allow(route, prediction.best.score, prediction.margin)


def answer_choice(
    topic: Topic, named: Sequence[object], rule: str, state: ConversationState, policy: Policy
) -> Decision:
    """Programme from the words, else from the conversation, else ask which."""
    wanted = [programme for programme in named if isinstance(programme, Programme)][:MOST_PROGRAMMES]
    fitting = [programme for programme in wanted if not topic.programmes or programme in topic.programmes]
    if wanted and not fitting:
        return _withheld(topic, Withheld.NONE_WRITTEN, rule, policy)
    if not fitting:
        fitting = _from_context(topic, state)
    if fitting:
        return _answers(topic, fitting, rule, state, policy)
    today = policy.now.date()
    if isinstance(policy.answers.choose(topic.name, None, policy.practice, today), Answer):
        return _answers(topic, [None], rule, state, policy)
    options = policy.answers.programmes(topic.name, policy.practice, today)
    if len(options) == 1:
        return _answers(topic, list(options), rule, state, policy)
    if not options:
        why = policy.answers.choose(topic.name, next(iter(topic.programmes), None), policy.practice, today)
        return _withheld(topic, why if isinstance(why, Withheld) else Withheld.NONE_WRITTEN, rule, policy)
    return _which_test(topic, options, state, policy)


def _from_context(topic: Topic, state: ConversationState) -> list[Programme]:
    if len(topic.programmes) == 1:
        return list(topic.programmes)
    if state.programme and (state.programme in topic.programmes or not topic.programmes):
        return [state.programme]
    return []


def _answers(
    topic: Topic, programmes: Sequence[Programme | None], rule: str, state: ConversationState, policy: Policy
) -> Decision:
    today = policy.now.date()
    chosen = [policy.answers.choose(topic.name, programme, policy.practice, today) for programme in programmes]
    answers = {choice.version: choice for choice in chosen if isinstance(choice, Answer)}
    if not answers:
        return _withheld(topic, next(choice for choice in chosen if isinstance(choice, Withheld)), rule, policy)
    known = tuple(
        programme
        for programme, choice in zip(programmes, chosen, strict=True)
        if programme and isinstance(choice, Answer)
    )
    programme = known[0] if len(known) == 1 else state.programme
    return Decision(
        DecisionKind.ANSWER,
        rule,
        tuple(Reply(_text(answer, policy), answer_version=answer.version) for answer in answers.values()),
        topics=(topic.name,),
        programmes=known,
        answer_versions=tuple(answers),
        state=replace(state, topic=topic.name, programme=programme, asked=()),
    )


def _text(answer: Answer, policy: Policy) -> str:
    text = fill_answer(answer.text, policy.practice).strip()
    return f"{text}\n\n{catalogue.SAMPLE_LABEL}" if answer.status == "sample" else text


def _withheld(topic: Topic, why: Withheld, rule: str, policy: Policy) -> Decision:
    """Sure of the question, but there is nothing approved to say: a person answers."""
    return handed_off(
        f"{rule}:{why.name.lower()}", catalogue.NO_APPROVED_ANSWER, policy, why=str(why), topic=topic.name
    )


def which_test_for_both(first: Topic, second: Topic, state: ConversationState, policy: Policy) -> Decision | None:
    """The one question that two topics wait for, if some test has an answer to both."""
    today = policy.now.date()
    known = policy.answers.programmes(second.name, policy.practice, today)
    options = [one for one in policy.answers.programmes(first.name, policy.practice, today) if one in known]
    return _which_test(first, options, state, policy, also=second) if len(options) > 1 else None


def _which_test(
    topic: Topic, options: Sequence[Programme], state: ConversationState, policy: Policy, also: Topic | None = None
) -> Decision:
    choices = [Choice(topic.name, programme, also.name if also else "") for programme in options]
    buttons = [
        button(choice, catalogue.BUTTON_PROGRAMME[programme])
        for choice, programme in zip(choices, options, strict=True)
    ]
    return Decision(
        DecisionKind.CLARIFY,
        WHICH_TEST,
        (Reply(fill(catalogue.WHICH_TEST, policy.practice), (*buttons, Button(catalogue.BUTTON_STAFF, STAFF))),),
        topics=(topic.name, also.name) if also else (topic.name,),
        state=replace(state, asked=tuple(choice.pair for choice in choices)),
    )
