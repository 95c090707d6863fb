"""encryption

Adds the register of keys. The messages themselves are encrypted by `bot.store.migrate` right after the migrations,
because that needs the key. Stop every process of an older version first: it could not read what is encrypted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "encryption_key",
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("check_value", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unused_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_encryption_key")),
    )
    # A reaction is longer encrypted. SQLite cannot change a column's type, and making the table anew would have to
    # drop it while messages to send refer to its rows.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE message ADD COLUMN reaction_as_text TEXT")
        op.execute("UPDATE message SET reaction_as_text = reaction WHERE reaction IS NOT NULL")
        op.execute("ALTER TABLE message DROP COLUMN reaction")
        op.execute("ALTER TABLE message RENAME COLUMN reaction_as_text TO reaction")
    else:
        op.alter_column("message", "reaction", type_=sa.Text())
