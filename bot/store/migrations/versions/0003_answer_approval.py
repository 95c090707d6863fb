"""answer approval

What was written is kept as it was written, by the database itself. A later migration that rebuilds one of these
tables on SQLite (batch_alter_table) drops its triggers: it has to create them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WRITTEN = (
    "practice_id topic programme nations language text sources owner reviewed review_by content_hash created_at".split()
)
ONCE = ("author", "approver", "approver_role", "approved_at")  # may be filled in, never changed
JSON = ("nations", "sources")

SQLITE = (
    """
    CREATE TRIGGER answer_version_is_kept BEFORE UPDATE ON answer_version WHEN {changed}
    BEGIN SELECT RAISE(ABORT, 'a wording and its approval are kept as they are'); END
    """,
    """
    CREATE TRIGGER answer_version_no_return BEFORE UPDATE ON answer_version WHEN {returns}
    BEGIN SELECT RAISE(ABORT, 'a version that was withdrawn or approved does not start again'); END
    """,
    """
    CREATE TRIGGER answer_version_approved BEFORE UPDATE ON answer_version WHEN {unsigned}
    BEGIN SELECT RAISE(ABORT, 'an approval names who gave it'); END
    """,
    """
    CREATE TRIGGER answer_version_new BEFORE INSERT ON answer_version WHEN {born_approved}
    BEGIN SELECT RAISE(ABORT, 'a new wording has no approval'); END
    """,
    """
    CREATE TRIGGER answer_version_no_delete BEFORE DELETE ON answer_version
    BEGIN SELECT RAISE(ABORT, 'wordings are kept'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION answer_version_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        IF {born_approved} THEN RAISE EXCEPTION 'a new wording has no approval'; END IF;
        RETURN NEW;
      END IF;
      IF {changed} THEN RAISE EXCEPTION 'a wording and its approval are kept as they are'; END IF;
      IF {returns} THEN RAISE EXCEPTION 'a version that was withdrawn or approved does not start again'; END IF;
      IF {unsigned} THEN RAISE EXCEPTION 'an approval names who gave it'; END IF;
      RETURN NEW;
    END $$
    """,
    "CREATE FUNCTION answer_version_no_delete() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'wordings are kept'; END $$",
    "CREATE TRIGGER answer_version_is_kept BEFORE INSERT OR UPDATE ON answer_version "
    "FOR EACH ROW EXECUTE FUNCTION answer_version_is_kept()",
    "CREATE TRIGGER answer_version_no_delete BEFORE DELETE OR TRUNCATE ON answer_version "
    "FOR EACH STATEMENT EXECUTE FUNCTION answer_version_no_delete()",
)


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("answer_version") as batch:
        batch.add_column(sa.Column("author", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("approver_role", sa.String(length=255), nullable=True))
        batch.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("live_nations", sa.JSON(), nullable=True))
    with op.batch_alter_table("outgoing_message") as batch:
        batch.add_column(sa.Column("answer_version_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_outgoing_message_answer_version_id"), "answer_version", ["answer_version_id"], ["id"]
        )
        batch.create_index(op.f("ix_outgoing_message_answer_version_id"), ["answer_version_id"])
    conditions = _conditions("IS NOT" if is_sqlite else "IS DISTINCT FROM", "" if is_sqlite else "::text")
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement.format(**conditions) if "{" in statement else statement)


def _conditions(differs: str, as_text: str) -> dict[str, str]:
    """PostgreSQL cannot compare JSON but as text; SQLite keeps it as text."""
    changed = [
        f"OLD.{name}{as_text if name in JSON else ''} {differs} NEW.{name}{as_text if name in JSON else ''}"
        for name in WRITTEN
    ]
    changed += [f"(OLD.{name} IS NOT NULL AND OLD.{name} {differs} NEW.{name})" for name in ONCE]
    signed = "NEW.approver IS NOT NULL AND NEW.approver_role IS NOT NULL AND NEW.approved_at IS NOT NULL"
    return {
        "changed": " OR ".join(changed),
        "returns": "(OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn')"
        " OR (OLD.approved_at IS NOT NULL AND NEW.status IN ('sample', 'draft'))",
        "unsigned": f"NEW.status = 'approved' AND NOT ({signed})",
        "born_approved": "NEW.status = 'approved' OR NEW.approved_at IS NOT NULL OR NEW.approver IS NOT NULL",
    }
