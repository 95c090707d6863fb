"""Messages that are worded alike."""

from bot.core.similar import Similar


def known(*texts: str) -> Similar:
    similar = Similar()
    for key, text in enumerate(texts):
        similar.put(key, text)
    return similar


def test_the_same_words_are_nearest_whatever_their_spelling() -> None:
    similar = known("does a smear hurt", "DOES a mammogram hurt?", "where is the van")
    best, *_ = similar.nearest("does a mammogram HURT", 3)
    assert (best.key, round(best.score, 6)) == (1, 1.0)


def test_typing_mistakes_leave_most_in_common() -> None:
    similar = known("does the mammogram hurt", "is there parking at the hospital", "when is my smear")
    assert [one.key for one in similar.nearest("mamogram hurts", 3)] == [0]


def test_what_every_message_has_counts_for_nothing() -> None:
    similar = known("smear cost", "smear parking", "smear pain", "smear age")
    assert similar.nearest("smear", 4) == []


def test_a_message_with_nothing_in_common_is_not_near() -> None:
    assert known("does it hurt", "is it free").nearest("parking", 5) == []
    assert known("does it hurt").nearest("?!", 5) == []


def test_messages_can_be_changed_and_forgotten() -> None:
    similar = known("does it hurt", "is it free", "can i park")
    similar.put(0, "where is the van")
    similar.drop(1)
    similar.drop(99)
    assert similar.nearest("does it hurt", 5) == similar.nearest("is it free", 5) == []
    assert [one.key for one in similar.nearest("where is the van", 5)] == [0]
