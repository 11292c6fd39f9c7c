"""Decks: their names, their test mode, and when they were last heard."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.core.errors import Conflict
from app.features.buttons.service import DeckNotFound
from app.features.decks import queries
from app.features.decks.queries import DeckRow
from app.features.decks.rules import check_test_mode, is_in_test_mode
from app.features.decks.schemas import DeckCreate, DeckPublic, DecksPublic, DeckUpdate
from app.models import Deck


class DeckInUse(Conflict):
    """A press key was made for this deck, and presses may name both."""

    code = "deck_in_use"
    default_detail = "Press keys were made for this deck, so it stays on the record. Revoke them, and keep the deck."


def list_decks(session: Session, *, station_id: UUID, skip: int, limit: int, now: datetime) -> DecksPublic:
    """One page of the station's decks, by name."""
    rows = queries.list_decks(session, station_id=station_id, skip=skip, limit=limit)
    return DecksPublic(
        data=[_public(row, now=now) for row in rows], count=queries.count_decks(session, station_id=station_id)
    )


def get_deck(session: Session, *, station_id: UUID, deck_id: UUID, now: datetime) -> DeckPublic:
    """One deck. Raises DeckNotFound."""
    row = queries.get_deck_row(session, station_id=station_id, deck_id=deck_id)
    if row is None:
        raise DeckNotFound
    return _public(row, now=now)


def create_deck(session: Session, *, station_id: UUID, new: DeckCreate, now: datetime) -> DeckPublic:
    """A new deck, without keys. Raises InvalidInput when its test mode would last too long."""
    check_test_mode(new.test_mode_until, now=now)
    deck = Deck(station_id=station_id, created_at=now, **new.model_dump())
    session.add(deck)
    return get_deck(session, station_id=station_id, deck_id=deck.id, now=now)


def update_deck(session: Session, *, station_id: UUID, deck_id: UUID, changes: DeckUpdate, now: datetime) -> DeckPublic:
    """The deck with what was given changed. Raises DeckNotFound, InvalidInput."""
    deck = _lock_deck(session, station_id, deck_id)
    check_test_mode(changes.test_mode_until, now=now)
    for name, value in changes.model_dump(exclude_unset=True).items():
        setattr(deck, name, value)
    return get_deck(session, station_id=station_id, deck_id=deck_id, now=now)


def delete_deck(session: Session, *, station_id: UUID, deck_id: UUID) -> None:
    """Remove a deck that no key was ever made for. Raises DeckNotFound, DeckInUse."""
    _lock_deck(session, station_id, deck_id)
    if queries.has_press_keys(session, station_id=station_id, deck_id=deck_id):
        raise DeckInUse
    queries.delete_deck(session, station_id=station_id, deck_id=deck_id)


def _lock_deck(session: Session, station_id: UUID, deck_id: UUID) -> Deck:
    deck = queries.lock_deck(session, station_id=station_id, deck_id=deck_id)
    if deck is None:
        raise DeckNotFound
    return deck


def _public(row: DeckRow, *, now: datetime) -> DeckPublic:
    deck = row.deck
    return DeckPublic(
        id=deck.id,
        station_id=deck.station_id,
        name=deck.name,
        test_mode_until=deck.test_mode_until,
        is_in_test_mode=is_in_test_mode(deck.test_mode_until, at=now),
        last_heard_at=row.last_heard_at,
        key_count=row.key_count,
        created_at=deck.created_at,
    )
