"""Files of the log."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from app.api.deps import LaterTransactionsDep, NowDep, RuntimeDep, SessionDep, ViewerDep
from app.api.examples import CSV_EXAMPLE, JSON_LINES_EXAMPLE
from app.api.export_response import CsvExport, JsonLinesExport, TooManyExports
from app.api.log_filter import LogFilterDep
from app.api.open_to import open_to
from app.api.problems import Responses, problems
from app.features.reports import service
from app.features.reports.rules import file_stem
from app.features.reports.service import LogExport
from app.models import Scope, Station

router = APIRouter()


def _answers(media_type: str, example: str) -> Responses:
    file = {"description": "The file.", "content": {media_type: {"schema": {"type": "string"}, "example": example}}}
    return {200: file} | problems(TooManyExports)


CSV_ANSWERS = _answers(CsvExport.media_type, CSV_EXAMPLE)
JSON_LINES_ANSWERS = _answers(JsonLinesExport.media_type, JSON_LINES_EXAMPLE)


def _begin_export(
    session: SessionDep, access: ViewerDep, log_filter: LogFilterDep, open_transaction: LaterTransactionsDep
) -> LogExport:
    return service.begin_export(
        session, station=access.station, log_filter=log_filter, open_transaction=open_transaction
    )


LogExportDep = Annotated[LogExport, Depends(_begin_export)]


@router.get("/export.csv", response_class=CsvExport, status_code=200, responses=CSV_ANSWERS)
@open_to(Scope.PRESSES_READ)
async def export_csv(export: LogExportDep, access: ViewerDep, runtime: RuntimeDep, now: NowDep) -> CsvExport:
    """The log as a CSV file: what the log shows under the same filters, whole, newest first, as it was at the start.

    UTF-8 with a byte order mark; commas, quotes around all text, lines that end in CR LF. `pressed_at_local` is in the
    station's zone, with its abbreviation; `pressed_at` is in UTC. Text that a spreadsheet might run as a formula has an
    apostrophe before it, also behind a semicolon, a tab or a line break. The file is complete when the download ends
    without an error; one that is cut off is never ended properly. Each server process makes at most two exports at
    once, and leaves a client that takes less than 32 KiB a second for long.
    """
    name = f"{_file_stem(access.station, export, now)}.csv"
    return CsvExport(service.csv_pages(export), file_name=name, places=runtime.export_places, user_id=access.user.id)


@router.get("/export.jsonl", response_class=JsonLinesExport, status_code=200, responses=JSON_LINES_ANSWERS)
@open_to(Scope.PRESSES_READ)
async def export_jsonl(export: LogExportDep, access: ViewerDep, runtime: RuntimeDep, now: NowDep) -> JsonLinesExport:
    """The log as JSON Lines: what the log shows under the same filters, whole, newest first, as it was at the start.

    Each line is a press as the log has it (`PressPublic`), its text unaltered. The file is complete when the download
    ends without an error; one that is cut off is never ended properly. Each server process makes at most two exports at
    once, and leaves a client that takes less than 32 KiB a second for long.
    """
    name = f"{_file_stem(access.station, export, now)}.jsonl"
    return JsonLinesExport(
        service.jsonl_pages(export), file_name=name, places=runtime.export_places, user_id=access.user.id
    )


def _file_stem(station: Station, export: LogExport, now: datetime) -> str:
    asked = export.log_filter
    label = station.call_sign or station.name
    return file_stem(label=label, start=asked.start, end=asked.end, zone=export.zone, now=now)
