"""One conversation's page: what it shows and masks, how a reply is written, refused and kept."""

import re

import pytest

from bot.core.desk import OUTCOME_WORDS, Refusal
from bot.core.messages import DecisionKind
from bot.store import conversations, desk, desk_settings
from bot.store.canned_replies import save
from bot.store.desk_tables import AnswerReport, Note
from bot.store.tables import AnswerVersion, DecisionRow, Message
from tests.builders import NOON, a_claim, a_conversation, a_decision, a_text, after
from tests.store.desk_room import SAM
from tests.web.inbox_room import WORDING, InboxRoom, said_wrong, typed


def answered(inbox: InboxRoom, text: str = "Does a mammogram hurt?", **more: object) -> tuple[int, int]:
    """The bot answered and then handed off. Returns the ids of the conversation and of the bot's message."""
    version = inbox.answer()

    def write(session):  # type: ignore[no-untyped-def]
        claim = a_claim(session, a_text(text, psid="ann"))
        row = a_conversation(session, "ann")
        row.patient_last_at = NOON
        conversations.add_message(session, row, "patient", text, NOON, event_id=claim.id)
        said = conversations.add_message(session, row, "bot", WORDING, NOON, event_id=claim.id)
        values = {
            "practice_id": row.practice_id,
            "conversation_id": row.id,
            "event_id": claim.id,
            "kind": DecisionKind.ANSWER.value,
            "rule": "answered",
            "topics": ["does_it_hurt"],
            "ranking": [["does_it_hurt", 0.9], ["what_happens", 0.05]],
            "programmes": ["breast"],
            "answer_versions": [version],
            "safety": [],
            "confidence": 0.9,
            "margin": 0.8,
            "thresholds": {"answer": 0.5, "answer_margin": 0.1},
            "language": "en",
            "release": "r",
            "milliseconds": 5,
            "decided_at": NOON,
        }
        session.add(DecisionRow(**(values | more)))
        conversations.remember(row, a_decision(hand_off="the patient asked for a person"), NOON)
        return row.id, said.id

    return inbox.desk.write(write)


def test_the_page_says_who_said_what_and_what_the_bot_understood(inbox: InboxRoom) -> None:
    row_id, _ = answered(inbox)
    page = inbox.get(f"/{row_id}")
    for words in (
        "Does a mammogram hurt?",
        WORDING,
        "Approved answer 1, Breast screening: ",
        "The bot answered.",
        "The bot was sure.",
        "About: Breast screening",
        "The patient asked for a person",
        "Take this conversation to reply.",
    ):
        assert words in page, words


def test_what_identifies_people_is_masked_until_it_is_asked_for_and_that_is_recorded(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits(text="My NHS number is 943 476 5919")
    assert "943 476 5919" not in inbox.get(f"/{row_id}")
    assert "[NHS number]" in inbox.get(f"/{row_id}")
    assert inbox.audited()[-1] == "read"
    shown = inbox.press(row_id, "details")
    assert "943 476 5919" in shown.text
    assert inbox.audited()[-1] == "revealed what is masked"
    assert "943 476 5919" not in inbox.get(f"/{row_id}")
    assert "943 476 5919" not in inbox.get()


def test_whoever_has_it_can_reply_and_the_reply_is_queued_under_their_name(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    assert inbox.press(row_id, "claim").headers["Location"] == f"/inbox/{row_id}"
    done = inbox.press(row_id, "reply", text="  I will call you.\r\nToday.  ")
    assert (done.status_code, done.headers["Location"]) == (302, f"/inbox/{row_id}")
    [queued] = inbox.desk.outgoing(row_id)
    assert (queued.text, queued.state, queued.author) == ("I will call you.\nToday.", "waiting", "staff")
    page = inbox.get(f"/{row_id}")
    assert inbox.person.name in page
    assert "Queued" in page
    assert typed(inbox.client.get(f"/inbox/{row_id}")) == ""


def test_a_long_reply_is_cut_for_messenger(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    inbox.press(row_id, "reply", text="A sentence of some words. " * 150)
    assert len(inbox.desk.outgoing(row_id)) == 3


def test_a_stale_page_cannot_send_and_keeps_what_was_typed(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    before = inbox.shown(row_id)
    inbox.desk.patient_writes(row_id, "It is all right now", after(minutes=1))
    refused = inbox.post(f"/{row_id}/reply", text="I will call you.", **before)
    assert refused.status_code == 422
    assert said_wrong(refused) == [Refusal.CHANGED]
    assert "It is all right now" in refused.text
    assert typed(refused) == "I will call you."
    assert inbox.desk.outgoing(row_id) == []
    assert inbox.press(row_id, "reply", text="I will call you.").status_code == 302
    assert len(inbox.desk.outgoing(row_id)) == 1


def test_pressing_send_twice_is_one_reply(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    shown = inbox.shown(row_id)
    for _ in range(2):
        inbox.post(f"/{row_id}/reply", text="I will call you.", **shown)
    assert len(inbox.desk.outgoing(row_id)) == 1


def test_a_form_without_what_the_page_showed_sends_nothing(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    for seen in ({}, {"claim_version": "x", "last_message_id": "²"}, {"claim_version": 1, "last_message_id": "9" * 40}):
        assert inbox.post(f"/{row_id}/reply", text="Hello", **seen).status_code == 422
    assert inbox.desk.outgoing(row_id) == []


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 10_001])
def test_an_empty_or_endless_reply_is_refused_at_its_field(inbox: InboxRoom, text: str) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    refused = inbox.press(row_id, "reply", text=text)
    assert refused.status_code == 422
    assert 'href="#text"' in refused.text
    assert len(said_wrong(refused)) == 1
    assert inbox.desk.outgoing(row_id) == []


def test_what_a_colleague_has_one_can_read_but_not_answer(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.desk.claim(row_id, SAM)
    page = inbox.get(f"/{row_id}")
    assert "Sam Smith has this conversation." in page
    for button in (">\n  Send", "Take this conversation", "Give back to the bot", "Close"):
        assert button not in page
    for act in ("reply", "claim", "give-back", "release", "dealt-with"):
        refused = inbox.press(row_id, act, text="Hello")
        assert (refused.status_code, len(said_wrong(refused))) == (422, 1), act
    assert inbox.desk.row(row_id).holder == SAM.key


def test_losing_it_while_typing_shows_what_one_was_typing(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    shown = inbox.shown(row_id)
    inbox.desk.act(desk.release, row_id, who=inbox.me)
    inbox.desk.claim(row_id, SAM)
    refused = inbox.post(f"/{row_id}/reply", text="I will call you.", **shown)
    assert said_wrong(refused) == [Refusal.NOT_YOURS]
    assert typed(refused) == "I will call you."


def test_a_reply_that_is_sent_after_the_session_is_over_is_there_again_after_signing_in(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    page = inbox.client.get(f"/inbox/{row_id}").text
    names = r"draft_\w+|claim_version|last_message_id"
    hidden = dict(re.findall(rf'<input type="hidden" name="({names})" value="([^"]*)"', page))
    inbox.clock.pass_by(minutes=20)
    late = inbox.post(f"/{row_id}/reply", text="I will call you.", **hidden)
    assert late.headers["Location"] == f"/sign-in?next=/inbox/{row_id}"
    assert inbox.desk.outgoing(row_id) == []
    inbox.sign_in_again()
    assert typed(inbox.client.get(f"/inbox/{row_id}")) == "I will call you."


# Suggestions


def test_an_approved_answer_is_inserted_below_what_is_typed(inbox: InboxRoom) -> None:
    row_id, _ = answered(inbox)
    inbox.press(row_id, "claim")
    assert "Approved answers that may fit" in inbox.get(f"/{row_id}")
    kept = inbox.press(row_id, "draft?insert=answer-1", text="Dear patient")
    assert kept.headers["Location"] == f"/inbox/{row_id}?insert=answer-1#composer"
    page = inbox.client.get(kept.headers["Location"].split("#")[0])
    assert typed(page) == f"Dear patient\n\n{WORDING}"
    assert 'id="answer-version" value="1"' in page.text
    inbox.press(row_id, "reply", text=f"Dear patient\n\n{WORDING}", answer_version=1)
    with inbox.database.read() as session:
        assert session.query(Message).order_by(Message.id.desc()).first().answer_version == 1  # type: ignore[union-attr]
    assert "Approved answer 1" in inbox.get(f"/{row_id}")


@pytest.mark.parametrize("insert", ["answer-999", "canned-1", "answer-", "x", "answer-1-1", "../1", "<script>"])
def test_only_what_is_offered_can_be_inserted(inbox: InboxRoom, insert: str) -> None:
    row_id, _ = answered(inbox)
    inbox.press(row_id, "claim")
    assert typed(inbox.client.get(f"/inbox/{row_id}", query_string={"insert": insert})) == ""


def test_a_canned_reply_is_inserted_too(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    inbox.desk.write(
        lambda session: save(session, inbox.desk.practice_id, NOON, actor="x", title="Call us", text="Please call us.")
    )
    assert typed(inbox.client.get(f"/inbox/{row_id}?insert=canned-1")) == "Please call us."


def test_nothing_is_suggested_to_somebody_who_cannot_send_it(inbox: InboxRoom) -> None:
    row_id, _ = answered(inbox)
    assert "Approved answers that may fit" not in inbox.get(f"/{row_id}")


# When no reply may be sent


def test_without_the_practices_sign_off_there_is_no_composer_and_the_page_says_why(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    practice = inbox.desk.practice_id
    inbox.desk.write(lambda session: desk_settings.turn_off_replies(session, practice, NOON, actor="user 9"))
    page = inbox.get(f"/{row_id}")
    assert Refusal.REPLIES_OFF in page
    assert 'name="draft_text"' not in page
    assert "left to reply" not in page
    assert said_wrong(inbox.press(row_id, "reply", text="Hello")) == [Refusal.REPLIES_OFF]
    assert inbox.press(row_id, "dealt-with").headers["Location"] == "/inbox"
    assert inbox.desk.row(row_id).outcome == "dealt_with"


@pytest.mark.parametrize(
    ("permission", "span", "said"),
    [
        (False, {"hours": 23}, "1 hour from now"),
        (False, {"hours": 24}, Refusal.NO_PERMISSION),
        (True, {"hours": 25}, "you can still reply in your own words"),
        (True, {"days": 7}, Refusal.WEEK_OVER),
    ],
)
def test_the_composer_knows_metas_windows(inbox: InboxRoom, permission: bool, span: dict[str, int], said: str) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    practice = inbox.desk.practice_id
    inbox.desk.write(
        lambda session: desk_settings.change(
            session, practice, NOON, actor="user 9", sla_minutes=240, human_agent=permission, notify=[]
        )
    )
    inbox.clock.pass_by(**span)
    inbox.sign_in_again()
    page = inbox.get(f"/{row_id}")
    assert said in page
    assert ('name="draft_text"' in page) is not isinstance(said, Refusal)


# Acts


def test_every_act_is_done_recorded_and_leads_on(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    _, bob = inbox.colleague()
    steps = [
        ("claim", {}, f"/inbox/{row_id}", "claimed"),
        ("note", {"note": "Rang, no answer."}, f"/inbox/{row_id}", "noted"),
        ("release", {}, "/inbox", "released"),
        ("claim", {}, f"/inbox/{row_id}", "claimed"),
        ("give-back", {}, "/inbox", "gave back to the bot"),
        ("claim", {}, f"/inbox/{row_id}", "claimed"),
        ("close", {"outcome": "booked"}, "/inbox", "closed"),
        ("reopen", {}, f"/inbox/{row_id}", "reopened"),
        ("assign", {"to": bob.actor}, "/inbox", "assigned"),
    ]
    for act, fields, goes_to, action in steps:
        done = inbox.press(row_id, act, **fields)
        assert (done.status_code, done.headers.get("Location")) == (302, goes_to), act
        assert inbox.audited()[-1] == action
    assert inbox.desk.row(row_id).holder == bob.actor
    assert "Rang, no answer." in inbox.get(f"/{row_id}")
    [note] = inbox.desk.rows(Note)
    assert (note.author, note.author_name) == (inbox.person.actor, inbox.person.name)


def test_what_is_typed_survives_every_other_act(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    inbox.press(row_id, "note", text="Dear patient", note="Rang.")
    page = inbox.client.get(f"/inbox/{row_id}")
    assert (typed(page), typed(page, "note")) == ("Dear patient", "")
    inbox.press(row_id, "reply", text="Dear patient", note="Rang again.")
    page = inbox.client.get(f"/inbox/{row_id}")
    assert (typed(page), typed(page, "note")) == ("", "Rang again.")


def test_one_persons_draft_is_not_anothers(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    inbox.press(row_id, "note", text="Dear patient")
    bob, person = inbox.colleague()
    inbox.press(row_id, "assign", to=person.actor)
    assert typed(bob.get(f"/inbox/{row_id}")) == ""


@pytest.mark.parametrize(
    ("act", "fields", "at"),
    [
        ("assign", {}, "to"),
        ("assign", {"to": "user 999"}, "to"),
        ("assign", {"to": "facebook"}, "to"),
        ("close", {}, "outcome"),
        ("close", {"outcome": "vanished"}, "outcome"),
        ("note", {}, "note"),
        ("note", {"note": "x" * 4001}, "note"),
    ],
)
def test_a_form_that_lacks_something_says_so_at_the_field(
    inbox: InboxRoom, act: str, fields: dict[str, str], at: str
) -> None:
    row_id = inbox.desk.waits()
    inbox.colleague()
    inbox.press(row_id, "claim")
    refused = inbox.press(row_id, act, text="Dear patient", **fields)
    assert refused.status_code == 422
    assert f'href="#{at}"' in refused.text
    assert f'id="{at}"' in refused.text
    assert typed(refused) == "Dear patient"


def test_it_can_be_given_to_those_only_who_may_see_it(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    _, trainer = inbox.colleague("trainer")
    _, stranger = inbox.colleague(practice="hillside")
    _, admin = inbox.colleague("practice_admin")
    page = inbox.get(f"/{row_id}")
    assert f'value="{admin.actor}"' in page
    for other in (trainer, stranger):
        assert f'value="{other.actor}"' not in page
        assert inbox.press(row_id, "assign", to=other.actor).status_code == 422


def test_what_came_meanwhile_is_not_put_away_unread(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    before = inbox.shown(row_id)
    inbox.desk.patient_writes(row_id, "One more thing", after(minutes=1))
    for act in ("close", "give-back", "dealt-with"):
        refused = inbox.post(f"/{row_id}/{act}", outcome="answered", **before)
        assert said_wrong(refused) == [Refusal.CHANGED]
        assert "One more thing" in refused.text


def test_all_outcomes_are_offered(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    page = inbox.get(f"/{row_id}")
    assert all(words in page for words in OUTCOME_WORDS.values())


# Answers of the bot


def test_a_wrong_answer_goes_to_the_trainers_once(inbox: InboxRoom) -> None:
    row_id, message_id = answered(inbox)
    for _ in range(2):
        assert inbox.press(row_id, f"messages/{message_id}/wrong").status_code == 302
    [report] = inbox.desk.rows(AnswerReport)
    assert (report.kind, report.state, report.message_id) == ("wrong", "open", message_id)


def test_an_unsafe_answer_is_withdrawn_once_the_word_is_typed(inbox: InboxRoom) -> None:
    row_id, message_id = answered(inbox)
    path = f"/{row_id}/messages/{message_id}/unsafe"
    assert "This is for every practice" in inbox.get(path)
    refused = inbox.post(path, confirm="yes")
    assert said_wrong(refused) == ["Type the word unsafe to confirm"]
    with inbox.database.read() as session:
        assert session.get_one(AnswerVersion, 1).status == "approved"
    assert inbox.post(path, confirm="Unsafe").status_code == 302
    with inbox.database.read() as session:
        assert session.get_one(AnswerVersion, 1).status == "withdrawn"
    assert "Withdrawn answer 1" in inbox.get(f"/{row_id}")
    inbox.press(row_id, "claim")
    assert "Approved answers that may fit" not in inbox.get(f"/{row_id}")


def test_a_message_that_is_not_the_bots_or_not_of_here_does_not_exist(inbox: InboxRoom) -> None:
    row_id, message_id = answered(inbox)
    other = inbox.desk.waits()
    for path in (f"/{row_id}/messages/{message_id - 1}", f"/{other}/messages/{message_id}", f"/{row_id}/messages/999"):
        assert inbox.post(f"{path}/wrong").status_code == 404
        assert inbox.client.get(f"/inbox{path}/unsafe").status_code == 404
        assert inbox.post(f"{path}/unsafe", confirm="unsafe").status_code == 404
    assert inbox.desk.rows(AnswerReport) == []


# The record


def test_the_copy_for_the_record_is_plain_whole_and_recorded(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits(text="My NHS number is 943 476 5919")
    text = typed(inbox.press(row_id, "record"), "record-text")
    assert "Facebook Messenger conversation with Riverside Surgery" in text
    assert "943 476 5919" in text
    assert f"Copied by {inbox.person.name}" in text
    assert inbox.audited()[-1] == "made a copy for the record"
    assert "Not copied to the record yet." in inbox.get(f"/{row_id}")
    assert inbox.post(f"/{row_id}/copied").status_code == 302
    assert inbox.audited()[-1] == "copied to the record"
    assert "Copied to the record midday." in inbox.get(f"/{row_id}")


# What the script asks


def test_the_script_hears_of_new_messages_and_of_what_became_of_replies(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    last = inbox.shown(row_id)["last_message_id"]
    address = f"/inbox/{row_id}/changes?after={last}"
    first = inbox.client.get(address)
    nobody = {"practice": inbox.desk.practice_id, "count": 0, "urgent": 0, "newest": 0}
    assert first.get_json() == {"new": 0, "claim": 1, "closed": False, "states": {}, "waiting": nobody}
    again = inbox.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    inbox.press(row_id, "reply", text="I will call you.")
    inbox.desk.patient_writes(row_id, "Thanks", after(minutes=1))
    changed = inbox.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.get_json()["new"] == 2
    assert list(changed.get_json()["states"].values()) == ["Queued"]
    assert "call you" not in changed.text


def test_asking_for_changes_keeps_nobody_signed_in(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    for _ in range(3):
        inbox.clock.pass_by(minutes=6)
        last = inbox.client.get(f"/inbox/{row_id}/changes").status_code
    assert last == 302
