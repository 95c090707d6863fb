"""The words that the redaction rules go by: numbers that are everybody's, streets, units, names and what is no name.

Words are in small letters. To stop a word being taken for a name, add it to NOT_NAMES.
"""

from spacy.lang.en.stop_words import STOP_WORDS

# Helplines of the four nations. They identify nobody, and the bot quotes some of them.
PUBLIC_NUMBERS = (
    "08007076060",  # bowel screening, England
    "08000121833",  # bowel screening, Scotland
    "08002943370",  # bowel screening, Wales
    "08000152514",  # bowel screening, Northern Ireland
    "08088080000",  # Macmillan
    "08088006000",  # Breast Cancer Now
    "08088004040",  # Cancer Research UK nurses
    "08088020019",  # Ask Eve, gynaecological cancers
    "08082000247",  # domestic abuse, England
    "08000271234",  # domestic abuse, Scotland
    "08088010800",  # Live Fear Free, Wales
    "07860077333",  # Live Fear Free, Wales, by text
    "08088021414",  # domestic and sexual abuse, Northern Ireland
    "08088010327",  # domestic abuse, men
    "08009995428",  # domestic abuse, LGBT+
    "08085002222",  # rape and sexual abuse, England and Wales
    "08088010302",  # rape and sexual abuse, Scotland
    "08088088000",  # Lifeline, Northern Ireland
    "0800838587",  # Breathing Space, Scotland
    "0800224488",  # NHS inform, Scotland
    "03001231123",  # urgent care by phone, Northern Ireland
    "03001233111",  # the same
    "03000030500",  # diabetic eye screening, Wales
    "08001111",  # Childline
)
SHORT_PUBLIC_NUMBERS = frozenset(
    ("999", "112", "111", "101", "105", "119", "116", "123", "116123", "116000", "116111", "18000", "18001", "18002")
)

_FUNCTION_WORDS = frozenset(word for word in STOP_WORDS if word.isalpha())

MAIL_PROVIDERS = (
    "gmail", "googlemail", "hotmail", "outlook", "yahoo", "ymail", "icloud", "live", "msn", "aol",
    "btinternet", "sky", "talktalk", "virginmedia", "ntlworld", "protonmail", "nhs",
)  # fmt: skip
PERSONAL_SITES = (
    "facebook.com", "fb.com", "fb.me", "m.me", "messenger.com", "instagram.com", "linkedin.com", "twitter.com", "x.com",
    "tiktok.com", "snapchat.com", "threads.net", "wa.me", "t.me",
)  # fmt: skip
ACCOUNT_SITES = ("insta(?:gram)?", "snap(?:chat)?", "tiktok", "twitter", "facebook", "fb", "messenger")
# The letters that postcodes start with, without those that are a letter alone.
_POSTCODE_AREAS = """
    ab al ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy ec eh en ex fk fy gl
    gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky la ld le ll ln ls lu me mk ml ne ng nn np nr nw ol ox
    pa pe ph pl po pr rg rh rm sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub wa wc wd wf wn
    wr ws wv yo ze
"""
POSTCODE_AREAS = "|".join(_POSTCODE_AREAS.split())
PLACES_AFTER_AT = ("home", "work", "school", "the", "my", "this", "that", "gp", "surgery", "hospital", "clinic", "all")

# A number before one of these counts something, and is no house number or year.
_UNITS = """
    am appointments calls cards children cigarettes cm day days days' doors fags feet foot fortnight fortnights ft
    girls goes hour hours hr hrs inch inches kg kids kilo kilos kit kits ladies lads lb lbs letters lump lumps
    mammograms men metre metres mg mile miles min mins minute minutes ml mm month months months' mth mths nd night
    nights oclock oz pence people percent persons pm pots pound pounds quid rd samples sec second seconds secs
    smears st steps stone stops swabs tablets test tests th times week weeks weeks' wk wks women yards year years yo
    yr yrs
"""
UNITS = frozenset(_UNITS.split())
STREETS = (
    "street", "str", "st", "road", "rd", "avenue", "ave", "lane", "drive", "crescent", "cres", "terrace", "terr",
    "gardens", "gdns", "grove", "mews", "boulevard", "cul de sac",
)  # fmt: skip
# These count as streets only where the clause ends after them: "12 meadow close", but "3 sites close to me".
STREETS_OR_NOT = (
    "close", "way", "place", "court", "park", "hill", "view", "green", "walk", "row", "rise", "square", "bank",
    "croft", "yard", "fold", "brow", "parade", "cottages", "villas", "heights",
)  # fmt: skip

# These do not occur in the name of a street; some function words do, as in "Well Street".
_NOT_IN_A_STREET = {
    "thanks", "surgery", "doctor", "busy", "main", "female", "male", "im", "ive", "letter", "got", "long", "wrong",
    "different", "addresses", "places", "houses",
}  # fmt: skip
_IN_STREETS_TOO = {"st", "second", "well", "top", "bottom", "front", "back", "side"}
NOT_STREETS = (UNITS | _FUNCTION_WORDS | _NOT_IN_A_STREET) - _IN_STREETS_TOO

PLACES_NAMED_AFTER_PEOPLE = (
    "hosp(?:ital)?", "hospice", "road", "rd", "street", "st", "lane", "avenue", "centre", "center", "clinic", "surgery",
    "house", "ward", "unit", "line", "college", "school", "park", "trust", "building", "infirmary", "medical",
    "practice", "wing", "hall", "curie",
)  # fmt: skip
RELATIVES = (
    "mum", "mam", "mom", "mummy", "mother", "dad", "da", "daddy", "father", "husband", "hubby", "wife", "missus",
    "partner", "sister", "brother", "daughter", "son", "friend", "mate", "nan", "nana", "gran", "granny", "grandma",
    "grandad", "aunt", "auntie", "aunty", "uncle", "niece", "nephew", "cousin", "boyfriend", "girlfriend", "neighbour",
    "carer", "fella", "mother-in-law", "sister-in-law", "daughter-in-law",
)  # fmt: skip

# Names that are hardly ever anything else in a message to a surgery: masked wherever they stand.
_FIRST_NAMES = """
    aaron abdul abigail adam adele adrian agnes agnieszka ahmed aidan aileen aisha alan albert alex alexander alfie
    alice alison alistair allan allison amanda amelia amina amir amy anastasia andrea andrew andy angela angus anita
    anna anne annette annie anthony antonio arthur asif audrey aysha barbara barry beatrice becky belinda ben
    benjamin bernadette bernard bernice beryl beth bethany betty beverley bob brenda brian bridget bronwen bronwyn
    bryan callum cameron camilla caroline carolyn catherine cathy cerys charles charlie chloe chris christina
    christine christopher ciara claire clare clive colette colin connor conor craig cynthia daniel danielle darren
    dave david dawid dean debbie deborah deirdre delyth denise dennis derek diane dilys dominic donald donna doreen
    doris dorothy duncan edna edward edwina eileen elaine eleanor elena elizabeth ellen ellie elsie emily emma eric
    erin esther ethel eunice eva evelyn fatima fiona frances francis fred freda frederick gareth gary gavin gemma
    geoff geoffrey george gerald geraldine gillian gladys glenda glenys glynis gordon graham greg gurpreet gwen
    gwyneth hannah harpreet harriet harry hassan helen henry hilary howard huw iain ian ibrahim imran ines irene
    isabel isabella isla jackie jacob jacqueline jacqui james jamie jane janet janice jasmine jason jayne jean
    jeanette jeffrey jenna jennifer jenny jeremy jessica jill jim joan joanna joanne joe joel john jonathan jose
    joseph josephine joshua joyce judith julia julian julie karen kate katherine kathleen kathryn kathy katie katy
    kayleigh keith kelly kenneth kerry kevin khadija kieran kimberley kirsty krystyna laura lauren leanne leila
    lesley leslie liam lillian linda lisa liz lorna lorraine louise lucy luke lynda lynn lynne magdalena maggie
    mahmood malcolm malgorzata mandy margaret maria marian marie marilyn marion marjorie marlene martin mary matthew
    maureen megan melanie melissa michael michelle mick mike mildred miriam mohamed mohammad mohammed moira molly
    monica monika morag muhammad muriel myra myrtle nadia nancy naomi natalie natasha neil niamh nicholas nicola
    nicole nigel noreen norma norman olena olga oliver olivia omar oonagh owen pamela patricia patrick paul paula
    pauline penelope peter philip phyllis piotr priya rachael rachel raymond rebecca reece rhian rhiannon rhys
    richard rita robert roger ronald rosalind rosemary rosie ross rowena roxanne ruth ryan sadie saeed sally
    samantha samuel sandra sanjay sara sarah scott sean shabnam shannon sharon sheila shelley sheryl shirley sian
    sinead siobhan sofia sophie stacey stanley stephanie stephen steve steven stewart stuart sumaira susan susanne
    suzanne svetlana sylvia tanya tara tariq terence teresa thelma theresa thomas timothy tom tomasz tony tracey
    tracy trevor trudy usman valerie vanessa vera veronica vicky vincent viv vivian vivienne walter wayne wendy
    wilfred william winifred yasmin yusuf yvonne zainab zara zoe zoë
"""
FIRST_NAMES = frozenset(_FIRST_NAMES.split())
# Names that are also words, places or trusts: masked only after a cue such as "thanks," or "my mum".
_NAMES_OR_WORDS = """
    alexandra alma amber amit angel anwar april art ash asha ashley asia autumn bailey beau bill bonnie brandy
    brooke carol charity charlotte chase chelsea cherry christian clay constance cora crystal daisy dale dawn
    destiny di dolly dot douglas drew ebony eve faith fern flora florence frank gail gale gay gene georgia ginger
    glen grace grant guy hazel heather holly honey hope iris israel ivy jack jade jan jasper jay jewel jo jordan
    josh joy june kay ken kim lee leigh lily lionel lois marina mark marshall martha max may melody merry mia miles
    mo morgan nan nat neve nick noel olive opal paris pat patience patsy pearl peg penny pip poppy ray red rich rob
    robin rod rose ruby rusty sandy savannah scarlett sidney sky skye sue summer sydney tim trish val victor
    victoria viola violet will willow wren
"""
NAMES_OR_WORDS = frozenset(_NAMES_OR_WORDS.split())
_SURNAMES = """
    ahmed ali anderson bailey baker begum bell bennett brown campbell carter chapman clark clarke collins cooper cox
    davies davis edwards ellis evans fletcher foster graham griffiths harris harrison hassan hill holmes hughes
    hussain hussein jackson jenkins johnson jones kaur kelly khan kumar lewis lloyd macdonald mackenzie malik mason
    mcdonald miller mitchell moore morgan morris murphy murray nguyen obrien okafor owen palmer parker patel
    phillips powell price rahman reid reynolds richards richardson roberts robertson robinson rogers ross russell
    scott shah shaw simpson singh smith stevens stewart sullivan taylor thomas thompson thomson turner walker walsh
    ward watson webb white williams wilson wright young
"""
SURNAMES = frozenset(_SURNAMES.split())

_EVERYDAY_WORDS = """
    advance agree aint allowed alright ambulance anxious anybody anymore apologies appointment appointments appt
    appts area arent asap asked asking assistant autistic available awaiting awake away awful aye bab babe babes
    baby bad bang bank based bed best better big bilingual blind blood boob boobs booked booking bot bowel brave
    breast breathing brill brilliant british broken bus busy bye cancelled cancer cant care carer carrying catholic
    centre cervical cervix chair change changed changing chaperone check cheers chick childminder chinese chuck
    church class clear clinic close clueless coil college colonoscopy colposcopy coming complaining complaint
    computer concerned confused consultant contact contacting correct correctly cos couldnt council counsellor
    country covid crying curious currently customer dad daft darling daughter day days dead deaf dear december
    decided delighted dental dentist department depressed desk desperate details diabetic diagnosed didnt different
    disabled disappointed disgusted division dizzy doctor doctors doesnt dont door dose dr dreading driver duck duty
    early easy email embarrassed england english enquiring entered everybody exhausted expecting eye fab family far
    father february fed feeling female fine fingers fit flower flu food football forever form forms free friday
    friend frightened fully fuming furious gas gave gay general gets getting girl girls given gives glad going gone
    good got gp gran grateful great gutted guys gynae haemorrhage happy hasnt havent having health heard hearing
    heavy hello help helpful helpline hey hi hindu hiya holiday home homeless honest honestly hope hopefully hoping
    horrible hospital hot hours house housebound hows hpv hrs hubby hun husband hysterectomy id ill im immune
    implant implants important incontinent inconvenience incorrect inform information inquiring instead insurance
    interested invite invited irish isnt ive january jehovah jewish job joke july keen kind kit kits know known
    knows lab ladies lads lady lane late later laters learning leaving left lesbian lets letter letters letting line
    listed live lol look looking lost lot love lovely lung lungs luv macmillan mad male mammogram mammograms man
    manager married mate mates means medical medication meds meeting menopausal mental message messenger midlands
    midwife mins minutes miss missing misspelled misspelt mistake mixed mobile moment monday months morning mother
    mr mrs ms mum muslim national nearly need needing needs nervous new news nhs ni nope normal north northern noted
    november nowt nurse nurses obese october odd officially ok okay old older omg online open overdue overweight
    owed owt pain pal palliative panicking paper paranoid parents parking past patient patients people perfect
    perimenopausal period pet petal petrified pharmacy phew phone phoned phoning pics pleased pls plus plz point
    polish poo poor poorly portal portuguese positive possible post posted postmenopausal practice pregnant
    presumably pretty previously printed private probably problem proud punjabi query question questions quick rang
    reading ready recall reception receptionist record records referred regards registered relieved religious
    removed replied reply requested requesting response result results retired rhesus ridiculous right ringing road
    romanian royal rubbish rude running sad safe said saturday says scan scanner scared school scotland scottish
    screening script secretary sends sent september service severely sexual shaking shall shame shes shocked showing
    sick sight sikh silly single sir sisters site sitting sleeping slow smart smashing smear smears smoker smoking
    social somali somebody soon sore sorry sorted sound south spanish speaking speculum spelled spelling spelt spot
    staff stage standing started starting station statistics stoma stomach stop straight street stressed strong
    struggling student stuff stupid suffering sunday super suppose supposed sure surgery survivor sweating
    sweetheart swelling symptoms system ta taking tea team telling terrified test tests text texted texting thank
    thankful thanks thanx thats theirs therapist theyre thing things think thinking thinks thirty thrilled thursday
    thx ticket time tired today told tomorrow tonight torn town train trans transgender translator transport
    traumatised treatment trouble trust trying tuesday turned twice type typed typing ukrainian unable understood
    unfortunately unhappy uni unit unknown unsure unwell upset urdu urgent urgently useless vaccine van vet view
    virgin visiting voluntary vulnerable waiting wales walking want wanted wanting wants ward warm wary wasnt
    website wednesday weds wee week weekend weeks welcome welsh went west whats wheelchair whens wheres whos wife
    wishes wishing witness woman womb women wondering wont work working world worried worse worst wouldnt writing
    wrong wrote x xmas xx xxx xxxx yeah year years yep yes yesterday young
"""
NOT_NAMES = _FUNCTION_WORDS | frozenset(_EVERYDAY_WORDS.split())
