"""What an answer may name that differs by nation only: the nation's pages and helplines.

One wording then serves every nation in which the rest of it holds. Nobody edits these at a practice: they are
as fixed as the catalogue. Sources: the nations' own pages, as read on 23 to 26 November 2026; bowel helplines as
the programmes give them (Scotland's page does not say that the call is free, so nor do we); domestic abuse lines
from safer.scot, gov.wales/live-fear-free, centre56.org.uk (England) and southerntrust.hscni.net (Northern Ireland).
"""

from collections.abc import Mapping

from bot.core.messages import Nation

NATION_FACTS = (
    "nation_name",
    "bowel_helpline",
    "domestic_abuse_line",
    "screening_page",
    "breast_page",
    "cervical_page",
    "bowel_page",
)

BY_NATION: Mapping[Nation, Mapping[str, str]] = {
    Nation.ENGLAND: {
        "nation_name": "England",
        "bowel_helpline": "0800 707 60 60, free",
        "domestic_abuse_line": "0808 2000 247",
        "screening_page": "https://www.nhs.uk/tests-and-treatments/nhs-screening/",
        "breast_page": "https://www.nhs.uk/tests-and-treatments/breast-screening-mammogram/",
        "cervical_page": "https://www.nhs.uk/tests-and-treatments/cervical-screening/",
        "bowel_page": "https://www.nhs.uk/tests-and-treatments/bowel-cancer-screening/",
    },
    Nation.SCOTLAND: {
        "nation_name": "Scotland",
        "bowel_helpline": "0800 0121 833",
        "domestic_abuse_line": "0800 027 1234",
        "screening_page": "https://www.nhsinform.scot/healthy-living/screening/",
        "breast_page": "https://www.nhsinform.scot/healthy-living/screening/",
        "cervical_page": "https://www.nhsinform.scot/healthy-living/screening/cervical/cervical-screening-smear-test",
        "bowel_page": "https://www.nhsinform.scot/healthy-living/screening/bowel-screening",
    },
    Nation.WALES: {
        "nation_name": "Wales",
        "bowel_helpline": "0800 294 3370, free",
        "domestic_abuse_line": "0808 80 10 800",
        "screening_page": "https://phw.nhs.wales/services-and-teams/screening/",
        "breast_page": "https://phw.nhs.wales/services-and-teams/screening/breast-screening/",
        "cervical_page": "https://phw.nhs.wales/services-and-teams/cervical-screening-wales/",
        "bowel_page": "https://phw.nhs.wales/services-and-teams/screening/bowel-screening/",
    },
    Nation.NORTHERN_IRELAND: {
        "nation_name": "Northern Ireland",
        "bowel_helpline": "0800 015 2514, free",
        "domestic_abuse_line": "0808 802 1414",
        "screening_page": "https://cancerscreening.hscni.net/",
        "breast_page": "https://www.nidirect.gov.uk/articles/breast-screening-overview",
        "cervical_page": "https://www.nidirect.gov.uk/articles/cervical-screening",
        "bowel_page": "https://www.nidirect.gov.uk/articles/bowel-cancer-screening",
    },
}
