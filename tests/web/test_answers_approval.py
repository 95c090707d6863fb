"""Approving, sending back and withdrawing on pages: a second person, on what they saw, and nobody else."""

from dataclasses import replace
from typing import Any

import pytest

from bot.store import answers
from bot.store.people_tables import User
from bot.web.app import create_app
from bot.wiring import AnswersKept
from tests.web.answers_room import BETTER, WORDS, AnswersRoom, shown
from tests.web.people import form
from tests.web.test_answers_pages import got_it

CHECKED = {"role": "Lead nurse", "checked": "yes"}


def sent(room: AnswersRoom, **more: Any) -> int:
    """A wording of Tess that waits for approval."""
    room.save(act="send", **more)
    return room.newest().id


def test_a_clinician_approves_what_a_trainer_sent(room: AnswersRoom) -> None:
    live = room.live()
    version = sent(room)
    assert BETTER.split("\n")[0] in room.page(room.clinician, "/approval")
    page = room.page(room.clinician, f"/{version}/approval")
    for words in ("Tess Trainer sent it", "(removed: hurt ) (added: be sore )", "Style check", "nhs.uk/breast"):
        assert words in page
    answer = room.post(room.clinician, f"/{version}/approve", seen_live=live, **CHECKED)
    assert answer.headers["Location"] == f"/answers/{version}"
    assert (room.version(version).status, room.version(live).status) == ("approved", "replaced")
    row = room.version(version)
    assert (row.approver, row.approver_role) == ("Cleo Clinician", "Lead nurse")
    assert "Nothing waits for approval" in room.page(room.clinician, "/approval")


@pytest.mark.parametrize(
    ("more", "says"),
    [({"role": ""}, "Enter your role"), ({"checked": ""}, "Confirm that you have checked"), ({"role": "1"}, "role")],
)
def test_an_approval_that_is_not_complete_is_none(room: AnswersRoom, more: dict[str, str], says: str) -> None:
    version = sent(room)
    answer = room.post(room.clinician, f"/{version}/approve", **(CHECKED | more))
    assert answer.status_code == 422
    assert says in shown(answer)
    assert room.version(version).status == "draft"


def test_nobody_approves_their_own(room: AnswersRoom) -> None:
    both, _ = room.colleague("trainer", "clinical_approver", name="Bo Both")
    room.post(both, "/new", **room.fields(act="send"))
    version = room.newest().id
    page = room.page(both, f"/{version}/approval")
    assert "You cannot approve it" in page
    assert "Approve: patients get it" not in page
    assert "Yours: somebody else has to approve it" in room.page(both, "/approval")
    assert room.post(both, f"/{version}/approve", **CHECKED).status_code == 422
    assert room.version(version).status == "draft"
    with room.database.write() as session:
        session.query(User).filter_by(name="Bo Both").one().name = "Somebody Else"
    assert room.post(both, f"/{version}/approve", **CHECKED).status_code == 422
    assert room.version(version).status == "draft"


def test_an_approver_cannot_write_and_a_trainer_cannot_approve(room: AnswersRoom) -> None:
    version = sent(room)
    assert room.post(room.trainer, f"/{version}/approve", **CHECKED).status_code == 403
    assert room.post(room.trainer, f"/{version}/withdraw", why="x", confirm="unsafe").status_code == 403
    assert room.post(room.clinician, "/new", **room.fields()).status_code == 403
    assert room.version(version).status == "draft"


def test_an_approval_of_an_older_view_is_refused(room: AnswersRoom) -> None:
    version = sent(room)
    room.live()
    answer = room.post(room.clinician, f"/{version}/approve", **CHECKED)
    assert "What is live has changed" in shown(answer)
    assert room.version(version).status == "draft"


def test_an_edited_wording_leaves_the_queue_and_the_old_page_approves_nothing(room: AnswersRoom) -> None:
    version = sent(room)
    room.save(f"/{version}/edit", draft_text="A mammogram can be sore.")
    answer = room.post(room.clinician, f"/{version}/approve", **CHECKED)
    assert "does not wait for approval any more" in shown(answer)
    assert [room.version(number).status for number in (version, room.newest().id)] == ["replaced", "draft"]


def test_it_is_sent_back_and_the_trainer_reads_why(room: AnswersRoom) -> None:
    version = sent(room)
    assert room.post(room.clinician, f"/{version}/send-back", comment=" ").status_code == 422
    answer = room.post(room.clinician, f"/{version}/send-back", comment="Say how <b>long</b>.")
    assert answer.headers["Location"] == "/answers/approval"
    page = room.trainer.get(f"/answers/{version}").text
    assert "Cleo Clinician sent it back: Say how &lt;b&gt;long&lt;/b&gt;." in page
    assert room.page(room.trainer, f"/{version}").count("Say how <b>long</b>.") == 2, "above, and in the history"
    assert "Send for approval" in page


def test_a_withdrawal_takes_a_reason_and_a_word_and_lists_who_got_it(room: AnswersRoom) -> None:
    version = room.live()
    got_it(room, version)
    for more in ({"why": "", "confirm": "unsafe"}, {"why": "Wrong age", "confirm": "yes"}):
        assert room.post(room.clinician, f"/{version}/withdraw", **more).status_code == 422
    assert room.version(version).status == "approved"
    assert "Riverside Surgery: 1 time" in room.page(room.clinician, f"/{version}/withdraw")
    answer = room.post(room.clinician, f"/{version}/withdraw", why="Wrong age", confirm="Unsafe")
    assert answer.headers["Location"] == f"/answers/{version}/recipients"
    assert room.version(version).status == "withdrawn"
    said = room.page(room.clinician, f"/{version}")
    assert "withdrew it as unsafe" in said
    assert "Wrong age" in said
    assert "It is withdrawn already." in room.page(room.clinician, f"/{version}/withdraw")
    assert room.post(room.clinician, f"/{version}/withdraw", why="x", confirm="unsafe").status_code == 422
    assert room.save(draft_text=WORDS).status_code == 422, "the same words cannot be drafted again"


def test_what_workers_remember_in_this_process_is_forgotten(room: AnswersRoom) -> None:
    kept = AnswersKept()
    kept.SECONDS = 3600.0
    room.services = replace(room.services, answers_kept=kept)
    app = create_app(room.services)
    cookie = room.clinician.get_cookie("staff-session")
    assert cookie is not None
    client = app.test_client()
    client.set_cookie("staff-session", cookie.value)
    version = room.live()
    with room.database.read() as session:
        assert [one.version for one in kept.current(session)] == [version]
    client.post(f"/answers/{version}/withdraw", data=form(client, why="Wrong age", confirm="unsafe"))
    with room.database.read() as session:
        assert kept.current(session) == answers.current(session) == []
