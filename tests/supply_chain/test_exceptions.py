"""Every weakness that is lived with is named, contained, still there, and looked at again in time."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from packaging.version import Version

from bot.errors import DataError
from supply_chain.exceptions import FIELDS, Contained, read_exceptions
from tests.rules.project import PROJECT

LONGEST_REVIEW = timedelta(days=183)
EXCEPTIONS = read_exceptions()
LOCK = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))
GOOD = """
- advisory: CVE-2026-1
  package: keras
  fixed_in: 3.0.0
  weakness: It breaks.
  forced_by: Rasa
  contained: It is not called.
  review_by: 2027-01-01
"""


def versions(package: str) -> list[Version]:
    return [Version(one["version"]) for one in LOCK["package"] if one["name"] == package]


def packages_of_the_service() -> set[str]:
    """The names of everything that the service's own environment holds, and what developers add."""
    known = {(one["name"], one["version"]): one for one in LOCK["package"]}
    by_name: dict[str, list[tuple[str, str]]] = {}
    for key in known:
        by_name.setdefault(key[0], []).append(key)
    [root] = [one for one in LOCK["package"] if one["name"] == "screening-assistant"]
    waiting = [*root["dependencies"], *root["dev-dependencies"]["dev"]]
    found: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        for key in [(wanted["name"], wanted["version"])] if "version" in wanted else by_name[wanted["name"]]:
            if key not in found:
                found.add(key)
                waiting += known[key].get("dependencies", [])
    return {f"{name} {version}" for name, version in found}


def label(one: Contained) -> str:
    return f"{one.package}-{one.advisory}"


@pytest.mark.parametrize("one", EXCEPTIONS, ids=label)
def test_an_exception_is_in_date_and_is_looked_at_again_within_half_a_year(one: Contained) -> None:
    today = datetime.now(UTC).date()
    assert today <= one.review_by, "look again: is there a fixed version, and is the reason still true?"
    assert one.review_by <= today + LONGEST_REVIEW


@pytest.mark.parametrize("one", EXCEPTIONS, ids=label)
def test_an_exception_is_about_a_version_that_is_still_used(one: Contained) -> None:
    assert versions(one.package), f"{one.package} is not used any more: take the exception out"
    assert any(version < Version(one.fixed_in) for version in versions(one.package)), "mended: take the exception out"


@pytest.mark.parametrize("one", EXCEPTIONS, ids=label)
def test_no_exception_is_made_for_the_services_own_environment(one: Contained) -> None:
    ours = {f"{one.package} {version}" for version in versions(one.package) if version < Version(one.fixed_in)}
    assert not ours & packages_of_the_service()


def test_the_services_packages_are_found() -> None:
    names = {name.split()[0] for name in packages_of_the_service()}
    assert {"flask", "werkzeug", "sqlalchemy", "pytest"} <= names
    assert "rasa" not in names


@pytest.mark.parametrize("one", EXCEPTIONS, ids=label)
def test_the_document_tells_of_every_package(one: Contained) -> None:
    assert f"`{one.package}`" in (PROJECT / "docs" / "supply-chain.md").read_text(encoding="utf-8")


def written(content: str, folder: Path) -> Path:
    file = folder / "exceptions.yml"
    file.write_text(content, encoding="utf-8")
    return file


def test_a_whole_exception_is_read(tmp_path: Path) -> None:
    [one] = read_exceptions(written(GOOD, tmp_path))
    assert (one.advisory, one.review_by) == ("CVE-2026-1", date(2027, 1, 1))


@pytest.mark.parametrize("field", FIELDS)
def test_an_exception_that_lacks_something_is_refused_with_its_line(field: str, tmp_path: Path) -> None:
    lines = [line for line in GOOD.splitlines() if f"{field}:" not in line]
    content = "\n".join(lines) if field != "advisory" else GOOD.replace("advisory: CVE-2026-1\n  ", "")
    with pytest.raises(DataError, match=f"{field}: missing") as refused:
        read_exceptions(written(content, tmp_path))
    assert refused.value.line is not None


@pytest.mark.parametrize(("old", "new"), [("It is not called.", '""'), ("2027-01-01", "soon")])
def test_an_empty_reason_or_a_date_that_is_none_is_refused(old: str, new: str, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_exceptions(written(GOOD.replace(old, new), tmp_path))


def test_the_same_exception_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="twice"):
        read_exceptions(written(GOOD + GOOD, tmp_path))
