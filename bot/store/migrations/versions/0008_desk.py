"""desk: what staff need to answer

New columns are nullable or have a default, so that the code of the version before goes on working meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_canned_reply_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
        sa.UniqueConstraint("practice_id", "title", name=op.f("uq_canned_reply_practice_id_title")),
    )
    op.create_table(
        "desk_setting",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("staff_replies", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("signed_off_by", sa.String(length=255), nullable=True),
        sa.Column("signed_off_role", sa.String(length=255), nullable=True),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("human_agent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sla_minutes", sa.Integer(), server_default=sa.text("240"), nullable=False),
        sa.Column("notify", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_desk_setting_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_desk_setting")),
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=255), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=255), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name=op.f("ck_notification_state")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_notification_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("key", "address", name=op.f("uq_notification_key_address")),
    )
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notification_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index("ix_notification_queue", ["state", "due_at"], unique=False)

    op.create_table(
        "conversation_words",
        sa.Column(
            "conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_conversation_words_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_conversation_words_practice_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversation_words")),
    )
    with op.batch_alter_table("conversation_words", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_words_practice_id", ["practice_id"], unique=False)

    op.create_table(
        "escalation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('urgent', 'half_sla', 'sla', 'day_ends', 'week_ends')", name=op.f("ck_escalation_kind")
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_escalation_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_escalation_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("conversation_id", "kind", "since", name=op.f("uq_escalation_conversation_id_kind_since")),
    )
    with op.batch_alter_table("escalation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_escalation_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("author_name", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_note_conversation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_note_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "answer_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer_versions", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reported_by", sa.String(length=255), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('wrong', 'unsafe')", name=op.f("ck_answer_report_kind")),
        sa.CheckConstraint("state IN ('open', 'settled')", name=op.f("ck_answer_report_state")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_answer_report_conversation_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_answer_report_message_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_answer_report_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_report")),
        sa.UniqueConstraint("message_id", "kind", name=op.f("uq_answer_report_message_id_kind")),
    )
    with op.batch_alter_table("answer_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_report_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answer_report_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index("ix_answer_report_queue", ["state", "reported_at"], unique=False)

    # One by one: a batch would make the table anew, which SQLite refuses while other rows refer to its rows.
    op.add_column("conversation", sa.Column("holder", sa.String(length=255), nullable=True))
    op.add_column("conversation", sa.Column("holder_name", sa.String(length=255), nullable=True))
    op.add_column("conversation", sa.Column("claim_version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("conversation", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("outcome", sa.String(length=30), nullable=True))
    op.add_column("conversation", sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("last_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("last_line", sa.Text(), nullable=True))
    op.create_index("ix_conversation_closed", "conversation", ["practice_id", "closed_at", "id"], unique=False)
    op.create_index("ix_conversation_holder", "conversation", ["practice_id", "holder"], unique=False)
    op.create_index("ix_conversation_last", "conversation", ["practice_id", "last_at", "id"], unique=False)
    op.create_index("ix_conversation_waiting", "conversation", ["practice_id", "urgent", "waiting_since", "id"], unique=False)

    op.add_column("decision", sa.Column("ranking", sa.JSON(), nullable=True))

    op.add_column("message", sa.Column("author_name", sa.String(length=255), nullable=True))
    op.add_column("message", sa.Column("answer_version", sa.Integer(), nullable=True))

    op.add_column("outgoing_message", sa.Column("claim_version", sa.Integer(), nullable=True))
    op.execute("UPDATE conversation SET last_at = coalesce(patient_last_at, created_at)")
    # The daily job fills them in: until then a search does not find what was said before.
    op.execute(
        "INSERT INTO conversation_words (conversation_id, practice_id, words) SELECT id, practice_id, '' FROM conversation"
    )
