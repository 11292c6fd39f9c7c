"""Decks: their names, their test mode, and when they were last heard."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.core.errors import Conflict
from app.features.buttons.service import DeckNotFound
from app.features.decks import queries
from app.features.decks.queries import DeckRow
from app.features.decks.rules import (
    NO_RHYTHM,
    REACH,
    Rhythm,
    check_test_mode,
    hours_touched,
    is_in_test_mode,
    is_quiet,
    learn_rhythm,
    silent_hours,
)
from app.features.decks.schemas import DeckCreate, DeckPublic, DecksPublic, DeckUpdate
from app.models import Deck, Station


class DeckInUse(Conflict):
    """A press key was made for this deck, or a press names it."""

    code = "deck_in_use"
    default_detail = (
        "Press keys were made for this deck, or presses name it, so it stays on the record. Revoke its keys, and keep "
        "the deck."
    )


@dataclass(frozen=True)
class Listening:
    """When a station's decks are usually heard, and when nobody could have heard them, on the station's clocks."""

    zone: ZoneInfo
    rhythms: Mapping[UUID, Rhythm]
    unrecorded: Collection[datetime]


def listen(
    session: Session, *, station: Station, gaps: Iterable[tuple[datetime, datetime]], now: datetime
) -> Listening:
    """What the last eight weeks tell about the decks of a station; `gaps` are those in which no server was running."""
    zone = ZoneInfo(station.zone)
    unrecorded = hours_touched((_local(start, zone), _local(end, zone)) for start, end in gaps)
    heard = queries.hours_heard(session, station_id=station.id, zone=station.zone, since=now - REACH)
    rhythms = {deck_id: learn_rhythm(hours, unrecorded=unrecorded) for deck_id, hours in heard.items()}
    return Listening(zone, rhythms, unrecorded)


def list_decks(
    session: Session, *, station_id: UUID, listening: Listening, skip: int, limit: int, now: datetime
) -> DecksPublic:
    """One page of the station's decks, by name, and how many there are."""
    return DecksPublic(
        data=read_decks(session, station_id=station_id, listening=listening, skip=skip, limit=limit, now=now),
        count=queries.count_decks(session, station_id=station_id),
    )


def read_decks(
    session: Session, *, station_id: UUID, listening: Listening, skip: int, limit: int, now: datetime
) -> list[DeckPublic]:
    """Some of the station's decks, by name."""
    rows = queries.list_decks(session, station_id=station_id, skip=skip, limit=limit)
    return [_public(row, listening=listening, now=now) for row in rows]


def get_deck(session: Session, *, station_id: UUID, deck_id: UUID, listening: Listening, now: datetime) -> DeckPublic:
    """One deck. Raises DeckNotFound."""
    row = queries.get_deck_row(session, station_id=station_id, deck_id=deck_id)
    if row is None:
        raise DeckNotFound
    return _public(row, listening=listening, now=now)


def known_ids(session: Session, *, station_id: UUID, deck_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these ids that are decks of the station."""
    return queries.known_ids(session, station_id=station_id, deck_ids=deck_ids) if deck_ids else frozenset()


def create_deck(
    session: Session, *, station_id: UUID, new: DeckCreate, listening: Listening, now: datetime
) -> DeckPublic:
    """A new deck, without keys. Raises InvalidInput when its test mode would last too long."""
    check_test_mode(new.test_mode_until, now=now)
    deck = Deck(station_id=station_id, created_at=now, **new.model_dump())
    session.add(deck)
    return get_deck(session, station_id=station_id, deck_id=deck.id, listening=listening, now=now)


def update_deck(
    session: Session, *, station_id: UUID, deck_id: UUID, changes: DeckUpdate, listening: Listening, now: datetime
) -> DeckPublic:
    """The deck with what was given changed. Raises DeckNotFound, InvalidInput."""
    deck = _lock_deck(session, station_id, deck_id)
    check_test_mode(changes.test_mode_until, now=now)
    for name, value in changes.model_dump(exclude_unset=True).items():
        setattr(deck, name, value)
    return get_deck(session, station_id=station_id, deck_id=deck_id, listening=listening, now=now)


def delete_deck(session: Session, *, station_id: UUID, deck_id: UUID) -> None:
    """Remove a deck that no key was ever made for, and no press names. Raises DeckNotFound, DeckInUse."""
    _lock_deck(session, station_id, deck_id)
    which = {"station_id": station_id, "deck_id": deck_id}
    if queries.has_press_keys(session, **which) or queries.has_presses(session, **which):
        raise DeckInUse
    queries.delete_deck(session, station_id=station_id, deck_id=deck_id)


def _lock_deck(session: Session, station_id: UUID, deck_id: UUID) -> Deck:
    deck = queries.lock_deck(session, station_id=station_id, deck_id=deck_id)
    if deck is None:
        raise DeckNotFound
    return deck


def _public(row: DeckRow, *, listening: Listening, now: datetime) -> DeckPublic:
    deck = row.deck
    rhythm = listening.rhythms.get(deck.id, NO_RHYTHM)
    is_in_test = is_in_test_mode(deck.test_mode_until, at=now)
    silence_h, is_silent = 0, False
    if row.last_heard_at is not None:
        local_now = _local(now, listening.zone)
        last_heard_at = _local(row.last_heard_at, listening.zone)
        silence_h = silent_hours(rhythm, last_heard_at=last_heard_at, now=local_now, unrecorded=listening.unrecorded)
        is_silent = is_quiet(rhythm, last_heard_at=last_heard_at, now=local_now, silence_h=silence_h)
    return DeckPublic(
        id=deck.id,
        station_id=deck.station_id,
        name=deck.name,
        test_mode_until=deck.test_mode_until,
        is_in_test_mode=is_in_test,
        last_heard_at=row.last_heard_at,
        usual_hours=[sorted(hour for day, hour in rhythm.usual if day == weekday) for weekday in range(7)],
        # Nothing is amiss with a deck that is being tried out, or that no key is left for.
        is_quiet=is_silent and not is_in_test and row.key_count > 0,
        silent_usual_hours=silence_h,
        key_count=row.key_count,
        created_at=deck.created_at,
    )


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """What clocks show then."""
    return at.astimezone(zone).replace(tzinfo=None)
