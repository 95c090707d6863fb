"""training: runs, and what a release must have shown before it goes live

New columns are nullable or have a default, so that the code of the version before goes on working meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("release") as table:
        table.add_column(sa.Column("topics", sa.JSON(), nullable=True))
        table.add_column(sa.Column("state", sa.String(length=10), server_default="first", nullable=False))
        table.add_column(sa.Column("figures", sa.JSON(), nullable=True))
        table.add_column(sa.Column("asked_by", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("changed_by", sa.JSON(), nullable=True))
        table.add_column(sa.Column("rolled_back_at", sa.DateTime(timezone=True), nullable=True))
        table.alter_column("live_since", existing_type=sa.DateTime(timezone=True), nullable=True)
        table.create_check_constraint(
            op.f("ck_release_state"), "state IN ('first', 'candidate', 'ready', 'refused')"
        )
    op.create_table(
        "training_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("open_key", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_name", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=255), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(length=255), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=255), nullable=True),
        sa.Column("release", sa.String(length=255), nullable=True),
        sa.Column("compared_with", sa.String(length=255), nullable=True),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'ready', 'refused', 'failed', 'cancelled')",
            name=op.f("ck_training_run_state"),
        ),
        sa.ForeignKeyConstraint(["release"], ["release.name"], name=op.f("fk_training_run_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
        sa.UniqueConstraint("open_key", name=op.f("uq_training_run_open_key")),
    )
    op.create_index(op.f("ix_training_run_asked_at"), "training_run", ["asked_at"], unique=False)
