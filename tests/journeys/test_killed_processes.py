"""kill -9 at every step of a message's way: nothing is lost, nothing doubled that lease and echo can prevent."""

import random
import time

import pytest

from tests.journeys.slow_nlu import SlowNlu
from tests.journeys.stack import Stack, wait_for

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(240)]

QUESTION = "does a smear hurt?"


def answered_once(stack: Stack, psid: str) -> None:
    """One reply, and it stays one while every lease and retry runs out."""
    stack.reply(psid)
    wait_for("everything to be settled", lambda: stack.nothing_unfinished())
    time.sleep(1)
    assert len(stack.replies(psid)) == 1


def until_meta_has_the_call(stack: Stack) -> None:
    """Meta delays its answer by seconds here. The database says so a moment before the call leaves."""
    wait_for("the call to Meta", lambda: stack.sending())
    time.sleep(0.5)


def test_web_killed_before_it_stored_anything(stack: Stack) -> None:
    """Meta gets no 200 and sends the webhook again."""
    stack.kill("web")
    stack.say("8001", QUESTION, wait=False)
    stack.start("web")
    answered_once(stack, "8001")


def test_web_killed_while_it_stores(stack: Stack) -> None:
    """The transaction is rolled back by the database; Meta sends the webhook again."""
    with stack.database.write():  # the write lock is taken: the web process waits inside its own transaction
        stack.say("8002", QUESTION, wait=False)
        time.sleep(1)
        stack.kill("web")
    stack.start("web")
    answered_once(stack, "8002")


def test_web_killed_after_it_stored_and_before_its_200(stack: Stack) -> None:
    """Meta sends again what is stored already: a no-op."""
    stack.say("8003", QUESTION, times=3)
    stack.kill("web")
    stack.start("web")
    answered_once(stack, "8003")


def test_worker_killed_while_it_reads_the_message(stack: Stack) -> None:
    """The event is claimed and nothing is decided: its lease ends and another worker takes it."""
    with SlowNlu(stack.environment["BOT_NLU_URL"], seconds=1.5) as slow:
        stack.restart("worker", BOT_NLU_URL=slow.url)
        stack.say("8004", QUESTION)
        wait_for("the model to be asked", lambda: slow.asked)
        stack.kill("worker")
    stack.restart("worker", BOT_NLU_URL=stack.environment["BOT_NLU_URL"])
    answered_once(stack, "8004")


def test_worker_killed_while_a_message_waits_for_more_words(stack: Stack) -> None:
    """What waits is in the database, not in the worker."""
    stack.say("8008", "about my smear")
    time.sleep(1)
    stack.kill("worker")
    stack.say("8008", "does it hurt?")
    stack.start("worker")
    answered_once(stack, "8008")
    assert len(stack.decisions("8008")) == 1


def test_worker_killed_while_meta_takes_the_message(stack: Stack) -> None:
    """Meta has it, we never heard so: the echo settles it and it is not sent again."""
    stack.control("faults", on="message", times=1, delay=3)
    stack.say("8005", QUESTION)
    until_meta_has_the_call(stack)
    stack.kill("worker")
    stack.start("worker")
    answered_once(stack, "8005")


def test_worker_killed_before_meta_took_the_message(stack: Stack) -> None:
    """Meta never took it: after the lease it is sent, once."""
    stack.control("faults", on="message", times=1, delay=3, taken=False, lost="drop")
    stack.say("8006", QUESTION)
    until_meta_has_the_call(stack)
    stack.kill("worker")
    stack.start("worker")
    answered_once(stack, "8006")


def test_an_answer_lost_on_the_way_back_is_settled_by_the_echo(stack: Stack) -> None:
    stack.control("faults", on="message", times=1, lost="500")
    stack.say("8007", QUESTION)
    answered_once(stack, "8007")


def test_kills_at_random_moments_lose_and_double_nothing(stack: Stack) -> None:
    """30 patients write while web and worker die again and again."""
    chance = random.Random(20261123)
    patients = [str(8100 + number) for number in range(30)]
    for number, psid in enumerate(patients):
        stack.say(psid, QUESTION, wait=False)
        time.sleep(chance.uniform(0.0, 0.3))
        if number % 5 == 4:
            victim = chance.choice(["web", "worker"])
            stack.kill(victim)
            stack.start(victim)
    for psid in patients:
        stack.reply(psid)
    wait_for("everything to be settled", lambda: stack.nothing_unfinished())
    time.sleep(1)
    assert {psid: len(stack.replies(psid)) for psid in patients} == dict.fromkeys(patients, 1)
