"""Two at once: edits, retirements, rotations and removals, against each other and against presses.

These commit, in a database of their own. Where an order matters, the first transaction stays open until the second
one is seen to wait for it.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.core.db import build_engine, transaction
from app.features.buttons import service
from app.features.buttons.schemas import ButtonCreate, ButtonPublic, ButtonUpdate
from app.features.buttons.service import ButtonHasHistory, DeckNotFound, KeyRevoked
from app.features.decks import service as decks
from app.features.decks.service import DeckInUse
from app.models import (
    Button,
    ButtonRetirement,
    ButtonTally,
    ButtonVersion,
    Deck,
    Press,
    PressKey,
    RollupQuarter,
    Station,
)
from app.tests.conftest import settings_for
from app.tests.factories import LONG_AGO, Factory

URL = "http://tracker.test"
USER_ID = uuid4()
NOW = LONG_AGO + timedelta(days=30)
WAIT_S = 10.0


@pytest.fixture(scope="module")
def committing(new_database: Callable[[str], str]) -> Iterator[Engine]:
    engine = build_engine(settings_for(new_database("tracker_buttons_together")))
    yield engine
    engine.dispose()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=8) as pool:
        yield pool


@pytest.fixture
def station(committing: Engine) -> Station:
    with transaction(committing) as session:
        return Factory(session).station()


@pytest.fixture
def button(committing: Engine, station: Station) -> ButtonPublic:
    with transaction(committing) as session:
        new = ButtonCreate(title="Buckle up", type="psa")
        return service.create_button(session, station=station, new=new, user_id=USER_ID, now=NOW, public_url=URL)


@pytest.fixture
def deck(committing: Engine, station: Station) -> Deck:
    with transaction(committing) as session:
        return Factory(session).deck(station=station)


type Work[Result] = Callable[[Session], Result]


def begin[Result](committing: Engine, pool: ThreadPoolExecutor, work: Work[Result]) -> Future[Result]:
    """Start work in a transaction of its own, and return once it waits for a lock."""

    def run() -> Result:
        with transaction(committing) as session:
            return work(session)

    future = pool.submit(run)
    deadline = time.monotonic() + WAIT_S
    while not _is_somebody_waiting(committing):
        assert not future.done(), f"did not wait: {future}"
        assert time.monotonic() < deadline, "neither waited nor ended"
        time.sleep(0.01)
    return future


def _is_somebody_waiting(committing: Engine) -> bool:
    query = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    with committing.connect() as connection:
        return bool(connection.execute(query).scalar_one())


def edit(station: Station, button_id: UUID, **changes: Any) -> Work[ButtonPublic]:
    return lambda session: service.update_button(
        session,
        station=station,
        button_id=button_id,
        changes=ButtonUpdate(**changes),
        user_id=USER_ID,
        now=NOW,
        public_url=URL,
    )


def retire(station: Station, button_id: UUID) -> Work[ButtonPublic]:
    return lambda session: service.set_retired(
        session, station=station, button_id=button_id, retire=True, user_id=USER_ID, now=NOW, public_url=URL
    )


def rotate(button: ButtonPublic, key_id: UUID | None = None) -> Work[UUID]:
    return lambda session: (
        service.rotate_press_key(
            session,
            station_id=button.station_id,
            button_id=button.id,
            key_id=key_id,
            user_id=USER_ID,
            now=NOW,
            public_url=URL,
        ).id
    )


def make_key(button: ButtonPublic, deck: Deck) -> Work[UUID]:
    return lambda session: (
        service.create_press_key(
            session,
            station_id=button.station_id,
            button_id=button.id,
            deck_id=deck.id,
            user_id=USER_ID,
            now=NOW,
            public_url=URL,
        ).id
    )


def delete(button: ButtonPublic) -> Work[None]:
    return lambda session: service.delete_button(session, station_id=button.station_id, button_id=button.id)


def delete_deck(deck: Deck) -> Work[None]:
    return lambda session: decks.delete_deck(session, station_id=deck.station_id, deck_id=deck.id)


def press(button: ButtonPublic) -> Work[Press]:
    def record(session: Session) -> Press:
        return Factory(session).press(button=session.get_one(Button, (button.station_id, button.id)))

    return record


def add_to_tally(session: Session, button: ButtonPublic) -> None:
    session.get_one(ButtonTally, (button.station_id, button.id)).press_count += 1
    session.flush()


def versions(committing: Engine, button: ButtonPublic) -> list[tuple[int, str]]:
    with transaction(committing) as session:
        said = select(ButtonVersion.number, ButtonVersion.title).where(ButtonVersion.button_id == button.id)
        return list(session.exec(said.order_by(col(ButtonVersion.number))))


def active_keys(committing: Engine, button: ButtonPublic) -> set[UUID]:
    with transaction(committing) as session:
        keys = select(PressKey.id).where(PressKey.button_id == button.id).where(col(PressKey.revoked_at).is_(None))
        return set(session.exec(keys))


def test_the_second_of_two_edits_makes_the_next_version(
    committing: Engine, pool: ThreadPoolExecutor, station: Station, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        assert edit(station, button.id, title="First")(session).version == 2
        second = begin(committing, pool, edit(station, button.id, title="Second"))
    assert second.result(WAIT_S).version == 3
    assert versions(committing, button) == [(1, "Buckle up"), (2, "First"), (3, "Second")]


def test_an_edit_that_waited_changes_what_it_names_and_nothing_else(
    committing: Engine, pool: ThreadPoolExecutor, station: Station, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        edit(station, button.id, title="First", color="#ff0000")(session)
        second = begin(committing, pool, edit(station, button.id, source="NHTSA"))
    after = second.result(WAIT_S)
    assert (after.title, after.color, after.source) == ("First", "#ff0000", "NHTSA")


def test_many_edits_at_once_are_numbered_without_gaps(
    committing: Engine, pool: ThreadPoolExecutor, station: Station, button: ButtonPublic
) -> None:
    def run(number: int) -> int:
        with transaction(committing) as session:
            return edit(station, button.id, title=f"Edit {number}")(session).version

    assert sorted(pool.map(run, range(16))) == list(range(2, 18))
    assert [number for number, _ in versions(committing, button)] == list(range(1, 18))


def test_two_retirements_at_once_are_one(
    committing: Engine, pool: ThreadPoolExecutor, station: Station, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        retire(station, button.id)(session)
        second = begin(committing, pool, retire(station, button.id))
    assert second.result(WAIT_S).retired_at == NOW
    with transaction(committing) as session:
        spans = session.exec(select(ButtonRetirement).where(ButtonRetirement.button_id == button.id)).all()
    assert len(spans) == 1


def test_two_rotations_at_once_leave_one_active_key(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        first = rotate(button)(session)
        second = begin(committing, pool, rotate(button))
    last = second.result(WAIT_S)
    assert last != first
    assert active_keys(committing, button) == {last}


def test_a_key_that_was_rotated_meanwhile_is_not_rotated_again(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic
) -> None:
    (key_id,) = active_keys(committing, button)
    with transaction(committing) as session:
        successor = rotate(button, key_id)(session)
        second = begin(committing, pool, rotate(button, key_id))
    with pytest.raises(KeyRevoked):
        second.result(WAIT_S)
    assert active_keys(committing, button) == {successor}


def test_a_revocation_waits_for_a_rotation_and_leaves_its_time_alone(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic
) -> None:
    (key_id,) = active_keys(committing, button)

    def revoke(session: Session) -> None:
        later = NOW + timedelta(minutes=1)
        service.revoke_press_key(session, station_id=button.station_id, key_id=key_id, user_id=USER_ID, now=later)

    with transaction(committing) as session:
        rotate(button, key_id)(session)
        second = begin(committing, pool, revoke)
    second.result(WAIT_S)
    with transaction(committing) as session:
        assert session.get_one(PressKey, key_id).revoked_at == NOW


def test_a_button_that_was_never_pressed_is_gone_after_the_commit(committing: Engine, button: ButtonPublic) -> None:
    with transaction(committing) as session:
        delete(button)(session)
    with transaction(committing) as session:
        assert session.get(Button, (button.station_id, button.id)) is None


def test_a_removal_waits_for_a_press_under_way_and_is_then_refused(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        press(button)(session)
        removal = begin(committing, pool, delete(button))
    with pytest.raises(ButtonHasHistory):
        removal.result(WAIT_S)
    assert versions(committing, button) == [(1, "Buckle up")]


def test_a_removal_that_meets_a_press_between_its_tally_and_its_version_lets_it_pass(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        add_to_tally(session, button)
        removal = begin(committing, pool, delete(button))
        press(button)(session)
    with pytest.raises(ButtonHasHistory):
        removal.result(WAIT_S)


def test_a_press_that_meets_a_removal_waits_and_is_refused_by_the_database(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        delete(button)(session)
        late = begin(committing, pool, press(button))
    with pytest.raises(IntegrityError, match="fk_press_button_version"):
        late.result(WAIT_S)


def test_an_open_edit_does_not_hold_up_presses(committing: Engine, station: Station, button: ButtonPublic) -> None:
    with transaction(committing) as editing, transaction(committing) as pressing:
        edit(station, button.id, title="First", color="#ff0000")(editing)
        retire(station, button.id)(editing)
        editing.flush()
        pressing.connection().execute(text("SET LOCAL lock_timeout = '1s'"))
        press(button)(pressing)
        add_to_tally(pressing, button)
        pressing.add(RollupQuarter(station_id=station.id, button_id=button.id, quarter_start=LONG_AGO, press_count=1))
        pressing.flush()


def test_no_key_is_made_for_a_deck_that_is_being_deleted(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic, deck: Deck
) -> None:
    with transaction(committing) as session:
        delete_deck(deck)(session)
        late = begin(committing, pool, make_key(button, deck))
    with pytest.raises(DeckNotFound):
        late.result(WAIT_S)


def test_a_deck_that_a_key_is_being_made_for_stays(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic, deck: Deck
) -> None:
    with transaction(committing) as session:
        make_key(button, deck)(session)
        session.flush()
        removal = begin(committing, pool, delete_deck(deck))
    with pytest.raises(DeckInUse):
        removal.result(WAIT_S)


def test_a_button_that_is_being_deleted_gets_no_key(
    committing: Engine, pool: ThreadPoolExecutor, button: ButtonPublic
) -> None:
    with transaction(committing) as session:
        delete(button)(session)
        late = begin(committing, pool, rotate(button))
    with pytest.raises(service.ButtonNotFound):
        late.result(WAIT_S)
    assert active_keys(committing, button) == set()
