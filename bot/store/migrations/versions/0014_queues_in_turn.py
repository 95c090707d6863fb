"""queues that serve practices in turn and dangers first"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # One by one: a batch would make the table anew, which SQLite refuses while other rows refer to its rows.
    op.add_column("received_event", sa.Column("urgent", sa.Boolean(), nullable=True))
    op.drop_index("ix_received_event_queue", "received_event")
    op.create_index("ix_received_event_queue", "received_event", ["state", "practice_id", "due_at"], unique=False)
    op.create_index("ix_received_event_danger", "received_event", ["state", "urgent", "due_at"], unique=False)
    op.drop_index("ix_outgoing_message_queue", "outgoing_message")
    op.create_index("ix_outgoing_message_queue", "outgoing_message", ["state", "page_id", "due_at"], unique=False)
    op.create_index("ix_outgoing_message_safety", "outgoing_message", ["state", "safety", "due_at"], unique=False)
