"""Answers as files on pages: away and back without loss, with a look first, and nothing that a spreadsheet runs."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from bot import wiring
from bot.core.messages import Nation
from bot.nlu.answer_files import read_answers
from bot.store import answers
from tests.builders import NOON, an_answer
from tests.web.answers_room import BETTER, WORDS, AnswersRoom, shown
from tests.web.inbox_room import topics
from tests.web.people import form


def send(room: AnswersRoom, content: str | bytes, name: str = "answers.csv") -> TestResponse:
    raw = content.encode() if isinstance(content, str) else content
    data: dict[str, Any] = {**form(room.trainer), "file": (BytesIO(raw), name)}
    return room.trainer.post("/answers/files", data=data, content_type="multipart/form-data")


def apply(room: AnswersRoom, content: str, name: str = "answers.csv", seen: int | None = None) -> TestResponse:
    fields = form(room.trainer, name=name, content=content, seen=room.seen() if seen is None else seen)
    return room.trainer.post("/answers/files/apply", data=fields, content_type="multipart/form-data")


@pytest.mark.parametrize("kind", ["csv", "yml"])
def test_the_whole_starter_pack_goes_away_and_comes_back_unchanged(room: AnswersRoom, kind: str) -> None:
    written = read_answers(wiring.NLU_DATA / "answers", topics())
    with room.database.write() as session:
        answers.import_all(session, written, NOON)
    away = room.trainer.get(f"/answers/export.{kind}")
    assert away.headers["Content-Disposition"] == f"attachment; filename=answers.{kind}"
    said = shown(send(room, away.get_data(), f"answers.{kind}"))
    assert f"0 new drafts. {len(written)} are here already and stay as they are." in said
    assert "There is nothing to save." in said


def test_what_is_new_is_shown_first_and_saved_then(room: AnswersRoom) -> None:
    room.live()
    table = room.trainer.get("/answers/export.csv").text.replace("hurt for a moment", "be sore for a moment")
    look = send(room, table)
    assert look.status_code == 200
    assert "1 new draft." in shown(look)
    assert "(removed: hurt ) (added: be sore )" in shown(look)
    assert room.count() == 1
    answer = apply(room, table.replace("\n", "\r\n"))
    assert answer.headers["Location"] == "/answers?show=drafts"
    row = room.newest()
    assert (row.status, row.text, row.author) == ("draft", "A mammogram can be sore for a moment.", "Tess Trainer")
    assert room.steps()[0] == "drafted"


def test_an_import_never_makes_anything_live_or_a_sample(room: AnswersRoom) -> None:
    room.add(status="draft")
    table = room.trainer.get("/answers/export.csv?which=drafts").text
    changed = table.replace('"draft"', '"sample"').replace("can hurt", "can ache")
    apply(room, changed)
    assert [room.version(number).status for number in (1, 2)] == ["draft", "draft"]
    said = shown(send(room, table.replace('"draft"', '"approved"')))
    assert "the status approved is none of sample, draft" in said


def test_every_error_is_named_by_its_line_and_nothing_is_saved(room: AnswersRoom) -> None:
    room.live()
    table = room.trainer.get("/answers/export.csv").text
    head, row = table.split("\r\n")[:2]
    wrong = [
        row.replace("does_it_hurt", "nonsense"),
        row.replace("breast", "heart"),
        row.replace("2027-11-01", "soon"),
        row.replace("hurt for a moment", "isn't sore"),
        f'{row},"one cell more"',
        row.replace("england", "wales"),
        row.replace("england", "wales"),
    ]
    answer = send(room, "\r\n".join([head, *wrong]))
    assert answer.status_code == 422
    said = shown(answer)
    for line, problem in [
        (2, "nonsense is not a topic"),
        (3, "heart is not a programme"),
        (4, "must be dates"),
        (5, "contraction"),
        (6, "this row has 11 cells"),
    ]:
        assert f"Line {line}: " in said, line
        assert problem in said
    assert apply(room, "\r\n".join([head, wrong[0]])).status_code == 422
    assert room.count() == 1


def test_the_same_question_twice_is_an_error(room: AnswersRoom) -> None:
    room.live()
    table = room.trainer.get("/answers/export.csv").text
    head, row = table.split("\r\n")[:2]
    assert "Line 3: does_it_hurt for breast in england stands at answers.csv:2 too" in shown(
        send(room, "\r\n".join([head, row, row]))
    )


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"\xff\xfe\x00", "answers.csv", "not UTF-8"),
        (b"", "answers.xlsx", "ends in .yml, .yaml, .csv"),
        (b"", "", "Select a file"),
        (b"", "answers.csv", "does not name the column"),
        (b'"a', "answers.csv", "is not a table"),
        (b"- [", "answers.yml", "is not valid YAML"),
        (b"a: b", "answers.yml", "does not hold a list"),
        (b"- just words", "answers.yml", "an entry is not"),
        (b"- topic: &a [x]\n  text: [*a, *a]", "answers.yml", "neither a text nor a list of texts"),
        (b"- topic: !!python/object:os.system x", "answers.yml", "is missing"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(room: AnswersRoom, content: bytes, name: str, says: str) -> None:
    answer = send(room, content, name)
    assert answer.status_code == 422
    assert says in shown(answer)


def test_a_look_that_is_out_of_date_saves_nothing(room: AnswersRoom) -> None:
    room.live()
    table = room.trainer.get("/answers/export.csv").text.replace("can hurt", "can ache")
    seen = room.seen()
    room.add("A mammogram can be sore in Wales.", nations=(Nation.WALES,))
    answer = apply(room, table, seen=seen)
    assert answer.status_code == 422
    assert "look at it again" in shown(answer)
    assert room.count() == 2


def test_withdrawn_words_are_not_taken_in(room: AnswersRoom) -> None:
    version = room.live()
    table = room.trainer.get("/answers/export.csv").text
    room.post(room.clinician, f"/{version}/withdraw", why="Wrong age", confirm="unsafe")
    said = shown(send(room, table.replace("2027-11-01", "2027-10-01")))
    assert "withdrawn as unsafe, version 1" in said
    apply(room, table.replace("2027-11-01", "2027-10-01"))
    assert room.count() == 1


def test_a_spreadsheet_runs_nothing(room: AnswersRoom) -> None:
    room.add(WORDS, owner="=HYPERLINK(1) Lead", sources=("@SUM(1)", "+44"))
    table = room.trainer.get("/answers/export.csv?which=drafts").text
    assert '"\'=HYPERLINK(1) Lead"' in table
    assert '"\'@SUM(1)\n+44"' in table
    assert "1 is here already" in shown(send(room, table))


def test_hostile_words_in_a_file_are_inert(room: AnswersRoom) -> None:
    hostile = "</textarea><script>alert(1)</script>"
    room.add(WORDS, owner=f"{hostile} Lead")
    table = room.trainer.get("/answers/export.csv?which=drafts").text.replace("can hurt", "can ache")
    answer = send(room, table, f"{hostile}.csv")
    assert "1 new draft" in shown(answer)
    assert "<script>alert" not in answer.text


def test_a_practices_own_is_not_in_files(room: AnswersRoom) -> None:
    room.save(whose=str(room.practice_id("riverside")))
    assert BETTER[:20] not in room.trainer.get("/answers/export.csv?which=drafts").text
    assert an_answer().topic not in room.trainer.get("/answers/export.yml?which=drafts").text
