"""E-mail to staff over a real SMTP server: what arrives, what fails for now and what fails for good."""

import socket
from collections.abc import Iterator

import pytest

from bot.core.notices import Notice
from bot.errors import MailError, SettingsError
from bot.mail import Mailer
from tests.mail_server import Inbox, mail_server

NOTICE = Notice("1 conversation needs you – Riverside", "Sign in.\nhttps://bot.example/inbox/12\n")
SENDER = "screening@example.nhs.uk"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def inbox(port: int) -> Iterator[Inbox]:
    with mail_server(port) as inbox:
        yield inbox


@pytest.fixture
def mailer(port: int) -> Mailer:
    mailer = Mailer.from_url(f"smtp://127.0.0.1:{port}", SENDER)
    assert mailer is not None
    return mailer


def test_an_email_arrives_as_it_was_written(mailer: Mailer, inbox: Inbox) -> None:
    mailer.send("jo@example.nhs.uk", NOTICE)
    [mail] = inbox.mails
    assert inbox.recipients == [["jo@example.nhs.uk"]]
    assert (mail["From"], mail["To"], mail["Auto-Submitted"]) == (SENDER, "jo@example.nhs.uk", "auto-generated")
    assert mail["Date"]
    assert mail["Message-ID"].endswith("@example.nhs.uk>")
    assert inbox.texts()[0].replace("\r\n", "\n") == NOTICE.body


def test_an_address_that_the_server_does_not_know_is_given_up(mailer: Mailer, inbox: Inbox) -> None:
    inbox.refuses_addresses = True
    with pytest.raises(MailError) as failed:
        mailer.send("jo@example.nhs.uk", NOTICE)
    assert failed.value.permanent
    assert "jo@" not in str(failed.value)


def test_a_server_that_says_no_is_asked_again(mailer: Mailer, inbox: Inbox) -> None:
    inbox.refusals = ["451 later"]
    with pytest.raises(MailError, match="451") as failed:
        mailer.send("jo@example.nhs.uk", NOTICE)
    assert not failed.value.permanent


def test_a_server_that_is_down_is_asked_again(mailer: Mailer) -> None:
    with pytest.raises(MailError, match="cannot be used") as failed:
        mailer.send("jo@example.nhs.uk", NOTICE)
    assert not failed.value.permanent


def test_a_password_is_never_sent_to_a_server_that_has_no_login(port: int, inbox: Inbox) -> None:
    mailer = Mailer.from_url(f"smtp://jo:s3cret@127.0.0.1:{port}", SENDER)
    assert mailer is not None
    with pytest.raises(MailError) as failed:
        mailer.send("jo@example.nhs.uk", NOTICE)
    assert "s3cret" not in str(failed.value) + repr(mailer)


def test_elsewhere_nothing_is_said_before_tls(port: int) -> None:
    """The server has no STARTTLS, and its name is not one of this machine's own."""
    elsewhere = Mailer("127.0.0.2", port, SENDER, uses_tls_from_start=False)
    with mail_server(port, "127.0.0.2") as inbox:
        with pytest.raises(MailError):
            elsewhere.send("jo@example.nhs.uk", NOTICE)
        assert inbox.mails == []
        # The server itself works: it takes an e-mail in the clear from who would send one.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.mail.LOOPBACK", ("127.0.0.2",))
            elsewhere.send("jo@example.nhs.uk", NOTICE)
        assert len(inbox.mails) == 1


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25", "smtps://h:port"])
def test_an_address_of_a_server_that_is_none_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Mailer.from_url(url, SENDER)
    assert url not in str(refused.value)


def test_without_a_server_there_is_no_mailer_and_without_a_sender_no_start() -> None:
    assert Mailer.from_url("", "") is None
    with pytest.raises(SettingsError, match="BOT_MAIL_FROM"):
        Mailer.from_url("smtps://mail.example", "")
    secure = Mailer.from_url("smtps://us%40er:p%2Fw@mail.example", SENDER)
    assert secure is not None
    assert (secure.port, secure.user, secure.password, secure.uses_tls_from_start) == (465, "us@er", "p/w", True)
