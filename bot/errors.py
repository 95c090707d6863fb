"""Every error this service raises on purpose.

AssistantError
 ├── SettingsError            the environment is not usable: refuse to start, saying which name
 ├── DataError                a file someone edits is wrong: says file and line
 ├── Refused                  a rule forbids what a person asked for: says which; nothing was changed
 ├── StoreUnavailable         the database cannot store or read now: the webhook answers 503
 │    └── WrongKey              messages are encrypted with a key that is not here: nothing is stored or read
 ├── StoreFault               the database refused what our code asked for: a bug
 │    └── DamagedValue          a stored message cannot be decrypted: it was changed, by whatever or whomever
 ├── TooBusy                  too many sign-ins at once: try again in a moment
 ├── ProviderError            the OpenID provider did not prove who somebody is: nobody is signed in
 ├── ReleaseError             no trained model, or not the one that was expected
 └── SendError                Meta did not (certainly) take a message; `permanent` says whether to stop
      ├── TemporarySendError    try again with backoff
      ├── RateLimited           try again, not before `retry_after`
      ├── OutcomeUnknown        no answer came: it may have been sent, so wait for the echo first
      ├── WindowClosed          outside Meta's reply window: tell staff
      ├── NotTheOwner           another app or a person holds the conversation: stay silent
      ├── PageBlocked           Meta stopped this page: stop the page, alert
      ├── TokenInvalid          the page's token does not work: stop the page, alert
      └── PermanentSendError    this message can never be sent
"""

from datetime import timedelta
from pathlib import Path


class AssistantError(Exception):
    """Base of all errors raised on purpose; its text is one line that a person can act on."""


class SettingsError(AssistantError):
    """The environment is not usable."""


class DataError(AssistantError):
    """A file that people edit is wrong."""

    def __init__(self, problem: str, file: Path | str | None = None, line: int | None = None) -> None:
        self.problem, self.file, self.line = problem, file, line
        place = f"{file}:{line}: " if line else f"{file}: " if file else ""
        super().__init__(f"{place}{problem}")


class Refused(AssistantError):
    """A rule forbids what was asked for; nothing was changed."""


class StoreUnavailable(AssistantError):
    """The database cannot be used now; nothing was stored."""


class StoreFault(AssistantError):
    """The database refused what our code asked for. Its own words are left out: they quote the values."""


class WrongKey(StoreUnavailable):
    """`BOT_SECRET_KEY` is not, or does not have, the key that messages are encrypted with."""


class DamagedValue(StoreFault):
    """A stored message is not what was encrypted. Names the column, never the content."""


class TooBusy(AssistantError):
    """More people sign in at this moment than this machine hashes passwords for."""


class ProviderError(AssistantError):
    """The OpenID provider could not be reached, or what it said does not prove who somebody is."""


class ReleaseError(AssistantError):
    """There is no trained model to use, or it is not the one that was expected."""


class SendError(AssistantError):
    """Meta did not, or not certainly, take what was sent.

    `code` and `subcode` are Meta's; `trace_id` is Meta's `fbtrace_id`, worth logging. The text never
    holds a patient's words, id or a token.
    """

    permanent = True
    stops_the_page = False

    def __init__(
        self,
        meaning: str,
        *,
        code: int | None = None,
        subcode: int | None = None,
        trace_id: str | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        self.meaning, self.code, self.subcode = meaning, code, subcode
        self.trace_id, self.retry_after = trace_id, retry_after
        number = "" if code is None else f" ({code}/{subcode})" if subcode else f" ({code})"
        super().__init__(f"{meaning}{number}")


class TemporarySendError(SendError):
    """Try again with backoff."""

    permanent = False


class RateLimited(TemporarySendError):
    """Try again, not before `retry_after` where Meta gave one."""


class OutcomeUnknown(TemporarySendError):
    """No usable answer came: the message may have been sent. Wait for its echo before sending again."""


class WindowClosed(SendError):
    """The time in which Meta lets this message be sent is over."""


class NotTheOwner(SendError):
    """Another app or a person controls the conversation."""


class PageBlocked(SendError):
    """Meta restricts the whole page: nothing can be sent from it for now."""

    stops_the_page = True


class TokenInvalid(SendError):
    """The page's token no longer works: someone must connect the page again."""

    stops_the_page = True


class PermanentSendError(SendError):
    """This message can never be sent as it is."""
