"""Recording a batch of presses."""

from collections.abc import Sequence
from uuid import UUID

from app.features.presses import messages
from app.features.presses.batch import Batch, Outcome, PressKeyNotFound
from app.features.presses.ingest import IncomingPress
from app.features.presses.messages import BatchStatements, Line


async def record_batch(
    line: Line,
    station_id: UUID,
    presses: Sequence[IncomingPress],
    *,
    statements: BatchStatements,
    is_retry: bool,
) -> list[Outcome]:
    """Record presses of one station in one transaction, committed on return; an outcome for each, in order.

    The line's connection is in autocommit mode and has `statements.prepare` behind it. With `is_retry` every id is
    looked for, since an earlier try may have been committed without our hearing of it. Raises psycopg errors; then
    nothing of the batch was recorded, or, when the connection broke, it is not known. The line is of no more use then.
    """
    batch = Batch(presses, is_retry=is_retry)
    _, locked, read, *seen = await line.exchange(statements.lock_and_read(station_id, batch))
    last_seq = messages.last_seq_of(locked)
    if last_seq is None:
        await line.exchange(b"ROLLBACK")
        return [PressKeyNotFound() for _ in presses]
    for result in seen:
        for button_id, answer in messages.seen_of(result):
            batch.add_seen(button_id, answer)
    if not batch.take_reads(messages.group_reads_of(read)):
        batch.regroup_apart()
        (read,) = await line.exchange(statements.read_again(station_id, batch))
        batch.take_reads(messages.group_reads_of(read))
    outcomes = batch.decide()
    if batch.new:
        message = statements.write_and_commit(station_id, batch, last_seq=last_seq, connection=line.connection)
        await line.exchange(message)
    else:
        await line.exchange(b"ROLLBACK")
    return outcomes
