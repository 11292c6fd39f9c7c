from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from app.features.presses import corrections, rollup
from app.features.presses.corrections import CorrectionDoesNotFit, PressNotFound
from app.features.presses.schemas import PressPublic
from app.models import (
    Button,
    ButtonTally,
    Correction,
    CorrectionKind,
    Press,
    PressStatus,
    RollupDay,
    RollupQuarter,
    StationHead,
    User,
)
from app.tests.factories import LONG_AGO, Factory

VOID, RESTORE, NOTE = CorrectionKind.VOID, CorrectionKind.RESTORE, CorrectionKind.NOTE
NOW = LONG_AGO + timedelta(days=1)


@pytest.fixture
def user(make: Factory) -> User:
    return make.user(email="kim@station.test")


@pytest.fixture
def button(make: Factory) -> Button:
    return make.button(station=make.station(zone="America/New_York"))


def press(make: Factory, button: Button, **fields: Any) -> Press:
    """A press with the counts that it brings."""
    made = make.press(button=button, **fields)
    rollup.rebuild(make.session, station_id=button.station_id)
    return made


def correct(session: Session, press: Press, kind: CorrectionKind, user: User, *, words: str = "Why") -> PressPublic:
    return corrections.correct(
        session, station_id=press.station_id, press_id=press.id, kind=kind, words=words, user_id=user.id, now=NOW
    )


def press_count(session: Session, button: Button) -> int:
    return session.get_one(ButtonTally, (button.station_id, button.id), populate_existing=True).press_count


def last_pressed_at(session: Session, button: Button) -> datetime | None:
    return session.get_one(ButtonTally, (button.station_id, button.id), populate_existing=True).last_pressed_at


def test_voiding_takes_a_press_out_of_every_count(session: Session, make: Factory, button: Button, user: User) -> None:
    press(make, button, pressed_at=LONG_AGO)
    wrong = press(make, button, pressed_at=datetime(2026, 5, 1, 3, 59, tzinfo=UTC))

    row = correct(session, wrong, VOID, user)

    assert (row.status, row.recorded_status) == (PressStatus.VOID, PressStatus.COUNTED)
    assert press_count(session, button) == 1
    assert rollup.differences(session, station_id=button.station_id) == []
    quarters = session.exec(select(RollupQuarter.press_count).order_by(col(RollupQuarter.quarter_start))).all()
    days = session.exec(select(RollupDay).order_by(col(RollupDay.day))).all()
    assert quarters == [1, 0]
    assert [(row.day.isoformat(), row.press_count) for row in days] == [("2025-12-31", 1), ("2026-04-30", 0)]


def test_restoring_counts_a_void_press_again(session: Session, make: Factory, button: Button, user: User) -> None:
    made = press(make, button)
    correct(session, made, VOID, user)

    row = correct(session, made, RESTORE, user)

    assert row.status is PressStatus.COUNTED
    assert press_count(session, button) == 1
    assert rollup.differences(session, station_id=button.station_id) == []


def test_restoring_counts_a_suppressed_press(session: Session, make: Factory, button: Button, user: User) -> None:
    made = press(make, button, status=PressStatus.SUPPRESSED)

    row = correct(session, made, RESTORE, user)

    assert (row.status, row.recorded_status) == (PressStatus.COUNTED, PressStatus.SUPPRESSED)
    assert press_count(session, button) == 1
    assert rollup.differences(session, station_id=button.station_id) == []


@pytest.mark.parametrize("status", [status for status in PressStatus if status is not PressStatus.VOID])
def test_a_note_changes_nothing_but_what_is_said(
    session: Session, make: Factory, button: Button, user: User, status: PressStatus
) -> None:
    made = press(make, button, status=status)
    before = press_count(session, button)

    row = correct(session, made, NOTE, user, words="Aired late")

    assert (row.status, [each.text for each in row.corrections]) == (status, ["Aired late"])
    assert press_count(session, button) == before


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (PressStatus.SUPPRESSED, VOID, "Only a counted press can be made void; this one is suppressed."),
        (PressStatus.RETIRED, VOID, "Only a counted press can be made void; this one is retired."),
        (PressStatus.TEST, VOID, "Only a counted press can be made void; this one is test."),
        (PressStatus.IGNORED, VOID, "Only a counted press can be made void; this one is ignored."),
        (PressStatus.COUNTED, RESTORE, "Only a suppressed or void press can be restored; this one is counted."),
        (PressStatus.RETIRED, RESTORE, "Only a suppressed or void press can be restored; this one is retired."),
        (PressStatus.TEST, RESTORE, "Only a suppressed or void press can be restored; this one is test."),
        (PressStatus.IGNORED, RESTORE, "Only a suppressed or void press can be restored; this one is ignored."),
    ],
)
def test_a_correction_that_does_not_fit_says_why_and_leaves_no_trace(
    session: Session,
    make: Factory,
    button: Button,
    user: User,
    status: PressStatus,
    kind: CorrectionKind,
    sentence: str,
) -> None:
    made = press(make, button, status=status)

    with pytest.raises(CorrectionDoesNotFit, match=sentence):
        correct(session, made, kind, user)

    assert session.exec(select(Correction).where(Correction.station_id == button.station_id)).all() == []
    assert session.get_one(StationHead, button.station_id).last_seq == 1


def test_a_press_is_voided_once(session: Session, make: Factory, button: Button, user: User) -> None:
    made = press(make, button)
    correct(session, made, VOID, user)

    with pytest.raises(CorrectionDoesNotFit, match="this one is void"):
        correct(session, made, VOID, user)

    assert press_count(session, button) == 0


def test_corrections_take_their_place_in_the_record(
    session: Session, make: Factory, button: Button, user: User
) -> None:
    first, second = press(make, button), press(make, button)
    correct(session, second, VOID, user, words="Wrong key")
    correct(session, first, NOTE, user, words="Aired twice")

    row = correct(session, second, RESTORE, user, words="Right key after all")

    assert [(each.seq, each.kind, each.text, each.created_at) for each in row.corrections] == [
        (3, VOID, "Wrong key", NOW),
        (5, RESTORE, "Right key after all", NOW),
    ]
    assert {each.created_by.name for each in row.corrections} == {"kim"}
    assert session.get_one(StationHead, button.station_id, populate_existing=True).last_seq == 5


def test_the_press_itself_stays_as_it_was(session: Session, make: Factory, button: Button, user: User) -> None:
    made = press(make, button, note="Live")
    correct(session, made, VOID, user)

    row = session.get_one(Press, (made.station_id, made.seq), populate_existing=True)

    assert (row.status, row.effective_status, row.note) == ("counted", "void", "Live")


def test_the_last_press_is_looked_for_again_when_it_is_voided(
    session: Session, make: Factory, button: Button, user: User
) -> None:
    instants = [LONG_AGO + timedelta(hours=hour) for hour in (1, 3, 2)]
    made = [press(make, button, pressed_at=instant) for instant in instants]

    correct(session, made[1], VOID, user)
    assert last_pressed_at(session, button) == instants[2]
    correct(session, made[0], VOID, user)
    assert last_pressed_at(session, button) == instants[2]
    correct(session, made[2], VOID, user)
    assert last_pressed_at(session, button) is None
    correct(session, made[1], RESTORE, user)
    assert last_pressed_at(session, button) == instants[1]


def test_another_stations_press_is_not_there(session: Session, make: Factory, button: Button, user: User) -> None:
    theirs = press(make, make.button(station=make.station()))

    with pytest.raises(PressNotFound):
        corrections.get_press(session, station_id=button.station_id, press_id=theirs.id)
    with pytest.raises(PressNotFound):
        corrections.correct(
            session,
            station_id=button.station_id,
            press_id=theirs.id,
            kind=VOID,
            words="Why",
            user_id=user.id,
            now=NOW,
        )


def test_a_press_without_counts_can_still_be_voided(
    session: Session, make: Factory, button: Button, user: User
) -> None:
    """Rollups that were lost or never made must not keep a person from correcting the record."""
    made = press(make, button)
    for table in (RollupQuarter, RollupDay):
        for row in session.exec(select(table).where(table.station_id == button.station_id)):
            session.delete(row)
    session.flush()

    assert correct(session, made, VOID, user).status is PressStatus.VOID
    assert rollup.differences(session, station_id=button.station_id) == []
