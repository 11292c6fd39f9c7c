"""Decisions about streams: what an event looks like, and where a reader goes on."""

MAX_REPLAY = 10_000


def encode_event(name: str, *, seq: int, data: str) -> bytes:
    """A server-sent event. The data are JSON, which holds no line break; the number is where a reader resumes."""
    return f"event: {name}\nid: {seq}\ndata: {data}\n\n".encode()


def must_start_anew(last_event_id: int | None, *, last_seq: int) -> bool:
    """Whether a reader's place is of no use: too far back to be replayed, or beyond the end of the record."""
    return last_event_id is not None and not last_seq - MAX_REPLAY <= last_event_id <= last_seq
