"""import: a channel for what another installation recorded, and the spans in which it did

Revision: 6f2a9c8e1b35, after: b6e2d90f4c18
Made: 2026-11-26 20:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "6f2a9c8e1b35"
down_revision = "b6e2d90f4c18"
branch_labels = None
depends_on = None

BEFORE = ("get", "post", "batch", "manual")


def _allow(*channels: str) -> None:
    listed = ", ".join(f"'{channel}'" for channel in channels)
    op.drop_constraint(op.f("ck_press_channel"), "press")
    op.create_check_constraint(op.f("ck_press_channel"), "press", f"channel IN ({listed})")


def upgrade() -> None:
    _allow(*BEFORE, "import")
    op.create_table(
        "imported_span",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_imported_span_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_imported_span_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", "started_at", name=op.f("pk_imported_span")),
    )


def downgrade() -> None:
    # Refused where imported presses are on the record, which the schema before cannot hold.
    _allow(*BEFORE)
    op.drop_table("imported_span")
