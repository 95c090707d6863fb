"""Fuzzing in short: every seed, spoilt copies of them, and the fuzzer for a moment. `make fuzz` is the long form."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.seeds import FOLDER, kept, seeds
from tests.fuzz.targets import TARGETS

PROJECT = Path(__file__).parent.parent.parent
SPOILT = 300  # copies for each target


def spoilt(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A copy with a few bytes changed, cut out, doubled, or exchanged for a piece of another seed."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(data))
        end = min(len(data), place + chance.randint(0, 12))
        match chance.choice(("change", "cut", "double", "cross")):
            case "change":
                data[place:end] = chance.randbytes(end - place)
            case "cut":
                del data[place:end]
            case "double":
                data[place:place] = data[place:end]
            case "cross":
                start = chance.randint(0, len(other))
                data[place:end] = other[start : start + 20]
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_keeps_the_promises(name: str) -> None:
    assert kept(name)
    for content in seeds(name):
        TARGETS[name](content)


@pytest.mark.parametrize("name", TARGETS)
def test_spoilt_seeds_keep_the_promises(name: str) -> None:
    chance, known = random.Random(name), seeds(name)
    for _ in range(SPOILT):
        TARGETS[name](spoilt(chance.choice(known), chance.choice(known), chance))


def test_seeds_are_kept_for_every_target_and_for_no_other() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} == TARGETS.keys()


linux = pytest.mark.skipif(sys.platform != "linux", reason="Atheris comes ready-made for Linux only")


@linux
def test_the_fuzzer_runs_a_target_and_counts(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--target", "payloads", "--executions", "500", "--seed", "1"]
    ran = subprocess.run([*command, "--out", str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, timeout=150)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["targets"].keys() == {"payloads"}
    assert (report["crashes"], report["executions"]) == (0, 500)


@linux
def test_a_broken_promise_is_found_and_kept(tmp_path: Path) -> None:
    """The fuzzer against a target that breaks on one input in 256 of the first byte, which no seed has."""
    script = (
        "import sys, atheris\n"
        "def broken(data):\n"
        "    assert data[:1] != b'\\xfe'\n"
        "atheris.Setup([sys.argv[0], *sys.argv[1:]], broken)\n"
        "atheris.Fuzz()\n"
    )
    command = [sys.executable, "-c", script, "-runs=20000", "-seed=1", f"-artifact_prefix={tmp_path}/broken-"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.returncode != 0
    assert [file.read_bytes()[:1] for file in tmp_path.glob("broken-*")] == [b"\xfe"]
