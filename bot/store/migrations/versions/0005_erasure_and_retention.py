"""erasure and retention"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job", sa.String(length=30), nullable=False),
        sa.Column("run_key", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=255), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(length=255), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'working', 'done', 'failed')", name=op.f("ck_job_run_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "run_key", name=op.f("uq_job_run_job_run_key")),
    )
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("about", sa.String(length=255), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_words", sa.Text(), nullable=True),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.String(length=255), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=255), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source IN ('patient', 'staff', 'meta')", name=op.f("ck_erasure_request_source")),
        sa.CheckConstraint(
            "state IN ('waiting', 'telling', 'scrubbing', 'done', 'held', 'unmatched', 'closed')",
            name=op.f("ck_erasure_request_state"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_erasure_request_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
        sa.UniqueConstraint("code", "about", name=op.f("uq_erasure_request_code_about")),
    )
    op.create_index("ix_erasure_request_queue", "erasure_request", ["state", "due_at"])
    op.create_index(op.f("ix_erasure_request_practice_id"), "erasure_request", ["practice_id"])
    # Nullable or with a default, so that the previous code can run on.
    op.add_column("conversation", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("held_why", sa.String(length=255), nullable=True))
    op.add_column("conversation", sa.Column("held_by", sa.String(length=255), nullable=True))
    op.add_column(
        "outgoing_message", sa.Column("even_if_stopped", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index("ix_message_event", "message", ["event_id"])
    op.create_index("ix_outgoing_message_message", "outgoing_message", ["message_id"])
