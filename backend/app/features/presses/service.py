"""Recording a batch of presses."""

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

from psycopg import AsyncConnection

from app.features.presses.batch import Batch, GroupRead, Outcome, PressKeyNotFound
from app.features.presses.ingest import IncomingPress, Recording
from app.features.presses.messages import BatchStatements
from app.models import PressStatus


async def record_batch(
    connection: AsyncConnection,
    station_id: UUID,
    presses: Sequence[IncomingPress],
    *,
    statements: BatchStatements,
    is_retry: bool,
) -> list[Outcome]:
    """Record presses of one station in one transaction, committed on return; an outcome for each, in order.

    `connection` is in autocommit mode and has `statements.prepare` behind it. With `is_retry` every id is looked for,
    since an earlier try may have been committed without our hearing of it. Raises psycopg errors; then nothing of the
    batch was recorded, or, when the connection broke, it is not known. The connection is of no more use then.
    """
    batch = Batch(presses, is_retry=is_retry)
    cursor = connection.cursor()
    await cursor.execute(statements.lock_and_read(station_id, batch))
    cursor.nextset()
    locked = await cursor.fetchone()
    if locked is None:
        await cursor.execute("ROLLBACK")
        return [PressKeyNotFound() for _ in presses]
    cursor.nextset()
    reads = [GroupRead(*row) for row in await cursor.fetchall()]
    if cursor.nextset():
        for press_id, button_id, status, pressed_at, title, press_count in await cursor.fetchall():
            # A connection behind a pooler tells times in whatever zone the server is set to.
            answer = Recording(PressStatus(status), press_id, title, press_count, pressed_at.astimezone(UTC))
            batch.add_seen(button_id, answer)
    if not batch.take_reads(reads):
        batch.regroup_apart()
        await cursor.execute(statements.read_again(station_id, batch))
        batch.take_reads([GroupRead(*row) for row in await cursor.fetchall()])
    outcomes = batch.decide()
    if batch.new:
        message = statements.write_and_commit(station_id, batch, last_seq=locked[0], connection=connection)
        await cursor.execute(message)
    else:
        await cursor.execute("ROLLBACK")
    return outcomes
