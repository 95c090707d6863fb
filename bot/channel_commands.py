"""`python -m bot channels`: Rasa's own channels, which get their answers from the running service's internal API."""

import os
import socket
import subprocess
import tempfile
from pathlib import Path

import click

from bot import wiring
from bot.command_errors import one_line_errors
from bot.errors import ReleaseError, SettingsError
from bot.nlu.training_run import digest_of, rasa_environment, rasa_python
from bot.settings import Settings

FOLDER = "dialogue"
MADE_FROM = (FOLDER, "actions/dialogue/every_message.py")
SLOWEST_TRAINING = 600.0  # seconds; usually 15 to 40


@click.command()
@click.argument("channel", type=click.Choice(["shell", "run"]))
@click.option("--port", default=5006, show_default=True, help="Where the REST channel and the web chat listen.")
@one_line_errors
def channels(channel: str, port: int) -> None:
    """Try the bot in Rasa's own SHELL, or RUN Rasa's REST channel and web chat on loopback."""
    settings = Settings.from_env(os.environ)
    if not settings.internal_token:
        raise SettingsError("BOT_INTERNAL_TOKEN is missing: the service and this command both need it")
    model = channel_model(wiring.PROJECT, settings.var / "models")
    command, environment = command_for(channel, model, settings, port)
    os.chdir(wiring.PROJECT)
    os.execve(command[0], command, environment)  # noqa: S606 - our own command, no shell


def command_for(channel: str, model: Path, settings: Settings, port: int) -> tuple[list[str], dict[str, str]]:
    """What to run, and its environment. The service is asked at PORT, as gunicorn.conf.py says where it listens."""
    files = ("--endpoints", f"{FOLDER}/endpoints.yml", "--credentials", f"{FOLDER}/credentials.yml")
    command = [
        *(str(rasa_python(wiring.PROJECT)), "-m", "actions.dialogue.serve", channel, "--model", str(model), *files),
        *("--interface", "127.0.0.1", "--port", str(port)),
    ]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        action_port = str(probe.getsockname()[1])
    return command, rasa_environment(wiring.PROJECT) | {
        "LOG_LEVEL": "ERROR",  # Rasa's warnings quote a message that begins with a slash
        "ACTION_PORT": action_port,
        "DECIDE_URL": f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/internal/decide",
        "DECIDE_TOKEN": settings.internal_token,
    }


def channel_model(project: Path, models: Path) -> Path:
    """The model of Rasa's own channels; made now where the files changed. Raises ReleaseError."""
    folder = models / "channels"  # not beside the releases
    model = folder / f"{digest_of(project, MADE_FROM)[:12]}.tar.gz"
    if model.is_file():
        return model
    click.echo("Making the model of Rasa's channels (about half a minute).", err=True)
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        *(str(rasa_python(project)), "-m", "rasa", "train", "--config", f"{FOLDER}/config.yml"),
        *("--domain", f"{FOLDER}/domain.yml", "--data", FOLDER),
        *("--out", str(folder), "--fixed-model-name", model.name.removesuffix(".tar.gz")),
    ]
    log = folder / "training.log"
    with log.open("wb") as output, tempfile.TemporaryDirectory(dir=folder, prefix=".training-") as own:
        # No cache: trainings that share one can get in each other's way, and nothing in it would be used again.
        environment = rasa_environment(project) | {"RASA_MAX_CACHE_SIZE": "0", "TMPDIR": own}
        try:
            ran = subprocess.run(  # noqa: S603 - our own command, no shell
                command, cwd=project, env=environment, stdout=output, stderr=output, timeout=SLOWEST_TRAINING
            )
        except subprocess.TimeoutExpired:
            raise ReleaseError(f"the training took over {SLOWEST_TRAINING:.0f} s: the end of {log} says why") from None
    if ran.returncode != 0 or not model.is_file():
        raise ReleaseError(f"the training failed ({ran.returncode}: {_last_line(log)}); all it said is in {log}")
    return model


def _last_line(log: Path) -> str:
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return said[-1].strip() if said else "it said nothing"
