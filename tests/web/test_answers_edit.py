"""Writing an answer: saved as a draft, never over somebody else's, with the lint and the preview beside it."""

import re
from typing import Any

import pytest

from bot.core.topics import Topic, Topics
from bot.store import drafts, teaching_import
from bot.store.people_tables import Membership
from bot.store.teaching_files import TOPICS_FILE
from tests.web.answers_room import BETTER, WORDS, AnswersRoom, shown
from tests.web.people import form

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def test_a_trainer_saves_a_draft(room: AnswersRoom) -> None:
    answer = room.save()
    row = room.newest()
    assert answer.headers["Location"] == f"/answers/{row.id}"
    assert (row.status, row.text, row.author, row.author_key) == ("draft", BETTER, "Tess Trainer", room.tess.actor)
    assert (row.nations, row.sources) == (["england"], ["https://www.nhs.uk/breast-screening/"])
    page = room.page(room.trainer, f"/{row.id}")
    assert "Draft" in page
    assert "Tess Trainer wrote it" in page
    assert "1 draft" not in page


def test_saved_and_sent_at_once(room: AnswersRoom) -> None:
    room.save(act="send")
    assert "Waiting for approval" in room.page(room.trainer, f"/{room.newest().id}")
    assert room.steps()[:2] == ["sent for approval", "drafted"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("topic", "", "Select what the answer is about"),
        ("topic", "talk_to_a_person", "Select what the answer is about"),
        ("programme", "heart", "Select a test"),
        ("nations", [], "Select at least one nation"),
        ("nations", ["france"], "Select at least one nation"),
        ("draft_text", " ", "Enter what the patient is told"),
        ("draft_text", "A mammogram isn't sore.", '"isn\'t" is written in full'),
        ("draft_text", "A mammogram. Park {nowhere}.", "{nowhere} is not a fact"),
        ("draft_text", "A mammogram. Park {parking:>99999999}.", "a name in braces and nothing else"),
        ("sources", "", "Enter where this can be checked"),
        ("owner", "X", "Enter who looks after this answer"),
        ("reviewed[day]", "31", "Enter when it was reviewed"),
        ("reviewed[year]", "2027", "Enter when it was reviewed"),
        ("review_by[year]", "2025", "The next review has to be after today"),
        ("review_by[year]", "2028", "within 12 months"),
        ("review_by[month]", "November", "Enter by when"),
    ],
)
def test_what_is_wrong_is_said_and_what_is_typed_stays(room: AnswersRoom, field: str, value: Any, says: str) -> None:
    answer = room.save(**{field: value, "owner": "Olga Owner"} | {field: value})
    assert answer.status_code == 422
    assert says in shown(answer)
    assert room.count() == 0
    if field != "draft_text":
        assert BETTER.split("\n")[0] in answer.text


def test_the_form_comes_filled_in_and_can_be_sent_as_it_is(room: AnswersRoom) -> None:
    version = room.add()
    page = room.trainer.get(f"/answers/{version}/edit").text
    sent = dict(re.findall(r'<input[^>]*name="([a-z_]+\[(?:day|month|year)\])"[^>]*value="(\d+)"', page))
    assert sent == {
        "reviewed[day]": "24",
        "reviewed[month]": "11",
        "reviewed[year]": "2026",
        "review_by[day]": "24",
        "review_by[month]": "11",
        "review_by[year]": "2027",
    }


def test_a_form_that_is_out_of_date_saves_nothing_and_shows_the_difference(room: AnswersRoom) -> None:
    first = room.add()
    seen = room.seen()
    room.add("A mammogram may hurt for a moment.")
    answer = room.save(f"/{first}/edit", seen=seen)
    assert answer.status_code == 422
    said = shown(answer)
    assert "Yours is not saved" in said
    assert "Version 2 came meanwhile" in said
    assert BETTER.split("\n")[0] in answer.text
    assert room.count() == 2
    assert room.save(f"/{first}/edit").status_code == 302


def test_what_is_live_stays_live_when_it_is_edited(room: AnswersRoom) -> None:
    live = room.live()
    assert "This answer is live and stays as it is." in room.page(room.trainer, f"/{live}/edit")
    assert room.save(f"/{live}/edit").status_code == 302
    assert (room.version(live).status, room.newest().status) == ("approved", "draft")


def test_an_edit_cannot_change_what_is_answered_and_for_whom(room: AnswersRoom) -> None:
    first = room.add()
    room.save(f"/{first}/edit", topic="cost", programme="any", whose=str(room.practice_id("riverside")))
    row = room.newest()
    assert (row.topic, row.programme, row.practice_id) == ("does_it_hurt", "breast", None)


def test_the_preview_is_what_messenger_would_show(room: AnswersRoom) -> None:
    text = f"{BETTER} Call {{practice_phone}} or {{bowel_helpline}}."
    answer = room.post(room.trainer, "/preview", **room.fields(draft_text=text, nations=["wales"]))
    found = answer.get_json()
    assert found["parts"] == [f"{BETTER} Call 01632 960001 or 0800 294 3370, free."]
    assert found["errors"] == []
    assert found["question"]
    assert 0 < len(found["button"]) <= 20
    assert found["limits"].startswith(f"{len(text)} of 900 characters. 1 message:")
    assert room.count() == 0


def test_the_preview_says_what_the_lint_finds(room: AnswersRoom) -> None:
    fields = room.fields(draft_text="A mammogram isn't sore!\nPark {nowhere}." + "x" * 2000)
    found = room.post(room.trainer, "/preview", **fields).get_json()
    assert any("written in full" in one for one in found["errors"])
    assert any("{nowhere}" in one for one in found["errors"])
    assert len(found["parts"]) > 1
    assert found["verdict"].split()[0] == str(len(found["errors"]))


def test_without_scripts_a_button_shows_the_same(room: AnswersRoom) -> None:
    answer = room.save(act="preview", draft_text="A mammogram isn't sore. Call {practice_phone}.")
    assert answer.status_code == 200
    said = shown(answer)
    assert "The bot answers: A mammogram isn't sore. Call 01632 960001." in said
    assert '"isn\'t" is written in full' in said
    assert room.count() == 0


def test_another_page_hands_over_a_suggestion_and_nothing_is_saved(room: AnswersRoom) -> None:
    text = "Ann, my NHS number is 943 476 5919, is it sore?"
    answer = room.post(room.trainer, "/start", topic="does_it_hurt", programme="breast", text=text)
    assert answer.status_code == 200
    assert "943 476 5919" not in answer.text
    assert "[" in answer.text
    assert '<option value="does_it_hurt" selected>' in answer.text
    assert room.count() == 0


def test_hostile_words_are_inert(room: AnswersRoom) -> None:
    for answer in (
        room.save(act="preview", draft_text=HOSTILE, owner=HOSTILE, sources=HOSTILE, **{"reviewed[day]": "<b>"}),
        room.post(room.trainer, "/start", topic=HOSTILE, programme=HOSTILE, text=HOSTILE),
        room.trainer.get("/answers/new", query_string={"topic": HOSTILE, "nation": HOSTILE}),
        room.trainer.get("/answers", query_string={"topic": HOSTILE, "show": HOSTILE, "page": HOSTILE}),
    ):
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text


# A draft outlives the session


def test_what_is_sent_after_the_session_is_kept_and_comes_back(room: AnswersRoom) -> None:
    room.clock.pass_by(hours=1)
    answer = room.save(draft_place="answer new", draft_page="/answers/new")
    assert answer.headers["Location"] == "/sign-in?next=/answers/new"
    assert room.count() == 0
    with room.database.read() as session:
        kept = drafts.of(session, room.tess.id, "answer new")
    assert kept == BETTER
    room.sign_in_again()
    page = room.trainer.get("/answers/new")
    assert "what you were writing when you were signed out" in page.text
    assert BETTER in page.text
    room.save()
    assert "when you were signed out" not in room.trainer.get("/answers/new").text


def test_what_was_kept_can_be_forgotten(room: AnswersRoom) -> None:
    first = room.add()
    with room.database.write() as session:
        drafts.keep(session, room.clock(), room.tess.id, f"answer {first}", "A mammogram, half")
    assert "A mammogram, half" in room.trainer.get(f"/answers/{first}/edit").text
    assert room.save(f"/{first}/edit", act="forget").status_code == 302
    page = room.trainer.get(f"/answers/{first}/edit").text
    assert "A mammogram, half" not in page
    assert WORDS in page


# A practice's own


def test_a_practices_own_answer_is_for_its_nation_and_unknown_elsewhere(room: AnswersRoom) -> None:
    own = room.practice_id("riverside")
    room.save(whose=str(own), nations=["wales"])
    row = room.newest()
    assert (row.practice_id, row.nations) == (own, ["england"])
    stranger, _ = room.colleague("trainer", "clinical_approver", practice="hillside")
    for path in ("", "/edit", "/approval", "/withdraw", "/recipients"):
        assert stranger.get(f"/answers/{row.id}{path}").status_code == 404, path
    for path in ("/edit", "/send", "/discard", "/approve", "/send-back", "/withdraw"):
        answer = stranger.post(f"/answers/{row.id}{path}", data=form(stranger) | room.fields(confirm="unsafe", why="x"))
        assert answer.status_code == 404, path
    assert BETTER[:20] not in stranger.get("/answers?show=drafts").text
    assert BETTER[:20] not in stranger.get("/answers/variants?topic=does_it_hurt").text
    assert stranger.get("/answers/export.csv?which=drafts").text.count("\n") == 1
    assert room.version(row.id).status == "draft"
    assert BETTER[:20] in room.trainer.get("/answers?show=drafts").text


def test_nobody_writes_for_a_practice_that_is_not_theirs(room: AnswersRoom) -> None:
    stranger, _ = room.colleague("trainer", practice="hillside")
    for whose in (str(room.practice_id("riverside")), "999", "x"):
        assert room.post(stranger, "/new", **room.fields(whose=whose)).status_code == 404
    assert room.count() == 0


def test_a_trainer_here_who_only_reads_there_cannot_write_there(room: AnswersRoom) -> None:
    both, person = room.colleague("trainer", practice="hillside")
    with room.database.write() as session:
        session.add(Membership(user_id=person.id, practice_id=room_id(room), role="responder"))
    room.save(whose=str(room_id(room)))
    version = room.newest().id
    assert both.get(f"/answers/{version}").status_code == 200
    assert both.get(f"/answers/{version}/edit").status_code == 404
    assert room.post(both, "/new", **room.fields(whose=str(room_id(room)))).status_code == 404


def room_id(room: AnswersRoom) -> int:
    return room.practice_id("riverside")


def test_a_topic_that_no_model_knows_yet_can_have_an_answer(room: AnswersRoom) -> None:
    """Trainers make it in their pages; the files know nothing of it."""
    dogs = Topic("bring_a_dog", "booking", "faq", (), "Can I bring my dog?", "Bring a dog")
    with room.database.write() as session:
        teaching_import.take_in(
            session, {TOPICS_FILE: "- name: bring_a_dog\n"}, Topics((dogs,)), actor="test", now=room.clock()
        )
    assert "Can I bring my dog?" in room.page(room.trainer, "/new")
    saved = room.save(topic="bring_a_dog", programme="any")
    assert saved.status_code == 302
    assert "Can I bring my dog?" in room.page(room.trainer, f"/{room.newest().id}")
