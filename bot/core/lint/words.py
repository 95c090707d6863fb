"""Plain, calm and whole words. The list is the NHS service manual's, with what this service must never say."""

import re
from collections.abc import Iterator, Mapping

from bot.core.lint.finding import Finding, error, spoken_lines, warning

# Names that are written so, and are said aloud letter by letter.
CAPITALS = frozenset("AAA BSL CHI CT GP HIV HPV HRT LLETZ MRI NHS PSA UK CIN FIT IVF".split())
_CONTRACTION = re.compile(
    r"\b\w+(?:n['’]t|['’](?:ll|re|ve|d|m))\b|\b(?:it|that|there|here|what|who|she|he|let)['’]s\b"
    r"|\b(?:dont|cant|wont|isnt|doesnt|didnt|arent|couldnt|shouldnt|wouldnt)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[*_#`<>]|\s[-–—]\s|—")

# Never said to a patient: a promise, a judgement of their health, advice not to seek help.
PROMISES = (
    r"you do not need to|you don['’]t need to|no need to|nothing to worry|do not worry|no reason to worry"
    r"|you will be (?:fine|ok|okay)|we promise|we guarantee|guaranteed|certainly not|definitely"
    r"|100%|completely safe|no risk"
)
DIAGNOSES = (
    r"you (?:probably |almost certainly |may |might |could )?(?:have|do not have) (?:a |the )?"
    r"(?:cancer|tumour|infection|disease)|it is (?:probably |almost certainly )?(?:not )?cancer"
    r"|this means you have|your symptoms (?:are|mean|suggest)|your diagnosis"
)
BLAME = r"you should have|you failed|victim|suffer(?:s|ing|er|ers)?|elderly|diabetics"

# What not to write -> what to write instead.
WORDS: Mapping[str, str] = {
    "please note": "say it without this",
    r"e\.g|eg": "for example",
    r"i\.e|ie": "say it in other words",
    "etc": "name them, or use such as",
    "via": "by, through or on",
    "GP practices?|doctor['’]s practice": "GP surgery",
    "medical records?": "health record",
    "medications?": "medicine",
    "jabs?": "vaccine",
    "chemists?": "pharmacy",
    "urinate|urine|wee": "pee",
    "uterus": "womb",
    "bowel movements?": "poo",
    "nausea|nauseous": "feeling sick",
    "SMS": "text message",
    "click here": "name what the link leads to",
    "Frutiger": "say it without this",
    "telephone|dial|ring us": "call or phone",
    "clinicians?": "doctor, nurse or other healthcare professional",
    "care workers?": "carer",
    "persists?|persisted": "carry on",
    "disorders?": "condition",
    "accident and emergency|casualty": "A&E",
    "sign in|login": "log in",
    "on the NHS App": "in the NHS App",
    "utilise|commence|whilst|prior to|approximately|ensure": "a plainer word",
}
# These may be right where they stand.
DOUBTFUL: Mapping[str, str] = {
    "should": "say what to do, or what usually happens",
    "disease|diseases": "condition",
    "stools?": "poo, or poo (stool) the first time",
    "(?<!nurse or )(?<!family )doctors?(?!,| or)": "a GP or your GP, or doctor, nurse or other healthcare professional",
    r"(?<!\()smears?(?! test\))": "cervical screening (smear test) the first time",
    "practice": "surgery or GP surgery",
}


def _listed(words: Mapping[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE), instead) for pattern, instead in words.items()]


_NEVER = [
    (
        "promise",
        re.compile(rf"\b(?:{PROMISES})(?!\w)", re.IGNORECASE),
        "promises something, or talks out of asking for help",
    ),
    ("diagnosis", re.compile(rf"\b(?:{DIAGNOSES})\b", re.IGNORECASE), "judges a patient's own health"),
    ("blame", re.compile(rf"\b(?:{BLAME})\b", re.IGNORECASE), "labels or blames people"),
]
_WORDS, _DOUBTFUL = _listed(WORDS), _listed(DOUBTFUL)


def never_said(text: str) -> Iterator[Finding]:
    for number, line in spoken_lines(text):
        for rule, pattern, why in _NEVER:
            for found in pattern.finditer(line):
                yield error(rule, number, f'"{found[0]}" {why}')


def word_list(text: str) -> Iterator[Finding]:
    for number, line in spoken_lines(text):
        for pattern, instead in _WORDS:
            for found in pattern.finditer(line):
                yield error("word", number, f'instead of "{found[0]}": {instead}')
        for pattern, instead in _DOUBTFUL:
            for found in pattern.finditer(line):
                yield warning("word", number, f'instead of "{found[0]}" perhaps: {instead}')


def contractions(text: str) -> Iterator[Finding]:
    for number, line in spoken_lines(text):
        for found in _CONTRACTION.finditer(line):
            yield error("contraction", number, f'"{found[0]}" is written in full')


def capitals(text: str) -> Iterator[Finding]:
    for number, line in spoken_lines(text):
        for word in re.findall(r"\b[A-Z]{2,}\b", line.replace("A&E", "")):
            if word not in CAPITALS:
                yield error("capitals", number, f"{word} is in capitals and is no name that is spelt out")


def marks(text: str) -> Iterator[Finding]:
    for number, line in spoken_lines(text):
        if "!" in line:
            yield error("exclamation", number, "an exclamation mark")
        if found := _MARKS.search(line):
            yield error(
                "mark", number, f'"{found[0].strip()}": a mark that Messenger shows as it is, or a dash for a pause'
            )
