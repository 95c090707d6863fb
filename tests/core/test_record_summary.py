"""The copy for the patient's record: dated in London time, plain, and without what the patient never saw."""

from datetime import UTC, datetime

from bot.core.record_summary import Said, summary

SUMMER = datetime(2026, 7, 6, 11, 30, tzinfo=UTC)


def test_the_whole_text() -> None:
    said = [
        Said("patient", "Does a mammogram hurt?", SUMMER),
        Said("bot", "It can hurt for a moment.", SUMMER.replace(minute=31)),
        Said("staff", "Call me.", SUMMER.replace(hour=12), name="Jo Bloggs"),
    ]
    text = summary("Riverside Surgery", said, SUMMER.replace(hour=13), copied_by="Jo Bloggs", outcome="Answered here")
    assert text == (
        "Facebook Messenger conversation with Riverside Surgery\n"
        "From 6 July 2026, 12:30pm to 6 July 2026, 1:30pm\n"
        "Copied by Jo Bloggs on 6 July 2026, 2:30pm\n"
        "Outcome: Answered here\n"
        "\n6 July 2026, 12:30pm - Patient:\nDoes a mammogram hurt?\n"
        "\n6 July 2026, 12:31pm - Automated reply:\nIt can hurt for a moment.\n"
        "\n6 July 2026, 1:30pm - Staff (Jo Bloggs):\nCall me.\n"
    )


def test_what_was_never_sent_and_what_was_taken_back_are_not_in_it() -> None:
    said = [
        Said("patient", "my secret", SUMMER, taken_back=True),
        Said("staff", "never left", SUMMER, was_sent=False),
    ]
    text = summary("Riverside", said, SUMMER, copied_by="Jo")
    assert "secret" not in text
    assert "never left" not in text
    assert "took this message back" in text


def test_winter_time_is_londons_and_hidden_marks_are_gone() -> None:
    said = [Said("patient", "a\u202eb\x07\nc<script>", datetime(2026, 11, 24, 9, 5, tzinfo=UTC))]
    text = summary("Riverside", said, SUMMER, copied_by="Jo")
    assert "24 November 2026, 9:05am - Patient:\nab\nc<script>\n" in text


def test_an_empty_conversation_has_a_summary_too() -> None:
    assert summary("Riverside", [], SUMMER, copied_by="Jo").startswith("Facebook Messenger conversation")
