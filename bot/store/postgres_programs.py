"""PostgreSQL's own client programs, run on the database of a URL."""

import os
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from bot.errors import StoreUnavailable

DEBIAN = Path("/usr/lib/postgresql")


def run(program: str, url: URL, *arguments: str) -> None:
    """Run `pg_dump` or `pg_restore`. Raises StoreUnavailable where it is not installed or fails.

    The password goes by the environment: everybody on the machine can read a command line.
    """
    parts = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    parts |= {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    command = [_find(program), *arguments, "--no-password", "--dbname", make_conninfo("", **parts)]
    secret = {"PGPASSWORD": str(url.password)} if url.password is not None else {}
    ended = subprocess.run(  # noqa: S603 - our own command, no shell
        command, env=dict(os.environ) | secret, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        # Later lines may quote rows.
        said = next(iter(ended.stderr.splitlines()), f"exit code {ended.returncode}")
        raise StoreUnavailable(f"{program} failed: {said}")


def _find(program: str) -> str:
    """The one on PATH, else Debian's newest. Raises StoreUnavailable."""
    if on_path := shutil.which(program):
        return on_path
    installed = [folder for folder in DEBIAN.glob("*/bin") if (folder / program).exists()]
    if not installed:
        raise StoreUnavailable(f"{program} is not installed: it comes with PostgreSQL's client programs")
    return str(max(installed, key=lambda folder: float(folder.parent.name)) / program)
