"""answer reviews: approvals that are asked for on a page, and the account of whoever edited a wording"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER answer_version_author_key BEFORE UPDATE OF author_key ON answer_version
WHEN OLD.author_key IS NOT NULL AND OLD.author_key IS NOT NEW.author_key
BEGIN SELECT RAISE(ABORT, 'who edited a wording is kept'); END
"""
POSTGRESQL = (
    "CREATE FUNCTION answer_version_author_key() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'who edited a wording is kept'; END $$",
    "CREATE TRIGGER answer_version_author_key BEFORE UPDATE ON answer_version FOR EACH ROW "
    "WHEN (OLD.author_key IS NOT NULL AND OLD.author_key IS DISTINCT FROM NEW.author_key) "
    "EXECUTE FUNCTION answer_version_author_key()",
)


def upgrade() -> None:
    # Not in a batch: that would make the table anew, without its triggers.
    op.add_column("answer_version", sa.Column("author_key", sa.String(length=255), nullable=True))
    for statement in (SQLITE,) if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    op.create_table(
        "answer_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("asked_name", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=255), nullable=True),
        sa.Column("decided_name", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'sent_back', 'taken_back')", name=op.f("ck_answer_review_state")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_answer_review_practice_id")),
        sa.ForeignKeyConstraint(["version_id"], ["answer_version.id"], name=op.f("fk_answer_review_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_review")),
    )
    op.create_index("ix_answer_review_queue", "answer_review", ["state", "asked_at"])
    op.create_index("ix_answer_review_version_id", "answer_review", ["version_id"])
