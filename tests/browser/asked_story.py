"""A week of made-up messages for trainers."""

from bot.store import conversations
from bot.store.tables import DecisionRow
from bot.wiring import Services
from tests.browser.staff_site import StaffSite
from tests.builders import a_claim, a_conversation, a_decision, a_text
from tests.store.learning import an_item
from tests.store.teaching import small

DOGS = (
    "can i bring my guide dog",
    "are guide dogs allowed in the van",
    "is my assistance dog ok",
    "can the dog come in",
)
BOOKING = ("need to move it or book another", "book or change, not sure", "can i rebook")
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 6
HOSTILE = f"<script>document.title='x'</script> \u202egnp.exe {LONG}"


def fill(site: StaffSite, *, hostile: bool = True) -> None:
    """Two groups and two single messages, one of them hostile, a suggestion, and decisions to count."""
    services = site.services
    with services.database.write() as session:
        small(session)
        row = a_conversation(session)
        first = an_item(session, DOGS[0], why="answered_by_staff")
        for text in DOGS[1:]:
            an_item(session, text, group_id=first.id, likeness=0.7)
        tie = an_item(session, BOOKING[0], why="unsure", ranking=[["book", 0.48], ["cost", 0.46]])
        for text in BOOKING[1:]:
            an_item(session, text, group_id=tie.id, likeness=0.7, why="unsure", ranking=[["book", 0.45], ["cost", 0.4]])
        an_item(session, "my number is [NHS number], am i on the list", why="staff_correction")
        an_item(session, HOSTILE if hostile else "what about my implants", why="thumbs_down")
        reply = conversations.add_message(session, row, "staff", "Yes, guide dogs are welcome.", services.now())
        first.reply_id, first.suggestion = reply.id, "open"
    _decide(services)


def _decide(services: Services) -> None:
    kinds = ["answer"] * 6 + ["clarify"] * 2 + ["hand_off"]
    with services.database.write() as session:
        for number, kind in enumerate(kinds):
            claim = a_claim(session, a_text(psid=f"p{number}"))
            decision = a_decision(kind=kind, rule="not_understood" if kind == "clarify" else "sure", topics=("cost",))
            row = a_conversation(session, f"p{number}")
            conversations.add_decision(session, row, claim.id, decision, 5, services.now())
        session.get_one(DecisionRow, 1).feedback = "good"
