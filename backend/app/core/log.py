"""Structured logs on standard error: lines for people on a terminal, JSON elsewhere."""

import contextlib
import io
import logging
import os
import re
import sys
from typing import TextIO, cast

import structlog

STANDARD_ERROR = 2


class _LastingStream(io.TextIOBase):
    """Standard error, as long as anybody takes it. Nothing that is worth a line in the log may fail for want of one:
    a closed terminal, a reader of a pipe that went away and a full disk each refuse the write with an OSError."""

    def write(self, text: str) -> int:
        # Not through sys.stderr: it would keep what was refused, and fail of it once more when the process ends.
        with contextlib.suppress(OSError):
            os.write(STANDARD_ERROR, text.encode(errors="backslashreplace"))
        return len(text)


class _WithoutPressKeys(logging.Filter):
    """For the access log that `fastapi run` writes: with a press key out of it, anybody could record presses."""

    _PRESS = re.compile(r"^(/p/|/api/v1/buttons/(?=[^/]*/increment)).*", re.DOTALL)

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                self._PRESS.sub(r"\1…", argument) if isinstance(argument, str) else argument for argument in record.args
            )
        return True


_without_press_keys = _WithoutPressKeys()


def configure_logging() -> None:
    """Set structlog up once for the process, and let what libraries log look alike."""
    stream = cast(TextIO, _LastingStream())
    first: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if sys.stderr.isatty()
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*first, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[without_meta, *last], foreign_pre_chain=first))
    # Does nothing where somebody has set up logging already, as a test runner does.
    logging.basicConfig(handlers=[handler])
    # The same object each time, so that it is there once.
    logging.getLogger("uvicorn.access").addFilter(_without_press_keys)
