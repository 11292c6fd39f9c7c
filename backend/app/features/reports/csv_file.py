"""The log as a CSV file: rows in, text out. Pure; no SQL, no HTTP, no clock.

As RFC 4180 has it: commas, lines that end in CR LF, quotes around all text: LibreOffice offers to split at semicolons and
tabs as well, and would do so inside a cell without quotes. A byte order mark comes first: without it Excel takes UTF-8
for the code page of its country.
"""

import csv
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from app.features.presses.schemas import LogCorrection, LogRow

BYTE_ORDER_MARK = "\ufeff"
COLUMNS = (
    "pressed_at_local",
    "pressed_at",
    "received_at",
    "status",
    "recorded_status",
    "title",
    "type",
    "description",
    "duration",
    "source",
    "version",
    "deck",
    "channel",
    "note",
    "origin",
    "claimed_at",
    "sent_at",
    "clock_offset_ms",
    "is_clock_suspect",
    "corrections",
    "recorded_by",
    "seq",
    "id",
    "button_id",
)

type Cell = str | int | None

# A spreadsheet may take for a formula what begins with one of = + - @, also full-width, small or as a minus sign, behind
# whatever it drops or does not show. Apostrophes may stand before, so that one more of them can always be told from the
# text's own.
_UNSEEN = (
    r"[\x00-\x08\x0b\x0c\x0e-\x20\x22\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]"
)
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
# Not only where a text begins: where a semicolon parts cells, as in German or French, Excel opens a file with commas as
# one wide cell, and begins others at semicolons, tabs and line breaks within. A text that begins with a tab or a line
# break may be taken for the one that stands behind it.
_BEFORE_FORMULA = re.compile(rf"(\A(?='*[\t\r\n])|(?:\A|[;\t\r\n])(?='*{_UNSEEN}*[{_SIGNS}]))")
# Most texts have none of it, and looking so far takes a fifth of the time.
_SUSPICIOUS = re.compile(rf"[{_SIGNS}\t\r\n]")


def header() -> str:
    """What a file begins with: the byte order mark and the names of the columns."""
    return BYTE_ORDER_MARK + _written([COLUMNS])


def lines(rows: Iterable[LogRow], *, zone: ZoneInfo) -> str:
    """The lines of these rows, in their order. Local times are those of `zone`."""
    return _written(_cells(row, zone) for row in rows)


def defused(words: str | None) -> str | None:
    """A text that no spreadsheet runs as a formula: what could be one gets an apostrophe before it.

    The apostrophe can be taken away again: what has one before it and could be a formula has one too many.
    """
    return _BEFORE_FORMULA.sub(r"\g<1>'", words) if words and _SUSPICIOUS.search(words) else words


def local_time(at: datetime, zone: ZoneInfo) -> str:
    """The local time to the second with its abbreviation, which tells the two hours of an autumn change apart:
    `2026-11-01 01:30:00 EDT`. Zones without one give their offset: `+0545`."""
    local = at.astimezone(zone)
    return f"{local.isoformat(' ')[:19]} {local.tzname()}"


def _written(records: Iterable[Iterable[Cell]]) -> str:
    sheet = StringIO(newline="")
    csv.writer(sheet, quoting=csv.QUOTE_STRINGS).writerows(records)
    return sheet.getvalue()


def _cells(row: LogRow, zone: ZoneInfo) -> tuple[Cell, ...]:
    return (
        local_time(row.pressed_at, zone),
        _utc(row.pressed_at),
        _utc(row.received_at),
        row.status,
        row.recorded_status,
        defused(row.title),
        defused(row.type),
        defused(row.description),
        _seconds(row.duration),
        defused(row.source),
        row.button_version,
        defused(row.deck_name),
        row.channel,
        defused(row.note),
        row.origin,
        _utc(row.claimed_at),
        _utc(row.sent_at),
        row.clock_offset_ms,
        "true" if row.is_clock_suspect else "false",
        defused("\n".join(_sentence(correction, zone) for correction in row.corrections)),
        defused(row.recorder_name),
        row.seq,
        str(row.id),
        str(row.button_id),
    )


def _utc(at: datetime | None) -> str | None:
    # Always with all six digits, so that the column sorts as text.
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z" if at else None


def _seconds(duration: float | None) -> str | None:
    return None if duration is None else repr(duration).removesuffix(".0")


def _sentence(correction: LogCorrection, zone: ZoneInfo) -> str:
    return f"{correction.kind} by {correction.user_name}, {local_time(correction.created_at, zone)}: {correction.text}"
