"""Presses that stay: made up here, recorded by the product's own transaction, in a database that keeps them."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import AsyncConnection
from sqlalchemy import Engine
from sqlmodel import col, select

from app.background.connections import Connections
from app.core.config import Settings
from app.core.db import build_engine, transaction
from app.features.presses import corrections, rollup, service
from app.features.presses.batch import Outcome
from app.features.presses.expected import Expectations
from app.features.presses.ingest import IncomingPress, Recording
from app.features.presses.messages import BatchStatements
from app.features.presses.rollup import Difference
from app.features.presses.schemas import PressPublic
from app.models import Button, ButtonTally, Channel, Correction, CorrectionKind, Press, PressKey, StationHead, User
from app.tests.conftest import settings_for
from app.tests.factories import LONG_AGO, Factory

NOW = LONG_AGO + timedelta(days=120)
SECOND = timedelta(seconds=1)
PATIENCE_S = 30.0


def incoming(press_key: PressKey, *, received_at: datetime = NOW, **fields: Any) -> IncomingPress:
    """A press of a key: a GET, unless something else is asked for. With an `id` it is one that the sender made."""
    defaults: dict[str, Any] = {"has_client_id": "id" in fields, "id": uuid4(), "channel": Channel.GET}
    return IncomingPress(
        button_id=press_key.button_id,
        press_key=press_key.key,
        press_key_id=press_key.id,
        deck_id=press_key.deck_id,
        received_at=received_at,
        **(defaults | fields),
    )


def entered(button: Button, *, received_at: datetime = NOW, **fields: Any) -> IncomingPress:
    """A press that a person enters by hand."""
    return IncomingPress(
        id=uuid4(),
        has_client_id=False,
        button_id=button.id,
        press_key=None,
        press_key_id=None,
        deck_id=None,
        channel=Channel.MANUAL,
        received_at=received_at,
        **fields,
    )


def recorded(outcomes: Sequence[Outcome]) -> list[Recording]:
    """The outcomes of presses that are all on the record."""
    assert all(isinstance(outcome, Recording) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, Recording)]


@dataclass(frozen=True)
class KeptDatabase:
    """A database whose rows stay, and what tests ask of it. Each test makes a station of its own."""

    settings: Settings
    engine: Engine

    @contextmanager
    def make(self) -> Iterator[Factory]:
        """A factory whose rows are committed at the end of the block."""
        with transaction(self.engine) as session:
            yield Factory(session)

    def change[Row](self, row: Row, **fields: Any) -> Row:
        """Write other values into a row."""
        with transaction(self.engine) as session:
            row = session.merge(row)
            for name, value in fields.items():
                setattr(row, name, value)
        return row

    def presses(self, station_id: UUID) -> list[Press]:
        with transaction(self.engine) as session:
            return list(session.exec(select(Press).where(Press.station_id == station_id).order_by(col(Press.seq))))

    def record_numbers(self, station_id: UUID) -> list[int]:
        """The numbers that presses and corrections have, in order, and last what the station's head says."""
        with transaction(self.engine) as session:
            used = session.exec(select(Press.seq).where(Press.station_id == station_id)).all()
            corrected = session.exec(select(Correction.seq).where(Correction.station_id == station_id)).all()
            return [*sorted([*used, *corrected]), session.get_one(StationHead, station_id).last_seq]

    def has_no_gaps(self, station_id: UUID) -> bool:
        *used, last = self.record_numbers(station_id)
        return used == list(range(1, last + 1))

    def tally(self, button: Button) -> ButtonTally:
        with transaction(self.engine) as session:
            return session.get_one(ButtonTally, (button.station_id, button.id))

    def differences(self, station_id: UUID) -> list[Difference]:
        with transaction(self.engine) as session:
            return rollup.differences(session, station_id=station_id)

    async def until_somebody_waits(self) -> None:
        """Until a transaction in the database waits for another one's lock."""
        query = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
        connecting = psycopg.AsyncConnection.connect(self.settings.conninfo, autocommit=True)
        async with asyncio.timeout(PATIENCE_S), await connecting as connection:
            while True:
                row = await (await connection.execute(query)).fetchone()
                if row is not None and row[0]:
                    return
                await asyncio.sleep(0.01)

    def correct(
        self, station_id: UUID, press_id: UUID, kind: CorrectionKind, *, user: User, now: datetime = NOW
    ) -> PressPublic:
        with transaction(self.engine) as session:
            return corrections.correct(
                session, station_id=station_id, press_id=press_id, kind=kind, words="Why", user_id=user.id, now=now
            )


@contextmanager
def kept_database(conninfo: str) -> Iterator[KeptDatabase]:
    settings = settings_for(conninfo)
    engine = build_engine(settings)
    yield KeptDatabase(settings=settings, engine=engine)
    engine.dispose()


class PressPath:
    """The transaction of the press path, a batch at a time, without the buffer in front of it."""

    def __init__(self, settings: Settings) -> None:
        self._statements = BatchStatements(is_prepared=settings.prepared_statements)
        self.expectations = Expectations()
        self.connections = Connections(settings, size=4, prepare=self._statements.prepare)

    async def record(
        self, station_id: UUID, presses: Sequence[IncomingPress], *, is_retry: bool = False
    ) -> list[Outcome]:
        until = asyncio.get_running_loop().time() + PATIENCE_S
        async with self.connections.connection(until=until) as connection:
            return await self.record_on(connection, station_id, presses, is_retry=is_retry)

    async def record_on(
        self, connection: AsyncConnection, station_id: UUID, presses: Sequence[IncomingPress], *, is_retry: bool = False
    ) -> list[Outcome]:
        return await service.record_batch(
            self.connections.line_of(connection),
            station_id,
            presses,
            statements=self._statements,
            expectations=self.expectations,
            is_retry=is_retry,
        )

    async def close(self) -> None:
        await self.connections.close()
