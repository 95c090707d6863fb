"""The e-mails that wait: each told once, held by one worker, found again when that worker dies."""

from datetime import datetime

import pytest

from bot.core.notices import Notice
from bot.store import notifications
from bot.store.database import Database
from bot.store.desk_tables import Notification
from bot.store.notifications import LEASE, ToMail
from tests.builders import NOON, after
from tests.store.queues import in_threads

NOTICE = Notice("1 conversation needs you", "Sign in.")


class Mail:
    def __init__(self, database: Database, practice_id: int) -> None:
        self._database, self._practice_id = database, practice_id

    def add(self, key: str = "k", *addresses: str) -> int:
        with self._database.write() as session:
            return notifications.add(session, self._practice_id, key, addresses or ["a@b.uk"], NOTICE, NOON)

    def claim(self, worker: str = "w", now: datetime = NOON) -> ToMail | None:
        with self._database.write() as session:
            return notifications.claim_next(session, worker, now)

    def settle(self, action, *arguments: object) -> bool:  # type: ignore[no-untyped-def]
        with self._database.write() as session:
            return bool(action(session, *arguments))

    def row(self) -> Notification:
        with self._database.read() as session:
            return session.get_one(Notification, 1)


@pytest.fixture
def mail(database: Database, riverside: int) -> Mail:
    return Mail(database, riverside)


def test_each_address_is_told_once(mail: Mail) -> None:
    assert mail.add("k", "a@b.uk", "c@d.uk") == 2
    assert mail.add("k", "a@b.uk", "e@f.uk") == 1
    found = [mail.claim() for _ in range(4)]
    assert [one and one.address for one in found] == ["a@b.uk", "c@d.uk", "e@f.uk", None]


def test_eight_workers_and_one_email_are_one_claim(mail: Mail) -> None:
    mail.add()
    assert len([one for one in in_threads(lambda number: mail.claim(f"w-{number}")) if one]) == 1


def test_a_dead_workers_email_is_sent_by_another_and_its_own_word_counts_no_more(mail: Mail) -> None:
    mail.add()
    dead = mail.claim("w-1")
    assert dead is not None
    assert mail.claim("w-2", NOON + LEASE) is None
    later = mail.claim("w-2", NOON + LEASE * 2)
    assert later is not None
    assert not mail.settle(notifications.mark_sent, dead, NOON)
    assert mail.settle(notifications.mark_sent, later, after(minutes=9))
    assert (mail.row().state, mail.row().sent_at) == ("sent", after(minutes=9))


def test_what_failed_waits_for_its_time(mail: Mail) -> None:
    mail.add()
    first = mail.claim()
    assert first is not None
    assert mail.settle(notifications.try_again, first, after(minutes=1), "no")
    assert mail.claim(now=NOON) is None
    second = mail.claim(now=after(minutes=1))
    assert second is not None
    assert (second.attempts, second.notice) == (2, NOTICE)
    assert mail.settle(notifications.mark_failed, second, "never")
    assert (mail.row().state, mail.row().problem) == ("failed", "never")
    assert mail.claim(now=after(days=1)) is None
