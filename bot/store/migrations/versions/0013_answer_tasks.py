"""answer tasks: which owners have to review which answers, and whether they were told"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN ('due', 'overdue')", name=op.f("ck_answer_task_stage")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["answer_version.id"], name=op.f("fk_answer_task_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_task")),
        sa.UniqueConstraint("version_id", "stage", name=op.f("uq_answer_task_version_id_stage")),
    )
