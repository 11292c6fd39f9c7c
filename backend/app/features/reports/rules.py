"""What an export is called: pure decisions."""

import re
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_UNFIT = re.compile(r"[^\w.]+")
MAX_LABEL = 60


def file_stem(*, label: str, start: datetime | None, end: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """The name of a file of the log, without its suffix: `WDMO-log-2026-11-01--2026-11-25`.

    The days are the first and the last that the file can hold, in the station's zone; a log without an end ends
    today. `label` is what the station is known by; what no file may be called is taken out of it.
    """
    last_day = _local_day(_just_before(end) if end else now, zone)
    days = f"{_local_day(start, zone)}--{last_day}" if start else f"until-{last_day}"
    return f"{_fit(label)}-log-{days}"


def _fit(label: str) -> str:
    # A leading dot would hide the file.
    return _UNFIT.sub("-", unicodedata.normalize("NFC", label))[:MAX_LABEL].strip("-.") or "station"


def _just_before(end: datetime) -> datetime:
    try:
        return end - timedelta(microseconds=1)
    except OverflowError:
        return end


def _local_day(at: datetime, zone: ZoneInfo) -> str:
    try:
        return at.astimezone(zone).date().isoformat()
    except OverflowError:
        # The first and the last day of all time have no other one beside them.
        return at.date().isoformat()
