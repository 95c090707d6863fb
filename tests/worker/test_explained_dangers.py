"""Words of danger that the rules explained, such as a denial: the model is heard on the rest, and that is answered."""

from dataclasses import replace

from structlog.testing import capture_logs

from bot.core.messages import NluUnavailable, Prediction, Programme, SafetyHit, TopicScore
from bot.core.topics import Topics
from bot.worker.reading import heard_without
from tests.builders import a_text
from tests.worker.databases import WORDINGS
from tests.worker.surgery import Surgery

DENIED = "no lumps, does a mammogram hurt"
REST = ", does a mammogram hurt"
WHOLE = Prediction((TopicScore("breast_symptom", 0.96), TopicScore("cost", 0.02)))


class Speechless:
    """A net that finds nothing and breaks when it should say why; the error quotes the patient."""

    def check(self, _: str) -> tuple[SafetyHit, ...]:
        return ()

    def unexplained(self, text: str) -> str:
        raise RuntimeError(text)


def test_a_denied_danger_is_not_heard_and_the_rest_is_answered(surgery: Surgery) -> None:
    surgery.nlu.teach(DENIED, Programme.BREAST, breast_symptom=0.96)
    surgery.nlu.teach(REST, Programme.BREAST, does_it_hurt=0.95)
    surgery.answer_all(a_text(DENIED))
    assert surgery.decision().kind == "answer"
    assert WORDINGS["breast"] in surgery.outgoing().text


def test_a_danger_in_the_rest_is_heard(surgery: Surgery) -> None:
    surgery.nlu.teach("no lumps but it has gone like a teabag", does_it_hurt=0.9)
    surgery.nlu.teach("but it has gone like a teabag", breast_symptom=0.7)
    surgery.answer_all(a_text("no lumps but it has gone like a teabag"))
    assert (surgery.decision().kind, surgery.decision().rule) == ("red_flag", "safety:model")


def test_a_danger_in_one_question_of_the_rest_is_heard(surgery: Surgery) -> None:
    surgery.nlu.teach("my whatsit has gone like a teabag", breast_symptom=0.9)
    surgery.answer_all(a_text("no lumps. when is the van here? my whatsit has gone like a teabag"))
    assert surgery.decision().kind == "red_flag"


def test_where_nothing_is_left_no_danger_is_heard_and_nothing_is_guessed(surgery: Surgery) -> None:
    surgery.nlu.teach("will i bleed after the smear", problem_after_test=0.97)
    surgery.answer_all(a_text("will i bleed after the smear"))
    assert (surgery.decision().kind, surgery.decision().rule) == ("clarify", "not_understood")
    assert surgery.nlu.asked == ["will i bleed after the smear"]


def test_an_ordinary_topic_of_the_whole_stays(topics: Topics) -> None:
    ordinary = Prediction((TopicScore("cost", 0.9), TopicScore("breast_symptom", 0.06)))
    rest = Prediction((TopicScore("parking", 0.5), TopicScore("breast_symptom", 0.01)))
    assert heard_without(ordinary, rest, topics).ranking == (
        TopicScore("cost", 0.9),
        TopicScore("breast_symptom", 0.01),
    )


def test_a_rest_that_the_model_could_not_read_leaves_the_danger(topics: Topics) -> None:
    assert heard_without(WHOLE, NluUnavailable("too slow"), topics) == WHOLE


def test_rules_that_break_while_they_explain_leave_the_danger(surgery: Surgery) -> None:
    surgery.services = replace(surgery.services, safety=Speechless())
    surgery.nlu.teach(DENIED, breast_symptom=0.96)
    with capture_logs() as logs:
        surgery.answer_all(a_text(DENIED))
    assert surgery.decision().kind == "red_flag"
    faults = [entry for entry in logs if entry["event"] == "safety_net_failed"]
    assert [entry["error"] for entry in faults] == ["RuntimeError"]
    assert "lumps" not in str(logs)
