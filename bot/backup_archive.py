"""The archive of a backup: a tar file with a manifest, the database, and the files of the live release's model.

The manifest comes first and has the SHA-256 of every other file. The key of the messages is never in it.
"""

import hashlib
import io
import os
import tarfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ValidationError

from bot.errors import DataError

MANIFEST = "manifest.json"
DATABASE = "database"
MODELS = "models/"
LARGEST_MANIFEST = 1024 * 1024  # bytes
AT_ONCE = 1024 * 1024  # bytes


class Manifest(BaseModel, frozen=True):
    """What is in the archive, and what it takes to use it again."""

    format: Literal[1] = 1
    made_at: datetime
    version: str  # of this service
    python: str
    database: Literal["sqlite", "postgresql"]
    schema_revision: str
    key_ids: tuple[str, ...]  # the keys that its messages are encrypted with: ids, never the keys
    release: str | None
    rows: dict[str, int]
    sha256: dict[str, str]  # file in the archive -> digest


def write(archive: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write the whole archive, to the disk. Raises DataError."""
    told = manifest.model_dump_json(indent=2).encode()
    try:
        with archive.open("xb") as raw:
            archive.chmod(0o600)
            with tarfile.open(fileobj=raw, mode="w") as tar:
                tar.addfile(_entry(MANIFEST, len(told)), io.BytesIO(told))
                for name, file in files.items():
                    with file.open("rb") as content:
                        tar.addfile(_entry(name, file.stat().st_size), content)
            raw.flush()
            os.fsync(raw.fileno())
    except OSError as error:
        raise DataError(f"cannot be written ({type(error).__name__})", archive) from None


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
    return entry


def read_manifest(archive: Path) -> Manifest:
    """Raises DataError where the file is no backup, or one that this version cannot read."""
    try:
        with tarfile.open(archive, "r:") as tar:
            first = tar.next()
            content = tar.extractfile(first) if first and first.name == MANIFEST else None
            if content is None:
                raise DataError("is not a backup of this service", archive)
            return Manifest.model_validate_json(content.read(LARGEST_MANIFEST))
    except (tarfile.TarError, OSError, ValidationError) as error:
        raise DataError(f"is not a backup that this version can read ({type(error).__name__})", archive) from None


def unpack(archive: Path, manifest: Manifest, folder: Path) -> None:
    """Put the files of the manifest into a folder, and no others. Raises DataError where one is not as it was made."""
    (folder / MODELS).mkdir()
    missing = dict(manifest.sha256)
    try:
        with tarfile.open(archive, "r:") as tar:
            for entry in tar:
                digest = missing.pop(entry.name, None)
                if digest is None:
                    continue
                content = tar.extractfile(entry)
                if content is None or _copy(content, folder / _safe(entry.name, archive)) != digest:
                    raise DataError(f"{entry.name} is damaged", archive)
    except (tarfile.TarError, OSError) as error:
        raise DataError(f"cannot be unpacked ({type(error).__name__})", archive) from None
    if missing:
        raise DataError(f"{', '.join(missing)} is missing", archive)


def _safe(name: str, archive: Path) -> str:
    if name == DATABASE or (name.startswith(MODELS) and Path(name).name == name.removeprefix(MODELS)):
        return name
    raise DataError("names a file that no backup has", archive)


def _copy(source: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while piece := source.read(AT_ONCE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def sha256_of(file: Path) -> str:
    """The digest of a file's content."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
