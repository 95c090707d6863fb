"""`make audit`: asks the OSV database, through uv, for known weaknesses of everything that uv.lock names.

What exceptions.yml covers is listed and passes; anything else, or an exception past its date, fails.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from supply_chain.exceptions import Contained, read_exceptions

PROJECT = Path(__file__).parent.parent
ENVIRONMENTS: Mapping[str, Sequence[str]] = {"service": (), "rasa": ("--only-group", "rasa")}
FINE, FOUND, NOT_ASKED = 0, 1, 3
NOT_ASKED_NOTICE = (
    "*** NOT AUDITED: the database of known weaknesses could not be asked. Run make audit where it can. ***"
)


class NotAsked(Exception):
    """The database could not be reached, or answered nonsense."""


@dataclass(frozen=True)
class Finding:
    """A known weakness of a package in one environment. `names`: its id and what else it is called."""

    environment: str
    package: str
    version: str
    names: frozenset[str]
    fixed_in: str
    summary: str

    def __str__(self) -> str:
        fix = f"fixed in {self.fixed_in}" if self.fixed_in else "no version is known to be without it"
        return (
            f"{self.environment}: {self.package} {self.version}: {', '.join(sorted(self.names))} ({fix}) {self.summary}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print, and give the exit code: 0 fine, 1 something is not covered, 3 could not be asked."""
    parser = argparse.ArgumentParser(prog="python -m supply_chain.audit", description=__doc__.splitlines()[0])
    parser.add_argument("--service-url", help="another database that speaks as OSV does")
    parser.add_argument("--if-reachable", action="store_true", help="exit 0, loudly, where it cannot be asked")
    options = parser.parse_args(arguments)
    exceptions, today = read_exceptions(), datetime.now(UTC).date()
    try:
        found = [one for name in ENVIRONMENTS for one in ask(name, options.service_url)]
    except NotAsked as reason:
        print(NOT_ASKED_NOTICE, f"({reason})", file=sys.stderr, flush=True)
        return FINE if options.if_reachable else NOT_ASKED
    uncovered = [one for one in found if not covering(one, exceptions, today)]
    for finding in found:
        print(f"{'NOT COVERED' if finding in uncovered else 'contained  '}  {finding}")
    print(f"{len(found)} known weaknesses, {len(uncovered)} of them not covered by an exception that is in date.")
    return FOUND if uncovered else FINE


def covering(finding: Finding, exceptions: Sequence[Contained], today: date) -> Contained | None:
    """The exception for a finding, if there is one that is in date."""
    return next(
        (
            one
            for one in exceptions
            if one.advisory in finding.names and one.package == finding.package and one.review_by >= today
        ),
        None,
    )


def ask(environment: str, service_url: str | None = None) -> list[Finding]:
    """What is known about the packages of one environment. Raises NotAsked."""
    command = [_uv(), "audit", "--quiet", "--locked", "--output-format", "json", *ENVIRONMENTS[environment]]
    command += ["--service-url", service_url] if service_url else []
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)  # noqa: S603 - our own
    try:
        answer = json.loads(ran.stdout)
        return [_finding(environment, one) for one in answer["vulnerabilities"]]
    except (ValueError, KeyError, TypeError):
        said = [line.strip() for line in ran.stderr.splitlines() if line.startswith(("error", "  cause"))]
        raise NotAsked("; ".join(said[-1:]) or f"uv ended with {ran.returncode}") from None


def _finding(environment: str, told: Mapping[str, object]) -> Finding:
    dependency, fixes, aliases = told["dependency"], told.get("fix_versions") or [], told.get("aliases") or []
    if not (isinstance(dependency, dict) and isinstance(fixes, list) and isinstance(aliases, list)):
        raise TypeError("not a finding")
    return Finding(
        environment=environment,
        package=str(dependency["name"]),
        version=str(dependency["version"]),
        names=frozenset(map(str, [told["id"], *aliases])),
        fixed_in=", ".join(map(str, fixes)),
        summary=str(told.get("summary") or ""),
    )


def _uv() -> str:
    return os.environ.get("UV") or shutil.which("uv") or str(PROJECT / ".uv" / "bin" / "uv")


if __name__ == "__main__":
    sys.exit(main())
