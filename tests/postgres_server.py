"""A private PostgreSQL server for the tests: in a folder of its own, reached by its socket only, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
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
"""
UNSAFE = "synchronous_commit = off"  # what was committed last is lost with the process
LONGEST_DEATH = 10.0  # seconds
DEBIAN = Path("/usr/lib/postgresql")


def find_programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`: the one on PATH, else Debian's newest. None: not installed."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    installed = [folder for folder in DEBIAN.glob("*/bin") if (folder / "initdb").exists()]
    return max(installed, key=lambda folder: float(folder.parent.name), default=None)


class PostgresServer:
    """A running server. Everybody who can reach its socket may do everything."""

    def __init__(self, folder: Path, run: Callable[..., None]) -> None:
        """`run` runs one of PostgreSQL's programs on the server's data."""
        self._folder, self._run = folder, run
        self.start()

    def start(self) -> None:
        """Start it, also after `kill`: what the dead held may take the kernel a moment to free."""
        until = time.monotonic() + LONGEST_DEATH
        while True:
            try:
                self._run("pg_ctl", "--log", str(self._folder / "log"), "--wait", "start")
                break
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
        self._admin = psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True)

    def kill(self) -> None:
        """kill -9 of every one of its processes at once, as when the machine loses power."""
        pid_file = self._folder / "data" / "postmaster.pid"
        main = int(pid_file.read_text().split()[0])
        os.kill(main, signal.SIGSTOP)  # else it starts the others again
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        processes = (*map(int, children), main)
        for process in processes:
            os.kill(process, signal.SIGKILL)
        until = time.monotonic() + LONGEST_DEATH
        while any(map(_lives, processes)) and time.monotonic() < until:
            time.sleep(0.05)  # one that still holds the shared memory would keep the next server from starting
        pid_file.unlink()  # a process that nobody has waited for yet would count as running
        self._admin.close()

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
def running(programs: Path, *, may_be_killed: bool = False) -> Iterator[PostgresServer]:
    """Set up a server, start it, and remove it at the end. `may_be_killed`: what was committed survives that."""
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
            settings.write(SETTINGS.format(folder=folder) + ("" if may_be_killed else UNSAFE))
        try:
            server = PostgresServer(folder, run)
            yield server
            server.close()
        finally:
            run("pg_ctl", "--mode=immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    """False for one that is gone, or dead and only not waited for yet."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def _unprivileged_user() -> str | None:
    """Whom to run as: PostgreSQL refuses to be started by root. None: as we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
