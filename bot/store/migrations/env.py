"""Alembic's entry: runs on the connection that `bot.store.migrate` hands over."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.store.column_types import UtcTime
from bot.store.encryption import EncryptedJson, EncryptedText
from bot.store.tables import Base

PLAIN_TYPES = {UtcTime: "sa.DateTime(timezone=True)", EncryptedText: "sa.Text()", EncryptedJson: "sa.JSON()"}


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Migrations must run with the code of any later day: they name the plain type behind ours."""
    return PLAIN_TYPES.get(type(item), False) if kind == "type" else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
