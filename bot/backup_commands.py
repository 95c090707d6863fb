"""`python -m bot backup` and `restore`. What to do when: docs/backup.md."""

import os
from contextlib import closing
from pathlib import Path

import click

from bot import backup as backups
from bot import wiring
from bot.backup_archive import Manifest
from bot.command_errors import one_line_errors
from bot.operator_name import at_the_command_line
from bot.settings import Settings
from bot.store import audit
from bot.store.database import Database

KEY_IS_APART = "The key of the messages ({}) is not in it: keep BOT_SECRET_KEY safe in another place."


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--without-model", is_flag=True, help="Leave the live release's model out.")
@one_line_errors
def backup(file: Path, without_model: bool) -> None:
    """Back up the database and the live release's model into FILE, while everything runs."""
    settings = Settings.from_env(os.environ)
    manifest = backups.make(settings, file, wiring.utc_now(), with_model=not without_model)
    _record(settings, "backup made", manifest)
    click.echo(f"{file}: {sum(manifest.rows.values())} rows, release {manifest.release or 'none'}.")
    click.echo(KEY_IS_APART.format(", ".join(manifest.key_ids)))
    if settings.is_demo:
        click.echo(f"In demo mode it is in {settings.var}/demo-secrets.json.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@one_line_errors
def restore(file: Path) -> None:
    """Put a backup back: into an empty database and an empty BOT_VAR, with the key that it was made with."""
    settings = Settings.from_env(os.environ)
    manifest = backups.restore(settings, file)
    _record(settings, "backup restored", manifest)
    click.echo(f"Restored {sum(manifest.rows.values())} rows as of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC.")
    model = any(name.startswith("models/") for name in manifest.sha256)
    click.echo(f"The live release is {manifest.release or 'none'}{'' if model else ', without its model'}.")


def _record(settings: Settings, action: str, manifest: Manifest) -> None:
    details = {"made_at": manifest.made_at.isoformat(), "rows": sum(manifest.rows.values())}
    with closing(Database(settings.database_url)) as database, database.write() as session:
        audit.record(
            session,
            wiring.utc_now(),
            actor=at_the_command_line(),
            action=action,
            about="the whole database",
            details=details,
        )
