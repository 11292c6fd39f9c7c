"""Structured logs on standard error: lines for people on a terminal, JSON elsewhere."""

import contextlib
import io
import logging
import sys
from typing import TextIO, cast

import structlog


class _LastingStream(io.TextIOBase):
    """Standard error, as long as anybody takes it. Nothing that is worth a line in the log may fail for want of one:
    a closed terminal, a reader of a pipe that went away and a full disk each refuse the write with an OSError."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.flush()


def configure_logging() -> None:
    """Set structlog up once for the process."""
    is_terminal = sys.stderr.isatty()
    renderers: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if is_terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *renderers,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=cast(TextIO, _LastingStream())),
        cache_logger_on_first_use=False,
    )
