"""SQL of the decks room. Every question is asked within one station."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, text
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import Select

from app.models import Deck, Press, PressKey, PressKeyHeard, RollupDeckQuarter


@dataclass(frozen=True)
class DeckRow:
    """A deck, how many of its keys stand, and when it was last heard."""

    deck: Deck
    key_count: int
    last_heard_at: datetime | None


def list_decks(session: Session, *, station_id: UUID, skip: int, limit: int) -> list[DeckRow]:
    """One page, by name."""
    keys = _keys_by_deck(station_id).subquery()
    page = (
        select(Deck, func.coalesce(keys.c.key_count, 0), _last_heard(station_id, keys))
        .outerjoin(keys, keys.c.deck_id == Deck.id)
        .where(Deck.station_id == station_id)
        .order_by(func.lower(Deck.name), col(Deck.id))
        .offset(skip)
        .limit(limit)
    )
    return [DeckRow(*row) for row in session.exec(page)]


def count_decks(session: Session, *, station_id: UUID) -> int:
    """How many decks the station has."""
    return session.exec(select(func.count()).select_from(Deck).where(Deck.station_id == station_id)).one()


def get_deck_row(session: Session, *, station_id: UUID, deck_id: UUID) -> DeckRow | None:
    """One deck with what is known of its keys; what was changed in this session is seen."""
    keys = _keys_by_deck(station_id).where(PressKey.deck_id == deck_id).subquery()
    found = session.exec(
        select(Deck, func.coalesce(keys.c.key_count, 0), _last_heard(station_id, keys))
        .outerjoin(keys, keys.c.deck_id == Deck.id)
        .where(Deck.station_id == station_id)
        .where(Deck.id == deck_id)
    ).one_or_none()
    return None if found is None else DeckRow(*found)


def _keys_by_deck(station_id: UUID) -> Select[UUID | None, int, datetime | None]:
    return (
        select(
            PressKey.deck_id,
            func.count().filter(col(PressKey.revoked_at).is_(None)).label("key_count"),
            func.max(PressKeyHeard.last_heard_at).label("last_heard_at"),
        )
        .outerjoin(
            PressKeyHeard,
            (col(PressKeyHeard.station_id) == col(PressKey.station_id))
            & (col(PressKeyHeard.press_key_id) == col(PressKey.id)),
        )
        .where(PressKey.station_id == station_id)
        .where(col(PressKey.deck_id).is_not(None))
        .group_by(col(PressKey.deck_id))
    )


def _last_heard(station_id: UUID, keys: Subquery) -> ColumnElement[datetime | None]:
    """When any key of a deck was, or, of a press that an API token sent for the deck, which no key knows of, the quarter of
    an hour in which it was counted."""
    latest_quarter = (
        select(RollupDeckQuarter.quarter_start)
        .where(RollupDeckQuarter.station_id == station_id)
        .where(RollupDeckQuarter.deck_id == Deck.id)
        .where(RollupDeckQuarter.press_count > 0)
        .order_by(col(RollupDeckQuarter.quarter_start).desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.greatest(keys.c.last_heard_at, latest_quarter)


def lock_deck(session: Session, *, station_id: UUID, deck_id: UUID) -> Deck | None:
    """The deck, held so that no key is made for it before this transaction ends."""
    return session.exec(
        select(Deck)
        .where(Deck.station_id == station_id)
        .where(Deck.id == deck_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def has_press_keys(session: Session, *, station_id: UUID, deck_id: UUID) -> bool:
    """Whether a key was ever made for the deck; revoked ones stay, since presses name them."""
    found = session.exec(
        select(PressKey.id).where(PressKey.station_id == station_id).where(PressKey.deck_id == deck_id).limit(1)
    ).first()
    return found is not None


def has_presses(session: Session, *, station_id: UUID, deck_id: UUID) -> bool:
    """Whether a press names the deck. Without keys only those sent with an API token can; the whole record is walked."""
    found = session.exec(
        select(Press.seq).where(Press.station_id == station_id).where(Press.deck_id == deck_id).limit(1)
    ).first()
    return found is not None


def known_ids(session: Session, *, station_id: UUID, deck_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these ids that are decks of the station."""
    return frozenset(session.exec(select(Deck.id).where(Deck.station_id == station_id, col(Deck.id).in_(deck_ids))))


def delete_deck(session: Session, *, station_id: UUID, deck_id: UUID) -> None:
    """Remove a deck."""
    session.exec(delete(Deck).where(col(Deck.station_id) == station_id).where(col(Deck.id) == deck_id))


# In which hours of the station's clocks each deck was heard.
#   Two decks, eight weeks: the quarters of an hour by pk_rollup_deck_quarter alone.
_HOURS_HEARD = text("""
SELECT d.id AS deck_id, array_agg(DISTINCT date_trunc('hour', r.quarter_start AT TIME ZONE :zone)) AS hours
FROM deck AS d
CROSS JOIN LATERAL (
    SELECT quarter_start
    FROM rollup_deck_quarter
    WHERE station_id = :station_id
      AND deck_id = d.id
      AND quarter_start >= :since
      AND press_count > 0
    OFFSET 0
) AS r
WHERE d.station_id = :station_id
GROUP BY d.id
""")


def hours_heard(session: Session, *, station_id: UUID, zone: str, since: datetime) -> dict[UUID, list[datetime]]:
    """In which hours each deck was heard: their beginnings, as the zone's clocks show them."""
    values = {"station_id": station_id, "zone": zone, "since": since}
    return {row.deck_id: row.hours for row in session.connection().execute(_HOURS_HEARD, values)}
