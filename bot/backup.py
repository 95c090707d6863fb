"""Making a backup while everything runs, and putting one back into an empty place."""

import platform
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot import backup_archive, wiring
from bot.backup_archive import DATABASE, MODELS, Manifest
from bot.demo_secrets import FILE as DEMO_SECRETS
from bot.errors import DataError, StoreFault
from bot.keyring import Keyring
from bot.settings import Settings
from bot.store import dump, migrate
from bot.store.database import Database
from bot.store.training_tables import Release

NOT_OURS = {DEMO_SECRETS, "lost+found"}  # may be in an empty var


def make(settings: Settings, archive: Path, now: datetime, *, with_model: bool = True) -> Manifest:
    """Write a backup to a new file, wholly or not at all. Raises DataError, StoreUnavailable."""
    if archive.exists():
        raise DataError("exists already: name a new file", archive)
    try:
        folder = tempfile.TemporaryDirectory(prefix=".backup-", dir=archive.absolute().parent)
    except OSError as error:
        raise DataError(f"cannot be written ({type(error).__name__})", archive) from None
    with folder as name:  # readable by the owner only, and on the disk that the archive goes to
        copy, whole = Path(name) / DATABASE, Path(name) / "whole.tar"
        found = _dump(settings, copy)
        files = {DATABASE: copy}
        if with_model and found.release:
            files |= _model_files(settings.var / "models", found.release)
        manifest = _manifest(found, files, now)
        backup_archive.write(whole, manifest, files)
        whole.replace(archive)
    return manifest


def _dump(settings: Settings, copy: Path) -> dump.Contents:
    with closing(Database(settings.database_url)) as database:
        if not migrate.is_current(database):
            raise DataError("the database is not that of this version: python -m bot migrate")
        return dump.dump(database, copy)


def _manifest(found: dump.Contents, files: Mapping[str, Path], now: datetime) -> Manifest:
    project = tomllib.loads((wiring.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    return Manifest(
        made_at=now,
        version=project["project"]["version"],
        python=platform.python_version(),
        database=found.kind,
        schema_revision=found.schema,
        key_ids=found.key_ids,
        release=found.release.name if found.release else None,
        rows=found.rows,
        sha256={name: backup_archive.sha256_of(file) for name, file in files.items()},
    )


def _model_files(models: Path, release: Release) -> dict[str, Path]:
    """The model and its description. Raises DataError where the model is not the one that was released."""
    model, description = models / release.file, models / f"{release.name}.json"
    if not model.is_file():
        raise DataError("the live release's model is missing: copy it there, or use --without-model", model)
    if backup_archive.sha256_of(model) != release.sha256:
        raise DataError("is not the model that was released: its hash is another", model)
    files = [model, *([description] if description.is_file() else [])]
    return {f"{MODELS}{file.name}": file for file in files}


def restore(settings: Settings, archive: Path) -> Manifest:
    """Put a backup into an empty database and an empty var. Raises DataError, StoreUnavailable, WrongKey."""
    manifest = backup_archive.read_manifest(archive)
    with closing(Database(settings.database_url)) as database:
        _refuse_unfit(settings, database, manifest, archive)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.var) as name:
            folder = Path(name)
            backup_archive.unpack(archive, manifest, folder)
            dump.load(database, folder / DATABASE)
            shutil.copytree(folder / MODELS, settings.var / "models", dirs_exist_ok=True)
        with database.read() as session:
            there = dump.schema_of(session), dump.count_rows(session, manifest.rows)
        if there != (manifest.schema_revision, manifest.rows):
            raise StoreFault("the restored database does not have what the manifest tells")
    with closing(wiring.database_of(settings)) as database:
        migrate.upgrade(database)  # nothing to do after a backup of this version
    return manifest


def _refuse_unfit(settings: Settings, database: Database, manifest: Manifest, archive: Path) -> None:
    if manifest.database != ("sqlite" if database.is_sqlite else "postgresql"):
        raise DataError(f"is a backup of {manifest.database}: set BOT_DATABASE_URL to such a database", archive)
    if not migrate.knows(manifest.schema_revision):
        raise DataError(f"was made by a newer version ({manifest.version}): install that one first", archive)
    missing = set(manifest.key_ids) - set(Keyring.from_text(settings.secret_key).ids)
    if missing:
        keys = ", ".join(sorted(missing))
        raise DataError(f"needs the key {keys}, which BOT_SECRET_KEY does not have: it is kept apart", archive)
    if not dump.is_empty(database):
        raise DataError("the database is not empty: a backup is restored into an empty one only")
    settings.var.mkdir(parents=True, exist_ok=True)
    there = sorted(file.name for file in settings.var.iterdir() if file.name not in NOT_OURS and not _is_empty(file))
    if there:
        raise DataError(f"is not empty ({there[0]}): a backup is restored into an empty BOT_VAR only", settings.var)


def _is_empty(file: Path) -> bool:
    return not any(file.iterdir()) if file.is_dir() else file.stat().st_size == 0
