"""E-mail to staff over SMTP.

The address of the server is a URL: `smtps://` speaks TLS from the start, `smtp://` must be able to change to TLS
(STARTTLS) before anything is said, except on this very machine.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from bot.core.notices import Notice
from bot.errors import MailError, SettingsError

TIMEOUT = 15.0  # seconds for each step
PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Mailer:
    """A mail server, and who the e-mails are from."""

    host: str
    port: int
    sender: str
    uses_tls_from_start: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str, sender: str) -> "Mailer | None":
        """From `smtps://user:password@host:port`; None for "". Raises SettingsError, which never quotes the URL."""
        if not url:
            return None
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise SettingsError("BOT_SMTP_URL is not like smtps://user:password@host:465") from None
        if not parts.hostname:
            raise SettingsError("BOT_SMTP_URL names no host")
        if not sender:
            raise SettingsError("BOT_MAIL_FROM is missing: BOT_SMTP_URL needs it")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, sender, parts.scheme == "smtps", user, password)

    def send(self, address: str, notice: Notice) -> None:
        """Hand one e-mail to the server. Raises MailError; `permanent` where another try is useless."""
        try:
            with self._connected() as server:
                server.send_message(self._message(address, notice), self.sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise MailError(f"the mail server refuses the address ({code})", permanent=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            # Wrong passwords and the like are put right by people, so the e-mail is worth keeping for a while.
            raise MailError(f"the mail server says no ({error.smtp_code})", permanent=False) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(f"the mail server cannot be used ({type(error).__name__})", permanent=False) from None

    def _connected(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.uses_tls_from_start:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trusted)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if not self.uses_tls_from_start and self.host not in LOOPBACK:
                server.starttls(context=trusted)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, address: str, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, address
        message["Subject"] = " ".join(notice.subject.split())
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # no holiday notes in answer, please
        message.set_content(notice.body)
        return message
