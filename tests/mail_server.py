"""A real SMTP server on this machine that keeps what it is sent, and can be told to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Inbox:
    """Keeps every e-mail. `refusals` are SMTP answers that it gives first, one for each e-mail."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.recipients: list[list[str]] = []
        self.refusals: list[str] = []
        self.refuses_addresses = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuses_addresses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refusals:
            return self.refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 kept"

    def texts(self) -> list[str]:
        return [mail.get_payload(decode=True).decode() for mail in self.mails]  # type: ignore[union-attr]


@contextmanager
def mail_server(port: int, host: str = "127.0.0.1") -> Iterator[Inbox]:
    """It listens on this machine until the block ends."""
    inbox = Inbox()
    controller = Controller(inbox, hostname=host, port=port)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
