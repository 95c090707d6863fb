"""Hostile text is inert on every page of the inbox: markup, marks that turn direction, endless words."""

import re
from html.parser import HTMLParser

import pytest

from bot.core.messages import Reply
from bot.store import desk_notes, desk_reply
from bot.store.canned_replies import save
from tests.builders import NOON
from tests.web.inbox_room import InboxRoom, typed

MARKUP = '<script>alert(1)</script><img src=x onerror=alert(2)>"><svg/onload=alert(3)>{{ 7*7 }}</textarea><b>'
TURNED = "\u202egnp.exe\u202c \u2066\u2067hidden\u2069\u2069 \x00\x07end"
ENDLESS = "w" * 10_000


class Reader(HTMLParser):
    """Reads a page as a browser does and notes what would run, or load from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        source = values.get("src") or values.get("href") or ""
        if tag == "script" and "nonce" not in values and not source.startswith("/static/"):
            self.found.append(tag)
        if tag in ("img", "iframe", "object") or "://" in source or source.startswith("javascript:"):
            self.found.append(f"{tag} {source}")
        self.found += [f"{tag} {name}" for name in values if name.startswith("on")]


def pages(inbox: InboxRoom, text: str) -> dict[str, str]:
    """Every page that shows what a patient or colleague wrote, with this text wherever somebody can write."""
    row_id = inbox.desk.waits(text=text, hand_off=text[:200])
    practice = inbox.desk.practice_id
    shown = {"list": inbox.client.get("/inbox").text, "not taken": inbox.client.get(f"/inbox/{row_id}").text}
    inbox.press(row_id, "claim")
    inbox.desk.act(desk_notes.add_note, row_id, text, who=inbox.me)
    clean = text.replace("\x00", "")
    inbox.desk.write(lambda session: save(session, practice, NOON, actor="x", title=clean[:70], text=clean))
    seen = inbox.desk.view(row_id, inbox.me).seen
    assert inbox.desk.act(desk_reply.reply, row_id, (Reply(clean),), clean, seen, who=inbox.me) is None
    inbox.press(row_id, "note", text=text, note="")
    shown["conversation"] = inbox.client.get(f"/inbox/{row_id}").text
    shown["insert"] = inbox.client.get(f"/inbox/{row_id}?insert=canned-1").text
    shown["revealed"] = inbox.press(row_id, "details").text
    shown["refused"] = inbox.post(f"/{row_id}/reply", text=text).text
    shown["record"] = inbox.press(row_id, "record").text
    shown["mine"] = inbox.client.get("/inbox?show=mine").text
    shown["search"] = inbox.post("", q=text[:100], show="mine").text
    return shown


@pytest.mark.parametrize("text", [MARKUP, TURNED, ENDLESS], ids=["markup", "turned", "endless"])
def test_it_is_shown_as_text_on_every_page(inbox: InboxRoom, text: str) -> None:
    for name, page in pages(inbox, text).items():
        assert Reader(page).found == [], name
        assert ">49<" not in page, name
        if name != "refused":  # the own words in the own text area come back as they are
            visible = re.sub(r"<textarea.*?</textarea>|<input[^>]*>", "", page, flags=re.DOTALL)
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x07]", visible), name


def test_what_is_typed_comes_back_whole(inbox: InboxRoom) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    assert typed(inbox.post(f"/{row_id}/reply", text=MARKUP)) == MARKUP
    assert len(typed(inbox.post(f"/{row_id}/reply", text=ENDLESS))) == len(ENDLESS)


@pytest.mark.parametrize("field", ["claim_version", "last_message_id", "answer_version"])
@pytest.mark.parametrize("value", ["-1", "1e9", "٣", "9" * 400, "\x00", "<b>"])
def test_no_field_of_the_form_breaks_the_page(inbox: InboxRoom, field: str, value: str) -> None:
    row_id = inbox.desk.waits()
    inbox.press(row_id, "claim")
    fields = inbox.shown(row_id) | {"draft_text": "Hello", "answer_version": ""} | {field: value}
    assert inbox.post(f"/{row_id}/reply", **fields).status_code in (302, 422)
    assert inbox.client.get(f"/inbox/{row_id}/changes", query_string={"after": value}).status_code == 200


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999", "-1", "x"])
def test_a_number_that_cannot_be_one_is_not_found(inbox: InboxRoom, number: str) -> None:
    assert inbox.client.get(f"/inbox/{number}").status_code == 404
