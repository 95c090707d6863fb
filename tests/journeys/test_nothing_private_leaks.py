"""The real processes under traffic full of planted identifiers: they are where a conversation is kept, nowhere else.

Looked at afterwards: every file that the processes wrote, every page they answer, every table that is not listed here
as one that may hold a patient's words (so a table that comes later is looked at without anyone thinking of it), and
what the commands show. At the end one patient has it all deleted.
"""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import inspect, select, text

from bot.command_line import main
from bot.core import catalogue
from bot.messenger.signature import sign
from bot.nlu.client import NluClient
from bot.nlu.server import is_warm
from bot.nlu.training_run import TrainedRelease
from bot.settings import Settings
from bot.store.tables import Message
from tests.journeys.stack import Stack, free_port, wait_for
from tests.messenger.test_signed_request import TOLD, signed
from tests.messenger.wire import to_wire
from tests.planted import IDENTIFIERS, NAME, PSIDS, found_in
from tests.real_rasa import MODELS
from tests.worker.database_bytes import bytes_of

pytestmark = pytest.mark.rasa

MAY_HOLD = {"conversation", "received_event"}  # the id; what was said is encrypted
KEPT_ELSEWHERE = ("bot.db", "meta.db", "models")  # the service's database, Meta's stand-in, Rasa's models
METRICS_TOKEN = "qv7Xw2Lk9Rt4Bn6M"
QUIET = "7400000000000042"  # a patient who sends nothing private
QUESTIONS = (
    "does a smear hurt? {0}",
    "{0}. are my results back",
    "I want to talk to someone, {0}",
    "chest pain cant breathe {0}",
    "i want to kill myself {0}",
    "{0} is there parking",
    "asdf {0} qwer",
    "Czy mammografia boli? {0} dziękuję bardzo za odpowiedź",
    "I want to complain. {0}",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted")


@pytest.fixture(scope="module")
def stack(folder: Path, release: TrainedRelease) -> Iterator[Stack]:
    """All four processes, Rasa among them, after the traffic."""
    (folder / "models").symlink_to(MODELS)
    url, token = f"http://127.0.0.1:{free_port()}", secrets.token_hex(16)
    made = Stack(folder, url, token, release)
    made.environment["BOT_METRICS_TOKEN"] = METRICS_TOKEN
    try:
        made.start("meta", "web")
        made.start("nlu")  # it fetches its model from the web process, and takes all of a small machine while it loads
        wait_for("Rasa", lambda: is_warm(NluClient(url, token)), patience=150)
        made.start("worker")
        drive(made)
        yield made
    finally:
        made.stop()


def drive(stack: Stack) -> None:
    """Everything that a patient, a colleague, a stranger and Meta can do, each with something planted."""
    pairs = [(question, planted) for question in QUESTIONS for planted in IDENTIFIERS.values()]
    for psid, (question, planted) in zip(PSIDS, pairs, strict=False):
        stack.say(psid, question.format(planted))
    first, second, third, *_ = PSIDS
    for planted in IDENTIFIERS.values():
        stack.say(second, f"{planted} and more")
        stack.say(third, f"I am {planted}", quick_reply=f"choice:{planted}:")
        stack.say(third, postback=planted, title=planted, referral={"ref": planted})
        stack.say(third, f"look, {planted}", attachment="image")
        stack.control("human_reply", page_id=stack.page_id, psid=first, text=f"Hello, I see {planted}.")
    stack.say(second, sticker=True)
    own = next(message["mid"] for message in stack.messages(second) if message["sender"] == "patient")
    stack.say(second, edit={"mid": own, "text": f"chest pain cant breathe {NAME}"})
    stack.say(second, unsend=own)
    stack.control("faults", code=100, message=f"(#100) {second} cannot be sent {NAME}", calls=2)
    stack.say(second, f"STOP {NAME}")
    knock(stack)
    wait_for("everything to be settled", stack.nothing_unfinished, patience=150)


def knock(stack: Stack) -> None:
    """Strangers at the door: what is refused must not be written down either."""
    secret = stack.secrets["BOT_APP_SECRET"]
    body = to_wire({"object": "page", "entry": [{"id": PSIDS[0], "messaging": [{"message": {"text": NAME}}]}]})
    broken = f"{{{NAME}".encode()
    hook, deletion = f"{stack.web_url}/webhook", f"{stack.web_url}/webhook/data-deletion"
    requests.post(hook, data=body, timeout=10)
    for content in (body, broken):
        requests.post(hook, data=content, headers={"X-Hub-Signature-256": sign(content, secret)}, timeout=10)
    requests.get(hook, params={"hub.mode": "subscribe", "hub.verify_token": NAME, "hub.challenge": "1"}, timeout=10)
    requests.get(f"{stack.web_url}/{NAME}/{PSIDS[0]}", params={"who": NAME}, timeout=10)
    requests.get(f"{stack.web_url}/data-deletion/{PSIDS[0]}", timeout=10)
    requests.post(deletion, data={"signed_request": f"{NAME}.{PSIDS[0]}"}, timeout=10)
    known = signed(TOLD | {"user_id": PSIDS[-1]}, secret)
    assert requests.post(deletion, data={"signed_request": known}, timeout=10).status_code == 200


def test_the_traffic_was_real(stack: Stack) -> None:
    with stack.database.read() as session:
        held = {name: str(session.execute(text(f'SELECT * FROM "{name}"')).all()) for name in MAY_HOLD}
        said = " ".join(session.scalars(select(Message.text)))
    assert all(found_in(content) for content in held.values())
    assert len(found_in(said)) == len(found_in(" ".join(IDENTIFIERS.values())))
    assert min(len(stack.decisions(psid)) for psid in PSIDS[: len(QUESTIONS)]) >= 1


def test_no_file_that_the_processes_wrote_holds_any(stack: Stack, folder: Path) -> None:
    files = [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(KEPT_ELSEWHERE)]
    logs = {file.stem: file.read_text(errors="replace") for file in files if file.suffix == ".log"}
    assert logs.keys() >= {"web", "worker", "nlu"}
    assert "turn_decided" in logs["worker"]
    assert "webhook_refused" in logs["web"]
    assert {file.name: found_in(file.read_text(errors="replace")) for file in files} == {
        file.name: [] for file in files
    }


def test_no_table_but_those_of_the_conversations_holds_any(stack: Stack) -> None:
    others = set(inspect(stack.database.engine).get_table_names()) - MAY_HOLD
    assert {"decision", "audit_entry", "heartbeat", "erasure_request", "job_run"} <= others
    with stack.database.read() as session:
        rows = {name: session.execute(text(f'SELECT * FROM "{name}"')).all() for name in others}
    assert {name: found_in(str(content)) for name, content in rows.items()} == {name: [] for name in others}
    assert rows["decision"]
    assert rows["erasure_request"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_no_page_about_the_service_holds_any(stack: Stack, path: str) -> None:
    bearer = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    answer = requests.get(f"{stack.web_url}{path}", headers=bearer, timeout=10)
    assert answer.status_code == 200
    assert found_in(answer.text + str(answer.headers)) == []


@pytest.mark.parametrize(
    "command",
    [
        ["audit"],
        ["retention", "--dry-run"],
        ["retention"],
        ["retention", "--runs"],
        ["reconcile"],
        ["subject", "requests"],
        ["legal-hold", "set", "1", "--why", "a complaint", "--by", "Ann"],
    ],
    ids=" ".join,
)
def test_no_command_shows_any(stack: Stack, command: list[str]) -> None:
    assert found_in(said_by(stack, *command)) == []


def said_by(stack: Stack, *command: str | Path) -> str:
    """All that a command prints, which must succeed."""
    of_other_tests = dict.fromkeys(name for name in os.environ if name.startswith("BOT_"))
    run = CliRunner().invoke(main, [str(word) for word in command], env=of_other_tests | stack.environment)
    assert run.exit_code == 0, run.output
    return run.output


def test_a_replay_shows_messages_redacted(stack: Stack, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": number, "text": f"does a smear hurt? {one}"} for number, one in enumerate(IDENTIFIERS.values())]
    source.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    said = said_by(stack, "replay", source, "--out", target)
    results = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [result["redacted_text"].startswith("does a smear hurt?") for result in results] == [True] * len(IDENTIFIERS)
    assert found_in(said + target.read_text(encoding="utf-8")) == []


def test_what_is_handed_out_about_one_patient_holds_nothing_of_another(stack: Stack, tmp_path: Path) -> None:
    stack.say(QUIET, "does a smear hurt?")
    stack.reply(QUIET)
    wait_for("everything to be settled", stack.nothing_unfinished)
    target = tmp_path / "export.json"
    who = ["--page", stack.page_id, "--identity", "in person", "--by", "Ann"]
    said = said_by(stack, "subject", "export", QUIET, *who, "--out", target)
    assert "does a smear hurt?" in target.read_text(encoding="utf-8")
    assert found_in(said + target.read_text(encoding="utf-8")) == []


def test_exported_answers_hold_none(stack: Stack, tmp_path: Path) -> None:
    said = said_by(stack, "answers", "export", tmp_path / "answers.yml")
    exported = (tmp_path / "answers.yml").read_text(encoding="utf-8")
    assert "topic:" in exported
    assert found_in(said + exported) == []


def test_no_process_was_started_with_any(stack: Stack) -> None:
    settings = Settings.from_env({name: value for name, value in stack.environment.items() if name.startswith("BOT_")})
    assert found_in(repr(settings) + str(os.environ)) == []


def test_a_patient_has_it_all_deleted_and_is_told(stack: Stack) -> None:
    psid = PSIDS[-2]
    stack.say(psid, "My name is Wilhelmina Quirkbottom, does a smear hurt?")
    stack.reply(psid)
    wait_for("everything to be settled", stack.nothing_unfinished)
    assert psid.encode() in bytes_of(stack.database)
    stack.say(psid, "delete my data please")
    question = stack.reply(psid, 2)
    assert catalogue.ERASE_ASK in question["text"]
    yes = next(button for button in question["quick_replies"] if button["title"] == catalogue.BUTTON_ERASE)
    stack.say(psid, quick_reply=yes["payload"])
    assert stack.reply(psid, 3)["text"] == catalogue.ERASE_DONE
    stack.say(psid, read=True)
    wait_for(
        "nothing to be left", lambda: not [w for w in (psid.encode(), b"Quirkbottom") if w in bytes_of(stack.database)]
    )
    assert len(stack.replies(psid)) == 3
