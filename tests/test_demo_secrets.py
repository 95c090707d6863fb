"""Secrets of demo mode: made once, the same for all processes, readable by their owner only."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.demo_secrets import FILE, NAMES, PAGE_ID, demo_secrets
from bot.errors import SettingsError
from bot.keyring import Keyring

PROJECT = Path(__file__).parent.parent


def test_the_same_secrets_come_back(tmp_path: Path) -> None:
    first = demo_secrets(tmp_path)
    assert demo_secrets(tmp_path) == first
    assert set(first) == {*NAMES, "BOT_PAGE_TOKENS", "BOT_INTERNAL_TOKEN"}
    assert first["BOT_PAGE_TOKENS"].startswith(f"{PAGE_ID}=")


def test_no_secret_is_like_another(tmp_path: Path) -> None:
    both = [*demo_secrets(tmp_path / "one").values(), *demo_secrets(tmp_path / "two").values()]
    assert len(set(both)) == len(both)


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        demo_secrets(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_the_folder_is_made_and_holds_nothing_else(tmp_path: Path) -> None:
    var = tmp_path / "new" / "var"
    demo_secrets(var)
    assert [file.name for file in var.iterdir()] == [FILE]


AS_A_PROCESS = """
import json, sys, time
from pathlib import Path
from bot.demo_secrets import demo_secrets
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    time.sleep(0.001)
print(json.dumps(demo_secrets(Path(sys.argv[1]))))
"""


def test_processes_that_start_at_once_get_the_same_secrets(tmp_path: Path) -> None:
    var, go = tmp_path / "var", tmp_path / "go"
    command = [sys.executable, "-c", AS_A_PROCESS, str(var), str(go)]
    with ExitStack() as running:
        processes = [
            running.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT)) for _ in range(8)
        ]
        assert [process.stdout.readline() for process in processes if process.stdout] == [b"ready\n"] * 8
        go.touch()
        said = [process.communicate(timeout=30)[0] for process in processes]
    assert len({json.dumps(json.loads(secrets), sort_keys=True) for secrets in said}) == 1
    assert [file.name for file in var.iterdir()] == [FILE]


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '"words"', "{}"])
def test_a_damaged_file_is_named_and_its_content_is_not(content: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        demo_secrets(tmp_path)
    assert str(tmp_path / FILE) in str(refused.value)
    assert "delete it" in str(refused.value)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be made or read"):
        demo_secrets(tmp_path / "var")


def test_the_key_is_one_that_messages_can_be_encrypted_with(tmp_path: Path) -> None:
    Keyring.from_text(demo_secrets(tmp_path)["BOT_SECRET_KEY"])


def test_a_file_from_before_messages_were_encrypted_gives_the_same_key_every_time(tmp_path: Path) -> None:
    made = demo_secrets(tmp_path)
    (tmp_path / FILE).write_text(json.dumps(made | {"BOT_SECRET_KEY": "0f" * 24}), encoding="utf-8")
    key = demo_secrets(tmp_path)["BOT_SECRET_KEY"]
    assert Keyring.from_text(key).ids == Keyring.from_text(demo_secrets(tmp_path)["BOT_SECRET_KEY"]).ids
    assert "0f0f" not in key
