"""How long: sentences, paragraphs, the whole. The limits are the NHS service manual's, and Messenger's."""

from collections.abc import Iterator

from bot.core.lint.finding import Finding, error, sentences, spoken, spoken_lines

LONGEST_SENTENCE = 20  # words
LONGEST_PARAGRAPH = 3  # sentences; a list counts for itself
LONGEST_ANSWER = 900  # characters: three phone screens
LONGEST_BUBBLE = 1_899  # UTF-16 code units; Meta takes under 2,000 and `bot.messenger.compose` would split more


def sentence_length(text: str) -> Iterator[Finding]:
    for number, line in spoken_lines(text):
        for sentence in sentences(line):
            if (words := len(sentence.split())) > LONGEST_SENTENCE:
                yield error(
                    "sentence-length",
                    number,
                    f"a sentence has {words} words, the most is {LONGEST_SENTENCE}: {sentence}",
                )


def paragraph_length(text: str) -> Iterator[Finding]:
    number = 1
    for paragraph in spoken(text).split("\n\n"):
        if "\n" not in paragraph.strip() and (count := len(sentences(paragraph))) > LONGEST_PARAGRAPH:
            yield error(
                "paragraph-length", number, f"a paragraph has {count} sentences, the most is {LONGEST_PARAGRAPH}"
            )
        number += paragraph.count("\n") + 2


def answer_length(text: str) -> Iterator[Finding]:
    """For answers; fixed texts need only fit into one bubble."""
    if len(text) > LONGEST_ANSWER:
        yield error("answer-length", 1, f"has {len(text)} characters, the most is {LONGEST_ANSWER}")


def bubble(text: str) -> Iterator[Finding]:
    if (length := len(text.encode("utf-16-le")) // 2) > LONGEST_BUBBLE:
        yield error("bubble", 1, f"does not fit into one message of Messenger: {length} of {LONGEST_BUBBLE}")
    if not text.strip():
        yield error("empty", 1, "has no words")
