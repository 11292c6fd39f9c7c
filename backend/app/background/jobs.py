"""What is done after the transaction that asked for it: rows of the table `job`, done by whichever process takes one.

A job is moved on to its next try before it is begun. So nobody else takes it meanwhile, one that a dying process held is
taken up again when that time has come, and one that kills its process does not do so without end. There is nothing to
be cleared up and nobody to ask who is alive. Done or given up, its row is deleted, and with it what it said.

A mail can come twice in one case only: the server has taken it, and this process dies, or is cut off from the server or
the database, before it knows and has noted so. Both have the same Message-ID.
"""

import asyncio
import contextlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg
import structlog
from psycopg.rows import class_row

from app.background.connections import Connections
from app.background.waiting import is_set_within
from app.core import clock
from app.core.config import Settings
from app.core.smtp import Delivery, NotNow, Refused, Relay
from app.features.accounts import mail
from app.models import JobKind

# How soon a job is begun, and how little it costs that there is none: a look takes less than a millisecond.
LOOK_EVERY_S = 2.0
DATABASE_WITHIN_S = 5.0
# A try that hangs is over before the next one may begin elsewhere.
TRY_WITHIN_S = 40.0
# What this version knows how to do; the rest is left to a newer one.
KINDS = [JobKind.MAIL.value]
FIRST_WAIT = timedelta(minutes=1)
# What is under way when the process is to stop is mostly done within this.
STOP_WITHIN_S = 1.0
CUT_WITHIN_S = 0.5

# The waits are 1, 3, 9, 27 and 81 minutes, 4 and 12 hours: eight tries in 18 hours. What loses its worth first goes first,
# so that a new password does not stand in line behind everybody's weekly mail. The time is the database's: the clocks of
# several servers differ, and the one that is ahead would take what another is still sending.
CLAIM = """
UPDATE job
SET try_count = try_count + 1,
    due_at = now() + CAST(%(first_wait)s AS interval) * power(3, LEAST(try_count, 7))
WHERE id = (
    SELECT id
    FROM job
    WHERE due_at <= now()
      AND kind = ANY(%(kinds)s)
    ORDER BY give_up_at, id
    FOR UPDATE SKIP LOCKED
    LIMIT 1
)
RETURNING id, payload, made_at, due_at, give_up_at, try_count
"""

DELETE = """
DELETE FROM job
WHERE id = ANY(%(ids)s)
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Job:
    """One that this process has taken, until `due_at`."""

    id: UUID
    payload: dict[str, Any]
    made_at: datetime
    due_at: datetime
    give_up_at: datetime
    try_count: int


class JobRunner:
    """Does one job after the other while the process runs and the database answers. An async context manager.

    It begins a little later than the server, and nobody waits for it.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connections = Connections(settings, size=1)
        self._is_over = asyncio.Event()
        self._is_failing = False
        # Done, and still in the table.
        self._done: set[UUID] = set()
        self._delivery: Delivery | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        await asyncio.wait({self._task}, timeout=STOP_WITHIN_S)
        if self._delivery is not None:
            # It is tried again when its time comes, by whoever runs then.
            self._delivery.cut()
        _, left = await asyncio.wait({self._task}, timeout=CUT_WITHIN_S)
        for task in left:
            task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._connections.close()

    async def _keep(self) -> None:
        while not await is_set_within(self._is_over, LOOK_EVERY_S):
            try:
                await self._do_all_that_is_due()
            except (psycopg.Error, OSError) as error:
                if not self._is_failing:
                    log.warning("jobs_not_looked_for", error=str(error))
                self._is_failing = True
            except Exception:
                # Whatever it is, the next mail may be free of it.
                log.exception("jobs_failed")
            else:
                self._is_failing = False

    async def _do_all_that_is_due(self) -> None:
        await self._forget_done()
        while not self._is_over.is_set() and (job := await self._claim()) is not None:
            if await self._is_finished(job):
                self._done.add(job.id)
                await self._forget_done()

    async def _claim(self) -> _Job | None:
        async with self._connections.connection(until=self._loop.time() + DATABASE_WITHIN_S) as connection:
            cursor = connection.cursor(row_factory=class_row(_Job))
            await cursor.execute(CLAIM, {"kinds": KINDS, "first_wait": FIRST_WAIT})
            return await cursor.fetchone()

    async def _forget_done(self) -> None:
        """Before anything is claimed: while the database was away something may have been done that it does not know."""
        if self._done:
            async with self._connections.connection(until=self._loop.time() + DATABASE_WITHIN_S) as connection:
                await connection.execute(DELETE, {"ids": list(self._done)})
            self._done.clear()

    async def _is_finished(self, job: _Job) -> bool:
        """Try it. Whether no further try is wanted, because it is done, or because none would help."""
        if job.give_up_at <= clock.now():
            log.error("mail_given_up", reason="its time was over before it could be sent", **_told(job), **_to(job))
            return True
        try:
            await self._send(job)
        except Refused as error:
            log.error("mail_refused", reason=str(error), **_told(job), **_to(job))
            return True
        except NotNow as error:
            return _is_given_up(job, reason=str(error))
        except Exception:
            log.exception("mail_failed", **_told(job))
            return _is_given_up(job, reason="a fault of this program, which is told above")
        log.info("mail_sent", **_told(job))
        return True

    async def _send(self, job: _Job) -> None:
        """Raises Refused, NotNow."""
        relay = Relay.of(self._settings)
        if relay is None:
            msg = "SMTP_HOST is not set"
            raise NotNow(msg)
        message = await asyncio.to_thread(
            mail.compose, job.payload, job_id=job.id, written_at=job.made_at, settings=self._settings
        )
        self._delivery = Delivery(relay, message)
        try:
            async with asyncio.timeout(TRY_WITHIN_S):
                await self._in_thread(self._delivery)
        except TimeoutError:
            self._delivery.cut()
            msg = "the server took too long"
            raise NotNow(msg) from None
        finally:
            self._delivery = None

    async def _in_thread(self, delivery: Delivery) -> None:
        """In one of its own, which the end of the process does not wait for, as it would for a pool's."""
        ended: asyncio.Future[None] = self._loop.create_future()

        def settle(error: BaseException | None) -> None:
            if ended.done():
                return  # nobody waits any longer
            if error is None:
                ended.set_result(None)
            else:
                ended.set_exception(error)

        def run() -> None:
            failure: BaseException | None = None
            try:
                delivery.run()
            except Exception as error:  # noqa: BLE001  it is raised where it is waited for
                failure = error
            # The loop may be closed by now.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(settle, failure)

        threading.Thread(target=run, name="mail", daemon=True).start()
        await ended


def _is_given_up(job: _Job, *, reason: str) -> bool:
    """Whether the next try would come too late. Told is the address then, so that the log says whom it did not reach."""
    if job.due_at >= job.give_up_at:
        log.error("mail_given_up", reason=reason, **_told(job), **_to(job))
        return True
    log.warning("mail_not_sent", reason=reason, next_try_at=f"{job.due_at:%Y-%m-%dT%H:%M:%SZ}", **_told(job))
    return False


def _told(job: _Job) -> dict[str, Any]:
    return {"job_id": str(job.id), "template": job.payload.get("template"), "try_count": job.try_count}


def _to(job: _Job) -> dict[str, Any]:
    return {"to": job.payload.get("to")}
