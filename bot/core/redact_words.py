"""The words that the redaction rules go by: numbers that are everybody's, streets, units, names and what is no name.

Words are in small letters. To stop a word being taken for a name, add it to NOT_NAMES.
"""

from spacy.lang.en.stop_words import STOP_WORDS

# Helplines and services of the four nations: they identify nobody, and the answers quote them.
PUBLIC_NUMBERS = (
    "08007076060",  # bowel screening, England
    "08000121833",  # bowel screening, Scotland
    "08002943370",  # bowel screening, Wales
    "08000152514",  # bowel screening, Northern Ireland
    "08088080000",  # Macmillan
    "08088021414",  # Sexual violence helpline, Northern Ireland
    "08088010302",  # rape and sexual abuse, Scotland
    "08088010327",  # men's advice line
    "08088020019",
    "08088004040",
    "08088006000",
    "08088088000",  # Lifeline, Northern Ireland
    "08082000247",  # domestic abuse, England
    "08000271234",  # domestic abuse, Scotland
    "08088010800",  # Live Fear Free, Wales
    "08085002222",  # rape and sexual abuse, England and Wales
    "0800838587",  # Breathing Space
    "0800224488",  # NHS inform
    "08009995428",
    "08001111",  # Childline
    "03001231123",
    "03001233111",
    "03000030500",
    "03333237200",
    "08454647",  # the old NHS Direct
)
SHORT_PUBLIC_NUMBERS = frozenset(
    "999 112 111 101 105 119 116123 116000 116111 116 123 18000 18001 18002 55 61016".split()
)

MAIL_PROVIDERS = (
    "gmail", "googlemail", "hotmail", "outlook", "yahoo", "ymail", "icloud", "live", "msn", "aol",
    "btinternet", "sky", "talktalk", "virginmedia", "ntlworld", "protonmail", "nhs",
)  # fmt: skip
PERSONAL_SITES = (
    "facebook.com", "fb.com", "fb.me", "m.me", "messenger.com", "instagram.com", "linkedin.com", "twitter.com", "x.com",
    "tiktok.com", "snapchat.com", "threads.net", "wa.me", "t.me",
)  # fmt: skip
PLACES_AFTER_AT = ("home", "work", "school", "the", "my", "this", "that", "gp", "surgery", "hospital", "clinic", "all")

# A number before one of these counts something, and is no house number or year.
UNITS = frozenset(
    """
    second seconds sec secs minute minutes min mins hour hours hr hrs day days night nights week weeks wk wks fortnight
    fortnights month months mth mths year years yr yrs yo am pm oclock st nd rd th stone lb lbs pound pounds oz kg kilo
    kilos cm mm mg ml ft foot feet inch inches mile miles metre metres yards quid pence percent times kit kits test
    tests lump lumps people persons women ladies men girls lads kids children doors steps stops letters appointments
    calls goes months' weeks' days' smears mammograms samples cards pots swabs tablets cigarettes fags
    """.split()
)
STREETS = (
    "street", "str", "st", "road", "rd", "avenue", "ave", "lane", "drive", "crescent", "cres", "terrace", "terr",
    "gardens", "gdns", "grove", "mews", "boulevard", "cul de sac",
)  # fmt: skip
# These count as streets only where the clause ends after them: "12 meadow close", but "3 sites close to me".
STREETS_OR_NOT = (
    "close", "way", "place", "court", "park", "hill", "view", "green", "walk", "row", "rise", "square", "bank",
    "croft", "yard", "fold", "brow", "parade", "cottages", "villas",
)  # fmt: skip

# These do not occur in the name of a street.
NOT_STREETS = (
    (UNITS | frozenset(word for word in STOP_WORDS if word.isalpha()))
    - {"st", "second", "well", "top", "bottom", "front", "back", "side"}
) | {"miles", "thanks", "surgery", "doctor", "busy", "main", "female", "male", "im", "ive", "yards", "letter", "got"}

RELATIVES = (
    "mum", "mam", "mom", "mummy", "mother", "dad", "da", "daddy", "father", "husband", "hubby", "wife", "missus",
    "partner", "sister", "brother", "daughter", "son", "friend", "mate", "nan", "nana", "gran", "granny", "grandma",
    "grandad", "aunt", "auntie", "aunty", "uncle", "niece", "nephew", "cousin", "boyfriend", "girlfriend", "neighbour",
    "carer", "fella", "mother-in-law", "sister-in-law", "daughter-in-law",
)  # fmt: skip

# Names that are hardly ever anything else in a message to a surgery: masked wherever they stand.
FIRST_NAMES = frozenset(
    """
    aaron abdul abigail adam adele adrian agnes agnieszka ahmed aidan aileen aisha alan albert alex alexander alfie alice
    alison alistair allan allison amanda amelia amina amir amy anastasia andrea andrew andy angela angus anita anna anne
    annette annie anthony antonio arthur asif audrey aysha barbara barry beatrice becky belinda ben benjamin bernadette
    bernard bernice beryl beth bethany betty beverley bob brenda brian bridget bronwen bronwyn bryan callum cameron
    camilla caroline carolyn catherine cathy cerys charles charlie chloe chris christina christine christopher
    ciara claire clare clive colette colin connor conor craig cynthia daniel danielle darren dave david dawid dean
    deborah debbie deirdre delyth denise dennis derek diane dilys dominic donald donna doreen doris dorothy duncan
    edna edward edwina eileen elaine eleanor elena elizabeth ellen ellie elsie emily emma eric erin esther ethel eunice
    eva evelyn fatima fiona frances francis fred freda frederick gareth gary gavin gemma geoff geoffrey george gerald
    geraldine gillian gladys glenda glenys glynis gordon graham greg gurpreet gwen gwyneth hannah harpreet harriet harry
    hassan helen henry hilary howard huw iain ian ibrahim imran ines irene isabel isabella isla jackie jacob jacqueline
    jacqui james jamie jane janet janice jasmine jason jayne jean jeanette jeffrey jenna jennifer jenny jeremy jessica
    jill jim joan joanna joanne joe joel john jonathan jose joseph josephine joshua joyce judith julia julian julie
    karen kate katherine kathleen kathryn kathy katie katy kayleigh keith kelly kenneth kerry kevin khadija kieran
    kimberley kirsty krystyna laura lauren leanne leila lesley leslie liam lillian linda lisa liz lorna lorraine louise
    lucy luke lynda lynn lynne maggie magdalena mahmood malcolm malgorzata mandy margaret maria marian marie marilyn
    marion marjorie marlene martin mary matthew maureen megan melanie melissa michael michelle mick mike mildred miriam
    mohamed mohammad mohammed moira molly monica monika morag muhammad muriel myra myrtle nadia nancy naomi natalie
    natasha neil niamh nicholas nicola nicole nigel noreen norma norman olena olga oliver olivia omar oonagh owen
    pamela patricia patrick paul paula pauline penelope peter philip phyllis piotr priya rachael rachel raymond rebecca
    reece rhian rhiannon rhys richard rita robert roger ronald rosalind rosemary rosie ross roxanne rowena ruth ryan
    sadie saeed sally samantha samuel sandra sanjay sara sarah scott sean shabnam shannon sharon sheila shelley sheryl
    shirley sian siobhan sinead sofia sophie stacey stanley stephanie stephen steve steven stewart stuart sumaira
    susan susanne suzanne svetlana sylvia tanya tara tariq teresa terence theresa thelma thomas timothy tom tomasz
    tony tracey tracy trevor trudy usman valerie vanessa vera veronica vicky vincent viv vivian vivienne walter wayne
    wendy wilfred william winifred yasmin yusuf yvonne zainab zara zoe zoë
    """.split()
)
# Names that are also words, places or trusts: masked only after a cue such as "thanks," or "my mum".
NAMES_OR_WORDS = frozenset(
    """
    alexandra alma amber amit angel anwar april art asha ash ashley asia autumn bailey beau bill bonnie brandy brooke carol
    charity charlotte chase chelsea cherry christian clay constance cora crystal daisy dale dawn destiny di dolly dot
    douglas drew ebony eve faith fern flora florence frank gail gale gay gene georgia ginger glen grace grant guy hazel
    heather holly honey hope iris israel ivy jack jade jan jasper jay jewel jo jordan josh joy june kay ken kim lee leigh lee
    lily lionel lois mark marina marshall martha max may melody merry mia miles mo morgan nan nat neve nick
    noel olive opal pat patience paris patsy pearl peg penny pip poppy ray red rich rob robin rod rose ruby rusty
    sandy savannah scarlett sidney skye sky sue summer sydney tim trish val victor victoria viola violet will willow wren
    """.split()
)
SURNAMES = frozenset(
    """
    ahmed ali anderson bailey baker begum bell bennett brown campbell carter chapman clark clarke collins cooper cox
    davies davis edwards ellis evans fletcher foster graham griffiths harris harrison hassan hill holmes hughes hussain
    hussein jackson jenkins johnson jones kaur khan kelly kumar lewis lloyd macdonald mackenzie malik mason mcdonald
    miller mitchell moore morgan morris murphy murray nguyen obrien okafor owen palmer parker patel phillips powell
    price rahman reid reynolds richards richardson roberts robertson robinson rogers ross russell scott shah shaw
    simpson singh smith stevens stewart sullivan taylor thomas thompson thomson turner walker walsh ward watson webb
    white williams wilson wright young
    """.split()
)

NOT_NAMES = frozenset(word for word in STOP_WORDS if word.isalpha()) | frozenset(
    """
    aint allowed alright anymore appt appts arent asked asking available away awaiting awful aye bad based bang best
    better big blood booked booking bot both bowel boob boobs breast british brill bye cancer cancelled cant care
    carrying cervical cervix cervix change changed changing check cheers clinic close clueless colonoscopy colposcopy
    coming complaint complaining concerned confused contacting correct cos couldnt crossed curious currently dated
    deaf dear delighted desperate details diabetic did didnt different disabled disgusted does doesnt doctor doctors
    done dont dr dreading duck easy email embarrassed english enquiring entered every eye far fab fed feeling female
    fine fit free friday fuming fully gay general getting glad going gone good got gp grateful great gutted guys had
    happy hasnt havent having hello help hey hi hiya home hope hopefully hospital hours housebound hpv hun hubby id
    if ill illegible im incorrect inform information inquiring interested invited isnt ive job kind kit know known
    lab lads ladies late later left lesbian letter letters listed live lol look looking lost lot love lung lungs male
    mammogram mammograms mate mates may me midwife misprinted miss missing misspelled misspelt mixed monday months mr
    mrs ms muslim need needing needs nervous new news nhs ni no nope nowt nurse nurses ok okay old older omg on
    online open overdue owt pain pal partially pharmacy phone phoned phoning pics pls plz poo poorly possible
    posted practice pregnant previously private problem query question questions really reading reception
    receptionist records referred regards registered relieved removed replied reply requesting result results right
    ridiculous ringing said same sad saturday say says scan scared scotland screening script see sent service shall
    sharp she shes should sick sir sisters smear smears smoker some someone sometime soon sore sorry sound spelled
    spelling spelt staff stage still stop struggling stuff sunday super supposed surgery ta taking team terrified test
    tests thank thankful thanks thanx that thats the theirs there they theyre thing things think thinking thrilled
    thursday thx time tired today tomorrow tonight torn trans trying tuesday turned type typed unable unfortunately
    unhappy unknown unsure upset urgent urgently van vaccine vet virgin visually waiting wales want wanted wanting
    wasnt wednesday weds week weeks went wheelchair whenever whos wishes woman womb wondering wont worried would
    wouldnt wrong wrote x xx xxx xxxx xmas yeah year years yep yes yesterday york you your
    advance again agree also always ambulance anxious appointment apologies area asap assistant autistic awake baby
    back based bank because bed being bilingual birmingham blind brave breathing british broken bus busy carer
    catholic centre chair chance chaperone childminder chinese church class clear coil college coloured computer
    consultant contact correctly council counsellor country covid crying customer dad daft daughter day days dead
    december decided dental dentist department depressed desk diagnosed disappointed district division dizzy door
    dose driver duty england everybody exhausted expecting family father february fingers first flu food football
    forever form forms fifty forty freaking friend frightened furious gas get gets girl girls give given gives gran
    gynae haemorrhage haunted health heard hearing heavy helpful helpline hindu holiday homeless honest honestly
    horrible hoping hot house hungry husband hysterectomy immune implant implants important inconvenience
    incontinent instead insurance invite irish item january japanese jehovah's jewish joke july keen ladies lady lane
    learning leaving legally letting line lonely lousy luck luckily macmillan mad male man manager married medical
    medication meds meeting menopausal mental message messenger midlands mine ministry mistake mobile moment morning
    mother mum muslim national nearly neither nightmare none normal north northern nosy nothing november numb obese
    october odd office officially organised overweight owed palliative panicking paper paranoid parents parking past
    patient patients peasy people perfect period perimenopausal petrified pleased plus point polish poor portal
    portuguese positive post postmenopausal presumably pretty printed probably proud punjabi quick ready recall
    record rectal registration religious requested response retired rhesus road romanian rota royal rubbish rude
    running safe same scanner school scottish screen secretary september serious severely sexual shaking shame shocked
    shop showing sight sikh silly single site sitting sleeping slow smashing smart smoking social somali south
    spanish speaking speculum spot squash standing started starting station statistics stomach stoma straight street
    stressed strong student stupid suffering suppose sure survivor sweating swelling symptoms system tea telling text
    texted texting themselves therapist thirty ticket told town train transgender translator transport traumatised
    treatment trouble trust tumour twice type typing ukrainian under uni unit unwell urdu useless vegan view
    visiting voluntary vulnerable walking ward warm wary website wee weekend welcome welsh west wife wishing
    women work working world worse worst writing young
    """.split()
)
