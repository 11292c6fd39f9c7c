"""Uses that another installation recorded, put on the record by its own door: the lock, the numbers, the counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from app import crud
from app.features.presses import queries
from app.models import Channel, PressStatus

# What the other installation said of a button is its first version.
VERSION = 1
_NOT_KNOWN = ("pressed_deck_ids", "pressed_key_ids", "sent_at", "offsets_ms", "suspect", "notes", "recorded_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedUse:
    """A use as the other installation had it; it counted there, and counts here."""

    id: UUID
    button_id: UUID
    pressed_at: datetime
    origin: str | None


def ids_on_record(session: Session, *, station_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these ids presses of the station have."""
    found = session.connection().execute(text(queries.IDS_ON_RECORD), {"station_id": station_id, "ids": list(ids)})
    return set(found.scalars())


def record_imported(session: Session, *, station_id: UUID, uses: Sequence[ImportedUse], now: datetime) -> set[UUID]:
    """Record those that are not on the record, in their order; returns their ids. Presses of the station wait meanwhile.

    They are counted as they are: the other installation did, and what it told people must not change by a move.
    `received_at` is now, and the other one's time is what was claimed: this record heard of them today.
    """
    crud.lock_station_head(session, station_id)
    known = ids_on_record(session, station_id=station_id, ids=[use.id for use in uses])
    new = [use for use in uses if use.id not in known]
    if new:
        connection = session.connection().connection.driver_connection
        assert connection is not None  # noqa: S101  a session that is in use has one
        connection.execute(queries.WRITE_BATCH.sql, _values(station_id, new, now=now))
    return {use.id for use in new}


def _values(station_id: UUID, uses: Sequence[ImportedUse], *, now: datetime) -> dict[str, Any]:
    """What the press path's own statement asks for."""
    counts = Counter(use.button_id for use in uses)
    last = {use.button_id: use.pressed_at for use in sorted(uses, key=lambda use: use.pressed_at)}
    pressed_at = [use.pressed_at for use in uses]
    return {
        "station_id": station_id,
        "ids": [use.id for use in uses],
        "pressed_ids": [use.button_id for use in uses],
        "pressed_versions": [VERSION] * len(uses),
        "statuses": [PressStatus.COUNTED.value] * len(uses),
        "channels": [Channel.IMPORT.value] * len(uses),
        "pressed_at": pressed_at,
        "claimed_at": pressed_at,
        "received_at": [now] * len(uses),
        "origins": [use.origin for use in uses],
        **dict.fromkeys(_NOT_KNOWN, [None] * len(uses)),
        "counted_ids": list(counts),
        "counts": list(counts.values()),
        "counted_at": [last[button_id] for button_id in counts],
        "heard_ids": [],
        "heard_at": [],
        "added": len(uses),
    }
