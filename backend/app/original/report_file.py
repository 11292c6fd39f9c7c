"""A file with each thing that did not simply come, for whoever wants to look after it."""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import AppError, Conflict, InvalidInput
from app.features.reports.csv_file import BYTE_ORDER_MARK, defused
from app.original.ledger import Entry

COLUMNS = ("what", "id", "became", "why", "detail")


class ReportExists(Conflict):
    """There is a file of this name, and what it holds may be wanted."""

    code = "report_exists"


@contextmanager
def report_to(path: Path | None) -> Iterator[Callable[[Entry], None]]:
    """Writes entries to a new file; without a path they go nowhere. Raises ReportExists, InvalidInput, OSError."""
    if path is None:
        yield lambda _: None
        return
    try:
        # It holds addresses of people: for its owner's eyes.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ReportExists(f"There is a file {path} already. Name another one with --report.") from None
    except OSError as error:
        raise InvalidInput(f"The report cannot be written to {path}: {error.strerror}.") from None
    is_empty = True
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(BYTE_ORDER_MARK)
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(COLUMNS)

            def tell(entry: Entry) -> None:
                nonlocal is_empty
                fate, why, detail = entry.remark
                writer.writerow((entry.thing, defused(entry.id), fate, why, defused(detail)))
                is_empty = False

            yield tell
    except BaseException as error:
        # Nothing to tell, or refused before anything came: the same command, mended, is not to stumble over the file.
        if is_empty or isinstance(error, AppError):
            path.unlink()
        raise
