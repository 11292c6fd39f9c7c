"""The record is kept by the database itself, whoever asks and with whatever tool."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.models import Button, CorrectionKind, Press
from app.tests.factories import LONG_AGO, Factory

RESTRICT_VIOLATION = "23001"
COLUMNS = set(Press.model_fields)


@pytest.fixture
def button(make: Factory) -> Button:
    return make.button(station=make.station())


@pytest.fixture
def press(make: Factory, button: Button) -> Press:
    return make.press(button=button)


@contextmanager
def refused(*, saying: str) -> Iterator[None]:
    with pytest.raises(DBAPIError, match=saying) as refusal:
        yield
    assert getattr(refusal.value.orig, "sqlstate", None) == RESTRICT_VIOLATION


def run(session: Session, statement: str, row: object) -> None:
    """Run a statement on one row; `{row}` in it is the condition that finds it."""
    table = row.__tablename__  # type: ignore[attr-defined]
    values = {name: getattr(row, name) for name in ("station_id", "seq", "id", "button_id") if hasattr(row, name)}
    key = "button_id = :button_id" if table == "button_version" else "seq = :seq"
    session.connection().execute(text(statement.format(row=f"station_id = :station_id AND {key}")), values)


@pytest.mark.parametrize("column", sorted(COLUMNS - {"effective_status"}))
def test_no_column_of_a_press_may_change(session: Session, press: Press, column: str) -> None:
    others = {
        **dict.fromkeys(("station_id", "id", "button_id", "deck_id", "press_key_id", "recorded_by"), "gen_random_uuid()"),
        **dict.fromkeys(("pressed_at", "received_at", "claimed_at", "sent_at"), "'2020-01-01Z'"),
        **dict.fromkeys(("seq", "button_version", "clock_offset_ms"), "77"),
        "status": "'test'",
        "channel": "'manual'",
        "is_clock_suspect": "NOT is_clock_suspect",
        "origin": "'192.0.2.1'",
        "note": "'Changed'",
    }

    with refused(saying="only effective_status may change"):
        run(session, f"UPDATE press SET {column} = {others[column]} WHERE {{row}}", press)


def test_the_effective_status_of_a_press_may_change(session: Session, press: Press) -> None:
    run(session, "UPDATE press SET effective_status = 'void' WHERE {row}", press)

    session.refresh(press)
    assert (press.status, press.effective_status) == ("counted", "void")


def test_an_effective_status_does_not_carry_another_change_with_it(session: Session, press: Press) -> None:
    with refused(saying="only effective_status may change"):
        run(session, "UPDATE press SET effective_status = 'void', note = 'x' WHERE {row}", press)


def test_a_press_is_not_deleted(session: Session, press: Press) -> None:
    with refused(saying="press is append-only: DELETE is refused"):
        run(session, "DELETE FROM press WHERE {row}", press)


@pytest.mark.parametrize(
    "change", ["UPDATE correction SET text = 'x' WHERE {row}", "DELETE FROM correction WHERE {row}"]
)
def test_a_correction_stays(session: Session, make: Factory, press: Press, change: str) -> None:
    correction = make.correction(press=press, kind=CorrectionKind.NOTE)

    with refused(saying="correction is append-only"):
        run(session, change, correction)


@pytest.mark.parametrize(
    ("table", "rest"), [("press", "CASCADE"), ("correction", ""), ("button_version", "CASCADE"), ("station", "CASCADE")]
)
def test_no_table_of_the_record_is_emptied(session: Session, press: Press, table: str, rest: str) -> None:
    with refused(saying="append-only: TRUNCATE is refused"):
        session.connection().execute(text(f"TRUNCATE {table} {rest}"))


def test_a_version_says_what_it_said(session: Session, make: Factory, button: Button) -> None:
    version = make.version(button=button, title="Big hug", created_at=LONG_AGO + timedelta(days=1))

    with refused(saying="button_version is append-only: UPDATE is refused"):
        run(session, "UPDATE button_version SET title = 'x' WHERE {row}", version)


def test_versions_of_a_button_with_history_stay(session: Session, make: Factory, press: Press, button: Button) -> None:
    version = make.version(button=button, title="Never aired", created_at=LONG_AGO + timedelta(days=1))

    with refused(saying="the button has history"):
        run(session, "DELETE FROM button_version WHERE {row} AND number = 2", version)


def test_versions_of_a_button_that_was_never_pressed_may_go(
    session: Session, make: Factory, button: Button, press: Press
) -> None:
    unpressed = make.button(station=session.get_one(type(make.station()), button.station_id), title="Unpressed")
    version = make.version(button=unpressed, title="Other", created_at=LONG_AGO)

    run(session, "DELETE FROM button_version WHERE {row}", version)

    count = text("SELECT count(*) FROM button_version WHERE button_id = :id")
    assert session.connection().scalar(count, {"id": unpressed.id}) == 0


def insertions() -> list[tuple[str, Callable[[Factory, Button], object]]]:
    return [
        ("ck_press_status", lambda make, button: make.press(button=button, status="void")),
        ("ck_press_status", lambda make, button: make.press(button=button, status="maybe", effective_status="counted")),
        ("ck_press_channel", lambda make, button: make.press(button=button, channel="fax")),
        ("fk_press_button_version", lambda make, button: make.press(button=button, button_version=2)),
    ]
