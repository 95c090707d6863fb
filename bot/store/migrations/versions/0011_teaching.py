"""teaching: topics, examples and every change to them

All tables are new: the code of the version before does not see them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teaching_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["undone_by"], ["teaching_change.id"], name=op.f("fk_teaching_change_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_change")),
    )
    op.create_table(
        "teaching_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.Column("synced", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('topics', 'train', 'regression')", name=op.f("ck_teaching_file_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_file")),
        sa.UniqueConstraint("path", name=op.f("uq_teaching_file_path")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("group", sa.String(length=50), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("programmes", sa.JSON(), nullable=False),
        sa.Column("question", sa.String(length=255), nullable=False),
        sa.Column("button", sa.String(length=20), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("name", name=op.f("uq_topic_name")),
    )
    op.create_table(
        "example_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("indent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["teaching_file.id"], name=op.f("fk_example_block_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example_block")),
    )
    with op.batch_alter_table("example_block", schema=None) as batch_op:
        batch_op.create_index("ix_example_block_file", ["file_id", "position"], unique=False)
        batch_op.create_index("ix_example_block_topic", ["topic"], unique=False)

    op.create_table(
        "example",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=60), nullable=True),
        sa.Column("added_by", sa.String(length=255), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["example_block.id"], name=op.f("fk_example_block_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_example")),
        sa.UniqueConstraint("digest", name=op.f("uq_example_digest")),
    )
    with op.batch_alter_table("example", schema=None) as batch_op:
        batch_op.create_index("ix_example_block", ["block_id", "position"], unique=False)
