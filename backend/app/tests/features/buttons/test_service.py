"""Use cases of buttons, within one transaction; what happens between two stands in test_concurrency."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from app.core.errors import InvalidInput
from app.features.buttons import service
from app.features.buttons.schemas import ButtonCreate, ButtonListing, ButtonPublic, ButtonUpdate
from app.features.buttons.service import ButtonHasHistory, ButtonNotFound, DeckNotFound, KeyNotFound, KeyRevoked
from app.models import (
    Button,
    ButtonRetirement,
    ButtonTally,
    ButtonVersion,
    PressKey,
    PressKeyHeard,
    PressStatus,
    RollupDay,
    RollupHour,
    RollupQuarter,
    Station,
)
from app.tests.factories import LONG_AGO, Factory

URL = "http://tracker.test"
USER_ID = uuid4()
NOW = LONG_AGO + timedelta(days=30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


def create(session: Session, station: Station, *, now: datetime = NOW, **fields: Any) -> ButtonPublic:
    new = ButtonCreate(**({"title": "Buckle up", "type": "psa"} | fields))
    return service.create_button(session, station=station, new=new, user_id=USER_ID, now=now, public_url=URL)


def update(
    session: Session, station: Station, button_id: UUID, changes: dict[str, Any], *, now: datetime = NOW + MINUTE
) -> ButtonPublic:
    return service.update_button(
        session,
        station=station,
        button_id=button_id,
        changes=ButtonUpdate(**changes),
        user_id=USER_ID,
        now=now,
        public_url=URL,
    )


def retire(
    session: Session, station: Station, button_id: UUID, *, retire: bool = True, now: datetime = NOW
) -> ButtonPublic:
    return service.set_retired(
        session, station=station, button_id=button_id, retire=retire, user_id=USER_ID, now=now, public_url=URL
    )


def rotate(session: Session, button: Button, *, key_id: UUID | None = None) -> UUID:
    new = service.rotate_press_key(
        session,
        station_id=button.station_id,
        button_id=button.id,
        key_id=key_id,
        user_id=USER_ID,
        now=NOW,
        public_url=URL,
    )
    return new.id


def shown_url(session: Session, station: Station, button: Button) -> str | None:
    return service.get_button(session, station=station, button_id=button.id, public_url=URL).press_url


def test_new_button_has_a_version_an_empty_tally_and_a_press_key_without_a_deck(
    session: Session, station: Station
) -> None:
    button = create(session, station)
    tally = session.get_one(ButtonTally, (station.id, button.id))
    version = session.get_one(ButtonVersion, (station.id, button.id, 1))
    key = session.exec(select(PressKey).where(PressKey.button_id == button.id)).one()
    assert (tally.press_count, tally.last_pressed_at) == (0, None)
    assert (version.title, version.created_at, version.created_by) == ("Buckle up", NOW, USER_ID)
    assert (key.deck_id, key.created_by) == (None, USER_ID)
    assert button.press_url == f"{URL}/p/{key.key}"


def test_new_button_follows_the_dedup_window_of_its_station(session: Session, station: Station) -> None:
    follower = create(session, station)
    own = create(session, station, dedup_window_ms=0)
    assert (follower.dedup_window_ms, follower.dedup_window_is_default) == (2000, True)
    assert (own.dedup_window_ms, own.dedup_window_is_default) == (0, False)


def test_rename_makes_version_2_and_version_1_stays(session: Session, station: Station) -> None:
    button = create(session, station, duration=30)
    renamed = update(session, station, button.id, {"title": "Buckle up!"})
    first, second = session.exec(select(ButtonVersion).order_by(col(ButtonVersion.number))).all()
    assert (renamed.version, renamed.title, renamed.updated_at) == (2, "Buckle up!", NOW + MINUTE)
    assert (first.title, first.created_at) == ("Buckle up", NOW)
    assert (second.number, second.title, second.type, second.duration) == (2, "Buckle up!", "psa", 30)


@pytest.mark.parametrize(
    "changes",
    [{"title": "New"}, {"type": "promo"}, {"description": "New"}, {"duration": 15.5}, {"source": "NHTSA"}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_change_of_what_a_button_says_makes_a_version(
    session: Session, station: Station, changes: dict[str, Any]
) -> None:
    button = create(session, station)
    assert update(session, station, button.id, changes).version == 2


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "Buckle up", "type": "psa", "description": "Text", "duration": 30, "source": None},
        {"tags": ["new"]},
        {"color": "#00ff00"},
        {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 2, 1)},
        {"dedup_window_ms": 500},
    ],
)
def test_an_edit_that_says_nothing_new_makes_no_version(
    session: Session, station: Station, changes: dict[str, Any]
) -> None:
    button = create(session, station, description="Text", duration=30)
    edited = update(session, station, button.id, changes)
    assert (edited.version, edited.updated_at) == (1, NOW)


def test_an_edit_leaves_out_what_it_does_not_name(session: Session, station: Station) -> None:
    said: dict[str, Any] = {"description": "Text", "duration": 30, "tags": ["a"], "color": "#ff0000"}
    button = create(session, station, **said, starts_on=date(2026, 1, 1), dedup_window_ms=5)
    edited = update(session, station, button.id, {"title": "New"})
    unchanged = {"version", "title", "updated_at"}
    assert edited.model_dump(exclude=unchanged) == button.model_dump(exclude=unchanged)


def test_an_edit_can_empty_every_nullable_field(session: Session, station: Station) -> None:
    said: dict[str, Any] = {"description": "Text", "duration": 30, "source": "NHTSA", "color": "#ff0000"}
    button = create(session, station, **said, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2), dedup_window_ms=5)
    nulls = dict.fromkeys([*said, "starts_on", "ends_on", "dedup_window_ms"])
    edited = update(session, station, button.id, nulls)
    assert edited.model_dump(include=set(said) | {"starts_on", "ends_on"}) == dict.fromkeys(
        [*said, "starts_on", "ends_on"]
    )
    assert edited.dedup_window_is_default


def test_a_version_made_with_a_clock_set_back_does_not_begin_before_the_last(
    session: Session, station: Station
) -> None:
    button = create(session, station)
    assert update(session, station, button.id, {"title": "New"}, now=NOW - MINUTE).updated_at == NOW


@pytest.mark.parametrize("changes", [{"starts_on": date(2026, 3, 1)}, {"ends_on": date(2025, 12, 31)}])
def test_one_end_of_a_life_is_held_against_the_other_that_is_stored(
    session: Session, station: Station, changes: dict[str, Any]
) -> None:
    button = create(session, station, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    with pytest.raises(InvalidInput):
        update(session, station, button.id, changes)


def test_both_ends_of_a_life_can_move_past_each_other_together(session: Session, station: Station) -> None:
    button = create(session, station, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    moved = update(session, station, button.id, {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 2, 1)})
    assert (moved.starts_on, moved.ends_on) == (date(2027, 1, 1), date(2027, 2, 1))


def test_duplicate_says_the_same_without_history_and_keys(session: Session, station: Station, make: Factory) -> None:
    original = create(
        session,
        station,
        description="Text",
        duration=30,
        source="NHTSA",
        tags=["a", "b"],
        color="#ff0000",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 2, 1),
        dedup_window_ms=0,
    )
    update(session, station, original.id, {"title": "Belt up"})
    original = retire(session, station, original.id)
    session.get_one(ButtonTally, (station.id, original.id)).press_count = 7
    copy = service.duplicate_button(
        session, station=station, button_id=original.id, title=None, user_id=USER_ID, now=NOW + MINUTE, public_url=URL
    )
    kept = {"type", "description", "duration", "source", "tags", "color", "starts_on", "ends_on", "dedup_window_ms"}
    assert copy.model_dump(include=kept) == original.model_dump(include=kept)
    assert (copy.title, copy.version, copy.usage_count, copy.retired_at) == ("Belt up (copy)", 1, 0, None)
    assert (copy.created_at, copy.updated_at) == (NOW + MINUTE, NOW + MINUTE)
    assert copy.press_url not in (None, original.press_url)
    assert copy.id != original.id


def test_duplicate_can_be_called_something_else(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    copy = service.duplicate_button(
        session, station=station, button_id=button.id, title="Click it", user_id=USER_ID, now=NOW, public_url=URL
    )
    assert copy.title == "Click it"


def test_to_retire_twice_is_to_retire_once(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    first = retire(session, station, button.id, now=NOW)
    second = retire(session, station, button.id, now=NOW + MINUTE)
    spans = session.exec(select(ButtonRetirement)).all()
    assert first.retired_at == second.retired_at == NOW
    assert [(span.retired_at, span.retired_by, span.unretired_at) for span in spans] == [(NOW, USER_ID, None)]


def test_to_take_back_what_is_in_use_changes_nothing(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    assert retire(session, station, button.id, retire=False).retired_at is None
    assert session.exec(select(ButtonRetirement)).all() == []


def test_each_retirement_is_kept(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    retire(session, station, button.id, now=NOW)
    retire(session, station, button.id, retire=False, now=NOW + MINUTE)
    retire(session, station, button.id, now=NOW + 2 * MINUTE)
    found = service.list_retirements(session, station_id=station.id, button_id=button.id, skip=0, limit=10)
    assert [(span.retired_at, span.unretired_at, span.unretired_by) for span in found.data] == [
        (NOW + 2 * MINUTE, None, None),
        (NOW, NOW + MINUTE, USER_ID),
    ]
    assert found.count == 2


def test_retirements_keep_their_order_when_the_clock_stands_still_or_is_set_back(
    session: Session, station: Station, make: Factory
) -> None:
    button = make.button(station=station)
    retire(session, station, button.id, now=NOW)
    retire(session, station, button.id, retire=False, now=NOW - MINUTE)
    retire(session, station, button.id, now=NOW)
    found = service.list_retirements(session, station_id=station.id, button_id=button.id, skip=0, limit=10).data
    later, earlier = found
    assert earlier.unretired_at == NOW
    assert later.retired_at > NOW


def test_press_url_shows_the_newest_active_key_without_a_deck(
    session: Session, station: Station, make: Factory
) -> None:
    button = make.button(station=station)
    deck = make.deck(station=station)
    assert shown_url(session, station, button) is None
    of_deck = make.press_key(button=button, deck=deck)
    assert shown_url(session, station, button) == f"{URL}/p/{of_deck.key}"
    older = make.press_key(button=button)
    newer = make.press_key(button=button)
    newer.created_at = LONG_AGO + MINUTE
    of_deck.created_at = LONG_AGO + 2 * MINUTE
    assert shown_url(session, station, button) == f"{URL}/p/{newer.key}"
    newer.revoked_at = NOW
    assert shown_url(session, station, button) == f"{URL}/p/{older.key}"
    older.revoked_at = NOW
    assert shown_url(session, station, button) == f"{URL}/p/{of_deck.key}"


def test_rotation_replaces_the_key_that_the_press_url_shows(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    old = make.press_key(button=button)
    of_deck = make.press_key(button=button, deck=make.deck(station=station))
    new = session.get_one(PressKey, rotate(session, button))
    assert (old.revoked_at, old.revoked_by) == (NOW, USER_ID)
    assert of_deck.revoked_at is None
    assert (new.button_id, new.deck_id) == (button.id, None)
    assert shown_url(session, station, button) == f"{URL}/p/{new.key}"


def test_successor_of_a_deck_s_key_is_for_the_same_deck(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    plain = make.press_key(button=button)
    old = make.press_key(button=button, deck=make.deck(station=station))
    new = session.get_one(PressKey, rotate(session, button, key_id=old.id))
    assert (old.revoked_at, plain.revoked_at) == (NOW, None)
    assert new.deck_id == old.deck_id
    assert new.key != old.key


def test_rotation_of_a_button_without_an_active_key_gives_it_one(
    session: Session, station: Station, make: Factory
) -> None:
    button = make.button(station=station)
    make.press_key(button=button, revoked_at=LONG_AGO)
    new = session.get_one(PressKey, rotate(session, button))
    assert shown_url(session, station, button) == f"{URL}/p/{new.key}"


def test_a_revoked_key_has_no_successor(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    old = make.press_key(button=button, revoked_at=LONG_AGO)
    with pytest.raises(KeyRevoked):
        rotate(session, button, key_id=old.id)


def test_rotation_refuses_the_key_of_another_button(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    foreign = make.press_key(button=make.button(station=station))
    with pytest.raises(KeyNotFound):
        rotate(session, button, key_id=foreign.id)
    assert foreign.revoked_at is None


def test_revoked_key_keeps_its_row_and_the_first_time(session: Session, station: Station, make: Factory) -> None:
    key = make.press_key(button=make.button(station=station))
    for now in (NOW, NOW + MINUTE):
        service.revoke_press_key(session, station_id=station.id, key_id=key.id, user_id=USER_ID, now=now)
    assert (key.revoked_at, key.revoked_by) == (NOW, USER_ID)


def test_a_key_is_not_made_for_another_station_s_deck(session: Session, station: Station, make: Factory) -> None:
    button = make.button(station=station)
    deck = make.deck(station=make.station())
    with pytest.raises(DeckNotFound):
        service.create_press_key(
            session,
            station_id=station.id,
            button_id=button.id,
            deck_id=deck.id,
            user_id=USER_ID,
            now=NOW,
            public_url=URL,
        )


def test_a_button_that_was_never_pressed_goes_with_everything_that_stands_for_it(
    session: Session, station: Station, make: Factory
) -> None:
    button = create(session, station)
    other = create(session, station)
    update(session, station, button.id, {"title": "New"})
    for button_id in (button.id, other.id):
        retire(session, station, button_id)
        key = session.exec(select(PressKey).where(PressKey.button_id == button_id)).one()
        session.add(PressKeyHeard(station_id=station.id, press_key_id=key.id, last_heard_at=NOW))
        session.add(RollupQuarter(station_id=station.id, button_id=button_id, quarter_start=NOW, press_count=0))
        session.add(RollupHour(station_id=station.id, button_id=button_id, hour_start=NOW, press_count=0))
        session.add(RollupDay(station_id=station.id, button_id=button_id, day=NOW.date(), press_count=0))
    session.flush()
    service.delete_button(session, station_id=station.id, button_id=button.id)
    for table in (ButtonVersion, ButtonTally, ButtonRetirement, PressKey, RollupQuarter, RollupHour, RollupDay):
        left = session.exec(select(col(table.button_id)).distinct()).all()
        assert left == [other.id], table
    assert len(session.exec(select(PressKeyHeard)).all()) == 1
    with pytest.raises(ButtonNotFound):
        service.get_button(session, station=station, button_id=button.id, public_url=URL)


@pytest.mark.parametrize("status", [status for status in PressStatus if status is not PressStatus.VOID])
def test_a_button_with_any_press_stays(session: Session, station: Station, make: Factory, status: PressStatus) -> None:
    button = make.button(station=station)
    make.press(button=button, status=status)
    with pytest.raises(ButtonHasHistory, match="Retire it"):
        service.delete_button(session, station_id=station.id, button_id=button.id)


def test_a_list_costs_the_same_number_of_queries_however_long_it_is(
    session: Session, station: Station, make: Factory
) -> None:
    for number in range(30):
        make.press_key(button=make.button(station=station, title=f"Button {number}"))
    session.expire_all()
    # What is counted is the list; the station was loaded by whoever asks.
    session.refresh(station)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(session.connection(), "before_cursor_execute", note)
    page = service.list_buttons(session, station=station, listing=ButtonListing(), skip=0, limit=25, public_url=URL)
    event.remove(session.connection(), "before_cursor_execute", note)
    assert (len(page.data), page.count) == (25, 30)
    assert len(statements) == 2
