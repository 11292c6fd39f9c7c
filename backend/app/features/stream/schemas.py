"""Shapes of the stream room."""

from app.core.shapes import Shape


class StreamPosition(Shape):
    """Where a stream goes on: everything up to this number of the record lies behind it."""

    last_seq: int
