"""Who taught the assistant what the next release will be trained from."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import releases
from bot.store.tables import AuditEntry
from bot.store.training_tables import TrainingRun

ACTIONS = "teaching_"  # what every change of topics and examples is called in the audit


def changed_by(session: Session, asked_by: str) -> Sequence[str]:
    """Everybody who changed topics or examples since the live release took them, and is not `asked_by`."""
    live = releases.live(session)
    if live is None:
        return ()
    # A change made while that release was trained is not in it: from its run's start on, therefore.
    began = select(TrainingRun.started_at).where(TrainingRun.release == live.name).order_by(TrainingRun.id)
    since = session.scalar(began.limit(1)) or live.created_at
    changes = select(AuditEntry.actor).where(AuditEntry.action.startswith(ACTIONS, autoescape=True))
    found = set(session.scalars(changes.where(AuditEntry.at >= since)))
    return sorted(found - {asked_by})
