"""`python -m bot new-key` and `rotate-key`: the key that messages are encrypted with."""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing

import click

from bot import wiring
from bot.command_errors import one_line_errors
from bot.errors import StoreUnavailable
from bot.keyring import Keyring
from bot.keyring import new_key as make_key
from bot.operator_name import at_the_command_line
from bot.settings import Settings
from bot.store import audit, encryption_keys, encryption_rows, inbox_words_anew, learning_words
from bot.store.database import Database
from bot.store.encryption_keys import LOOK_EVERY
from bot.store.encryption_rows import Resealed, Tick

# Seconds. A process notices within LOOK_EVERY that its key is retired. What it had begun by then may wait as long
# for a lock, and then ends.
SETTLING = 3 * LOOK_EVERY


@click.command("new-key")
def new_key() -> None:
    """Print a fresh key for BOT_SECRET_KEY."""
    click.echo(make_key())


@click.command("rotate-key")
@one_line_errors
def rotate_key() -> None:
    """Encrypt every message with the first key of BOT_SECRET_KEY, so that older keys can be dropped.

    Web and workers may run meanwhile, once all were started with the new key first and the old one after it. Cut
    off, it goes on where it stopped when it is run again.
    """
    settings = Settings.from_env(os.environ)
    with closing(wiring.open_database(settings)) as database:
        _rotate(database, Keyring.from_text(settings.secret_key))


def _rotate(database: Database, keyring: Keyring) -> None:
    done = _with_progress(database, keyring)
    with database.write() as session:
        waits = encryption_keys.retire_others(session, keyring, wiring.utc_now())
    if waits:
        click.echo(f"Waiting {SETTLING:.0f} s for what running processes began with an older key.", err=True)
        time.sleep(SETTLING)
        last = _all_anew(database, keyring)
        done = Resealed(done.rows + last.rows, last.damaged)
        if _count(database, keyring) > len(done.damaged):
            raise StoreUnavailable("a running process still encrypts with an older key: end it and run this again")
    _finish(database, keyring, done)


def _with_progress(database: Database, keyring: Keyring) -> Resealed:
    with click.progressbar(length=_count(database, keyring), label="Encrypting", file=sys.stderr) as bar:
        return _all_anew(database, keyring, bar.update)


def _count(database: Database, keyring: Keyring) -> int:
    return encryption_rows.count_to_reseal(database, keyring) + _count_of_words(database, keyring)


def _count_of_words(database: Database, keyring: Keyring) -> int:
    return inbox_words_anew.count(database, keyring) + learning_words.count_of_old(database, keyring)


def _all_anew(database: Database, keyring: Keyring, tick: Tick = lambda _rows: None) -> Resealed:
    """What is encrypted, and the words that searches look through."""
    done = encryption_rows.reseal(database, keyring, tick)
    words = inbox_words_anew.make(database, keyring, tick) + learning_words.make_anew(database, keyring, tick)
    return Resealed(done.rows + words, done.damaged)


def _finish(database: Database, keyring: Keyring, done: Resealed) -> None:
    now = wiring.utc_now()
    with database.write() as session:
        dropped: Sequence[str] = [] if done.damaged else encryption_keys.mark_unused(session, now)
        if done.rows or dropped:
            audit.record(
                session,
                now,
                actor=at_the_command_line(),
                action="messages encrypted anew",
                about=f"encryption_key {keyring.current}",
                details={"rows": done.rows, "unused": list(dropped), "damaged": done.damaged},
            )
    click.echo(f"{done.rows} rows encrypted with the key {keyring.current}.")
    if done.damaged:
        for row in done.damaged:
            click.echo(f"damaged: {row} cannot be decrypted", err=True)
        click.echo("error: keep the older keys: restore the damaged rows from a backup, or erase them", err=True)
        sys.exit(1)
    for key_id in dropped:
        click.echo(f"Nothing is encrypted with the key {key_id} any more: take it out of BOT_SECRET_KEY.")
    if dropped:
        click.echo("Backups made before now still need it: keep it as long as you keep them.")
