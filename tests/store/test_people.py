"""Users, links, sessions, codes and tries on both databases; what counts once counts once for many at a time too."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import text

from bot.core.roles import Role
from bot.core.sign_in_limits import CODES_OF_ACCOUNT, FROM_KNOWN_DEVICE, FROM_ONE_NETWORK, OF_ONE_NETWORK
from bot.errors import StoreFault
from bot.store import (
    account_links,
    audit,
    drafts,
    second_factors,
    sign_in_leftovers,
    sign_in_sessions,
    sign_in_tries,
    used_states,
    users,
)
from bot.store.database import Database
from bot.store.people_tables import AccountLink, Draft, KnownDevice, SignInSession, SignInTry, UsedState, User
from bot.store.sign_in_tries import Caller, network_of
from tests.builders import NOON, a_practice, after

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AT_ONCE = 8


@pytest.fixture
def ann(database: Database) -> int:
    with database.write() as session:
        user = users.add(session, NOON, email=" Ann@Riverside.nhs.uk ", name="Ann", actor="test")
        user.totp_secret = SECRET
        users.give_role(session, NOON, user, Role.RESPONDER, a_practice(session), actor="test")
        return user.id


def many_at_once(act: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(act, range(AT_ONCE)))


# Users


def test_a_user_is_found_by_the_address_however_it_is_typed(database: Database, ann: int) -> None:
    with database.read() as session:
        found = users.find_by_email(session, "ANN@riverside.NHS.uk ")
        assert found is not None
        assert (found.id, found.email) == (ann, "ann@riverside.nhs.uk")


def test_an_address_belongs_to_one_user(database: Database, ann: int) -> None:
    with pytest.raises(StoreFault), database.write() as session:
        users.add(session, NOON, email="ann@riverside.nhs.uk", name="Another", actor="test")


def test_a_persons_id_at_the_provider_belongs_to_one_user(database: Database, ann: int) -> None:
    with database.write() as session:
        bob = users.add(session, NOON, email="bob@riverside.nhs.uk", name="Bob", actor="test").id

    def bind(user_id: int) -> None:
        with database.write() as session:
            user = session.get_one(User, user_id)
            user.oidc_issuer, user.oidc_subject = "https://login.example", "1"

    bind(ann)
    with pytest.raises(StoreFault):
        bind(bob)


def test_roles_are_kept_by_practice(database: Database, ann: int) -> None:
    with database.write() as session:
        user, hillside = session.get_one(User, ann), a_practice(session, "hillside", pages=())
        assert users.give_role(session, NOON, user, Role.TRAINER, hillside, actor="test")
        assert not users.give_role(session, NOON, user, Role.TRAINER, hillside, actor="test")
        person = users.person(session, user)
    assert {one.slug: one.roles for one in person.practices.values()} == {
        "riverside": {Role.RESPONDER},
        "hillside": {Role.TRAINER},
    }
    assert person.practice_ids([Role.TRAINER]) == {hillside.id}
    assert not person.may([Role.SYSTEM_ADMIN])


def test_a_list_for_a_practice_tells_nothing_of_others(database: Database, ann: int) -> None:
    with database.write() as session:
        user, hillside = session.get_one(User, ann), a_practice(session, "hillside", pages=())
        users.give_role(session, NOON, user, Role.TRAINER, hillside, actor="test")
        users.give_role(session, NOON, user, Role.SYSTEM_ADMIN, None, actor="test")
        users.add(session, NOON, email="bob@elsewhere.nhs.uk", name="Bob", actor="test")
        here, everywhere = users.listed(session, [hillside.id]), users.listed(session)
    assert [(one.user.name, one.roles) for one in here] == [("Ann", (("hillside", Role.TRAINER),))]
    assert [one.user.name for one in everywhere] == ["Ann", "Bob"]
    assert ("", Role.SYSTEM_ADMIN) in everywhere[0].roles


def test_every_change_is_in_the_audit(database: Database, ann: int) -> None:
    with database.write() as session:
        user = session.get_one(User, ann)
        users.disable(session, NOON, user, actor="user 1")
        users.enable(session, NOON, user, actor="user 1")
    with database.read() as session:
        told = [(entry.action, entry.about) for entry in reversed(audit.newest(session, 10))]
        assert audit.check_chain(session).broken_at is None
    assert told == [(act, f"user {ann}") for act in ("user_added", "role_given", "user_disabled", "user_enabled")]


def test_secrets_are_encrypted(database: Database, ann: int) -> None:
    with database.read() as session:
        [stored] = session.scalars(text("SELECT totp_secret FROM user_account"))
    assert SECRET not in stored


# Links


def token_of(database: Database, ann: int, now: datetime = NOON) -> str:
    with database.write() as session:
        return account_links.make(session, now, session.get_one(User, ann), "invite", actor="x").rpartition("/")[2]


def test_of_many_who_use_a_link_at_once_one_does(database: Database, ann: int) -> None:
    token = token_of(database, ann)

    def use(_: int) -> bool:
        with database.read() as session:
            found = account_links.find(session, NOON, token, "invite")
        if found is None:
            return False
        with database.write() as session:
            return account_links.use(session, NOON, found[0])

    assert many_at_once(use).count(True) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\udcff"])
def test_a_token_that_is_none_opens_nothing(database: Database, ann: int, token: str) -> None:
    token_of(database, ann)
    with database.read() as session:
        assert account_links.find(session, NOON, token, "invite") is None


# Codes


def test_of_many_who_use_a_code_at_once_one_does(database: Database, ann: int) -> None:
    code = second_factors.pyotp.TOTP(SECRET).at(NOON)

    def use(_: int) -> bool:
        with database.write() as session:
            return second_factors.use_code(session, NOON, session.get_one(User, ann), code)

    assert many_at_once(use).count(True) == 1


def test_a_code_older_than_one_that_was_used_does_not_count(database: Database, ann: int) -> None:
    totp = second_factors.pyotp.TOTP(SECRET)
    with database.write() as session:
        user = session.get_one(User, ann)
        assert second_factors.use_code(session, NOON, user, totp.at(NOON))
        assert not second_factors.use_code(session, NOON, user, totp.at(after(seconds=-30)))
        assert second_factors.use_code(session, NOON, user, totp.at(after(seconds=30)))


def test_of_many_who_use_a_recovery_code_at_once_one_does(database: Database, ann: int) -> None:
    with database.write() as session:
        codes = second_factors.new_recovery_codes(session, session.get_one(User, ann))
    assert len(set(codes)) == second_factors.RECOVERY_CODES

    def use(_: int) -> bool:
        with database.write() as session:
            return second_factors.use_recovery_code(session, NOON, session.get_one(User, ann), codes[3])

    assert many_at_once(use).count(True) == 1
    with database.read() as session:
        assert second_factors.recovery_codes_left(session, ann) == second_factors.RECOVERY_CODES - 1


def test_recovery_codes_are_not_stored(database: Database, ann: int) -> None:
    with database.write() as session:
        [code, *_] = second_factors.new_recovery_codes(session, session.get_one(User, ann))
        stored = list(session.scalars(text("SELECT code_hash FROM recovery_code")))
    assert code.replace("-", "") not in " ".join(stored)


def test_a_state_counts_once(database: Database) -> None:
    def come_back(_: int) -> bool:
        with database.write() as session:
            return used_states.is_first_use(session, NOON, "state")

    assert many_at_once(come_back).count(True) == 1


# Sessions


def a_session(database: Database, ann: int, stage: str = "signed_in") -> str:
    with database.write() as session:
        return sign_in_sessions.start(session, NOON, session.get_one(User, ann), stage=stage, way="password")


@pytest.mark.parametrize(
    ("stage", "minutes", "is_there", "is_over"),
    [
        ("signed_in", 14, True, False),
        ("signed_in", 15, True, True),
        ("signed_in", 719, True, True),
        ("signed_in", 720, False, None),
        ("second_step", 9, True, False),
        ("second_step", 10, False, None),
        ("set_up", 10, False, None),
    ],
)
def test_how_long_a_session_lasts(
    database: Database, ann: int, stage: str, minutes: int, is_there: bool, is_over: bool | None
) -> None:
    token = a_session(database, ann, stage)
    with database.read() as session:
        found = sign_in_sessions.find(session, after(minutes=minutes), token)
    assert (found is not None) is is_there
    assert found is None or found.is_over is is_over


def test_all_sessions_but_one_are_ended(database: Database, ann: int) -> None:
    tokens = [a_session(database, ann) for _ in range(3)]
    with database.write() as session:
        kept = sign_in_sessions.find(session, NOON, tokens[1])
        assert kept is not None
        assert sign_in_sessions.end_all(session, NOON, ann, but=kept.row.id) == 2
    with database.read() as session:
        assert [sign_in_sessions.find(session, NOON, token) is not None for token in tokens] == [False, True, False]


# Tries


CALLER = Caller("account", "network")


def tries(database: Database, number: int, caller: Caller = CALLER, kind: str = "password") -> int:
    """How many of so many are looked at."""
    with database.write() as session:
        return sum(sign_in_tries.reserve(session, NOON, caller, kind) is not None for _ in range(number))


def test_many_tries_at_once_are_counted_one_by_one(database: Database) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        looked_at = sum(threads.map(lambda _: tries(database, 3), range(AT_ONCE)))
    assert looked_at == FROM_ONE_NETWORK


def test_a_right_one_does_not_count(database: Database) -> None:
    for _ in range(3 * FROM_ONE_NETWORK):
        with database.write() as session:
            number = sign_in_tries.reserve(session, NOON, CALLER, "password")
            assert number is not None
            sign_in_tries.forgive(session, number)


def test_other_networks_and_accounts_have_tries_of_their_own(database: Database) -> None:
    assert tries(database, 99) == FROM_ONE_NETWORK
    assert tries(database, 99, Caller("account", "another")) == FROM_ONE_NETWORK
    assert tries(database, 99, Caller("another", "network")) == FROM_ONE_NETWORK


def test_a_network_that_tries_many_accounts_is_stopped(database: Database) -> None:
    looked_at = sum(tries(database, 4, Caller(f"account {number}", "network")) for number in range(60))
    assert looked_at == OF_ONE_NETWORK
    assert tries(database, 1, Caller("account 1", "another")) == 1


def test_a_known_device_has_tries_of_its_own(database: Database) -> None:
    tries(database, 99)
    assert tries(database, 99, Caller("account", "network", device=7)) == FROM_KNOWN_DEVICE
    assert tries(database, 99, Caller("account", "network", device=8)) == FROM_KNOWN_DEVICE


def test_codes_of_an_account_are_counted_over_all_networks(database: Database) -> None:
    looked_at = sum(tries(database, 5, Caller("account", f"network {n}"), "code") for n in range(10))
    assert looked_at == CODES_OF_ACCOUNT
    assert tries(database, 1, Caller("account", "network 99"), "password") == 1, (
        "nobody is kept out without the password"
    )
    assert tries(database, 1, Caller("account", "network 99", device=7), "code") == 1


def test_a_device_is_known_for_its_own_user(database: Database, ann: int) -> None:
    with database.write() as session:
        bob = users.add(session, NOON, email="bob@riverside.nhs.uk", name="Bob", actor="test")
        token = sign_in_tries.remember_device(session, NOON, ann, "")
        assert sign_in_tries.known_device(session, NOON, ann, token) is not None
        assert sign_in_tries.known_device(session, NOON, bob.id, token) is None
        fresh = sign_in_tries.remember_device(session, NOON, ann, token)
        assert sign_in_tries.known_device(session, NOON, ann, token) is None, "a copy from before is of no use"
        assert sign_in_tries.known_device(session, after(days=180), ann, fresh) is None


def test_a_shared_computer_is_known_for_everybody_who_signs_in_there(database: Database, ann: int) -> None:
    with database.write() as session:
        bob = users.add(session, NOON, email="bob@riverside.nhs.uk", name="Bob", actor="test").id
        first = sign_in_tries.remember_device(session, NOON, ann, "")
        second = sign_in_tries.remember_device(session, NOON, bob, first)
        third = sign_in_tries.remember_device(session, NOON, ann, second)
        known = [sign_in_tries.known_device(session, NOON, who, third) for who in (ann, bob)]
        assert None not in known
        assert known[0] != known[1], "each has tries of their own"
        assert sign_in_tries.known_device(session, NOON, ann, second) is None
        sign_in_tries.forget_devices(session, ann)
        assert sign_in_tries.known_device(session, NOON, ann, third) is None
        assert sign_in_tries.known_device(session, NOON, bob, third) is not None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_network(address: str, network: str) -> None:
    assert network_of(address) == network


# Leftovers


def test_what_is_old_is_deleted_and_nothing_else(database: Database, ann: int) -> None:
    def leave(now: datetime) -> None:
        with database.write() as session:
            user = session.get_one(User, ann)
            sign_in_sessions.start(session, now, user, stage="signed_in", way="password")
            sign_in_tries.reserve(session, now, CALLER, "password")
            used_states.is_first_use(session, now, str(now))
            drafts.keep(session, now, ann, f"conversation {now.day}", "words")
            account_links.make(session, now, user, "invite", actor="test")
            sign_in_tries.remember_device(session, now, ann, "")

    leave(after(days=-200))
    leave(NOON)
    with database.write() as session:
        sign_in_leftovers.delete_old(session, NOON)
    with database.read() as session:
        tables = (SignInSession, SignInTry, UsedState, Draft, AccountLink, KnownDevice)
        assert [session.query(table).count() for table in tables] == [1] * 6


def test_a_draft_is_replaced_and_an_empty_one_is_none(database: Database, ann: int) -> None:
    with database.write() as session:
        drafts.keep(session, NOON, ann, "conversation 1", "first")
        drafts.keep(session, NOON, ann, "conversation 1", "second \x00")
        assert drafts.of(session, ann, "conversation 1") == "second "
        drafts.keep(session, NOON, ann, "conversation 1", "  ")
        assert drafts.of(session, ann, "conversation 1") is None
