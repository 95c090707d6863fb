"""signs of life of the trainer process, beside those of the workers"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("process", sa.String(length=10), nullable=False, server_default="worker")
    op.add_column("heartbeat", kind)
