"""Redaction rules for home addresses: a house number with a street, a flat, and where somebody says they live.

A street alone stays, because patients ask where a clinic or the van is.
"""

from bot.core.redact_plain import ANY_MARK, LETTER, WORD_END, WORD_START, Mask, Rule, rule
from bot.core.redact_words import NOT_STREETS, STREETS, STREETS_OR_NOT, UNITS

_WORD = rf"(?!(?:{'|'.join(sorted(NOT_STREETS))})(?![^\W_]|')){LETTER}++(?:['\-]{LETTER}++)*+"
_SPACE = r"[ \n]{1,2}"
_MORE_WORDS = rf"(?:\.?,?{_SPACE}{_WORD}){{0,2}}"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_NUMBER = rf"(?<![\w£$€])(?<!\d[.,:/\-])(?!{_YEAR})\d{{1,4}}[a-h]?(?: ?[/\-] ?\d{{1,4}}[a-h]?)?{WORD_END}"
_CLAUSE_END = rf"(?=\.?\s*+(?:[,.;!?)\n{ANY_MARK}]|$))"
_STREET = (
    rf"(?:(?:{'|'.join(STREETS)}){WORD_END}\.?"
    rf"|(?:{'|'.join(STREETS_OR_NOT)}){WORD_END}{_CLAUSE_END}"
    rf"|(?-i:Dr){WORD_END}{_CLAUSE_END})"
)
_THE_STREET = rf"the (?:avenue|crescent|terrace|grove|mews|gardens|lane|(?-i:Green|Park|Square|Close|Hill)){WORD_END}"
_CAPITAL = r"(?-i:(?=[A-Z]))"
_HOUSE = rf"(?:cottage|bungalow|farm|house|lodge|villas?|court|barn){WORD_END}"
_LIVE = rf"{WORD_START}(?:liv(?:e|es|ed|ing)|stay(?:s|ing)?|resid(?:e|es|ent|ing)|moved?|moving)"
_SEND_TO = rf"{WORD_START}(?:post|send|deliver)(?: (?:it|them|(?:the|my|a) kit))? to"
_ADDRESS_IS = rf"{WORD_START}(?:address|addr)(?: (?:is|was|now)){{0,2}}"
_NOT_COUNTING = rf"(?![\w.:])(?! ?(?:{'|'.join(sorted(UNITS))}){WORD_END})"

ADDRESS_RULES: tuple[Rule, ...] = (
    rule(rf"{_NUMBER},?{_SPACE}(?:{_THE_STREET}|(?:{_WORD}\.?{_SPACE}){{1,3}}{_STREET})", Mask.ADDRESS),
    rule(
        rf"{_NUMBER},?{_SPACE}(?:{_CAPITAL}{_WORD}{_SPACE}){{1,3}}{_CAPITAL}(?:{'|'.join(STREETS_OR_NOT)}){WORD_END}",
        Mask.ADDRESS,
    ),
    rule(
        rf"(?:{_LIVE} (?:at|to)|{_SEND_TO}|{_ADDRESS_IS})[ :,\-]{{1,3}}(?:(?:number|num|no\.?) ?)?"
        rf"(?P<gone>{_NUMBER},?{_SPACE}{_WORD}{_MORE_WORDS})",
        Mask.ADDRESS,
    ),
    rule(
        rf"{_LIVE} (?:at|in|on|near|down|off|to) (?:the )?(?P<gone>(?:{_WORD} ){{1,3}}{_STREET})",
        Mask.ADDRESS,
    ),
    rule(rf"(?:{_LIVE} (?:at|in|to)|{_ADDRESS_IS}:?) (?:the )?(?P<gone>(?:{_WORD} ){{1,2}}{_HOUSE})", Mask.ADDRESS),
    rule(rf"{_ADDRESS_IS}:? (?P<gone>(?:the )?{_CAPITAL}{_WORD}(?: {_CAPITAL}{_WORD}){{0,3}})", Mask.ADDRESS),
    rule(r"(?<![\d.])-?\d{1,2}\.\d{4,}+ ?, ?-?\d{1,3}\.\d{4,}+", Mask.ADDRESS),  # a place on a map
    rule(
        rf"{WORD_START}(?:flat|apartment|apt|maisonette)\.? ?(?:(?:no\.?|number) ?)?"
        rf"(?:\d{{1,4}}[a-h]?{_NOT_COUNTING}|[a-h](?=,))(?:,? (?:{_WORD} ){{1,2}}{_HOUSE})?",
        Mask.ADDRESS,
    ),
)
