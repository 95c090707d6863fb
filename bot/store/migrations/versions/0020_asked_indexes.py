"""indexes that hold what the list of what patients asked, and a practice's numbers, are counted from"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, table, columns in (
        ("ix_learning_item_listed", "learning_item", ["practice_id", "state", "group_id", "why", "id"]),
        ("ix_learning_item_alike", "learning_item", ["group_id", "state", "likeness", "id", "practice_id", "why"]),
        ("ix_decision_counted", "decision", ["practice_id", "decided_at", "kind", "rule", "feedback"]),
    ):
        op.create_index(name, table, columns, unique=False)
    # The new ones begin with the same columns.
    op.drop_index("ix_learning_item_group", table_name="learning_item")
    op.drop_index("ix_decision_decided", table_name="decision")
