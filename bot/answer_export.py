"""Stored answers as the files hold them: for the command line and for the pages."""

from datetime import date, datetime

from bot.core.topics import Topics
from bot.nlu.answer_writing import Exported
from bot.store.answer_rows import serves
from bot.store.tables import AnswerVersion


def exported(row: AnswerVersion, topics: Topics) -> Exported:
    """A version ready to be written. What a file cannot keep, such as its approval, is its remark."""
    approval = ""
    if row.approved_at:
        approval = f", approved by {row.approver}, {row.approver_role}, {moment(row.approved_at)}"
    return Exported(
        file=topics[row.topic].group if row.topic in topics else row.topic,
        remark=" ".join(f"Version {row.id}{approval}".split()),
        topic=row.topic,
        programme=row.programme,
        nations=serves(row),
        language=row.language,
        text=row.text,
        sources=tuple(row.sources),
        owner=row.owner,
        status="sample" if row.status == "sample" else "draft",
        reviewed=date.fromisoformat(row.reviewed),
        review_by=date.fromisoformat(row.review_by),
    )


def moment(at: datetime) -> str:
    """A time as files and commands show it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
