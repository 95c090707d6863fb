"""Whether a message asks what the bot is, and whether it asks for anything: what the wording alone tells."""

import re

_SHORT = {"r": "are", "u": "you", "ur": "you are", "youre": "you are", "im": "i am", "talkin": "talking", "dis": "this"}
_STARTS = r"(?:(?:hi|hello|hiya|hey|so|sorry|wait|erm|just|um|but|lol) )*"
_ASKED = (
    r"(?:are you|you are|is (?:this|that|it)|(?:am i|i am) (?:talking|speaking|chatting|messaging|writing) (?:to|with))"
)
_KIND = (
    r"(?:(?: (?:just|actually|like|really|even|a|an|the|some|real|actual|live|proper))*"
    r" (?:robot|bot|chat ?bot|machine|computer|ai|automated|human|human being|real|person|program))"
)
_ENDS = r"(?: (?:lol|haha|please|pls|then|here|or what|or not|btw))*"
_WHAT_IT_IS = re.compile(f"{_STARTS}{_ASKED}{_KIND}(?: or{_KIND})?{_ENDS}")
_WISHES = re.compile(
    r"\b(?:does|do|did|is|are|can|could|will|would|should|has|how|hows|what|whats|when|whens|where|wheres|which|who|why|"
    r"want|wants|need|needs|like|wanna|wondering|wonder|tell|please|pls|plz|check|ask|asking|know|help|chase|chasing)\b|\?",
    re.IGNORECASE,
)


def asks_what_it_is(text: str) -> bool:
    """Whether a whole message asks if a person or a machine answers: "r u a robot". A wish for a person is none."""
    words = re.findall(r"[a-z]+", text.lower().replace("'", "").replace("\u2019", ""))
    return _WHAT_IT_IS.fullmatch(" ".join(_SHORT.get(word, word) for word in words)) is not None


def tells_no_wish(text: str) -> bool:
    """Whether nothing in a message asks or wishes: it only tells, such as "its coming up to my smear"."""
    return _WISHES.search(text) is None
