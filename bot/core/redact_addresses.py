"""Redaction rules for home addresses: a house number with a street, a flat, and where somebody says they live.

A street alone stays, because patients ask where a clinic or the van is.
"""

from bot.core.redact_plain import ANY_MARK, Mask, Rule, rule
from bot.core.redact_words import NOT_STREETS, STREETS, STREETS_OR_NOT, UNITS

_NO_STREET = rf"(?!(?:{'|'.join(sorted(NOT_STREETS))})(?![^\W_]|'))"
_WORD = rf"{_NO_STREET}[^\W\d_]++(?:['\-][^\W\d_]++)*+"
_MORE_WORDS = rf"(?:\.?,?[ \n]{{1,2}}{_WORD}){{0,2}}"
_NUMBER = r"(?<![\w£$€])(?<!\d[.,:/\-])(?!(?:19|20)\d\d(?!\d))\d{1,4}[a-h]?(?: ?[/\-] ?\d{1,4}[a-h]?)?(?![^\W_])"
_STREET = rf"(?:{'|'.join(STREETS)})(?![^\W_])\.?"
_STREET_OR_NOT = rf"(?:{'|'.join(STREETS_OR_NOT)})(?![^\W_])"
_CLAUSE_END = rf"(?=\.?\s*+(?:[,.;!?)\n{ANY_MARK}]|$))"
_HOUSES = r"(?:cottage|bungalow|farm|house|lodge|villas?|court|barn)(?![^\W_])"
_LIVE = r"(?<![^\W_])(?:liv(?:e|es|ed|ing)|stay(?:s|ing)?|resid(?:e|es|ent|ing)|moved?|moving)"
_ADDRESS = r"(?<![^\W_])(?:address|addr)(?: (?:is|was|now)){0,2}"

ADDRESS_RULES: tuple[Rule, ...] = (
    rule(
        rf"{_NUMBER},?[ \n]{{1,2}}(?:the (?:avenue|crescent|terrace|grove|mews|gardens|lane)(?![^\W_])"
        rf"|(?:{_WORD}\.?[ \n]{{1,2}}){{1,3}}(?:{_STREET}|{_STREET_OR_NOT}{_CLAUSE_END}|(?-i:Dr){_CLAUSE_END}))",
        Mask.ADDRESS,
    ),
    rule(
        rf"(?:{_LIVE} (?:at|to)|{_ADDRESS})[ :,\-]{{1,3}}(?:(?:number|num|no\.?) ?)?(?P<gone>{_NUMBER},?[ \n]{{1,2}}{_WORD}{_MORE_WORDS})",
        Mask.ADDRESS,
    ),
    rule(
        rf"{_LIVE} (?:at|in|on|near|down|off|to) (?:the )?(?P<gone>(?:{_WORD} ){{1,3}}(?:{_STREET}|{_STREET_OR_NOT}{_CLAUSE_END}))",
        Mask.ADDRESS,
    ),
    rule(rf"(?:{_LIVE} (?:at|in|to)|{_ADDRESS}:?) (?:the )?(?P<gone>(?:{_WORD} ){{1,2}}{_HOUSES})", Mask.ADDRESS),
    rule(rf"{_ADDRESS}:? (?P<gone>(?:the )?(?:{_NO_STREET}(?-i:[A-Z])[^\W\d_]++(?![^\W_])[ ']?){{1,4}}(?<! ))", Mask.ADDRESS),
    rule(
        rf"(?<![^\W_])(?:flat|apartment|apt|maisonette)\.? ?(?:(?:no\.?|number) ?)?(?:\d{{1,4}}[a-h]?(?![\w.:])(?! ?(?:{'|'.join(UNITS)})(?![^\W_]))|[a-h](?=,))",
        Mask.ADDRESS,
    ),
)
