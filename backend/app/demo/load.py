"""Putting a demo station into the database: all of it in the caller's transaction, the record by COPY."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, islice
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from pydantic import ValidationError
from sqlmodel import Session, col, select

from app import crud
from app.core import security
from app.core.errors import Conflict, InvalidInput
from app.core.shapes import InputShape
from app.demo import catalog, variations
from app.demo.record import PressRow, Record
from app.demo.recording import Recording, clip, plan_watches, random_uuid, to_us
from app.demo.station import DemoStation, Period, build_station
from app.features.accounts import queries as account_queries
from app.features.accounts import service as accounts
from app.features.accounts.schemas import StationCreate, UserCreate
from app.features.audit.actions import Action
from app.features.audit.record import COMMAND, Audit
from app.features.presses import rollup
from app.loading import Report
from app.models import (
    Correction,
    Member,
    PressKeyHeard,
    Purpose,
    Role,
    Station,
    StationHead,
    User,
    Watch,
)

CHUNK_ROWS = 10_000
BLOCK_ROWS = 500
OWNER_NAME = "Demo Owner"

COPY_PRESSES = f"COPY press (station_id, {', '.join(PressRow._fields)}) FROM STDIN"
_CORRECTION_FIELDS = ("station_id", "seq", "press_seq", "kind", "text", "created_at", "created_by")
COPY_CORRECTIONS = f"COPY correction ({', '.join(_CORRECTION_FIELDS)}) FROM STDIN"


class StationNameTaken(Conflict):
    """The instance has a station of this name, or one that was made as this one would be."""

    code = "station_name_taken"


class OwnerExists(Conflict):
    """A password was given for an account that has one."""

    code = "owner_exists"


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoOrder:
    """What to make. Equal orders make equal rows, where the same watches are on the record and `until` names a day."""

    name: str
    seed: int
    # Null: up to now. Else up to the midnight before this day.
    until: date | None
    years: float
    email: str
    # Null: one is made, if the account is.
    password: str | None
    # Null: as many as such a station has; else about so many.
    presses: int | None = None
    buttons: int = variations.MIN_BUTTONS


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoReport:
    """What was made. `password` is that of a new account."""

    station: Station
    owner: User
    password: str | None
    press_count: int
    correction_count: int
    first_day: date


def load_demo(session: Session, *, order: DemoOrder, now: datetime, report: Report) -> DemoReport:
    """Make the demo's station and its record in the caller's transaction; `report` hears of each chunk.

    Everything that is left to chance follows from the order, ids and press keys too: this is no station for secrets.
    Raises StationNameTaken, OwnerExists, InvalidInput.
    """
    today = now.astimezone(ZoneInfo(catalog.ZONE)).date()
    if order.until is not None and order.until > today:
        raise InvalidInput("A record cannot reach into the future: choose an earlier --until.")
    name = _valid(StationCreate, name=order.name, purpose=Purpose.RADIO, zone=catalog.ZONE).name
    _check_name(session, name)
    until = order.until or today + timedelta(days=1)
    facts: tuple[object, ...] = (name, order.seed, until, order.years)
    if order.presses is not None or order.buttons != variations.MIN_BUTTONS:
        facts += (order.presses, order.buttons)
    chance = Random("\n".join(map(str, facts)))  # noqa: S311  to be made again, not to be hard to guess
    period = Period.of(until=until, years=order.years, now_us=None if order.until else to_us(now))
    owner, password = _owner(session, order, user_id=random_uuid(chance), now=now)
    recording = _keep_watch(session, period, chance)
    items = variations.items(order.buttons)
    demo = build_station(name=name, items=items, period=period, recording=recording, editor=owner.id, chance=chance)
    _add_station(session, demo, owner)
    record = Record(demo, recording=recording, editor=owner.id, chance=chance, presses=order.presses)
    correction_count = _copy_record(session, demo, record, report)
    _finish(session, demo, record)
    _note(session, demo, owner, is_new_owner=password is not None, now=now)
    return DemoReport(
        station=demo.station,
        owner=owner,
        password=password,
        press_count=record.press_count,
        correction_count=correction_count,
        first_day=period.first_day,
    )


def _valid[Input: InputShape](shape: type[Input], **fields: object) -> Input:
    """What the API would take for this. Raises InvalidInput."""
    try:
        return shape.model_validate(fields)
    except ValidationError as error:
        # The input is left out: it may hold a password.
        raise InvalidInput("; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())) from None


def _check_name(session: Session, name: str) -> None:
    if session.exec(select(Station.id).where(Station.name == name).limit(1)).first() is not None:
        raise StationNameTaken(f"There is a station named {name} already. Choose another name with --name.")


def _owner(session: Session, order: DemoOrder, *, user_id: UUID, now: datetime) -> tuple[User, str | None]:
    """The account that will own the station, and its password if it is a new one."""
    account_queries.lock_first_start(session)
    password = order.password or security.new_session_token()[:16]
    new = _valid(UserCreate, email=order.email, password=password, full_name=OWNER_NAME)
    existing = crud.get_user_by_email(session, new.email)
    if existing is not None:
        if order.password is not None:
            raise OwnerExists(f"There is an account {new.email} already. Leave --password out to make it the owner.")
        return existing, None
    owner = User(
        id=user_id,
        email=new.email,
        full_name=new.full_name,
        hashed_password=security.hash_password(password),
        # The first account closes the set-up page, so it must be able to do what that page's account could.
        is_superuser=accounts.is_setup_needed(session),
        created_at=now,
    )
    session.add(owner)
    session.flush()
    return owner, password


def _keep_watch(session: Session, period: Period, chance: Random) -> Recording:
    """When the server was running: what is on the record of this instance, and before it what the demo adds.

    Watches are everybody's. Where the instance has its own they stay the whole truth, gaps included, and the demo's
    presses keep to them.
    """
    planned = plan_watches(start_us=period.start_us, end_us=period.end_us, chance=chance)
    own = list(session.exec(select(Watch).order_by(col(Watch.started_at), col(Watch.id))))
    added = list(clip(planned, end=own[0].started_at)) if own else planned
    session.add_all(added)
    session.flush()
    return Recording([*added, *own])


def _add_station(session: Session, demo: DemoStation, owner: User) -> None:
    if crud.get_station(session, demo.station.id) is not None:
        msg = "The station that this name and seed make is here already, under another name. Choose another --seed."
        raise StationNameTaken(msg)
    made_at = demo.station.created_at
    _add(session, [demo.station])
    _add(session, [StationHead(station_id=demo.station.id)])
    # Nobody presses its decks from now on, which is no news to anybody.
    member = Member(station_id=demo.station.id, user_id=owner.id, role=Role.OWNER, created_at=made_at)
    member.wants_deck_mail = False
    _add(session, [member])
    _add(session, demo.decks.values())
    _add(session, [button.row for button in demo.buttons])
    for button in demo.buttons:
        session.add_all([*button.versions, *button.retirements, *button.keys])
    session.flush()


def _add(session: Session, rows: Iterable[Any]) -> None:
    # Without relationships between tables the session does not know which rows refer to which: one kind at a time.
    session.add_all(rows)
    session.flush()


def _copy_record(session: Session, demo: DemoStation, record: Record, report: Report) -> int:
    """Chunk by chunk, so that the years never have to fit into memory; returns how many corrections there were."""
    driver: psycopg.Connection | None = session.connection().connection.driver_connection
    assert driver is not None  # noqa: S101  a session that is in use has one
    correction_count = 0
    rows = record.rows()
    with driver.cursor() as cursor:
        while first := next(rows, None):
            chunk = chain((first,), islice(rows, CHUNK_ROWS - 1))
            corrections = _copy_presses(cursor, str(demo.station.id), chunk)
            # A correction follows its press, so that one is in this chunk or in one before.
            if corrections:
                with cursor.copy(COPY_CORRECTIONS.encode()) as copy:
                    copy.write("".join(map(_correction_line, corrections)))
            correction_count += len(corrections)
            report(record.progress)
    return correction_count


def _copy_presses(cursor: psycopg.Cursor, station_id: str, rows: Iterator[PressRow | Correction]) -> list[Correction]:
    """Write the presses while they are made: the database stores some as the next come to be. Returns the rest."""
    corrections = []
    with cursor.copy(COPY_PRESSES.encode()) as copy:
        while block := list(islice(rows, BLOCK_ROWS)):
            copy.write("".join([_press_line(station_id, row) for row in block if isinstance(row, PressRow)]))
            corrections += [row for row in block if isinstance(row, Correction)]
    return corrections


def _press_line(station_id: str, press: PressRow) -> str:
    # Faster than letting psycopg look at the type of each value; only notes hold text that could need escaping.
    fields = ["\\N" if value is None else str(value) for value in press]
    if press.note is not None:
        fields[_NOTE] = _escaped(press.note)
    return station_id + "\t" + "\t".join(fields) + "\n"


_NOTE = PressRow._fields.index("note")


def _correction_line(correction: Correction) -> str:
    fields = [_escaped(str(getattr(correction, name))) for name in _CORRECTION_FIELDS]
    return "\t".join(fields) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _finish(session: Session, demo: DemoStation, record: Record) -> None:
    """What the server keeps beside the record: the counter, when keys were last heard, tallies and rollups."""
    station_id = demo.station.id
    head = crud.lock_station_head(session, station_id)
    head.last_seq = record.last_seq
    session.add(head)
    session.add_all(
        PressKeyHeard(station_id=station_id, press_key_id=UUID(key_id), last_heard_at=heard_at)
        for key_id, heard_at in record.last_heard_at.items()
    )
    session.flush()
    rollup.rebuild(session, station_id=station_id)


def _note(session: Session, demo: DemoStation, owner: User, *, is_new_owner: bool, now: datetime) -> None:
    audit = Audit(session, COMMAND, now)
    if is_new_owner:
        audit.note(Action.USER_CREATED, subject_id=owner.id, is_superuser=owner.is_superuser)
    station_id = demo.station.id
    audit.note(Action.DEMO_LOADED, station_id=station_id, subject_id=station_id, owner_id=owner.id)
