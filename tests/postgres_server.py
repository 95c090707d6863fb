"""A private PostgreSQL server for the tests: in a folder of its own, reached by its socket only, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

# What is lost when the machine loses power does not matter here, and every test is quicker.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = 100
shared_buffers = 32MB
fsync = off
full_page_writes = off
synchronous_commit = off
"""
DEBIAN = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`: the one on PATH, else Debian's newest. None: not installed."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    installed = [folder for folder in DEBIAN.glob("*/bin") if (folder / "initdb").exists()]
    return max(installed, key=lambda folder: float(folder.parent.name), default=None)


class PostgresServer:
    """A running server. Everybody who can reach its socket may do everything."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._admin = psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True)

    def url(self, name: str) -> str:
        address = URL.create("postgresql", "postgres", database=name, query={"host": str(self._folder)})
        return address.render_as_string(hide_password=False)

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, a copy of `template`; returns its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url(name)

    def drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        self._admin.close()


@contextmanager
def running(programs: Path) -> Iterator[PostgresServer]:
    """Set up a server, start it, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has 107 characters at most
    user = _unprivileged_user()
    if user is not None:
        shutil.chown(folder, user, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *arguments],
            cwd=folder,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    try:
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS.format(folder=folder))
        run("pg_ctl", "--log", str(folder / "log"), "--wait", "start")
        try:
            server = PostgresServer(folder)
            yield server
            server.close()
        finally:
            run("pg_ctl", "--mode=immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """Whom to run as: PostgreSQL refuses to be started by root. None: as we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
