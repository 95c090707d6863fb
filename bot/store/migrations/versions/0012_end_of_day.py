"""when a practice gets its list of what is open"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("desk_setting", sa.Column("end_of_day", sa.String(length=5), nullable=True))
