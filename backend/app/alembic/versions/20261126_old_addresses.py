"""old addresses: what press URLs began with, and which keys still call there

Revision: b6e2d90f4c18, after: 9c42e8d1f6a5
Made: 2026-11-26 20:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "b6e2d90f4c18"
down_revision = "9c42e8d1f6a5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_url",
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_public_url")),
    )
    op.create_table(
        "press_key_old_address",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("press_key_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("last_called_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_press_key_old_address_station_id_station")
        ),
        sa.PrimaryKeyConstraint("station_id", "press_key_id", name=op.f("pk_press_key_old_address")),
    )


def downgrade() -> None:
    op.drop_table("press_key_old_address")
    op.drop_table("public_url")
