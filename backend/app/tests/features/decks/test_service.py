"""Use cases of decks."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session

from app.core.errors import InvalidInput
from app.features.buttons import service as buttons
from app.features.buttons.service import DeckNotFound
from app.features.decks import service
from app.features.decks.schemas import DeckCreate, DeckPublic, DeckUpdate
from app.features.decks.service import DeckInUse
from app.models import Deck, PressKeyHeard, Station
from app.tests.factories import LONG_AGO, Factory

NOW = LONG_AGO + timedelta(days=30)
HOUR = timedelta(hours=1)


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


def update(session: Session, deck: Deck, changes: DeckUpdate) -> DeckPublic:
    return service.update_deck(session, station_id=deck.station_id, deck_id=deck.id, changes=changes, now=NOW)


def hear(session: Session, station_id: UUID, key_id: UUID, *, hours_ago: int) -> None:
    heard_at = NOW - hours_ago * HOUR
    session.add(PressKeyHeard(station_id=station_id, press_key_id=key_id, last_heard_at=heard_at))
    session.flush()


def test_new_deck_has_no_keys_and_was_never_heard(session: Session, station: Station) -> None:
    deck = service.create_deck(session, station_id=station.id, new=DeckCreate(name="Studio A"), now=NOW)
    assert deck.model_dump(exclude={"id"}) == {
        "station_id": station.id,
        "name": "Studio A",
        "test_mode_until": None,
        "is_in_test_mode": False,
        "last_heard_at": None,
        "key_count": 0,
        "created_at": NOW,
    }


def test_deck_counts_its_active_keys_and_was_heard_when_any_of_them_was(
    session: Session, station: Station, make: Factory
) -> None:
    deck, other = make.deck(station=station), make.deck(station=station)
    button = make.button(station=station)
    hear(session, station.id, make.press_key(button=button, deck=deck).id, hours_ago=3)
    make.press_key(button=button, deck=deck)
    hear(session, station.id, make.press_key(button=button, deck=deck, revoked_at=LONG_AGO).id, hours_ago=2)
    hear(session, station.id, make.press_key(button=button, deck=other).id, hours_ago=1)
    hear(session, station.id, make.press_key(button=button).id, hours_ago=0)
    found = service.get_deck(session, station_id=station.id, deck_id=deck.id, now=NOW)
    assert (found.key_count, found.last_heard_at) == (2, NOW - 2 * HOUR)
    listed = service.list_decks(session, station_id=station.id, skip=0, limit=10, now=NOW)
    assert found in listed.data


def test_decks_are_listed_by_name_in_any_case(session: Session, station: Station, make: Factory) -> None:
    for name in ("studio b", "Studio A", "Van"):
        make.deck(station=station, name=name)
    make.deck(station=make.station(), name="Other")
    first = service.list_decks(session, station_id=station.id, skip=0, limit=2, now=NOW)
    rest = service.list_decks(session, station_id=station.id, skip=2, limit=2, now=NOW)
    assert [deck.name for deck in first.data + rest.data] == ["Studio A", "studio b", "Van"]
    assert first.count == rest.count == 3


def test_test_mode_is_told_until_it_ends(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=station, test_mode_until=NOW + HOUR)
    now_and_then = [
        service.get_deck(session, station_id=station.id, deck_id=deck.id, now=now).is_in_test_mode
        for now in (NOW, NOW + HOUR)
    ]
    assert now_and_then == [True, False]


def test_rename_leaves_test_mode_alone(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=station, test_mode_until=NOW + HOUR)
    renamed = update(session, deck, DeckUpdate(name="Studio B"))
    assert (renamed.name, renamed.test_mode_until) == ("Studio B", NOW + HOUR)


def test_test_mode_can_be_ended(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=station, test_mode_until=NOW + HOUR)
    assert update(session, deck, DeckUpdate(test_mode_until=None)).test_mode_until is None


def test_test_mode_of_more_than_a_day_is_refused_for_old_decks_and_new(
    session: Session, station: Station, make: Factory
) -> None:
    too_late = NOW + 25 * HOUR
    with pytest.raises(InvalidInput):
        update(session, make.deck(station=station), DeckUpdate(test_mode_until=too_late))
    new = DeckCreate(name="Studio A", test_mode_until=too_late)
    with pytest.raises(InvalidInput):
        service.create_deck(session, station_id=station.id, new=new, now=NOW)


def test_deck_without_keys_can_be_deleted(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=station)
    service.delete_deck(session, station_id=station.id, deck_id=deck.id)
    with pytest.raises(DeckNotFound):
        service.get_deck(session, station_id=station.id, deck_id=deck.id, now=NOW)


@pytest.mark.parametrize("revoked_at", [None, LONG_AGO])
def test_deck_that_a_key_was_made_for_stays(
    session: Session, station: Station, make: Factory, revoked_at: None
) -> None:
    deck = make.deck(station=station)
    make.press_key(button=make.button(station=station), deck=deck, revoked_at=revoked_at)
    with pytest.raises(DeckInUse):
        service.delete_deck(session, station_id=station.id, deck_id=deck.id)


def test_deck_can_go_once_its_unused_buttons_are_gone(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=station)
    button = make.button(station=station)
    make.press_key(button=button, deck=deck)
    buttons.delete_button(session, station_id=station.id, button_id=button.id)
    service.delete_deck(session, station_id=station.id, deck_id=deck.id)


def test_another_station_s_deck_is_not_found(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=make.station())
    with pytest.raises(DeckNotFound):
        service.get_deck(session, station_id=station.id, deck_id=deck.id, now=NOW)
    with pytest.raises(DeckNotFound):
        service.update_deck(session, station_id=station.id, deck_id=deck.id, changes=DeckUpdate(name="X"), now=NOW)
    with pytest.raises(DeckNotFound):
        service.delete_deck(session, station_id=station.id, deck_id=deck.id)
