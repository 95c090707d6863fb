"""The one catalogue of fixed texts. Patients see these and approved answers, nothing else.

Words in braces are filled from the practice. Written in the NHS content style: short sentences, plain
words, what to do first. `tests/core/test_catalogue.py` holds every text to it.
"""

from collections.abc import Mapping

from bot.core.messages import Nation, Programme

DISCLOSURE = "This is an automated reply from {practice}. It cannot give medical advice."
NO_DETAILS = "Please do not send personal details here, such as your NHS number, address or date of birth."
SAMPLE_LABEL = "Sample content. A clinician has not approved it."

EMERGENCY = (
    "Call 999 now, or go to A&E. Do not wait for a reply here.\n\n"
    "If you cannot speak on a mobile, call 999 and press 55 when asked. "
    "If you are deaf, call 18000 using the Relay UK app or a textphone.\n\n"
    "I have told the team at {practice}, but they do not watch messages all the time."
)

CRISIS: Mapping[Nation, str] = {
    Nation.ENGLAND: (
        "I am sorry you are going through this. You deserve help now, and there are people to talk to.\n\n"
        "If you or someone else is in danger or hurt, call 999 or go to A&E. "
        "If you cannot speak, press 55 when asked.\n\n"
        "For urgent mental health help, call 111 and choose option 2, day or night. "
        "You can call Samaritans free on 116 123. If you are under 19, you can call Childline free on 0800 1111.\n\n"
        "If someone is hurting or frightening you, call 0808 2000 247 for the domestic abuse helpline. "
        "If others may see this chat, delete it or use a safe phone.\n\n"
        "A person at {practice} will see this, but they do not watch messages all the time."
    ),
    Nation.SCOTLAND: (
        "I am sorry you are going through this. You deserve help now, and there are people to talk to.\n\n"
        "If you or someone else is in danger or hurt, call 999 or go to A&E. "
        "If you cannot speak, press 55 when asked.\n\n"
        "For urgent mental health help, call 111, day or night. You can call Samaritans free on 116 123, "
        "or Breathing Space on 0800 83 85 87. If you are under 19, you can call Childline free on 0800 1111.\n\n"
        "If someone is hurting or frightening you, call 0800 027 1234 for the domestic abuse helpline. "
        "If others may see this chat, delete it or use a safe phone.\n\n"
        "A person at {practice} will see this, but they do not watch messages all the time."
    ),
    Nation.WALES: (
        "I am sorry you are going through this. You deserve help now, and there are people to talk to.\n\n"
        "If you or someone else is in danger or hurt, call 999 or go to A&E. "
        "If you cannot speak, press 55 when asked.\n\n"
        "For urgent mental health help, call 111, day or night. You can call Samaritans free on 116 123. "
        "If you are under 19, you can call Childline free on 0800 1111.\n\n"
        "If someone is hurting or frightening you, call Live Fear Free on 0808 80 10 800. "
        "If others may see this chat, delete it or use a safe phone.\n\n"
        "A person at {practice} will see this, but they do not watch messages all the time."
    ),
    Nation.NORTHERN_IRELAND: (
        "I am sorry you are going through this. You deserve help now, and there are people to talk to.\n\n"
        "If you or someone else is in danger or hurt, call 999 or go to A&E. "
        "If you cannot speak, press 55 when asked.\n\n"
        "For help in a crisis, call Lifeline free on 0808 808 8000, day or night. "
        "You can call Samaritans free on 116 123. If you are under 19, you can call Childline free on 0800 1111.\n\n"
        "If someone is hurting or frightening you, call 0808 802 1414 for the domestic and sexual abuse helpline. "
        "If others may see this chat, delete it or use a safe phone.\n\n"
        "A person at {practice} will see this, but they do not watch messages all the time."
    ),
}

RED_FLAG = (
    "Please contact {practice} about this as soon as you can{by_phone}. Say what you told me here.\n\n"
    "Do not wait for a screening test, a letter or the van. Screening is for people without symptoms. "
    "A change is worth checking even if your last result was normal.\n\n"
    "{cannot_wait}\n\n"
    "I have asked a person at {practice} to look at your message. They next look {when}."
)
SAFETY_UNREAD = (
    "I could not check your message for signs that you need help now, so I will not answer it here.\n\n"
    "Call 999 or go to A&E if someone is in danger, hurt or very unwell. "
    "If you think of harming yourself, you can also call Samaritans free on 116 123.\n\n"
    "If you have a symptom, contact {practice} about it as soon as you can{by_phone}. "
    "Do not wait for a screening test.\n\n"
    "{cannot_wait}\n\n"
    "I have asked a person at {practice} to look at your message. They next look {when}."
)
CANNOT_WAIT = "If it gets worse or you cannot wait, use {urgent_route}. Call 999 if it is an emergency."
URGENT_ROUTE: Mapping[Nation, str] = {
    Nation.ENGLAND: "111.nhs.uk or call 111",
    Nation.SCOTLAND: "NHS 24 by calling 111",
    Nation.WALES: "NHS 111 Wales by calling 111",
    Nation.NORTHERN_IRELAND: "your GP out-of-hours service",
}

HAND_OFF = (
    "I have passed this conversation to the team at {practice}. They next look at messages {when}.\n\n"
    "{cannot_wait_for_staff}"
)
OWN_RECORD = (
    "I cannot see your health record, your invites or your results, and I cannot take requests here.\n\n" + HAND_OFF
)
LIVING_WITH_CANCER = (
    "I am sorry. This is a lot to carry, and you do not have to manage it alone.\n\n"
    "Macmillan can talk with you about anything, free, on 0808 808 00 00. They are open 8am to 8pm every day.\n\n"
    + HAND_OFF
)
COMPLAINT = "I am sorry that this was not good enough. A person will read what you wrote.\n\n" + HAND_OFF
NO_APPROVED_ANSWER = "I do not have an approved answer to that.\n\n" + HAND_OFF
PAUSED = "Automated answers are off at the moment.\n\n" + HAND_OFF
UNAVAILABLE = "I could not read your message just now, so I will not guess.\n\n" + HAND_OFF

NOT_UNDERSTOOD = (
    "Sorry, I did not understand that. I can answer questions about breast, cervical, bowel and lung screening.\n\n"
    "Try saying it in other words, or ask for a person."
)
OUT_OF_SCOPE = (
    "I can only answer questions about screening tests. I cannot take requests, and nothing has been booked or "
    "ordered.\n\n"
    "For appointments, prescriptions and anything else, contact {practice}{by_phone_or_website}.\n\n"
    "If you need help now and cannot wait, use {urgent_route}. In an emergency, call 999."
)
OFF_TOPIC = (
    "I can only answer questions about breast, cervical, bowel and lung screening. "
    "What would you like to know about those?"
)
OTHER_LANGUAGE = (
    "Sorry, I can only read English. Please contact {practice}{by_phone_or_website} and ask for an interpreter. "
    "Interpreters are free.\n\nI have told the team at {practice}. They next look at messages {when}. "
    "In an emergency, call 999."
)

GREETING = (
    "Hello. I can answer questions about breast, cervical, bowel and lung screening. What would you like to know?"
)
THANKS = "You are welcome. Ask me another question about screening at any time."
PRAISE = "Thank you for the kind words. I have passed them to the team at {practice}."
STICKER = "Thank you. If you have a question about screening, type it here and I will try to answer."
ATTACHMENT = (
    "I cannot open photos, files or voice notes, and staff cannot see them here either. "
    "Please type your question, and leave out personal details.\n\n"
    "If it is about a symptom, contact {practice}{by_phone_or_website}. In an emergency, call 999."
)
OPT_OUT = "I will not send you any more automated messages. To start again, send the word START."
OPT_IN = "Automated messages are on again. What would you like to know about screening?"

ERASE_ASK = (
    "I can delete what you and I wrote in this chat, and what I noted about it.\n\n"
    "Your health record, your appointments and your screening stay as they are. "
    "The copy in your own Messenger stays until you delete it there.\n\n"
    "This cannot be undone. Delete it now?"
)
ERASE_KEPT = "I have not deleted anything. What would you like to know about screening?"
ERASE_DONE = (
    "I have deleted what we held of this chat. This message will be deleted from our system too.\n\n"
    "You can still see the chat in your own Messenger until you delete it there. "
    "If you write again, we start anew."
)
ERASE_NOT_POSSIBLE = (
    "I cannot delete this chat at the moment, because a person has to look at it first. "
    "I have told them that you asked for it.\n\n" + HAND_OFF
)
BUTTON_ERASE = "Delete my messages"
BUTTON_KEEP = "Keep them"

DELETION_STATUS: Mapping[str, str] = {
    "received": "We have received the request. We usually finish within a few minutes. Look at this page again later.",
    "done": "We have deleted what we held.",
    "held": (
        "We have not deleted everything. Some messages have to be kept for now, by law or for safety. "
        "Contact your GP surgery and give them the code below to ask about it."
    ),
    "unmatched": (
        "We found nothing under the number that Facebook gave us. "
        "Facebook does not tell us which chat with a GP surgery belongs to it.\n\n"
        "To have a chat deleted, open it in Messenger and send the words: delete my data.\n\n"
        "You can also contact your GP surgery and give them the code below. We have told a person about your request."
    ),
    "closed": (
        "A person has looked at the request. Contact your GP surgery and give them the code below to ask about it."
    ),
    "unknown": "We do not know this code. Check that you have copied the whole address.",
}

WHICH_TEST = "Which test do you mean?"
WHICH_QUESTION = "I want to be sure I understand. Is it one of these?"
SOMETHING_ELSE = "Tell me in your own words what you would like to know, or ask for a person."

BUTTON_STAFF = "Talk to staff"
BUTTON_SOMETHING_ELSE = "Something else"
BUTTON_PROGRAMME: Mapping[Programme, str] = {
    Programme.BREAST: "Breast (mammogram)",
    Programme.CERVICAL: "Cervical (smear)",
    Programme.BOWEL: "Bowel (home kit)",
    Programme.LUNG: "Lung check",
    Programme.AAA: "AAA scan",
    Programme.DIABETIC_EYE: "Diabetic eye",
}

OPT_OUT_WORDS = frozenset(
    {
        *("stop", "stop all", "stopall", "stop please", "please stop", "stop now", "stop it", "stop stop"),
        *("stop messages", "stop the messages", "stop messaging me", "stop messaging", "stop sending messages"),
        *("stop sending me messages", "stop texting me", "no more messages", "unsubscribe", "unsubscribe me"),
        *("opt out", "optout", "opt me out", "arret", "arrêt", "stopio"),
    }
)
OPT_IN_WORDS = frozenset({"start", "start again", "start please", "unstop", "opt in", "optin", "subscribe"})
