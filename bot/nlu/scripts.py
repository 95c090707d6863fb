"""Languages that their script gives away, so that even one word is enough."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import groupby

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

SHARE = 1 / 3  # of the letters in another script, to read a message as not English

# How Unicode names the letters of a script -> the language that patients write in it.
BY_SCRIPT = {
    "ARABIC": "ar",
    "GURMUKHI": "pa",
    "BENGALI": "bn",
    "GUJARATI": "gu",
    "CYRILLIC": "uk",
    "DEVANAGARI": "hi",
    "TAMIL": "ta",
    "TELUGU": "te",
    "MALAYALAM": "ml",
    "KANNADA": "kn",
    "SINHALA": "si",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am",
    "MYANMAR": "my",
    "KHMER": "km",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
}
CYRILLIC = (Language.UKRAINIAN, Language.RUSSIAN, Language.BULGARIAN)

_UKRAINIAN = frozenset("іїєґ")
_RUSSIAN = frozenset("ыэё")
# Arabic letters that only one of the languages has, or that its keyboards write differently.
_URDU_LETTERS = frozenset("ٹڈڑںےۓہھ")
_PASHTO_LETTERS = frozenset("ټډړښځڅېۍ")
_KURDISH_LETTERS = frozenset("ڕڵێۆ")
_PERSIAN_OR_URDU = frozenset("گچپژکی")
_ARABIC_LETTERS = frozenset("ةىيكأإ")
_URDU_WORDS = frozenset(
    """ہے ہیں کیا کے کا کو میں مجھے میرا میری میرے نہیں اور سے پر کب کیسے کہاں کیوں درد شکریہ مدد چاہیے ٹیسٹ
    ہوں رہا رہی امی آپ هے كيا مجهے ميرى نهيں""".split()
)
_PERSIAN_WORDS = frozenset(
    """است می را من که این چه برای هستم دارم نمی آیا کجا چطور ممنون متشکرم کمک لطفا دارد شما آزمایش پستان سرطان
    نیست خونریزی دکتر در به آید مدفوع نتیجه""".split()
)
_ARABIC_WORDS = frozenset(
    """في من على ما هل لا أنا هذا هذه متى كيف شكرا أريد عن لم مع إلى نزيف دم ألم مساعدة مرحبا لدي عندي فحص طبيب
    أين""".split()
)


# For messages too short to have a letter that only one of them has.
_UKRAINIAN_WORDS = frozenset(
    """так що коли де чи дякую болить допомога загубила загубив лист листа як будь ласка результати лікар треба добрий
    хочу привіт кров мама потрібен потрібна""".split()
)
_RUSSIAN_WORDS = frozenset(
    """да нет что когда где спасибо помогите помощь боюсь нужен нужна здравствуйте как сколько болит больно письмо
    потеряла потерял хочу привет врач результат мне надо пожалуйста очень""".split()
)


@lru_cache(maxsize=1)
def _cyrillic_detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(*CYRILLIC).with_minimum_relative_distance(0.2).build()


def language_by_script(text: str, english: int) -> str | None:
    """The language of the commonest script other than Latin, where it has more words than the `english` ones counted.

    A letter by itself does not count: it is part of a face such as ¯\\_(ツ)_/¯ or of a unit such as μg.
    """
    letters: Counter[str] = Counter()
    words = all_letters = 0
    for script, together in groupby(text, key=_script):
        length = sum(1 for _ in together)
        all_letters += length if script else 0
        if script in BY_SCRIPT and length > 1:
            letters[script] += length
            words += 1
    if not words or words < english or letters.total() < all_letters * SHARE:
        return None
    script = letters.most_common(1)[0][0]
    if script == "ARABIC":
        return _arabic_urdu_or_persian(text)
    if script == "CJK" and ("HIRAGANA" in letters or "KATAKANA" in letters):
        return "ja"
    return _of_cyrillic(text) if script == "CYRILLIC" else BY_SCRIPT[script]


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """How Unicode calls its script; "" for what is neither a letter nor a vowel sign."""
    if unicodedata.category(letter)[0] not in "LM":
        return ""
    return unicodedata.name(letter, "").split(" ", 1)[0].split("-", 1)[0]


def _arabic_urdu_or_persian(text: str) -> str:
    letters, words = frozenset(text), re.findall(r"[\u0600-\u06ff]+", text)
    if letters & _PASHTO_LETTERS:
        return "ps"
    if letters & _KURDISH_LETTERS:
        return "ku"
    urdu = 3 * len(letters & _URDU_LETTERS) + 2 * sum(word in _URDU_WORDS for word in words)
    persian = 2 * sum(word in _PERSIAN_WORDS for word in words)
    arabic = 2 * sum(word in _ARABIC_WORDS or word.startswith("ال") for word in words)
    arabic += len(letters & _ARABIC_LETTERS)
    urdu, persian = (score + len(letters & _PERSIAN_OR_URDU) for score in (urdu, persian))
    if urdu >= max(persian, arabic) and urdu:
        return "ur"
    return "fa" if persian > arabic else "ar"


def _of_cyrillic(text: str) -> str:
    letters, words = frozenset(text.lower()), re.findall(r"\w+", text.lower())
    if letters & _UKRAINIAN or letters & _RUSSIAN:
        return "uk" if letters & _UKRAINIAN else "ru"
    ukrainian, russian = (sum(word in known for word in words) for known in (_UKRAINIAN_WORDS, _RUSSIAN_WORDS))
    if ukrainian != russian:
        return "uk" if ukrainian > russian else "ru"
    found = _cyrillic_detector().detect_language_of(text)
    return found.iso_code_639_1.name.lower() if found else "uk"
