"""Which passwords are refused: short ones, and those that a guesser tries early. Nothing about kinds of characters.

The rules follow the NCSC and OWASP ASVS 5.0 (6.2): length counts, pasting is fine, nothing expires. The estimate is
zxcvbn's, which holds 30,000 common passwords, names, English words and keyboard rows, and works without a network.
"""

from collections.abc import Iterable

from zxcvbn import zxcvbn

SHORTEST = 12  # characters
LONGEST = 128
FEWEST_GUESSES = 10**10  # what zxcvbn calls safe from a guesser who has the stored hash: its highest mark
LONGEST_FOR_ESTIMATE = 72  # characters; zxcvbn's work grows with the square, and by then nothing is guessable
# What everybody at a surgery would think of; the user's own names and the practice's are added.
CONTEXT = "screening messages surgery practice receptionist doctor nurse smear facebook messenger nhs nhsmail".split()


def problem(password: str, about_them: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, in words for the person who chose it; None where nothing is.

    `about_them` are words that a guesser would try first: the email address, the names of person and practice.
    """
    if len(password) < SHORTEST:
        return f"Your password must have at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"Your password must have {LONGEST} characters or fewer"
    found = zxcvbn(password[:LONGEST_FOR_ESTIMATE], [*CONTEXT, *_words(about_them)])
    if found["guesses"] < FEWEST_GUESSES:
        return "Your password is too easy to guess. Try 3 random words, for example names of things around you"
    return None


def _words(texts: Iterable[str]) -> list[str]:
    """The texts and their parts: "ann.price@surgery.nhs.uk" also as ann, price, surgery."""
    found = [text.lower() for text in texts]
    for text in list(found):
        found += "".join(letter if letter.isalnum() else " " for letter in text).split()
    return found
