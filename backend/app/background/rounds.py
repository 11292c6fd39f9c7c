"""Work that comes round: each at its interval, by one process of all that run."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from app.background.waiting import is_set_within
from app.core import clock
from app.core.config import Settings
from app.core.db import build_engine, transaction
from app.features.alerts import queries, service, weekly
from app.features.alerts.service import Links
from app.models import Station

# After the start, which has enough to do.
FIRST_AFTER_S = 20.0
LOOK_EVERY_S = 30.0
# What these read may take a while, and nobody waits for it.
STATEMENT_PATIENCE_S = 60
PATIENCE_S = 10

log = structlog.get_logger(__name__)

# Another process that does the same work waits here until this transaction ends, and then finds it done. What was done at a
# time that is not to come yet was noted by a clock that has been set back since: work must not rest for so long.
_CLAIM = """
INSERT INTO round AS r (name, done_at)
VALUES (:name, :now)
ON CONFLICT (name) DO UPDATE
SET done_at = excluded.done_at
WHERE r.done_at <= :due_before
   OR r.done_at >= :not_yet
RETURNING name
"""


@dataclass(frozen=True, kw_only=True)
class RoundOfStations:
    """Something that is done for station after station; one that fails does not keep the others from it."""

    name: str
    every: timedelta
    stations: Callable[[Session], Sequence[Station]]
    visit: Callable[..., None]


ROUNDS = (
    RoundOfStations(
        name="silent_decks",
        every=timedelta(minutes=5),
        stations=queries.stations_with_decks,
        visit=service.tell_of_silent_decks,
    ),
    RoundOfStations(
        name="weekly_mail",
        every=timedelta(minutes=10),
        stations=queries.stations_with_weekly_mail,
        visit=weekly.tell_of_week,
    ),
)


def go_round(session: Session, work: RoundOfStations, *, links: Links, now: datetime) -> bool:
    """Do the work if it is due, in this transaction; False when it is not, or another process has just done it."""
    claim = {"name": work.name, "now": now, "due_before": now - work.every, "not_yet": now + work.every}
    if session.connection().execute(text(_CLAIM), claim).first() is None:
        return False
    for station in work.stations(session):
        try:
            with session.begin_nested():
                work.visit(session, station=station, links=links, now=now)
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                # The database has gone away, which is no station's fault.
                raise
            # Whatever is odd about one station, the next one must not go without.
            log.exception("round_failed", round=work.name, station=str(station.id))
    return True


class Rounds:
    """Does what is due while the process runs; only where mail can be sent, since all of it ends in mail."""

    def __init__(self, settings: Settings, *, links: Links) -> None:
        self._settings = settings
        self._links = links
        self._is_over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._settings.is_mail_configured:
            self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        engine = build_engine(self._settings, pool_size=1, patience_s=PATIENCE_S, statement_s=STATEMENT_PATIENCE_S)
        try:
            wait_s = FIRST_AFTER_S
            while not await is_set_within(self._is_over, wait_s):
                await asyncio.to_thread(self._look, engine)
                # Processes that started together need not come together for ever.
                wait_s = LOOK_EVERY_S * random.uniform(0.8, 1.2)  # noqa: S311  no secret
        finally:
            engine.dispose()

    def _look(self, engine: Engine) -> None:
        for work in ROUNDS:
            if self._is_over.is_set():
                return
            try:
                with transaction(engine) as session:
                    go_round(session, work, links=self._links, now=clock.now())
            except SQLAlchemyError as error:
                log.warning("round_put_off", round=work.name, error=str(error.__cause__ or error))
            except Exception:
                # Whatever it is, it must not be the end of all rounds.
                log.exception("round_failed", round=work.name)
