"""English slang stays English; clear sentences in the other languages are noticed."""

import pytest

from bot.nlu.language import KNOWN, language_of

ENGLISH = """\
hiya
ta duck
ta x
cheers love
yh
nah ur alright
wot
wen is it
hows it goin
is it sore
does it urt
me smear
owt for the boob van??
nowt on me letter
im well scared me
gud morning
ok 👍
tysm 🙏❤️
cba tbh
idk what to do
lol no
pls help
r u open sat
wer do i go
whats a fit test
i aint got me kit yet
kit hasnt cum
lost me poo stick lol
is it free or wot
am i 2 old
im 49 n a half
how long 4 results
can me mum come
ive got a coil in
dunno if i shud go
me nan had it
had me letter tdy
aye go on then
wee bit nervous hen
scundered so i am
wheres the van at tesco
does the mammy test hurt
canny find ma kit
it gives me the heebie jeebies
cud u ring us back
i’m sore
don’t want a bloke doing it
café near the hospital?
£ parking?
soz wrong number
u there
any1 there???
OMG it was fine
nhs no. pls
tara
spk later x
boobs too big for machine haha
not had a period in yonks
do i need 2 shave lol
mi butty sed it kills like
""".strip().splitlines()

OTHERS = {
    "pl": [
        "Czy badanie piersi boli i jak długo trwa?",
        "Kiedy dostanę wyniki cytologii?",
        "Nie otrzymałam jeszcze zestawu do badania jelit, co mam zrobić?",
    ],
    "ro": [
        "Mamografia este dureroasă și cât durează?",
        "Când primesc rezultatele testului Babeș-Papanicolau?",
        "Nu am primit încă trusa pentru testul de intestin, ce trebuie să fac?",
    ],
    "ur": [
        "کیا چھاتی کی اسکریننگ میں درد ہوتا ہے؟",
        "مجھے اپنے ٹیسٹ کا نتیجہ کب ملے گا؟",
        "میں اپنی ملاقات کا وقت کیسے تبدیل کر سکتی ہوں؟",
    ],
    "pa": [
        "ਕੀ ਛਾਤੀ ਦੀ ਜਾਂਚ ਵਿੱਚ ਦਰਦ ਹੁੰਦਾ ਹੈ?",
        "ਮੈਨੂੰ ਆਪਣੇ ਟੈਸਟ ਦਾ ਨਤੀਜਾ ਕਦੋਂ ਮਿਲੇਗਾ?",
        "ਮੈਂ ਆਪਣੀ ਮੁਲਾਕਾਤ ਦਾ ਸਮਾਂ ਕਿਵੇਂ ਬਦਲ ਸਕਦੀ ਹਾਂ?",
    ],
    "ar": [
        "هل فحص الثدي مؤلم وكم من الوقت يستغرق؟",
        "متى سأحصل على نتائج الفحص؟",
        "لم تصلني بعد عدة فحص الأمعاء، ماذا أفعل؟",
    ],
    "bn": [
        "স্তন পরীক্ষা করতে কি ব্যথা লাগে?",
        "আমি আমার পরীক্ষার ফলাফল কবে পাব?",
        "আমি কীভাবে আমার অ্যাপয়েন্টমেন্টের সময় বদলাতে পারি?",
    ],
    "gu": [
        "શું સ્તનની તપાસમાં દુખાવો થાય છે?",
        "મને મારા ટેસ્ટનું પરિણામ ક્યારે મળશે?",
        "હું મારી મુલાકાતનો સમય કેવી રીતે બદલી શકું?",
    ],
    "cy": [
        "Ydy prawf sgrinio'r fron yn brifo?",
        "Pryd fydda i'n cael canlyniadau fy mhrawf ceg y groth?",
        "Dydw i ddim wedi cael y pecyn sgrinio coluddyn eto, beth ddylwn i ei wneud?",
    ],
    "uk": [
        "Чи боляче робити мамографію і скільки це триває?",
        "Коли я отримаю результати аналізу?",
        "Я ще не отримала набір для обстеження кишківника, що мені робити?",
    ],
    "pt": [
        "A mamografia dói e quanto tempo demora?",
        "Quando é que recebo os resultados do exame?",
        "Ainda não recebi o kit do rastreio do intestino, o que devo fazer?",
    ],
}


@pytest.mark.parametrize("text", ENGLISH)
def test_short_english_stays_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in OTHERS.items() for text in texts])
def test_a_clear_sentence_in_another_language_is_noticed(code: str, text: str) -> None:
    assert language_of(text) == code


def test_words_that_english_has_too_do_not_hide_another_language() -> None:
    assert language_of("Am pierdut kitul de test") == "ro"


def test_every_known_language_is_tried_here() -> None:
    assert {language.iso_code_639_1.name.lower() for language in KNOWN} == {"en", *OTHERS}
    assert len(ENGLISH) == 60


@pytest.mark.parametrize("text", ["", "   ", "👍👍👍", "07700 900123", "???", "£££", "—"])
def test_what_has_no_words_counts_as_english(text: str) -> None:
    assert language_of(text) == "en"


def test_a_very_long_message_is_read_too() -> None:
    assert language_of("I would like to know whether the test hurts. " * 200) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "is the van in Llandudno or Betws-y-Coed",
        "does the van come to Llanfairfechan",
        "my name is Agnieszka Kowalczyk",
        "Agnieszka Kowalczyk here, when is my smear",
        "can Mrs Oluwaseun Adébáyọ̀ bring her daughter",
        "is Dr Łukasz Wiśniewski in today",
        "where is Ystradgynlais clinic",
    ],
)
def test_names_from_elsewhere_do_not_make_an_english_sentence_foreign(text: str) -> None:
    assert language_of(text) == "en"
