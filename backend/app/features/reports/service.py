"""The log, whole: read a page at a time, given out as text."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app import crud
from app.features.presses import log
from app.features.presses.log import LogFilter, Position
from app.features.presses.schemas import LogRow
from app.features.reports import csv_file
from app.models import Station

# Large enough that the statements of a page cost little: a page of 1,000 takes as long for each row, one of 200 a tenth
# longer.
PAGE_ROWS = 500

type OpenTransaction = Callable[[], AbstractContextManager[Session]]

# Line breaks to Python and others, though not to JSON: a reader that splits text at each would see half an object.
_OTHER_LINE_BREAKS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True)
class LogExport:
    """What is exported: one consistent list, the log as it was when the export began. What decks and people are called is
    told as of when each page is read."""

    open_transaction: OpenTransaction
    station_id: UUID
    zone: ZoneInfo
    log_filter: LogFilter


def begin_export(
    session: Session, *, station: Station, log_filter: LogFilter, open_transaction: OpenTransaction
) -> LogExport:
    """An export of what is on the record now, whatever arrives while it is read."""
    head = crud.get_station_head(session, station.id)
    return LogExport(
        open_transaction=open_transaction,
        station_id=station.id,
        zone=ZoneInfo(station.zone),
        log_filter=replace(log_filter, as_of=head.last_seq if head else 0),
    )


def csv_pages(export: LogExport) -> Iterator[str]:
    """The log as a CSV file, in pieces that make the whole when joined. An empty log gives the header alone."""
    before = csv_file.header()
    for rows in _pages(export):
        yield before + csv_file.lines(rows, zone=export.zone)
        before = ""


def jsonl_pages(export: LogExport) -> Iterator[str]:
    """The log as JSON Lines, in pieces: on each line an object, as the paged log has it. An empty log gives nothing."""
    for rows in _pages(export):
        yield "".join(_json_line(row) for row in rows)


def _json_line(row: LogRow) -> str:
    line = log.press_public(row).model_dump_json()
    if not line.isascii():
        for character, escape in _OTHER_LINE_BREAKS.items():
            line = line.replace(character, escape)
    return line + "\n"


def _pages(export: LogExport) -> Iterator[list[LogRow]]:
    """Every page, newest first, also those without a row that fits.

    Each is read in a transaction of its own, which has ended when the page is given out: however slowly the file is
    taken, nothing in the database waits for it.
    """
    after: Position | None = None
    while True:
        with export.open_transaction() as session:
            page = log.read_row_page(
                session,
                station_id=export.station_id,
                log_filter=export.log_filter,
                after=after,
                limit=PAGE_ROWS,
            )
        yield page.rows
        if page.end is None:
            return
        after = page.end
