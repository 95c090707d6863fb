"""Meta's error codes in the words of `bot.errors`: one table, looked up by code and subcode, never by text.

Sources: Meta's Messenger error code table (June 2026) and the Graph API's general table. `meaning` is shown to
practice staff, so it says what happened to the message and who can do something about it.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from bot.errors import (
    NotTheOwner,
    OutcomeUnknown,
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    TemporarySendError,
    TokenInvalid,
    WindowClosed,
)

LONGEST_WAIT = timedelta(days=1)


class Rule(NamedTuple):
    """What one of Meta's codes means for us."""

    kind: type[SendError]
    meaning: str


BUSY = Rule(RateLimited, "Meta asks this page to slow down. The message waits and is tried again.")
MAYBE_SENT = Rule(OutcomeUnknown, "Meta reported a fault and may have sent the message all the same.")
TOO_LATE = Rule(
    WindowClosed,
    "Too much time has passed since the patient last wrote, so Messenger does not allow a message now.",
)
CANNOT_RECEIVE = Rule(
    PermanentSendError,
    "This person cannot get messages from this page now. They may have blocked it or closed their account.",
)
NOT_OURS = Rule(NotTheOwner, "A person or another app is looking after this conversation in Messenger.")
REFUSED = Rule(PermanentSendError, "Meta refused the form of this message. This is a fault of the service: report it.")
NO_PERMISSION = Rule(
    PermanentSendError,
    "The Facebook app is not allowed to send this. Its owner must check the app's permissions.",
)
NO_FILE = Rule(PermanentSendError, "Meta could not use the file in this message. Send it as a link in the text.")
NO_PROFILE = Rule(PermanentSendError, "Meta gives no profile of this person. Nothing needs to be done.")
WRONG_ACCESS = Rule(
    TokenInvalid,
    "Meta did not accept this page's id, token or app secret. An administrator must check the page.",
)
TOKEN = Rule(TokenInvalid, "Meta no longer accepts this page's token. An administrator must connect the page again.")

# (code, subcode). No subcode: the code whatever its subcode. No code: Meta prints the number bare or under
# more than one code, so it counts wherever it stands.
RULES: Mapping[tuple[int | None, int | None], Rule] = {
    # Unknown outcome: look for the echo before sending again.
    (1, None): MAYBE_SENT,
    (1, 99): MAYBE_SENT,
    (1, 1357046): MAYBE_SENT,  # Meta's own servers got an answer they could not read
    # Meta's passing faults. Code 2 also comes when the person blocked the page, so the tries must end.
    (2, None): Rule(TemporarySendError, "Meta has a passing fault. The message is tried again."),
    (1200, None): Rule(TemporarySendError, "Meta has a passing fault. The message is tried again."),
    (None, 2018321): Rule(TemporarySendError, "The patient is answering Messenger's own questions. It is tried again."),
    # Too many calls: app, user, page, several kinds of business use.
    (4, None): BUSY,
    (17, None): BUSY,
    (32, None): BUSY,
    (341, None): BUSY,
    (613, None): BUSY,
    (613, 2534040): BUSY,
    (80001, None): BUSY,
    (80006, None): BUSY,
    # The page is stopped by Meta. Going on makes it worse.
    (613, 2018338): Rule(
        PageBlocked, "Meta warns that people find this page's messages a bother. Sending has stopped."
    ),
    (10, 1893063): Rule(PageBlocked, "Meta restricts this page for now: no message can be sent from it."),
    (368, None): Rule(PageBlocked, "Meta has blocked this page for now, as it sees a breach of its rules."),
    # Outside the reply window.
    (10, 2018278): TOO_LATE,
    (10, 2534022): TOO_LATE,
    (10, 2018065): TOO_LATE,
    # This person.
    (10, 2018108): CANNOT_RECEIVE,
    (551, None): CANNOT_RECEIVE,
    (
        None,
        1545041,
    ): CANNOT_RECEIVE,  # with 200 or 551; may also mean a closed window: Meta does not say which
    (100, 2018001): Rule(PermanentSendError, "Messenger knows no such person for this page."),
    (10903, None): Rule(PermanentSendError, "Messenger allows no reply to this person here."),
    (230, None): Rule(PermanentSendError, "This person has not agreed to share what was asked for."),
    (None, 2018218): NO_PROFILE,  # an account made with a telephone number
    (None, 2018247): NO_PROFILE,
    (None, 9000001): Rule(PermanentSendError, "The message that this belongs to was deleted."),
    # Someone else holds the conversation.
    (None, 2018300): NOT_OURS,
    (100, 2534037): NOT_OURS,
    # Faults of the message or of how the app is set up.
    (100, None): REFUSED,
    (100, 1893061): Rule(PermanentSendError, "Meta has retired the label that this message was sent with: report it."),
    (100, 2018008): NO_FILE,
    (100, 2018047): NO_FILE,
    (100, 2018074): NO_FILE,
    (100, 2018109): NO_FILE,
    (100, 2018294): NO_FILE,
    (None, 2018344): Rule(PermanentSendError, "The page must first accept Meta's terms for labels."),
    (10, None): NO_PERMISSION,
    (200, None): NO_PERMISSION,
    (200, 2018028): Rule(
        PermanentSendError, "The Facebook app may only write to its own testers until Meta has approved it."
    ),
    # The token. 102: the session behind it has ended. 100/33: it is not this page's.
    (100, 33): WRONG_ACCESS,
    (102, None): TOKEN,
    (104, None): WRONG_ACCESS,
    (190, None): TOKEN,
    (190, 460): Rule(TokenInvalid, f"A Facebook password was changed. {TOKEN.meaning}"),
    (190, 493): Rule(TokenInvalid, f"Nobody renewed access for 90 days. {TOKEN.meaning}"),
}


def error_from(status: int, body: object, headers: Mapping[str, str]) -> SendError:
    """The error that an answer of the Graph API means.

    `status` is the HTTP status and `body` the parsed JSON, or anything else where it was not JSON.
    Call it only for answers that are no success.
    """
    told = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, dict):
        return _without_error_object(status, headers)
    code, subcode = _number(told.get("code")), _number(told.get("error_subcode"))
    if code == 100 and subcode is None and told.get("type") == "GraphMethodException":
        rule = WRONG_ACCESS  # how Meta refuses a wrong appsecret_proof; faults of a message are OAuthException
    else:
        rule = _rule(code, subcode) or _default(status, told.get("is_transient") is True)
    trace_id = told.get("fbtrace_id")
    return rule.kind(
        rule.meaning,
        code=code,
        subcode=subcode,
        trace_id=trace_id if isinstance(trace_id, str) else None,
        retry_after=_retry_after(headers) if issubclass(rule.kind, TemporarySendError) else None,
    )


def _rule(code: int | None, subcode: int | None) -> Rule | None:
    if code is None:
        return None
    if subcode is not None:
        for key in ((code, subcode), (None, subcode)):
            if key in RULES:
                return RULES[key]
    return RULES.get((None, code)) or RULES.get((code, None))


def _default(status: int, is_transient: bool) -> Rule:
    """For a code that is not in the table."""
    if status == 429:
        return BUSY
    if is_transient or status >= 500:
        return Rule(TemporarySendError, "Meta reports a fault that should pass. The message is tried again.")
    if status < 400:
        return MAYBE_SENT
    return Rule(
        PermanentSendError,
        "Meta refused this message for a reason that the service does not know: report it.",
    )


def _without_error_object(status: int, headers: Mapping[str, str]) -> SendError:
    """Not the Graph API's own answer: something between us and it spoke, which says nothing about the message."""
    wait = _retry_after(headers)
    if status == 429:
        return RateLimited(BUSY.meaning, retry_after=wait)
    if 300 <= status < 400:
        return TemporarySendError("Meta's address led somewhere else. Check BOT_GRAPH_URL and the network.")
    if 400 <= status < 500:
        return TemporarySendError("The way to Meta is barred. Check BOT_GRAPH_URL, the proxy and the firewall.")
    if status == 503:  # the request was not taken
        return TemporarySendError("Meta cannot be reached now. The message is tried again.", retry_after=wait)
    return OutcomeUnknown("Meta gave no clear answer and may have sent the message.", retry_after=wait)


def _number(value: object) -> int | None:
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long Meta asks to wait: the longest that its headers name, a day at most."""
    by_name = {name.lower(): value for name, value in headers.items()}
    seconds = _number(by_name.get("retry-after", "").strip()) or 0
    minutes = _minutes_to_regain_access(by_name.get("x-business-use-case-usage", ""))
    longest = min(max(seconds, minutes * 60), LONGEST_WAIT // timedelta(seconds=1))
    return timedelta(seconds=longest) if longest > 0 else None


def _minutes_to_regain_access(header: str) -> int:
    """From `{"<business id>": [{"estimated_time_to_regain_access": minutes, ...}]}`; 0 where it says nothing."""
    try:
        usage = json.loads(header)
    except (ValueError, RecursionError):
        return 0
    lists = usage.values() if isinstance(usage, dict) else ()
    limits = [limit for limits in lists if isinstance(limits, list) for limit in limits if isinstance(limit, dict)]
    return max((_number(limit.get("estimated_time_to_regain_access")) or 0 for limit in limits), default=0)
