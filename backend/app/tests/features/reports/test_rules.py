from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.features.reports.rules import file_stem

NEW_YORK = ZoneInfo("America/New_York")
NOVEMBER = datetime(2026, 11, 1, 4, tzinfo=UTC)
NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)


def stem(*, label: str = "WDMO", **fields: Any) -> str:
    asked: dict[str, Any] = {"start": None, "end": None, "zone": NEW_YORK, "now": NOW}
    return file_stem(label=label, **(asked | fields))


def test_a_file_is_named_after_its_first_and_its_last_local_day() -> None:
    end = datetime(2026, 11, 26, 5, tzinfo=UTC)

    assert stem(start=NOVEMBER, end=end) == "WDMO-log-2026-11-01--2026-11-25"
    assert stem(start=NOVEMBER, end=end + timedelta(microseconds=1)) == "WDMO-log-2026-11-01--2026-11-26"


def test_a_file_without_an_end_goes_until_today() -> None:
    assert stem(start=NOVEMBER) == "WDMO-log-2026-11-01--2026-11-25"
    assert stem() == "WDMO-log-until-2026-11-25"
    assert stem(end=NOVEMBER) == "WDMO-log-until-2026-10-31"


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_ends_of_time_have_a_name(zone: str) -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

    name = stem(start=first, end=last, zone=ZoneInfo(zone))
    assert name.startswith("WDMO-log-0001-01-01--9999-12-31")
    assert stem(end=first, zone=ZoneInfo(zone)) == "WDMO-log-until-0001-01-01"


@pytest.mark.parametrize(
    ("label", "begins"),
    [
        ("WDMO", "WDMO-log-"),
        ("The Dog Mother / FM", "The-Dog-Mother-FM-log-"),
        ('a"b\r\nSet-Cookie: x', "a-b-Set-Cookie-x-log-"),
        ("../../etc/passwd", "etc-passwd-log-"),
        (".hidden", "hidden-log-"),
        ("Radio Zürich", "Radio-Zürich-log-"),
        ("Radio Zu\u0308rich", "Radio-Zürich-log-"),
        ("ラジオ", "ラジオ-log-"),
        ("\u202egpj", "gpj-log-"),
        ("🐶🐶", "station-log-"),
        ("", "station-log-"),
        ("x" * 200, "x" * 60 + "-log-"),
    ],
)
def test_a_label_that_no_file_may_have_is_made_fit(label: str, begins: str) -> None:
    assert stem(label=label).startswith(begins)
