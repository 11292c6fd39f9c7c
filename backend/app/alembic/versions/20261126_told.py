"""told: who wants which mail of a station, and what was told

Revision: b7d20f4c9a16, after: 9c1f6e20b7d4
Made: 2026-11-26 20:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "b7d20f4c9a16"
down_revision = "9c1f6e20b7d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "member", sa.Column("wants_weekly_mail", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("member", sa.Column("wants_deck_mail", sa.Boolean(), nullable=True))
    op.create_table(
        "told",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('week', 'deck_quiet')", name=op.f("ck_told_kind")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_told_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", "kind", "subject_id", "moment", name=op.f("pk_told")),
    )
    op.create_table(
        "round",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_round")),
    )


def downgrade() -> None:
    op.drop_table("round")
    op.drop_table("told")
    op.drop_column("member", "wants_deck_mail")
    op.drop_column("member", "wants_weekly_mail")
