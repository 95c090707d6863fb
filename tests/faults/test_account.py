"""The account is no formality: what is lost, doubled or forgotten stands in it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, ReceivedEvent
from tests.faults.account import Account, account
from tests.faults.scene import Scene, scene
from tests.journeys.stack import wait_for

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("faults")]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with scene(tmp_path_factory.mktemp("account")) as made:
        yield made


def settled(on: Scene) -> Account:
    wait_for("everything to be settled", on.is_settled)
    return account(on)


def test_what_was_lost_forgotten_or_doubled_is_in_the_account(installation: Scene) -> None:
    # Meta takes the message, its answer is lost and its echo never comes: the one case that may be sent twice.
    installation.control("faults", lost="drop", echo=False)
    installation.say("1", "Does a mammogram hurt?")
    installation.reply("1", 2)
    found = settled(installation)
    assert (found.said, found.doubled, found.problems) == (1, 1, ())

    with installation.database.write() as session:
        session.execute(delete(DecisionRow))
    assert any("nothing was decided" in problem for problem in account(installation).problems)

    with installation.database.write() as session:
        session.execute(update(OutgoingMessage).values(state="failed", problem="refused"))
        session.execute(update(Conversation).values(waiting_since=None))
    assert any("staff are not told" in problem for problem in account(installation).problems)

    with installation.database.write() as session:
        for table in (OutgoingMessage, Message):
            session.execute(update(table).values(event_id=None))
        session.execute(delete(ReceivedEvent))
    assert any("never stored" in problem for problem in account(installation).problems)
