"""presses without deck: counted beside those of the decks

Revision: 8c3f1e6a9d47, after: 5e0c7a41b9d2
Made: 2026-11-26 18:10:00
"""

from alembic import op

revision = "8c3f1e6a9d47"
down_revision = "5e0c7a41b9d2"
branch_labels = None
depends_on = None

NO_DECK = "00000000-0000-0000-0000-000000000000"

COUNT_QUARTERS = f"""
INSERT INTO rollup_deck_quarter (station_id, deck_id, quarter_start, press_count)
SELECT station_id, '{NO_DECK}', date_bin('15 minutes', pressed_at, '2001-01-01Z'), count(*)
FROM press
WHERE deck_id IS NULL
  AND effective_status = 'counted'
GROUP BY 1, 3
"""

COUNT_DAYS = f"""
INSERT INTO rollup_deck_day (station_id, deck_id, day, press_count)
SELECT p.station_id, '{NO_DECK}', (p.pressed_at AT TIME ZONE s.zone)::date, count(*)
FROM press AS p
JOIN station AS s ON s.id = p.station_id
WHERE p.deck_id IS NULL
  AND p.effective_status = 'counted'
GROUP BY 1, 3
"""


def upgrade() -> None:
    # Nothing is recorded meanwhile that would be missed.
    op.execute("LOCK TABLE station_head IN EXCLUSIVE MODE")
    op.execute(COUNT_QUARTERS)
    op.execute(COUNT_DAYS)


def downgrade() -> None:
    op.execute(f"DELETE FROM rollup_deck_quarter WHERE deck_id = '{NO_DECK}'")
    op.execute(f"DELETE FROM rollup_deck_day WHERE deck_id = '{NO_DECK}'")
