"""which programme a check has to be answered about"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("example_block", sa.Column("programme", sa.String(length=20), nullable=True))
