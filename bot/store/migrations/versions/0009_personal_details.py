"""personal details: whether a patient was asked not to send any

New columns are nullable or have a default, so that the code of the version before goes on working meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("details_due", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("conversation", sa.Column("details_asked_at", sa.DateTime(timezone=True), nullable=True))
