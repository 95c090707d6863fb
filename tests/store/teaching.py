"""A small set of teaching data, and the project's own."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot import wiring
from bot.core.topics import Topic, Topics
from bot.nlu.project_files import read_taught
from bot.nlu.topic_file import read_topics
from bot.store import teaching_import
from tests.builders import NOON

TOPICS = Topics(
    (
        Topic("book", "booking", "faq", (), "How do I book?", "Book"),
        Topic("cost", "getting_there", "faq", (), "What does it cost?", "Cost"),
        Topic("crisis", "safety", "crisis", (), "Are you safe?", "Not safe"),
    )
)
_TOPIC = "- name: {0.name}\n  group: {0.group}\n  route: {0.route}\n  question: {0.question}\n  button: {0.button}\n"
FILES = {
    "topics.yml": "# Topics.\n\n# all\n" + "".join(_TOPIC.format(topic) for topic in TOPICS.values()),
    "examples/booking/book.yml": 'version: "3.1"\nnlu:\n# booking\n- intent: book\n  examples: |\n'
    "    - how do I book\n    - can i book online\n    - what number do i ring\n",
    "examples/getting_there/cost.yml": 'version: "3.1"\nnlu:\n- intent: cost\n  examples: |\n    - is it free\n',
    "examples/safety/crisis.yml": 'version: "3.1"\nnlu:\n- intent: crisis\n  examples: |\n    - i want to die\n',
    "regression/booking.yml": '# Never trained on.\nversion: "3.1"\nnlu:\n- intent: book\n  examples: |\n'
    "    - need a slot\n\n- intent: cost\n  examples: |\n    - do you charge\n",
}


def small(session: Session, now: datetime = NOON) -> None:
    """Take in FILES."""
    teaching_import.take_in(session, FILES, TOPICS, actor="test", now=now)


def the_projects(session: Session) -> dict[str, str]:
    """Take in everything that comes with the product; returns it."""
    files = read_taught(wiring.PROJECT)
    topics = read_topics(wiring.NLU_DATA / "topics.yml")
    teaching_import.take_in(session, files, topics, actor="test", now=NOON)
    return files
