"""Words that give a language away, or away as English. Small letters, without accents.

Lists, because statistics need a sentence and patients write one word.
"""

# What patients write that none of the other languages has, slang and slips of the pen included. Not what the other
# languages borrow: "smear", "test", "appointment".
ENGLISH = frozenset(
    """
    write other and of an that the is my it you your yours we our they them their she her him his this these those there
    here who what when where why how which was were be been being has have having does did doing done would could should
    shall must might will cant cannot dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt wont wouldnt couldnt
    shouldnt im ive ill youre youve theyre theyve shes hes its thats whats wheres whos theres lets but if or than then
    because cos coz cuz with without for from into onto off up down out over under about after before until till between
    through during not never ever always often again just only also too very really quite still yet already now today
    tomorrow yesterday tonight week weeks month months year years hour hours minute minutes day days time times ago
    later soon please pls plz thanks thank thanx thx cheers sorry hello hiya hey yes yeah yep nope okay ok lol omg tbh
    idk btw tysm ty some any every each all both either neither another others such same own more most much many few
    less least anyone anybody someone somebody everyone everybody nobody nothing something anything everything get gets
    getting got gotten go goes going gone went come comes coming came see seen saw know knows known knew think thought
    want wants wanted need needs needed like liked make makes made take takes took taken taking give gives gave given
    say says said tell tells told ask asked asking keep keeps kept let put use used using find found feel feels felt
    look looks looking looked help helps work works worked call called ring rang phone text send sent sending post
    posted wait waiting waited bring brought start started stop stopped read wrote written speak spoke understand
    understood remember forgot forget lost lose leave left stay live living lives lived die died hurt hurts hurting pain
    painful sore worry worried worrying scared afraid nervous anxious embarrassed good bad better worse best worst great
    lovely nice fine right wrong new old big small little young first last next early late free safe normal able sure
    ready happy mum mums mother mothers dad dads father husband wife daughter son sister brother nan nana gran grandad
    auntie friend baby kids child children woman women man men people person lady girl boy nurse doctors surgery clinic
    letter letters appointments result booked book booking cancel change changed invite invited check checked blood poo
    bowel breast breasts boob boobs womb bleeding lump lung smears testing swab toilet loo van near nearest back home
    house job car bus park parking morning afternoon evening night monday tuesday wednesday thursday friday saturday
    sunday january february march april june july august september october november december one two three four five six
    seven eight nine twenty thirty forty fifty sixty seventy once twice half age aged name address number email website
    computer hows wots wens whens wen wot wat wats hw hav av ave bin wiv wid wivout dat dis dem dey der ther thay wer
    whr woz wud cud shud gonna gunna wanna gotta dunno gimme lemme innit isit aint ain ent ur urs u y tho thru luv lv
    hun huni babe babes bab duck ducks duckie mate m8 gr8 l8r soz ta tara ciao cya nah aye och ye ya yous youse yis yer
    yersel youz ah ahm aw awa aff ane auld bairn bonnie braw cannae canny couldnae dae daein daft didnae dinnae dinna
    disnae doesnae divnt fae frae gie gonnae greetin hae haud heid hen hame hasnae havenae isnae ken kens mair masel nae
    naw noo noe nowt owt oan oot ower peely pish scunnered scundered shouldnae tae telt thae wan wasnae wean weans wee
    wheesht willnae wis wouldnae morra mornin ay ayup mardy cost canna conna dunna wunna shanna wanner thee thou thy
    thine thur dost hast sithee nesh summat summit sommat nuffin nuffink sumfin somethin nothin anythin owght aught
    nowght wench babby bostin yampy tarar gaffer mither mithered mun butty butt tidy lush cwtch twp mush mams mammy
    grannie granny wains weeker dead wicked proper well chuffed knackered gutted bloke blokes fella fellas lad lads lass
    lassie lasses chuck pet flower lovey sweetie darling dear sir madam hii hiii heya gud nite 2nite 2day 2moro 4get b4
    bcos bcz bc becoz cause atm asap fyi imo imho rn smh ngl tbf yh yea yup yass nvm wtf wth ffs bloody blimey crikey
    heck hell god gosh jesus oh ooh ouch ow eww ugh phew haha hahaha hehe x xx xxx xxxx at by long
    """.split()
)

# For those with texts of their own: enough without statistics. What two of them share is left out.
WORDS = {
    "pl": frozenset(
        """
        czy kiedy gdzie dlaczego pomocy pomozcie prosze dziekuje dziekujemy dzieki dziekowac jestem jest sie mnie moja
        moje moj mojej mojego mialam mialem dostalam dostalem otrzymalam otrzymalem badanie badania badaniu badan wyniki
        wynik wynikow boli bola bolu bolesne piersi piersiach cytologia cytologie cytologii mammografia mammografie
        mammografii wizyta wizyte wizyty lekarz lekarza lekarzem przychodnia przychodni pielegniarka krew krwi mozna
        moge musze chce chcialabym chcialbym potrzebuje potrzebny potrzebna tlumacz tlumacza tlumaczem dzien dobry witam
        czesc raka jelita jelit zestaw zestawu termin terminu umowic umowienie bardzo tylko ile ktory ktora ktore dla
        przez przed juz jeszcze tez albo oraz listu zaproszenie zaproszenia corka rozumiem mowie mowic polsku angielsku
        angielski szpital szpitala guzek wiem bylo byc bedzie kobieta jakie jaki jaka czego czuje zdrowie placze zona
        matka mamy dostala dostal rozumie rozumiesz zrobic zmienic utajona ciazy menopauzie wezwij karetke pogotowie
        kale boje zgubilam znalazlam widzenia guza krwawie oznacza zadzwonic rozmowe chora bezplatne jutro pani
        """.split()
    ),
    "ro": frozenset(
        """
        multumesc mersi ajutor ajutati ajuta cand unde este sunt vreau doare dureros dureroasa programare programarea
        programarii rezultatul rezultatele rezultatelor sange sangerez trebuie primit pierdut avea imi buna ziua seara
        pentru despre dureaza medicul medicului doctorul asistenta sanului sanul sanilor sani frotiu cancerul analize
        analiza testul testului trusa scrisoare scrisoarea vorbesc vorbiti engleza inteleg traducator facut daca sau
        acum astazi azi dimineata foarte varsta niste aveti puteti dumneavoastra medicale rog mamografie cat kitul
        intestin acolo aceasta acest cine deloc dupa inainte meu mea mele colul uterin invitatie costa ce frica nodul
        revedere inseamna insarcinata clinica scaun vin pieptul pieptului suna sunati
        """.split()
    ),
    "cy": frozenset(
        """
        diolch dw dwi rydw rwyf rwy ydw ydy ydych ydi yw oes angen eisiau isio eisie moyn pryd sut gwaed waed gwaedu
        prawf brawf phrawf fron mron meddyg feddyg meddygfa feddygfa nyrs apwyntiad gwelwch gymraeg saesneg gallaf allaf
        wedi ddim nid sydd gyda efo hefyd canlyniad canlyniadau ganlyniadau llythyr lythyr pecyn becyn sgrinio serfigol
        coluddyn poen boen brifo frifo cael gael fydd fydda fyddai gwybod wybod dydw dydy dyw menyw fenyw gofyn
        cyfieithydd canser ganser blwydd heddiw yfory fory rwan nawr lwmp teimlo mynd gwneud wneud dechrau ffonio siarad
        dwim gwbod lle rhaid ddod nghanlyniadau mhrawf fy fedra medra faint bydd fod ble pam pwy allwch gallwch medrwch
        ceg groth mae yn hwyl fawr ofni beichiog feichiog golli colli rhywun costio deall
        """.split()
    ),
    "pt": frozenset(
        """
        obrigada obrigado quando preciso precisa ajuda ajudem minha minhas meus nao voce voces estou tenho posso fazer
        noite exame exames sangue rastreio doi demora receber recebi recebo marcar consigo ainda tambem muito muita onde
        quanto falar falo portugues filha mulher cancro fezes papanicolau isto isso foi fui tive devo quero queria mudar
        percebo custa dia hora horas fica enfermeira mamografia dor dores mama tarde bom boa uma socorro consulta
        resultados resultado ola perdi carta medo teste fiz significa gravida carocio caroco estacionar chegam
        """.split()
    ),
}
# A letter away from English ("doi", "wich"), or a name, or in a sister language: they only add to the others.
WEAK = frozenset(
    """
    unde mamografia dor mama tarde bom boa uma consulta resultado resultados ola sani rog cat mea meu mele faint fy ble
    yw pam sut nid bydd fod dobry dla mamy ile termin corka jest mersi acolo dzien isto posso sangue ziua nao dw sunt
    azi sau sie bola zona mnie tez krew kale moge mowie cand este doare imi cine daca facut sange boen poen fron mron
    groth gael cael oes lle ceg dwi pwy rwy mynd fory canser ganser medra devo dia doi dores falo foi fui hora isso meus
    noite onde tive voce dostal medicale albo yn mae costa ce nodul clinica scaun vin carta teste fiz significa perdi
    medo pani suna byc ydy
    """.split()
)

# With their accents: only when there is nothing else, because as a part of English they are slips of the pen.
ALONE = {"tak": "pl", "nie": "pl", "krew": "pl", "dói": "pt", "não": "pt", "sânge": "ro", "haan": "ur-Latn"}

# What nearly every sentence of a language has and English has not. Statistics alone take names and bad spelling for
# Slovak or Welsh.
COMMON = {
    "pl": frozenset("nie jak co za bez pani moze przy byl byla tego tym teraz tak".split()),
    "ro": frozenset("nu si cu pe din ce cum poate".split()),
    "cy": frozenset("yn eu nhw hwn hynny neu ond".split()),
    "pt": frozenset("que um com para por em seu sua mais como esta ao ser sou meu tem".split()),
    "es": frozenset(
        """
        que las una con para como esta pero cuando donde tengo necesito puedo hablo entiendo miedo ingles
        cita prueba resultados sangre ayuda duele gracias
        """.split()
    ),
    "fr": frozenset(
        """
        je une pour dans pas vous nous mes est que qui avec quand besoin rendez merci bonjour suis fait
        """.split()
    ),
    "it": frozenset("il che sono una con devo quando posso della grazie aiuto bisogno parlo paura mio mia fa".split()),
    "tr": frozenset(
        """
        ve bir bu icin ne var yok benim nasil zaman randevu randevum istiyorum cok evet hayir degil tesekkurler yardim
        ingilizce bilmiyorum
        """.split()
    ),
    "hu": frozenset(
        """
        hogy nem egy vagy kell mikor kapom szeretnek koszonom segitseg kerem csak nekem ez hogyan tudok beszelek
        """.split()
    ),
    "lt": frozenset("ir yra kaip kada kur mano labai prasau aciu noriu reikia nera tai kiek".split()),
    "sk": frozenset(
        "kedy ako som je pre sa nie prosim dakujem kde potrebujem alebo bude moje nerozumiem mozem".split()
    ),
    "cs": frozenset("kdy jak jsem je pro se prosim dekuji kde potrebuji nebo bude nerozumim muzu jsou neni".split()),
    "sq": frozenset("nuk nje dhe kur cfare eshte jam kam une ju lutem faleminderit mund".split()),
    "so": frozenset(
        """
        waa maxaan waxaan iyo ku ka goorma goormaan xanuun ayaa uu baa miyaa mahadsanid fadlan caawimo maxay sidee hadlo
        ingiriis
        """.split()
    ),
}
