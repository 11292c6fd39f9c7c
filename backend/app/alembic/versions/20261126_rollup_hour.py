"""rollup hour: counts of buttons by the hour

Revision: d27b90c4e815, after: 8c3f1e6a9d47
Made: 2026-11-26 18:25:00
"""

import sqlalchemy as sa
from alembic import op

revision = "d27b90c4e815"
down_revision = "8c3f1e6a9d47"
branch_labels = None
depends_on = None

COUNT_HOURS = """
INSERT INTO rollup_hour (station_id, button_id, hour_start, press_count)
SELECT station_id, button_id, date_bin('1 hour', quarter_start, '2001-01-01Z'), sum(press_count)
FROM rollup_quarter
GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    # Nothing is recorded meanwhile that would be missed.
    op.execute("LOCK TABLE station_head IN EXCLUSIVE MODE")
    op.create_table(
        "rollup_hour",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("button_id", sa.Uuid(), nullable=False),
        sa.Column("hour_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("press_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("press_count >= 0", name=op.f("ck_rollup_hour_press_count")),
        sa.PrimaryKeyConstraint(
            "station_id", "button_id", "hour_start", name=op.f("pk_rollup_hour"), postgresql_include=["press_count"]
        ),
    )
    op.execute(COUNT_HOURS)
    op.create_foreign_key(
        op.f("fk_rollup_hour_station_id_button_id_button"),
        "rollup_hour",
        "button",
        ["station_id", "button_id"],
        ["station_id", "id"],
    )


def downgrade() -> None:
    op.drop_table("rollup_hour")
