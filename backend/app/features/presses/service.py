"""Recording a batch of presses."""

from collections.abc import Sequence
from uuid import UUID

from app.features.presses import messages
from app.features.presses.batch import Batch, Outcome, PressKeyNotFound
from app.features.presses.expected import Expectations
from app.features.presses.ingest import IncomingPress
from app.features.presses.messages import BatchStatements, Line


async def record_batch(
    line: Line,
    station_id: UUID,
    presses: Sequence[IncomingPress],
    *,
    statements: BatchStatements,
    expectations: Expectations,
    is_retry: bool,
) -> list[Outcome]:
    """Record presses of one station in one transaction, committed on return; an outcome for each, in order.

    The line's connection is in autocommit mode and has `statements.prepare` behind it. With `is_retry` every id is
    looked for, since an earlier try may have been committed without our hearing of it. Raises psycopg errors; then
    nothing of the batch was recorded, or, when the connection broke, it is not known. The line is of no more use then.
    """
    batch = Batch(presses, is_retry=is_retry)
    expected = None if is_retry else expectations.of(station_id, batch)
    if expected is not None and expectations.is_worth_a_try(station_id):
        batch.take_reads(expected)
        outcomes = batch.decide()
        message = statements.write_as_expected(station_id, batch, connection=line.connection)
        *_, written, _ = await line.exchange(message)
        if messages.is_written(written):
            expectations.learn(station_id, batch)
            return outcomes
        batch = Batch(presses, is_retry=False)
    _, locked, read, *seen = await line.exchange(statements.lock_and_read(station_id, batch))
    if not messages.is_locked(locked):
        await line.exchange(b"ROLLBACK")
        return [PressKeyNotFound() for _ in presses]
    for result in seen:
        for button_id, answer in messages.seen_of(result):
            batch.add_seen(button_id, answer)
    reads = messages.group_reads_of(read)
    if expected is not None:
        expectations.compare(station_id, expected, reads)
    if not batch.take_reads(reads):
        batch.regroup_apart()
        (read,) = await line.exchange(statements.read_again(station_id, batch))
        batch.take_reads(messages.group_reads_of(read))
    outcomes = batch.decide()
    if batch.new:
        await line.exchange(statements.write_and_commit(station_id, batch, connection=line.connection))
        expectations.learn(station_id, batch)
    else:
        await line.exchange(b"ROLLBACK")
    return outcomes
