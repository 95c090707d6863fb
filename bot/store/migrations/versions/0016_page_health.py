"""what the last look at a page found"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page", sa.Column("disconnected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("page", sa.Column("findings", sa.JSON(), nullable=True))
    op.add_column("page", sa.Column("token_mark", sa.String(length=16), nullable=True))
    op.add_column("page", sa.Column("token_since", sa.DateTime(timezone=True), nullable=True))
