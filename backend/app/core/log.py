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


_SECRET = re.compile(r"^(/p/|/api/v1/buttons/(?=[^/]*/increment)|/api/v1/password-recovery).*", re.DOTALL)


def without_secrets(path: str) -> str:
    """A path as a log may show it: with a press key out of it, anybody could record presses, and who has forgotten a
    password is nobody's business."""
    return _SECRET.sub(r"\1…", path)


class WithoutSecrets(logging.Filter):
    """For the access log that `fastapi run` writes."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_secrets(argument) if isinstance(argument, str) else argument for argument in record.args
            )
        return True


_without_secrets = WithoutSecrets()


def lines(*, is_for_people: bool) -> list[structlog.typing.Processor]:
    """What makes the text of an event. Local variables stay out of it, wherever it goes: they may be passwords."""
    if is_for_people:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def configure_logging() -> None:
    """Set structlog up once for the process, and let what libraries log look alike."""
    stream = cast(TextIO, _LastingStream())
    first: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = lines(is_for_people=sys.stderr.isatty())
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
    logging.getLogger("uvicorn.access").addFilter(_without_secrets)
