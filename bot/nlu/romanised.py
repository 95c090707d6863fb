"""Urdu and Punjabi in Latin letters: no statistics know them, so lists of their commonest words do."""

from collections.abc import Sequence

URDU = frozenset(
    """
    kya mujhe mujhay mujhko muje mujh hain hoon kaise kaisay kaisa kaisi chahiye chahye chahie chahiyay chahta chahti
    kyun kyu kyon lekin nahin kahan kahaan kidhar bohat bohot bahut bahot shukriya shukria aap aapka aapki aapko apka
    apki apko hamari hamara humein hamein unko unki unka uski uska usko inki karne karni karwana karwani karwane karta
    karti karte krna krni krne raha rahi rahe rha rhi milega milegi milay hota hoti hote hua huwa gaya gayi liye liay
    abhi kabhi takleef taklif saans seene walida waldain biwi shohar bachay zyada ziada waqt samajh bataein batayen
    batao dijiye karein sakta sakti sakte hogi hoga hogaya lagta lagti karun karoon meherbani meray jald wajah ganth
    darr kisi aati aata bhejna dein mujhse
    """.split()
)
PUNJABI = frozenset(
    """
    tusi tussi tusin tuhada tuhadi tuhade tuhanu thonu mainu mennu sanu saanu saadi kiven kiwen kidan kiddan kidda kithe
    kithay kado kadon kadun hunda hundi hunde haigi haiga ohna ohnu ohdi ohda ehna vich wich vichon assi chahida chahidi
    chaida chaidi lagda lagdi laggda dukhda dukhdi dukhde karda kardi karde aunda aundi aaunda puttar akal waheguru
    milugi milu dasso kehnde kehndi rehndi rehnda kinna kinni changa changi dhanwaad dhanvad kujh peerh auna jandi janda
    sakdi sakda sakde naal karauna karauni lagde bolde kise gand reha rehi
    """.split()
)
BOTH = frozenset(
    """
    dard nahi nhi kab ammi haan karna jaana jana khoon khansi bukhar bimari bimar beemar chhati chhaati chati ilaj ilaaj
    dawai dawa theek thik jaldi achha thoda thodi pata kuch koi madad haal kitne kitna kitni bhejni paise pehle baad
    saath beti muft
    """.split()
)
# Names, or a letter away from English: they need company.
NOT_ALONE = frozenset(
    """
    aap abhi gaya hain hoon hota hote hoti hua jana kahan kyu raha rahe rha rhi seene waqt mujh liye kab dawa haan karna
    koi kuch pata thik theek milay assi changa changi kiven saadi sanu wich vich janda dard nhi achha kisi kise gand
    reha baad saath beti dein naal
    """.split()
)
# Only company for the others: by themselves they are English, names or nothing.
WEAK = frozenset(
    """
    hai ki ka ke ko se ho aur ya na ji yeh ye woh wo jo jab ek bhi ne nu di da te vi je ik si meri mera mere kia nai
    acha ghar din apna apni par tha thi hi sab mein wala wali kar gal ae
    """.split()
)
LEAST_SHARE = 1 / 4  # of the words
SHORT = 4  # words: one that is surely romanised is enough


def romanised(words: Sequence[str], english: int) -> str | None:
    """The code "ur-Latn" or "pa-Latn" where such words outnumber the `english` ones counted; None otherwise."""
    urdu = sum(word in URDU for word in words)
    punjabi = sum(word in PUNJABI for word in words)
    sure = [word for word in words if word in URDU or word in PUNJABI or word in BOTH]
    found = len(sure) + sum(word in WEAK for word in words)
    one_is_enough = not english and len(words) <= SHORT and not NOT_ALONE.issuperset(sure)
    if not sure or found < max(english, len(words) * LEAST_SHARE) or (found < 2 and not one_is_enough):
        return None
    return "pa-Latn" if punjabi and punjabi >= urdu else "ur-Latn"
