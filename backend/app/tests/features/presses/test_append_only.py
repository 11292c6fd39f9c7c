"""The record is kept by the database itself, whoever asks and with whatever tool."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from app.models import Button, ButtonVersion, Correction, CorrectionKind, Press, Station
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


def run(session: Session, statement: str, row: Press | Correction | ButtonVersion) -> None:
    """Run a statement on one row; `{row}` in it is the condition that finds it."""
    key = ("button_id", "number") if isinstance(row, ButtonVersion) else ("seq",)
    condition = " AND ".join(f"{name} = :{name}" for name in ("station_id", *key))
    values = {name: getattr(row, name) for name in ("station_id", *key)}
    session.connection().execute(text(statement.format(row=condition)), values)


def add_version(session: Session, button: Button) -> ButtonVersion:
    """A second version, which no press has aired with."""
    later = LONG_AGO + timedelta(days=1)
    version = ButtonVersion(
        station_id=button.station_id, button_id=button.id, number=2, title="Big hug", type="psa", created_at=later
    )
    session.add(version)
    session.flush()
    return version


def add_correction(session: Session, press: Press) -> Correction:
    correction = Correction(
        station_id=press.station_id,
        seq=press.seq + 1,
        press_seq=press.seq,
        kind=CorrectionKind.NOTE,
        text="Aired late",
        created_at=LONG_AGO,
        created_by=uuid4(),
    )
    session.add(correction)
    session.flush()
    return correction


@pytest.mark.parametrize("column", sorted(COLUMNS - {"effective_status"}))
def test_no_column_of_a_press_may_change(session: Session, press: Press, column: str) -> None:
    others = {
        **dict.fromkeys(
            ("station_id", "id", "button_id", "deck_id", "press_key_id", "recorded_by"), "gen_random_uuid()"
        ),
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
def test_a_correction_stays(session: Session, press: Press, change: str) -> None:
    correction = add_correction(session, press)

    with refused(saying="correction is append-only"):
        run(session, change, correction)


@pytest.mark.parametrize(
    ("table", "rest"), [("press", "CASCADE"), ("correction", ""), ("button_version", "CASCADE"), ("station", "CASCADE")]
)
def test_no_table_of_the_record_is_emptied(session: Session, press: Press, table: str, rest: str) -> None:
    session.connection().execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with refused(saying="append-only: TRUNCATE is refused"):
        session.connection().execute(text(f"TRUNCATE {table} {rest}"))


def test_a_version_says_what_it_said(session: Session, button: Button) -> None:
    version = add_version(session, button)

    with refused(saying="button_version is append-only: UPDATE is refused"):
        run(session, "UPDATE button_version SET title = 'x' WHERE {row}", version)


@pytest.mark.usefixtures("press")
def test_every_version_of_a_button_with_history_stays(session: Session, button: Button) -> None:
    never_aired = add_version(session, button)

    with refused(saying="the button has history"):
        run(session, "DELETE FROM button_version WHERE {row}", never_aired)


@pytest.mark.usefixtures("press")
def test_versions_of_a_button_that_was_never_pressed_may_go(session: Session, make: Factory, button: Button) -> None:
    unpressed = make.button(station=session.get_one(Station, button.station_id))
    version = add_version(session, unpressed)

    run(session, "DELETE FROM button_version WHERE {row}", version)

    count = text("SELECT count(*) FROM button_version WHERE button_id = :id")
    assert session.connection().scalar(count, {"id": unpressed.id}) == 1


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "void"}, "ck_press_status"),
        ({"status": "maybe", "effective_status": "counted"}, "ck_press_status"),
        ({"effective_status": "maybe"}, "ck_press_effective_status"),
        ({"channel": "fax"}, "ck_press_channel"),
        ({"seq": 0}, "ck_press_seq"),
        ({"seq": 1}, "pk_press"),
        ({"button_version": 2}, "fk_press_button_version"),
    ],
)
def test_a_press_that_no_rule_allows_is_refused(
    session: Session, press: Press, fields: dict[str, Any], constraint: str
) -> None:
    other = {name: getattr(press, name) for name in Press.model_fields} | {"id": uuid4(), "seq": 2}

    with pytest.raises(IntegrityError, match=constraint):
        session.connection().execute(insert(Press).values(other | fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "forget"}, "ck_correction_kind"),
        ({"text": ""}, "ck_correction_text"),
        ({"press_seq": 2}, "ck_correction_follows_its_press"),
        ({"press_seq": -1}, "fk_correction_station_id_press_seq_press"),
    ],
)
def test_a_correction_follows_a_press(session: Session, press: Press, fields: dict[str, Any], constraint: str) -> None:
    correction = {
        "station_id": press.station_id,
        "seq": 2,
        "press_seq": 1,
        "kind": "note",
        "text": "Aired late",
        "created_at": LONG_AGO,
        "created_by": uuid4(),
    }

    with pytest.raises(IntegrityError, match=constraint):
        session.connection().execute(insert(Correction).values(correction | fields))
