"""Asking which question was meant, and reading the reply to it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.core import catalogue
from bot.core.messages import Button, ConversationState, Decision, DecisionKind, Prediction, Programme, Reply
from bot.core.policy import Policy
from bot.core.turn import SOMETHING_ELSE, STAFF, Choice, button

MOST_CHOICES = 3
OFFERED_ROUTES = ("faq", "own_record", "hand_off")
YES = frozenset({"yes", "yeah", "yep", "yea", "ye", "yh", "aye", "y", "ok", "please", "yes please", "that one", "ie"})
NO = frozenset({"no", "nope", "nah", "neither", "none", "none of these", "no thanks", "na"})
NUMBERS = {"1": 0, "one": 0, "2": 1, "two": 1, "3": 2, "three": 2, "4": 3, "four": 3}
ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3}
AROUND_A_NUMBER = frozenset({"the", "number", "option", "choice", "please", "pls", "thanks", "ta", "think", "i"})
FILLERS = frozenset(
    "and the what about for no i meant mean a an my how ok oh sorry then instead test screening one is it "
    "same with or also too please pls thanks but of".split()
)
TEST_WORDS = frozenset(
    "smear smears cervical mammogram mammograms mammo boob boobs breast breasts bowel poo fit kit lung lungs check "
    "scan van aaa eye eyes squash home".split()
)
LONGEST_REPLY = 6  # words: "the second one please" is a reply to us, a whole sentence is a new question


def ask(prediction: Prediction, state: ConversationState, policy: Policy) -> Decision | None:
    """Offer up to three human-worded questions, or None if nothing is near enough."""
    if prediction.best.score < policy.thresholds.clarify:
        return None
    near = [
        policy.topics[candidate.topic]
        for candidate in prediction.ranking
        if candidate.score >= policy.thresholds.choice and policy.topics.route(candidate.topic) in OFFERED_ROUTES
    ][:MOST_CHOICES]
    if not near:
        return None
    programme = prediction.programmes[0] if len(prediction.programmes) == 1 else None
    choices = [
        Choice(topic.name, programme if not topic.programmes or programme in topic.programmes else None)
        for topic in near
    ]
    lines = [f"{number}. {topic.question}" for number, topic in enumerate(near, start=1)]
    buttons = [button(choice, topic.button) for choice, topic in zip(choices, near, strict=True)]
    buttons += [Button(catalogue.BUTTON_SOMETHING_ELSE, SOMETHING_ELSE), Button(catalogue.BUTTON_STAFF, STAFF)]
    return Decision(
        DecisionKind.CLARIFY,
        "near_tie",
        (Reply("\n".join([catalogue.WHICH_QUESTION, *lines]), tuple(buttons)),),
        topics=tuple(topic.name for topic in near),
        programmes=prediction.programmes,
        state=replace(state, asked=tuple(choice.pair for choice in choices)),
    )


def is_yes(text: str) -> bool:
    """Yes to the one thing that was offered."""
    return _plain(text) in YES


def is_no(text: str) -> bool:
    """No to everything that was offered."""
    return _plain(text) in NO


def typed_choice(
    text: str, asked: Sequence[Choice], named: Sequence[Programme], sure_topic: str | None
) -> Choice | None:
    """Which of the open choices the patient typed; None if the words are something new.

    `named` are the programmes in the words, `sure_topic` what the model is sure they ask about by themselves.
    """
    words = _plain(text).split()
    if len(words) > LONGEST_REPLY:
        return None
    if _plain(text) in YES:
        return asked[0] if len(asked) == 1 else None
    number = _number(words)
    if number is not None and number < len(asked):
        return asked[number]
    by_test = [choice for choice in asked if choice.programme and choice.programme in named]
    something_new = sure_topic is not None and sure_topic not in {choice.topic for choice in asked}
    return by_test[0] if len(by_test) == 1 and not something_new else None


def _number(words: Sequence[str]) -> int | None:
    """The position that a reply names and nothing else: "2", "the second one please"; not "2 weeks ago"."""
    if len(words) == 2 and words[0] == "no" and words[1].isdigit():  # short for number
        words = words[1:]
    if not all(word in ORDINALS or word in NUMBERS or word in AROUND_A_NUMBER for word in words):
        return None
    places = {ORDINALS[word] for word in words if word in ORDINALS} or {
        NUMBERS[word] for word in words if word in NUMBERS
    }
    return places.pop() if len(places) == 1 else None


def only_names_a_test(text: str) -> bool:
    """Whether a message says nothing but which test: "and the smear?", "no i meant the poo test"."""
    words = _plain(text).split()
    telling = [word for word in words if word not in FILLERS]
    unknown = [word for word in telling if word not in TEST_WORDS]
    # One unknown word may be a test's name misspelt; beside a known name it asks something else: "smear results".
    return len(words) <= LONGEST_REPLY and (not unknown or len(telling) == 1)


def is_a_tests_name(text: str) -> bool:
    """Every word is a test's or says nothing: "the boob one". The other two allow for a misspelling, this does not."""
    telling = [word for word in _plain(text).split() if word not in FILLERS]
    return bool(telling) and TEST_WORDS.issuperset(telling)


def names_a_test(text: str) -> bool:
    """A test and nothing else; a single word may be its name misspelt, unless it is a yes to nobody knows what."""
    words = re.findall(r"[a-z]+", text.lower())
    names_one = not TEST_WORDS.isdisjoint(words) or (len(words) == 1 and words[0] not in YES)
    return names_one and only_names_a_test(text)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
