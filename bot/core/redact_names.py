"""Redaction of people's names, as far as rules can: after words that announce a name, and first names nearly always.

A name that nothing announces and that no list has stays; what limits the harm then is that texts are not kept long.
"""

import re
from collections.abc import Iterator

from bot.core.redact_plain import ANY_MARK, LETTER, MARK, WORD_END, WORD_START, Mask
from bot.core.redact_words import (
    FIRST_NAMES,
    NAMES_OR_WORDS,
    NOT_NAMES,
    PLACES_NAMED_AFTER_PEOPLE,
    RELATIVES,
    SURNAMES,
)

_WORD = re.compile(rf"{LETTER}++(?:['\-]{LETTER}++)*+")
_BETWEEN_NAMES = re.compile(r"\.? {1,2}")
_NO_WORD = rf"[^\w\n{ANY_MARK}]*+"
_LINE_ENDS = re.compile(rf"{_NO_WORD}(?:x++{WORD_END}{_NO_WORD})?(?=\n|$|[{ANY_MARK}])", re.IGNORECASE)
_PLACE_FOLLOWS = re.compile(rf" (?:\w++ )?(?:{'|'.join(PLACES_NAMED_AFTER_PEOPLE)}){WORD_END}", re.IGNORECASE)
_SAINT = re.compile(rf"{WORD_START}(?:st|saint)\.? $", re.IGNORECASE)
_LIKE_A_VERB = ("ing", "ed", "ly")


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{WORD_START}(?:{pattern})", re.IGNORECASE)


_NAME_IS = _cue(
    r"(?:sur)?name(?:'?s)? (?:is|was|'s) |(?:my|her|his) name'?s |names? ?[:=\-] ?|surname |i(?:'?m| am) called "
)
_TITLE = _cue(r"mrs?\.? ")
_ROLE = _cue(r"(?:dr|doctor|prof|professor|nurse|sister|midwife|matron|miss|ms)\.? ")
_RELATIVE = _cue(rf"(?:{'|'.join(RELATIVES)}),? ")
_ABOUT = _cue(
    r"(?:spoke|speak|spoken|talk|talked) (?:to|with) |(?:on )?behalf of |named |seen by |ask(?:ed)? for |dear "
    r"|(?:mum|mother|dad|wife|husband|daughter|son|carer) (?:of|to|for) |patient:? "
)
_THIS_IS = _cue(r"this is |its |it's |it is |i am |i'm |im ")
_GREETING = _cue(r"(?:hi|hiya|hello|hey|morning|afternoon|evening) ")
_SIGN_OFF = _cue(
    r"(?:thank(?:s| ?you| u)?|thanx|thx|tysm|ty|ta|cheers|regards|wishes|sincerely|faithfully|love(?: from)?|yours)"
    r"(?: (?:in advance|again|so much|very much|a lot|for (?:your|the|all your) help))?[ ,.\n\-x]{1,6}"
)
_DETAILS_FOLLOW = re.compile(
    rf"[ ,:;\-\n]{{0,3}}(?:(?:dob|d\.o\.b\.?|born|nhs|no|number|tel|mob)[ .:]{{1,3}}){{0,2}}"
    rf"[{''.join(MARK[mask] for mask in (Mask.DATE_OF_BIRTH, Mask.NHS_NUMBER, Mask.PHONE, Mask.ADDRESS))}]",
    re.IGNORECASE,
)


class _Names:
    """The words of one text, and which of them are names."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.words = list(_WORD.finditer(plain))
        self.at = {word.start(): place for place, word in enumerate(self.words)}
        # In a text that is all capitals or Written Like This, a capital says nothing.
        self.cased = any(len(word.group()) > 1 and word.group().islower() for word in self.words)
        self.found: set[int] = set()  # places in `words`

    def known(self, place: int, *, cued: bool) -> bool:
        word = _bare(self.words[place].group())
        if word in FIRST_NAMES:
            return True
        return cued and word in NAMES_OR_WORDS and (word not in NOT_NAMES or self.capital(place))

    def capital(self, place: int) -> bool:
        """Written like a name: Smith, McDonald, O'Brien, or an initial."""
        word = self.words[place].group()
        return self.cased and word[0].isupper() and (len(word) == 1 or not word.isupper())

    def unknown_capital(self, place: int) -> bool:
        return self.capital(place) and self.unknown(place)

    def unknown(self, place: int) -> bool:
        """No everyday word, so it could be a name."""
        word = self.words[place].group().lower()
        return _bare(word) not in NOT_NAMES and word.replace("'", "") not in NOT_NAMES

    def next(self, place: int) -> int | None:
        """The word after, if only a space is between them."""
        following = place + 1
        if following == len(self.words):
            return None
        between = self.plain[self.words[place].end() : self.words[following].start()]
        return following if _BETWEEN_NAMES.fullmatch(between) else None

    def take(self, place: int, *, any_case: bool) -> None:
        """Marks the name that starts at a word: up to two more words go with it."""
        self.found.add(place)
        for _ in range(2):
            following = self.next(place)
            if following is None or not self._goes_on(following, any_case=any_case):
                return
            self.found.add(following)
            place = following

    def _goes_on(self, place: int, *, any_case: bool) -> bool:
        if self.known(place, cued=False) or _bare(self.words[place].group()) in SURNAMES:
            return True
        word = self.words[place].group()
        if not self.unknown(place):
            return False
        if self.capital(place) or word.istitle() or (not self.cased and self.ends_line(place)):
            return True
        return any_case and not word.endswith(_LIKE_A_VERB) and len(word) > 2

    def ends_line(self, place: int) -> bool:
        return _LINE_ENDS.match(self.plain, self.words[place].end()) is not None

    def after(self, cue: re.Pattern[str]) -> Iterator[int]:
        """The places of the words that stand right after a cue."""
        for match in cue.finditer(self.plain):
            place = self.at.get(match.end())
            if place is not None:
                yield place


def mask_names(plain: str) -> str:
    """`plain`, as long as before, with marks for people's names."""
    names = _Names(plain)
    _find_known(names)
    _find_before_details(names)
    _find_after_cues(names)
    _find_signatures(names)
    pieces: list[str] = []
    done = 0
    for place in sorted(names.found):
        word = names.words[place]
        end = word.end() - 2 if word.group().lower().endswith("'s") else word.end()
        joined = place - 1 in names.found and names.next(place - 1) == place
        start = names.words[place - 1].end() if joined else word.start()
        pieces += plain[done:start], MARK[Mask.NAME] * (end - start)
        done = end
    return "".join((*pieces, plain[done:]))


def _find_known(names: _Names) -> None:
    for place, word in enumerate(names.words):
        if names.known(place, cued=False):
            saint = _SAINT.search(names.plain, max(0, word.start() - 7), word.start())
            if not saint and not _PLACE_FOLLOWS.match(names.plain, word.end()):
                names.take(place, any_case=False)


def _find_before_details(names: _Names) -> None:
    """Jane Bloggs, 12/3/61: two names right before a date of birth, a number or an address."""
    for place in range(1, len(names.words)):
        first, second = names.words[place - 1], names.words[place]
        if names.next(place - 1) == place and _DETAILS_FOLLOW.match(names.plain, second.end()):
            written = first.group()[0].isupper() and second.group()[0].isupper()
            if (written or names.known(place - 1, cued=True)) and names.unknown(place - 1) and names.unknown(place):
                names.found |= {place - 1, place}


def _find_after_cues(names: _Names) -> None:
    for place in names.after(_NAME_IS):
        if names.known(place, cued=True) or names.unknown(place):
            names.take(place, any_case=True)
    for place in names.after(_TITLE):
        if names.unknown(place):
            names.take(place, any_case=False)
    for place in names.after(_ROLE):
        if names.unknown_capital(place) or _bare(names.words[place].group()) in SURNAMES:
            names.take(place, any_case=False)
    for cue in (_RELATIVE, _ABOUT):
        for place in names.after(cue):
            if names.known(place, cued=True) and (names.capital(place) or names.known(place, cued=False)):
                names.take(place, any_case=names.known(place, cued=False))
            elif names.unknown_capital(place):
                names.take(place, any_case=False)
    for place in names.after(_THIS_IS):
        following = names.next(place)
        if names.known(place, cued=False):
            names.take(place, any_case=True)
        elif names.known(place, cued=True) and names.unknown_capital(place):
            names.take(place, any_case=False)
        elif following is not None and names.unknown_capital(place):
            announced = names.words[following].group().lower() in ("from", "here", "calling")
            if announced or names.unknown_capital(following):
                names.take(place, any_case=False)
    for place in names.after(_GREETING):
        if names.unknown_capital(place) and names.plain.startswith(",", names.words[place].end()):
            names.take(place, any_case=False)


def _find_signatures(names: _Names) -> None:
    for place in names.after(_SIGN_OFF):
        last = names.next(place) if not names.ends_line(place) else place
        if last is None or not names.ends_line(last):
            continue
        known = names.known(place, cued=True) or names.unknown_capital(place)
        if known or (last == place and _signed_in_small_letters(names, place)):
            names.take(place, any_case=True)
    if len(names.words) > 2:
        before, first, last = range(len(names.words) - 3, len(names.words))
        own_line = "\n" in names.plain[names.words[before].end() : names.words[first].start()]
        if own_line and names.next(first) == last and names.unknown_capital(first) and names.unknown_capital(last):
            names.found |= {first, last}


def _signed_in_small_letters(names: _Names, place: int) -> bool:
    """A single word, set apart at the end of a message that said something before: "is it free? thanks, agnieszka"."""
    word = names.words[place].group()
    apart = names.plain[names.words[place - 1].end() : names.words[place].start()].strip(" x.") in (",", "\n", ",\n")
    return apart and place > 3 and names.unknown(place) and len(word) > 2 and not word.endswith(_LIKE_A_VERB)


def _bare(word: str) -> str:
    return word.lower().removesuffix("'s")
