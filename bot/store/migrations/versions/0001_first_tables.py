"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("worker", sa.String(length=255), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("nation", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("opening_hours", sa.JSON(), nullable=False),
        sa.Column("ice_breakers", sa.JSON(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "nation IN ('england', 'scotland', 'wales', 'northern_ireland')", name=op.f("ck_practice_nation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint("slug", name=op.f("uq_practice_slug")),
    )
    op.create_table(
        "release",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("trained_from", sa.String(length=64), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("live_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_release")),
    )
    op.create_table(
        "answer_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("programme", sa.String(length=20), nullable=False),
        sa.Column("nations", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("approver", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reviewed", sa.String(length=10), nullable=False),
        sa.Column("review_by", sa.String(length=10), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('sample', 'draft', 'approved', 'withdrawn', 'replaced')", name=op.f("ck_answer_version_status")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_answer_version_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_version")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_answer_version_content_hash")),
    )
    with op.batch_alter_table("answer_version", schema=None) as batch_op:
        batch_op.create_index("ix_answer_version_topic", ["topic", "status"], unique=False)

    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("stopped_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_why", sa.String(length=255), nullable=True),
        sa.Column("stops", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_page_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("page_id", name=op.f("uq_page_page_id")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "received_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("page_ref", sa.String(length=255), nullable=False),
        sa.Column("psid", sa.String(length=255), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("event_key", sa.String(length=255), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("order_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=255), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'done', 'ignored', 'failed')", name=op.f("ck_received_event_state")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_received_event_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_event")),
        sa.UniqueConstraint("page_ref", "kind", "event_key", name=op.f("uq_received_event_page_ref_kind_event_key")),
    )
    with op.batch_alter_table("received_event", schema=None) as batch_op:
        batch_op.create_index("ix_received_event_conversation", ["page_ref", "psid", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_received_event_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index("ix_received_event_queue", ["state", "due_at"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("psid", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=10), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_why", sa.String(length=255), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("programme", sa.String(length=20), nullable=True),
        sa.Column("topic", sa.String(length=100), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("referral", sa.JSON(), nullable=True),
        sa.Column("patient_last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bot_last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("owner IN ('bot', 'staff')", name=op.f("ck_conversation_owner")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_conversation_page_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_conversation_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("page_id", "psid", name=op.f("uq_conversation_page_id_psid")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("programmes", sa.JSON(), nullable=False),
        sa.Column("answer_versions", sa.JSON(), nullable=False),
        sa.Column("safety", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("margin", sa.Float(), nullable=True),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("release", sa.String(length=255), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("feedback", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_decision_conversation_id")),
        sa.ForeignKeyConstraint(["event_id"], ["received_event.id"], name=op.f("fk_decision_event_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_decision_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("event_id", name=op.f("uq_decision_event_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_kind"), ["kind"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mid", sa.String(length=255), nullable=True),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unsent", sa.Boolean(), nullable=False),
        sa.Column("reaction", sa.String(length=40), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("author IN ('patient', 'bot', 'staff')", name=op.f("ck_message_author")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")),
        sa.ForeignKeyConstraint(["event_id"], ["received_event.id"], name=op.f("fk_message_event_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_message_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_conversation", ["conversation_id", "id"], unique=False)
        batch_op.create_index("ix_message_mid", ["mid"], unique=False)

    op.create_table(
        "outgoing_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("metadata_key", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=255), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mid", sa.String(length=255), nullable=True),
        sa.Column("problem", sa.String(length=255), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("author IN ('bot', 'staff')", name=op.f("ck_outgoing_message_author")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'unknown', 'sent', 'failed', 'cancelled')",
            name=op.f("ck_outgoing_message_state"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_outgoing_message_conversation_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["received_event.id"], name=op.f("fk_outgoing_message_event_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_outgoing_message_message_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_outgoing_message_page_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_outgoing_message_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_message")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_outgoing_message_event_id_position")),
        sa.UniqueConstraint("metadata_key", name=op.f("uq_outgoing_message_metadata_key")),
    )
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.create_index("ix_outgoing_message_conversation", ["conversation_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_message_mid"), ["mid"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_message_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index("ix_outgoing_message_queue", ["state", "due_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outgoing_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_message_queue")
        batch_op.drop_index(batch_op.f("ix_outgoing_message_practice_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_message_mid"))
        batch_op.drop_index("ix_outgoing_message_conversation")

    op.drop_table("outgoing_message")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_mid")
        batch_op.drop_index("ix_message_conversation")

    op.drop_table("message")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_kind"))
        batch_op.drop_index(batch_op.f("ix_decision_conversation_id"))

    op.drop_table("decision")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conversation_practice_id"))

    op.drop_table("conversation")
    with op.batch_alter_table("received_event", schema=None) as batch_op:
        batch_op.drop_index("ix_received_event_queue")
        batch_op.drop_index(batch_op.f("ix_received_event_practice_id"))
        batch_op.drop_index("ix_received_event_conversation")

    op.drop_table("received_event")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_practice_id"))

    op.drop_table("page")
    with op.batch_alter_table("answer_version", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_version_topic")

    op.drop_table("answer_version")
    op.drop_table("release")
    op.drop_table("practice")
    op.drop_table("heartbeat")
