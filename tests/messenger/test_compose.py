"""Replies become messages that Messenger takes: split at good places, with nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.messages import Button, Reply
from bot.messenger.compose import length, message_body, problems, split

YES_NO = (Button("Yes", "YES"), Button("No", "NO"))
SENTENCE = "Bowel screening is offered every two years. "
WORDS = some.text(alphabet=some.characters(codec="utf-8"), max_size=30)
TEXTS = some.lists(some.tuples(WORDS, some.integers(1, 400)), max_size=8).map(
    lambda pieces: " \n".join(word * times for word, times in pieces)
)


def without_white_space(text: str) -> str:
    return "".join(text.split())


@given(TEXTS)
def test_nothing_but_white_space_is_lost_and_every_part_can_be_sent(text: str) -> None:
    parts = split(Reply(text, YES_NO))
    assert without_white_space("".join(part.text for part in parts)) == without_white_space(text)
    assert all(length(part.text) < 1900 for part in parts)
    assert all(problems(part) == [] for part in parts)


@given(TEXTS.filter(lambda text: text.strip() != ""))
def test_the_buttons_are_on_the_last_part_only(text: str) -> None:
    *before, last = split(Reply(text, YES_NO))
    assert last.buttons == YES_NO
    assert all(part.buttons == () for part in before)


def test_a_short_reply_stays_whole() -> None:
    reply = Reply("The kit comes by post.", YES_NO)
    assert split(reply) == (reply,)


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0"])
def test_a_reply_without_words_gives_no_part_and_is_a_problem(text: str) -> None:
    assert split(Reply(text, YES_NO)) == ()
    assert problems(Reply(text)) == ["the text is empty"]


def test_a_long_text_is_cut_after_a_sentence() -> None:
    parts = split(Reply(SENTENCE * 100))
    assert len(parts) == 3
    assert all(part.text.endswith("years.") and part.text.startswith("Bowel") for part in parts)


def test_a_full_part_is_used_up_to_the_last_character() -> None:
    text = "a" * 1200 + ". " + "b" * 696 + "."
    assert length(text) == 1899
    assert [part.text for part in split(Reply(f"{text} Next."))] == [text, "Next."]


def test_a_decimal_point_or_a_web_address_does_not_end_a_sentence() -> None:
    text = "a" * 1000 + ". " + "b" * 600 + " 111.nhs.uk 2.5 " + "c" * 600
    assert split(Reply(text))[0].text == "a" * 1000 + "."


def test_without_sentences_a_text_is_cut_at_a_line_end() -> None:
    lines = [f"- clinic number {number} on the High Street" for number in range(60)]
    parts = split(Reply("\n".join(lines)))
    assert [line for part in parts for line in part.text.split("\n")] == lines


def test_a_short_first_sentence_does_not_make_a_tiny_part() -> None:
    lines = "\n".join(f"- clinic number {number} on the High Street" for number in range(60))
    first = split(Reply(f"These are the clinics.\n{lines}"))[0]
    assert length(first.text) > 950
    assert first.text.endswith("High Street")


def test_without_lines_a_text_is_cut_between_words() -> None:
    parts = split(Reply("screening " * 400))
    assert {word for part in parts for word in part.text.split()} == {"screening"}


def test_a_long_web_address_is_not_cut_where_a_space_comes_before_it() -> None:
    address = "https://surgery.example/" + "a" * 1700
    parts = split(Reply("The map is at this address: " + "b" * 300 + " " + address))
    assert parts[-1].text == address


def test_one_endless_word_is_cut_hard() -> None:
    assert [len(part.text) for part in split(Reply("a" * 4000))] == [1899, 1899, 202]


def test_a_telephone_number_with_no_break_spaces_stays_whole() -> None:
    number = "0800\u00a0111\u00a0222"
    parts = split(Reply("a" * 1890 + " " + number))
    assert [part.text for part in parts] == ["a" * 1890, number]


def test_emoji_count_twice() -> None:
    assert [len(part.text) for part in split(Reply("🩺" * 1000))] == [949, 51]


def test_texts_without_spaces_are_cut_after_their_own_full_stop() -> None:
    parts = split(Reply("请打电话给您的全科诊所。" * 200))
    assert all(part.text.endswith("。") for part in parts)


def test_every_limit_is_checked_before_sending() -> None:
    buttons = (Button("t" * 21, "p"), Button("", "p"), Button("t", "p" * 1001), Button("t", " "))
    assert problems(Reply("a" * 2000, buttons), metadata="m" * 1000) == [
        "the text is 2000 long: 1999 at most",
        "the metadata is 1000 long: 999 at most",
        "button 1: the title is 21 long: 20 at most",
        "button 2: the title is empty",
        "button 3: the payload is 1001 long: 1000 at most",
        "button 4: the payload is empty",
    ]


def test_more_than_thirteen_buttons_are_a_problem() -> None:
    buttons = tuple(Button(f"Choice {number}", str(number)) for number in range(14))
    assert problems(Reply("Which?", buttons)) == ["there are 14 buttons: 13 at most"]
    assert problems(Reply("Which?", buttons[:13])) == []


def test_values_at_their_limits_are_no_problem() -> None:
    assert problems(Reply("a" * 1999, (Button("t" * 20, "p" * 1000),)), metadata="m" * 999) == []


def test_the_message_holds_text_quick_replies_and_metadata() -> None:
    assert message_body(Reply("Is it for you?", YES_NO), "out-7") == {
        "text": "Is it for you?",
        "quick_replies": [
            {"content_type": "text", "title": "Yes", "payload": "YES"},
            {"content_type": "text", "title": "No", "payload": "NO"},
        ],
        "metadata": "out-7",
    }


def test_a_plain_message_holds_nothing_but_its_text() -> None:
    assert message_body(Reply("Hello.")) == {"text": "Hello."}
