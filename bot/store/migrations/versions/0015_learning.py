"""learning: what patients asked that the bot should have known, for trainers"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHY = "'unsure', 'unanswered', 'answered_by_staff', 'thumbs_down', 'staff_correction'"


def upgrade() -> None:
    op.create_table(
        "learning_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("vector", sa.Text(), nullable=True),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("release", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("group_id", BIG, nullable=True),
        sa.Column("likeness", sa.Float(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=True),
        sa.Column("topic", sa.String(length=100), nullable=True),
        sa.Column("kept_back", sa.Boolean(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=True),
        sa.Column("labelled_by", sa.String(length=255), nullable=True),
        sa.Column("labelled_by_name", sa.String(length=255), nullable=True),
        sa.Column("labelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_id", BIG, nullable=True),
        sa.Column("suggestion", sa.String(length=10), nullable=True),
        sa.CheckConstraint(f"why IN ({WHY})", name=op.f("ck_learning_item_why")),
        sa.CheckConstraint("state IN ('open', 'labelled')", name=op.f("ck_learning_item_state")),
        sa.CheckConstraint("label IN ('topic', 'out_of_scope', 'ignored')", name=op.f("ck_learning_item_label")),
        sa.CheckConstraint(
            "suggestion IN ('open', 'drafted', 'dismissed')", name=op.f("ck_learning_item_suggestion")
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_learning_item_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_learning_item_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_item")),
        sa.UniqueConstraint("event_id", name=op.f("uq_learning_item_event_id")),
    )
    for name, columns in (
        ("ix_learning_item_act", ["act"]),
        ("ix_learning_item_compared", ["state", "likeness"]),
        ("ix_learning_item_conversation_id", ["conversation_id"]),
        ("ix_learning_item_group", ["group_id", "state"]),
        ("ix_learning_item_labelled", ["practice_id", "labelled_at", "id"]),
        ("ix_learning_item_open", ["practice_id", "state", "why", "group_id"]),
        ("ix_learning_item_suggestion", ["practice_id", "suggestion", "id"]),
    ):
        op.create_index(name, "learning_item", columns, unique=False)
    op.create_table(
        "learning_words",
        sa.Column("item_id", BIG, autoincrement=False, nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["learning_item.id"], name=op.f("fk_learning_words_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_learning_words_practice_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_learning_words")),
    )
    op.create_index("ix_learning_words_key_id", "learning_words", ["key_id"], unique=False)
    op.create_index("ix_learning_words_practice_id", "learning_words", ["practice_id"], unique=False)
    # For the numbers of a practice.
    op.create_index("ix_decision_decided", "decision", ["practice_id", "decided_at"], unique=False)
    op.create_index("ix_message_said", "message", ["practice_id", "author", "said_at"], unique=False)
