"""Use cases of decks."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from app.core.errors import InvalidInput
from app.features.buttons import service as buttons
from app.features.buttons.service import DeckNotFound
from app.features.decks import service
from app.features.decks.schemas import DeckCreate, DeckPublic, DeckUpdate
from app.features.decks.service import DeckInUse, Listening
from app.features.presses import rollup
from app.models import Deck, PressKey, PressKeyHeard, RollupDeckQuarter, Station
from app.tests.factories import LONG_AGO, Factory

NOW = LONG_AGO + timedelta(days=30)
HOUR = timedelta(hours=1)
# No deck has a rhythm yet.
UNHEARD = Listening(ZoneInfo("UTC"), {}, frozenset())


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


def update(session: Session, deck: Deck, changes: DeckUpdate) -> DeckPublic:
    return service.update_deck(
        session, station_id=deck.station_id, deck_id=deck.id, changes=changes, listening=UNHEARD, now=NOW
    )


def hear(session: Session, station_id: UUID, key_id: UUID, *, hours_ago: int) -> None:
    heard_at = NOW - hours_ago * HOUR
    session.add(PressKeyHeard(station_id=station_id, press_key_id=key_id, last_heard_at=heard_at))
    session.flush()


def test_new_deck_has_no_keys_and_was_never_heard(session: Session, station: Station) -> None:
    deck = service.create_deck(
        session, station_id=station.id, new=DeckCreate(name="Studio A"), listening=UNHEARD, now=NOW
    )
    assert deck.model_dump(exclude={"id"}) == {
        "station_id": station.id,
        "name": "Studio A",
        "test_mode_until": None,
        "is_in_test_mode": False,
        "last_heard_at": None,
        "usual_hours": [[], [], [], [], [], [], []],
        "is_quiet": False,
        "silent_usual_hours": 0,
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
    found = service.get_deck(session, station_id=station.id, deck_id=deck.id, listening=UNHEARD, now=NOW)
    assert (found.key_count, found.last_heard_at) == (2, NOW - 2 * HOUR)
    listed = service.list_decks(session, station_id=station.id, skip=0, limit=10, listening=UNHEARD, now=NOW)
    assert found in listed.data


def test_decks_are_listed_by_name_in_any_case(session: Session, station: Station, make: Factory) -> None:
    for name in ("studio b", "Studio A", "Van"):
        make.deck(station=station, name=name)
    make.deck(station=make.station(), name="Other")
    first = service.list_decks(session, station_id=station.id, skip=0, limit=2, listening=UNHEARD, now=NOW)
    rest = service.list_decks(session, station_id=station.id, skip=2, limit=2, listening=UNHEARD, now=NOW)
    assert [deck.name for deck in first.data + rest.data] == ["Studio A", "studio b", "Van"]
    assert first.count == rest.count == 3


def test_test_mode_is_told_until_it_ends(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=station, test_mode_until=NOW + HOUR)
    now_and_then = [
        service.get_deck(session, station_id=station.id, deck_id=deck.id, listening=UNHEARD, now=now).is_in_test_mode
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
        service.create_deck(session, station_id=station.id, new=new, listening=UNHEARD, now=NOW)


def test_deck_without_keys_can_be_deleted(session: Session, station: Station, make: Factory) -> None:
    deck = make.deck(station=station)
    service.delete_deck(session, station_id=station.id, deck_id=deck.id)
    with pytest.raises(DeckNotFound):
        service.get_deck(session, station_id=station.id, deck_id=deck.id, listening=UNHEARD, now=NOW)


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
        service.get_deck(session, station_id=station.id, deck_id=deck.id, listening=UNHEARD, now=NOW)
    with pytest.raises(DeckNotFound):
        service.update_deck(
            session, station_id=station.id, deck_id=deck.id, changes=DeckUpdate(name="X"), listening=UNHEARD, now=NOW
        )
    with pytest.raises(DeckNotFound):
        service.delete_deck(session, station_id=station.id, deck_id=deck.id)


# --- Whether a deck is quiet ---------------------------------------------------------------------------------------------


@pytest.fixture
def weekly_key(session: Session, make: Factory) -> PressKey:
    """Of a deck in New York that was heard on four Mondays from 9 to 12, the last of them the 9th of March."""
    station = make.station(zone="America/New_York")
    button = make.button(station=station)
    key = make.press_key(button=button, deck=make.deck(station=station))
    zone = ZoneInfo(station.zone)
    for week in range(4):
        for hour in (9, 10, 11):
            local = datetime(2026, 2, 16, hour, 20, tzinfo=zone) + week * timedelta(weeks=1)
            make.press(button=button, press_key=key, pressed_at=local.astimezone(UTC))
    last = datetime(2026, 3, 9, 11, 20, tzinfo=zone).astimezone(UTC)
    session.add(PressKeyHeard(station_id=station.id, press_key_id=key.id, last_heard_at=last))
    rollup.rebuild(session, station_id=station.id)
    return key


def look(
    session: Session, key: PressKey, *, day: int, hour: int, gaps: Sequence[tuple[datetime, datetime]] = ()
) -> DeckPublic:
    """The deck as it is seen in March, at a time of New York."""
    station = session.get_one(Station, key.station_id)
    now = datetime(2026, 3, day, hour, tzinfo=ZoneInfo(station.zone)).astimezone(UTC)
    listening = service.listen(session, station=station, gaps=gaps, now=now)
    assert key.deck_id is not None
    return service.get_deck(session, station_id=station.id, deck_id=key.deck_id, listening=listening, now=now)


def test_a_deck_that_misses_its_hours_is_quiet(session: Session, weekly_key: PressKey) -> None:
    in_between = look(session, weekly_key, day=15, hour=23)
    assert in_between.usual_hours == [[9, 10, 11], [], [], [], [], [], []]
    assert (in_between.silent_usual_hours, in_between.is_quiet) == (0, False)

    assert [look(session, weekly_key, day=16, hour=hour).is_quiet for hour in (9, 10, 11, 12)] == [
        False,
        False,
        True,
        True,
    ]
    assert look(session, weekly_key, day=16, hour=11).silent_usual_hours == 2


def test_hours_in_which_no_server_was_running_tell_nothing(session: Session, weekly_key: PressKey) -> None:
    hour = timedelta(hours=1)
    nine = datetime(2026, 3, 16, 9, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)

    found = look(session, weekly_key, day=16, hour=12, gaps=[(nine + hour / 2, nine + 1.5 * hour)])

    assert (found.silent_usual_hours, found.is_quiet) == (1, False)


def test_a_press_that_was_made_void_was_not_heard(session: Session, make: Factory, weekly_key: PressKey) -> None:
    assert weekly_key.deck_id is not None
    eight = datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    for week in range(4):
        quarter_start = eight - week * timedelta(weeks=1)
        owner = {"station_id": weekly_key.station_id, "deck_id": weekly_key.deck_id}
        session.add(RollupDeckQuarter(**owner, quarter_start=quarter_start, press_count=0))
    session.flush()

    assert look(session, weekly_key, day=16, hour=9).usual_hours[0] == [9, 10, 11]


def test_a_deck_without_keys_or_in_test_mode_is_not_quiet(session: Session, weekly_key: PressKey) -> None:
    deck = session.get_one(Deck, (weekly_key.station_id, weekly_key.deck_id))
    deck.test_mode_until = datetime(2026, 3, 16, 20, tzinfo=UTC)
    session.flush()
    assert not look(session, weekly_key, day=16, hour=12).is_quiet

    deck.test_mode_until = None
    weekly_key.revoked_at = LONG_AGO
    session.flush()
    found = look(session, weekly_key, day=16, hour=12)
    assert (found.silent_usual_hours, found.is_quiet) == (3, False)


def test_a_deck_that_nobody_uses_any_more_is_not_quiet_for_ever(session: Session, weekly_key: PressKey) -> None:
    assert look(session, weekly_key, day=31, hour=20).is_quiet
    station = session.get_one(Station, weekly_key.station_id)
    now = datetime(2026, 4, 7, tzinfo=UTC)
    listening = service.listen(session, station=station, gaps=[], now=now)
    assert weekly_key.deck_id is not None
    found = service.get_deck(session, station_id=station.id, deck_id=weekly_key.deck_id, listening=listening, now=now)
    assert not found.is_quiet
