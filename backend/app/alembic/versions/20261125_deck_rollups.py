"""deck rollups: counts of decks, and counts that are read from their index alone

Revision: 5e0c7a41b9d2, after: 1bb26d648236
Made: 2026-11-25 02:05:00
"""

import sqlalchemy as sa
from alembic import op

revision = "5e0c7a41b9d2"
down_revision = "1bb26d648236"
branch_labels = None
depends_on = None

COVERING_KEYS = """
ALTER TABLE rollup_quarter
    DROP CONSTRAINT pk_rollup_quarter,
    ADD CONSTRAINT pk_rollup_quarter PRIMARY KEY (station_id, button_id, quarter_start) INCLUDE (press_count);
ALTER TABLE rollup_day
    DROP CONSTRAINT pk_rollup_day,
    ADD CONSTRAINT pk_rollup_day PRIMARY KEY (station_id, button_id, day) INCLUDE (press_count)
"""

PLAIN_KEYS = """
ALTER TABLE rollup_quarter
    DROP CONSTRAINT pk_rollup_quarter,
    ADD CONSTRAINT pk_rollup_quarter PRIMARY KEY (station_id, button_id, quarter_start);
ALTER TABLE rollup_day
    DROP CONSTRAINT pk_rollup_day,
    ADD CONSTRAINT pk_rollup_day PRIMARY KEY (station_id, button_id, day)
"""

COUNT_QUARTERS = """
INSERT INTO rollup_deck_quarter (station_id, deck_id, quarter_start, press_count)
SELECT station_id, deck_id, date_bin('15 minutes', pressed_at, '2001-01-01Z'), count(*)
FROM press
WHERE deck_id IS NOT NULL
  AND effective_status = 'counted'
GROUP BY 1, 2, 3
"""

COUNT_DAYS = """
INSERT INTO rollup_deck_day (station_id, deck_id, day, press_count)
SELECT p.station_id, p.deck_id, (p.pressed_at AT TIME ZONE s.zone)::date, count(*)
FROM press AS p
JOIN station AS s ON s.id = p.station_id
WHERE p.deck_id IS NOT NULL
  AND p.effective_status = 'counted'
GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    op.create_table(
        "rollup_deck_day",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("deck_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("press_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("press_count >= 0", name=op.f("ck_rollup_deck_day_press_count")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_rollup_deck_day_station_id_station")),
        sa.PrimaryKeyConstraint(
            "station_id", "deck_id", "day", name=op.f("pk_rollup_deck_day"), postgresql_include=["press_count"]
        ),
    )
    op.create_table(
        "rollup_deck_quarter",
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("deck_id", sa.Uuid(), nullable=False),
        sa.Column("quarter_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("press_count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("press_count >= 0", name=op.f("ck_rollup_deck_quarter_press_count")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_rollup_deck_quarter_station_id_station")),
        sa.PrimaryKeyConstraint(
            "station_id",
            "deck_id",
            "quarter_start",
            name=op.f("pk_rollup_deck_quarter"),
            postgresql_include=["press_count"],
        ),
    )
    op.execute(COVERING_KEYS)
    op.execute(COUNT_QUARTERS)
    op.execute(COUNT_DAYS)


def downgrade() -> None:
    op.execute(PLAIN_KEYS)
    op.drop_table("rollup_deck_quarter")
    op.drop_table("rollup_deck_day")
