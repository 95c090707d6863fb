"""Messages as patients write them, one a line: English that must stay English, and other languages."""

ENGLISH = r"""
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
ah cannae dae it the morra
cannae find ma kit hen
ah dinnae ken whit it means
gonnae send us anither yin
whaur dae ah go fur ma smear
it wis awfy sair so it wis
ma maw's feart tae go
is it the day or the morra
och aye ta very much
wee wummin at the desk wis pure rude
ay up duck, cost tell me
ay up me duck
dost know when van's cumin
cost thee ring me back
ar it wer sore duck but ah wer alrate
ow at owrate youth
it's bost, wunna open
I dunna want one ta
conna get through on phone
thee cost get stuffed
I'm not coming mun, isit
I'll do it now in a minute butt
tidy, ta
where to is the van by
there's lovely you are mun
cwtch needed after that
my mam had it done like
oh ych a fi not the poo kit
what's occurring
wee dander up to the van
I'm scundered so I am
what about ye, is the van in Ballymena the day
yer man at the desk was wick
aye dead on
wains can come with me aye
so it is like
och sure look it
bout ye
wise a bap
nah ur alrite
wen is ma smear m8 x
lol ok
omg
nah
k
kk
ty hun
ta babe
cheers bab
sound as a pound
aw bless
bostin
gerrin
gis a bell
u wot m8
wtf
ffs
cba
tbf it aint that bad
ngl im bricking it
does it hav to b a woman
me n me sis r both due
hav u got a fone numba
whn wil i get me rezults
carnt make it tmrw
apointment plz
mamogram plese
shudnt i av ad a leter by now
smeer test
bowl cancer kit
colonscopy
mammagram
hello its maria
hola when is my test
merci x
gracias
ciao for now
danke
salaam when is my smear
inshallah it will be ok
namaste can i book
I am Polish but I speak English, when is my test
can i have a polish interpreter
do you do leaflets in urdu
my mum only speaks punjabi can she bring me
nurse Mohammed
Mrs Begum
Dr Singh or Dr Kaur
Meri Jones
Ystradgynlais
Betws-y-Coed
Llanfairpwllgwyngyll
Ysbyty Gwynedd
is the scan at Ysbyty Glan Clwyd
Merthyr Tydfil
Auchtermuchty
Magherafelt
tamoxifen
letrozole and anastrozole
amlodipine 5mg and apixaban
levothyroxine
co-codamol
omeprazole and metformin
mirena coil
lidocaine gel
mammogram appointment
bowel screening kit
smear test results
mammogram results letter
to me
me to
main entrance
main hum
hum
me is ok
is it the main one
hi
hello
yes
yep
y
ok x
test
help
thanks
mum
mam
me mam
nan
stop
start
call me
no ta
nope
not 4 me ta
age 52
2moro?
10am?
tues
half 3
EE
😀😀 yay
¯\_(ツ)_/¯
ಠ_ಠ
(づ｡◕‿‿◕｡)づ ta
𝓱𝓮𝓵𝓵𝓸
ｈｅｌｌｏ
👍🏽👍🏽
😭😭 it hurt
https://www.nhs.uk/conditions/
my email is kasia.nowak@poczta.pl
my name is محمد, when is my next test please
it was fine, merci beaucoup to the nurse
que sera sera
c'est la vie lol
per se
déjà vu, another letter
my fiancée is scared
naïve question maybe
the à la carte menu in your waiting room
I'm 63, had a hysterectomy at 41, do I still need smears?
hiya hun
diaorreah
colonoscapy after a postive kit
wich one do i go to
doi need to fast
nad the van
canser letter
cand i bring me mum
fron the hospital
sie my gp
i moge my appointment
unde 25 so no smear
tak the kit back to the gp
dinna want tae tak the test
mains water off
can i mae an apointment
my CHI number has changed
gan to the clinic the morra
smr tmrw ydy i frgt
are a non starter then
any comment on the pot
OD on paracetamol yrs ago
50 μg levothyroxine
μg
my name is محمد علی
(ノಠ益ಠ)ノ
ಠ益ಠ why no letter
jakub kowalczyk
maria de la cruz
agnieszka
gael
jana
dr janda
bore da
vitor da costa
aap
kahan
its a hoot hun
hey hai whens the van
ho ho ho
ya wot
ki
merry xmas hun xx
""".strip().splitlines()


_WITH_TEXTS = {
    "pl": """
        Czy badanie piersi boli i jak długo trwa?
        Kiedy dostanę wyniki cytologii?
        Nie otrzymałam jeszcze zestawu do badania jelit, co mam zrobić?
        dziękuję
        dziekuje bardzo
        pomocy
        kiedy mam badanie
        kiedy mam badanie?
        Dzień dobry
        czy moge przelozyc wizyte
        nie mowie po angielsku
        potrzebuję tłumacza
        gdzie jest mammobus
        chciałabym umówić się na cytologię
        moja mama dostała list i nie rozumie
        czy to boli
        kiedy mam smear test
        Proszę o pomoc, nie rozumiem tego listu
        Mam 52 lata i jeszcze nie dostałam zaproszenia na mammografię
        jak zrobić test na krew utajoną
        tak
        krew w kale
        mam guzka w piersi
        znalazłam guzek
        ile trzeba czekać na wyniki
        czy mogę przyjść z córką
        jestem w ciąży, czy mogę robić cytologię
        boję się
        nie chcę tego badania
        co to jest HPV
        zgubiłam list
        chcę zmienić termin
        czy badanie jest bezpłatne
        do widzenia
        krwawię po stosunku
        nie rozumiem po angielsku
        prosze zadzwonic do mnie
        boli mnie brzuch
        hej
        kiedy przyjedzie mammobus do miasta
        proszę o rozmowę z człowiekiem
        mam 70 lat czy nadal dostane zestaw
        co oznacza wynik nieprawidlowy
        """,
    "ro": """
        Mamografia este dureroasă și cât durează?
        Când primesc rezultatele testului Babeș-Papanicolau?
        Nu am primit încă trusa pentru testul de intestin, ce trebuie să fac?
        mulțumesc
        multumesc mult
        ajutor
        Bună ziua
        când am programare
        cand primesc rezultatul
        nu vorbesc engleza
        nu înțeleg scrisoarea
        am nevoie de un traducător
        unde este clinica
        vreau o programare pentru test
        doare testul?
        Am pierdut kitul de test
        pot sa vin cu fiica mea la mamografie
        Am 52 de ani si nu am primit invitatie
        mama mea nu vorbeste engleza, poate veni cu cineva?
        Vă rog să mă sunați
        da
        sânge în scaun
        am sange in scaun
        când vin rezultatele
        îmi este frică
        ce este HPV
        cât costă
        sunt însărcinată, pot face testul?
        nu vreau sa fac testul
        am un nodul la san
        vă mulțumesc
        vreau să vorbesc cu o persoană
        pot să schimb programarea
        de ce am primit scrisoarea asta
        nu am primit kitul
        la revedere
        ma doare pieptul
        unde pot parca
        am nevoie de ajutor
        ce inseamna rezultatul anormal
        """,
    "ur": """
        کیا چھاتی کی اسکریننگ میں درد ہوتا ہے؟
        مجھے اپنے ٹیسٹ کا نتیجہ کب ملے گا؟
        میں اپنی ملاقات کا وقت کیسے تبدیل کر سکتی ہوں؟
        شکریہ
        مدد چاہیے
        ٹیسٹ کب ہے
        مجھے انگریزی نہیں آتی
        مجھے smear test کی appointment چاہیے
        میری امی کا رزلٹ
        كيا درد ہوگا
        السلام علیکم
        کیا مجھے ترجمان مل سکتا ہے
        خط نہیں ملا
        وین کہاں ہے
        کیا ڈاکٹر خاتون ہوں گی
        نہیں
        جی
        ہاں
        خون آ رہا ہے
        نتیجہ
        خط گم ہو گیا
        میں حاملہ ہوں
        ڈر لگتا ہے
        کٹ
        """,
    "pa": """
        ਕੀ ਛਾਤੀ ਦੀ ਜਾਂਚ ਵਿੱਚ ਦਰਦ ਹੁੰਦਾ ਹੈ?
        ਮੈਨੂੰ ਆਪਣੇ ਟੈਸਟ ਦਾ ਨਤੀਜਾ ਕਦੋਂ ਮਿਲੇਗਾ?
        ਮੈਂ ਆਪਣੀ ਮੁਲਾਕਾਤ ਦਾ ਸਮਾਂ ਕਿਵੇਂ ਬਦਲ ਸਕਦੀ ਹਾਂ?
        ਧੰਨਵਾਦ
        ਮਦਦ
        ਸਤ ਸ੍ਰੀ ਅਕਾਲ
        ਟੈਸਟ ਕਦੋਂ ਹੈ
        ਮੈਨੂੰ ਅੰਗਰੇਜ਼ੀ ਨਹੀਂ ਆਉਂਦੀ
        ਮੇਰਾ smear test ਕਦੋਂ ਹੈ
        ਮੈਨੂੰ ਦੁਭਾਸ਼ੀਆ ਚਾਹੀਦਾ ਹੈ
        ਚਿੱਠੀ ਨਹੀਂ ਮਿਲੀ
        ਵੈਨ ਕਿੱਥੇ ਹੈ
        ਮੇਰੀ ਮਾਂ ਦਾ ਨਤੀਜਾ
        ਕੀ ਨਰਸ ਔਰਤ ਹੋਵੇਗੀ
        ਹਾਂ ਜੀ
        ਕਿੱਟ ਕਿਵੇਂ ਵਰਤਣੀ ਹੈ
        """,
    "ar": """
        هل فحص الثدي مؤلم وكم من الوقت يستغرق؟
        متى سأحصل على نتائج الفحص؟
        لم تصلني بعد عدة فحص الأمعاء، ماذا أفعل؟
        شكرا
        شكراً جزيلاً
        مساعدة
        متى موعدي
        لا أتكلم الإنجليزية
        أريد مترجم
        هل يؤلم
        السلام عليكم
        مرحبا
        أين العيادة
        أمي لا تفهم الرسالة
        أريد تغيير موعد mammogram
        كم عمر الفحص
        هل الممرضة امرأة
        متى النتائج
        دم في البراز
        نعم
        لا
        أنا حامل
        أين
        كم السعر
        خائفة
        مع السلامة
        """,
    "bn": """
        স্তন পরীক্ষা করতে কি ব্যথা লাগে?
        আমি আমার পরীক্ষার ফলাফল কবে পাব?
        আমি কীভাবে আমার অ্যাপয়েন্টমেন্টের সময় বদলাতে পারি?
        ধন্যবাদ
        সাহায্য
        পরীক্ষা কবে
        আমি ইংরেজি বলতে পারি না
        আমার দোভাষী দরকার
        চিঠি পাইনি
        ভ্যান কোথায়
        আমার smear test কবে
        আমার মায়ের ফলাফল
        নার্স কি মহিলা হবেন
        আসসালামু আলাইকুম
        কিট কীভাবে ব্যবহার করব
        হ্যাঁ
        """,
    "gu": """
        શું સ્તનની તપાસમાં દુખાવો થાય છે?
        મને મારા ટેસ્ટનું પરિણામ ક્યારે મળશે?
        હું મારી મુલાકાતનો સમય કેવી રીતે બદલી શકું?
        આભાર
        મદદ
        ટેસ્ટ ક્યારે છે
        મને અંગ્રેજી નથી આવડતું
        મને દુભાષિયાની જરૂર છે
        પત્ર મળ્યો નથી
        વાન ક્યાં છે
        મારો smear test ક્યારે છે
        મારી મમ્મીનું પરિણામ
        નર્સ સ્ત્રી હશે?
        નમસ્તે
        કિટ કેવી રીતે વાપરવી
        હા
        """,
    "cy": """
        Ydy prawf sgrinio'r fron yn brifo?
        Pryd fydda i'n cael canlyniadau fy mhrawf ceg y groth?
        Dydw i ddim wedi cael y pecyn sgrinio coluddyn eto, beth ddylwn i ei wneud?
        diolch
        diolch yn fawr
        dw i angen help
        dwi angen apwyntiad
        pryd mae'r prawf
        dw i eisiau siarad Cymraeg
        ydy o'n brifo?
        ydi o'n boenus
        ble mae'r feddygfa
        dw i ddim yn deall y llythyr
        oes nyrs benywaidd
        ga i newid fy apwyntiad os gwelwch yn dda
        Ble fydd y fan sgrinio heddiw?
        sut ydw i'n defnyddio'r pecyn
        Dwi'n 52 oed a heb gael gwahoddiad i sgrinio'r fron
        ie
        gwaed yn fy mhoo
        mae gen i lwmp yn fy mron
        dw i wedi colli'r llythyr
        ga i ddod â fy merch
        dw i'n feichiog
        dw i'n ofni
        faint mae'n costio
        beth ydy HPV
        sut mae newid apwyntiad
        os gwelwch yn dda
        hwyl fawr
        dwi isio siarad efo rhywun
        dim diolch
        pryd fydd y fan yn dod i Fangor
        mae mam wedi cael y prawf
        beth mae canlyniad annormal yn ei feddwl
        dwi'n gwaedu ar ôl rhyw
        """,
    "uk": """
        Чи боляче робити мамографію і скільки це триває?
        Коли я отримаю результати аналізу?
        Я ще не отримала набір для обстеження кишківника, що мені робити?
        дякую
        дуже дякую
        допоможіть
        коли обстеження
        Добрий день
        я не розмовляю англійською
        мені потрібен перекладач
        це боляче?
        де клініка
        можна змінити час
        мама отримала листа
        коли мій smear test
        результати
        Слава Україні
        так
        кров у калі
        у мене шишка в грудях
        скільки чекати результатів
        боюся
        я вагітна
        скільки це коштує
        допомога
        привіт
        до побачення
        що таке ВПЛ
        загубила лист
        хочу поговорити з людиною
        """,
    "pt": """
        A mamografia dói e quanto tempo demora?
        Quando é que recebo os resultados do exame?
        Ainda não recebi o kit do rastreio do intestino, o que devo fazer?
        obrigada
        muito obrigado
        preciso de ajuda
        quando é o exame
        não falo inglês
        nao falo ingles
        Bom dia, quero marcar uma consulta
        onde fica a clínica
        dói muito?
        preciso de um intérprete
        a minha mãe não percebe a carta
        posso mudar a hora
        já tenho 50 anos e não recebi a carta
        quando é o smear test
        sim
        sangue nas fezes
        tenho um caroço na mama
        tenho medo
        quanto custa
        o que é o HPV
        estou grávida, posso fazer o teste?
        perdi a carta
        quero falar com uma pessoa
        não quero fazer o exame
        obrigada pela ajuda
        boa tarde
        onde posso estacionar
        quando chegam os resultados
        dói?
        já fiz o teste
        posso levar a minha filha
        o que significa resultado anormal
        ajuda
        socorro
        """,
    "ur-Latn": """
        kya test mein dard hota hai
        mujhe appointment chahiye
        meri ammi ko english nahi aati
        test kab hai
        smear test kab hai
        result kab milega
        kya mujhe interpreter mil sakta hai
        shukriya
        bohat shukriya
        mujhe samajh nahi aaya
        van kahan hai
        kya nurse aurat hogi
        mera kit nahi aya abhi tak
        main appointment change karna chahti hoon
        meri walida ka mammogram kab hai
        kaise karna hai ye test
        mujhay letter nahin mila
        haan
        ji
        dard hota hai kya
        mujhe darr lag raha hai
        kit kahan bhejni hai
        mujhe samajh nahi aa rahi
        kya ye free hai
        main pregnant hoon kya main test kar sakti hoon
        mere breast mein ganth hai
        khoon aa raha hai
        mujhe kisi se baat karni hai
        letter gum ho gaya
        result kitne din mein aata hai
        kya beti saath aa sakti hai
        mujhe nahi karwana
        HPV kya hota hai
        aap kaise hain
        madad chahiye
        urdu mein batayen
        appointment cancel karni hai
        """,
    "pa-Latn": """
        mainu appointment chahidi hai
        ki haal hai tusi kiven ho, mera test kado hai
        tusi kado khulde ho
        mainu english nahi aundi
        mera result kadon aauga
        ki eh test vich dard hunda hai
        test kithe hunda
        meri mummy nu letter nahi milya, mainu dasso
        sat sri akal
        sat sri akal ji mera smear test kado hai
        tuhada number ki hai
        mainu samajh nahi aundi
        kit kiven karni hai
        tusi mainu phone kar sakde ho
        nurse lady hundi hai ke nahi mainu dasso
        kiven karda test
        haan ji
        mainu dar lagda
        mainu madad chahidi
        eh free hai ke paise lagde ne
        mainu samajh nahi aai
        mera letter gum gaya
        mainu kise naal gal karni hai
        kit kithe bhejni aa
        result kinne din ch aunda
        tuhada dhanvaad
        main pregnant haan, test karva sakdi haan
        mere stan vich gand hai
        khoon aa reha hai mainu
        kithe jana hai
        tusi punjabi bolde ho
        mainu test nahi karauna
        """,
}

# No fixed texts in these: the patient gets the English one, and staff learn the language.
_BEYOND = {
    "ru": """
        когда я получу результаты обследования?
        мне больно, что делать
        вы работаете сегодня?
        да
        спасибо
        помогите
        кровь в кале
        сколько стоит
        я боюсь
        где клиника
        здравствуйте
        не понимаю по английски
        нужен переводчик
        """,
    "es": """
        ¿Cuándo me darán los resultados de la mamografía?
        no hablo inglés, necesito un intérprete por favor
        necesito ayuda
        tengo miedo
        cuando es mi cita
        donde esta la clinica
        no entiendo la carta
        sangre en las heces
        cuánto tiempo tardan los resultados
        """,
    "fr": """
        Quand est-ce que je vais recevoir mes résultats de la mammographie ?
        j'ai besoin d'aide
        je ne parle pas anglais
        c'est quand mon rendez-vous
        est-ce que ça fait mal
        du sang dans les selles
        je ne comprends pas la lettre
        """,
    "it": """
        Quando riceverò i risultati della mammografia e fa male l'esame?
        non parlo inglese
        ho bisogno di aiuto
        quando è il mio appuntamento
        fa male l'esame?
        ho paura di fare il test
        """,
    "tr": """
        mamografi sonuçlarımı ne zaman alacağım, acıyor mu?
        ingilizce bilmiyorum
        randevum ne zaman
        yardım istiyorum
        test acıtır mı
        tercümana ihtiyacım var
        kanama var ne yapmalıyım
        """,
    "hu": """
        mikor kapom meg a mammográfia eredményét, fáj a vizsgálat?
        """,
    "lt": """
        kada gausiu krūtų patikros rezultatus, ar tai skauda?
        """,
    "sk": """
        kedy dostanem výsledky vyšetrenia prsníkov a či to bolí?
        """,
    "sq": """
        kur do të marr rezultatet e mamografisë, a dhemb kjo?
        """,
    "so": """
        goormaan helayaa natiijada baaritaanka naasaha, ma xanuun baa?
        ma hadlo ingiriis
        waxaan u baahanahay turjubaan
        goorma ayaa ballantaydu tahay
        xanuun ma leeyahay baaritaanku
        """,
    "hi": """
        मुझे अपने टेस्ट का नतीजा कब मिलेगा?
        """,
    "ta": """
        என் பரிசோதனை முடிவு எப்போது வரும்?
        """,
    "fa": """
        نتیجه آزمایش من کی می‌آید؟
        آیا ماموگرافی درد دارد
        سلام، من انگلیسی بلد نیستم
        سلام
        نتیجه کی می آید
        ممنون
        من باردار هستم
        خون در مدفوع
        """,
    "zh": """
        我什么时候能拿到检查结果？
        """,
    "el": """
        πότε θα πάρω τα αποτελέσματα;
        """,
    "bg": """
        кога ще получа резултатите от прегледа?
        """,
    "cs": """
        kdy dostanu výsledky vyšetření prsou
        nemluvím anglicky, potřebuji tlumočníka
        kde je klinika prosím
        nerozumím tomu dopisu
        """,
}


def _lines(texts: dict[str, str]) -> dict[str, list[str]]:
    return {code: [line.strip() for line in text.strip().splitlines()] for code, text in texts.items()}


WITH_TEXTS, BEYOND = _lines(_WITH_TEXTS), _lines(_BEYOND)
