"""The model of Rasa's own channels: made once, by itself, and a training that fails says why."""

from pathlib import Path

import pytest

from bot import channel_commands
from bot.channel_commands import channel_model
from bot.errors import ReleaseError

# Stands for Rasa's interpreter: it tells where it was put, and writes the model where the command line says.
RASA = """#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --out) out="$2";; --fixed-model-name) name="$2";; esac
  shift
done
echo "$RASA_MAX_CACHE_SIZE $TMPDIR" > "$out/told"
{ending}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("dialogue/domain.yml", "actions/dialogue/every_message.py", ".venv-rasa/bin/python"):
        (file := tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")
    return tmp_path


def with_rasa(project: Path, ending: str) -> None:
    python = project / ".venv-rasa/bin/python"
    python.write_text(RASA.replace("{ending}", ending))
    python.chmod(0o700)


def test_it_is_made_once_without_a_cache_in_a_folder_of_its_own(project: Path) -> None:
    with_rasa(project, 'echo model > "$out/$name.tar.gz"')
    made = channel_model(project, project / "models")
    assert made.read_text() == "model\n"
    cache_size, temporary = (made.parent / "told").read_text().split()
    assert cache_size == "0"
    assert Path(temporary).parent == made.parent
    assert not Path(temporary).exists()
    with_rasa(project, "exit 1")
    assert channel_model(project, project / "models") == made


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("echo no space left; exit 3", "failed (3: no space left)"),
        ("kill -9 $$", "failed (-9: it said nothing)"),
        ("exit 0", "failed (0: it said nothing)"),
        ("exec sleep 600", "took over 1 s"),
    ],
)
def test_a_training_that_fails_says_why(project: Path, ending: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_commands, "SLOWEST_TRAINING", 1.0)
    with_rasa(project, ending)
    with pytest.raises(ReleaseError) as caught:
        channel_model(project, project / "models")
    assert said in str(caught.value)
    assert "training.log" in str(caught.value)
    assert not list((project / "models/channels").glob(".training-*"))
