"""/stats and the usage of a button: who may read them, what is refused, and the shapes of the answers."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.features.presses import rollup
from app.models import Button, Role, Station, User
from app.tests.factories import LONG_AGO, NOTHINGS_ID, Factory

STATS = "/api/v1/stats/"
PATHS = ["summary", "timeseries", "heatmap", "calendar", "top", "unused"]
# A zone that is a station's, but not this one's.
ELSEWHERE = "Asia/Tokyo"

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(zone="America/New_York")


@pytest.fixture
def button(session: Session, make: Factory, station: Station) -> Button:
    button = make.button(station=station, title="Buckle up")
    make.press(button=button, origin="192.0.2.7")
    rollup.rebuild(session, station_id=station.id)
    return button


@pytest.fixture
def viewer(make: Factory, station: Station, as_user: AsUser) -> TestClient:
    return as_user(_user(make, station))


def _user(make: Factory, station: Station) -> User:
    user = make.user()
    make.member(station=station, user=user, role=Role.VIEWER)
    return user


def read(client: TestClient, path: str, **params: Any) -> Any:
    answer = client.get(STATS + path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused_fields(client: TestClient, path: str, **params: Any) -> list[str]:
    answer = client.get(STATS + path, params=params)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("path", PATHS)
def test_a_viewer_reads_and_a_stranger_finds_nothing(
    make: Factory, station: Station, button: Button, as_user: AsUser, path: str
) -> None:
    client = as_user(_user(make, station))
    assert client.get(STATS + path).status_code == 200

    client = as_user(_user(make, make.station()))
    assert client.get(STATS + path, params={"station_id": str(station.id)}).status_code == 404


@pytest.mark.parametrize("path", [STATS + path for path in PATHS] + [f"/api/v1/buttons/{NOTHINGS_ID}/usage"])
def test_without_a_login_nothing_is_told(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_the_use_of_a_button_has_the_shape_that_it_always_had(viewer: TestClient, button: Button) -> None:
    answer = viewer.get(f"/api/v1/buttons/{button.id}/usage").json()

    assert answer["usage_count"] == 1
    (use,) = answer["recent_uses"]
    assert (use["timestamp"], use["origin"]) == ("2026-01-01T00:00:00Z", "192.0.2.7")


def test_another_stations_button_has_no_usage(make: Factory, station: Station, viewer: TestClient) -> None:
    elsewhere = make.button(station=make.station())
    answer = viewer.get(f"/api/v1/buttons/{elsewhere.id}/usage", params={"station_id": str(station.id)})
    assert (answer.status_code, answer.json()["code"]) == (404, "button_not_found")


@pytest.mark.parametrize("path", ["timeseries", "heatmap", "calendar"])
def test_what_is_not_there_is_not_counted(viewer: TestClient, button: Button, path: str) -> None:
    for name, code in (("button_id", "button_not_found"), ("deck_id", "deck_not_found")):
        answer = viewer.get(STATS + path, params={name: str(uuid4())})
        assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_a_series_lists_its_buckets_and_a_count_for_each(viewer: TestClient, station: Station, button: Button) -> None:
    answer = read(viewer, "timeseries", start="2025-12-30", end="2026-01-02", by="button")

    assert (answer["zone"], answer["bucket"], answer["start"], answer["end"]) == (
        "America/New_York",
        "day",
        "2025-12-30",
        "2026-01-02",
    )
    assert [each["label"] for each in answer["buckets"]] == ["2025-12-30", "2025-12-31", "2026-01-01"]
    assert answer["buckets"][1]["starts_at"] == "2025-12-31T05:00:00Z"
    # Pressed at midnight in UTC, which was the evening before. No server of this database was ever running.
    assert answer["series"] == [{"key": str(button.id), "title": "Buckle up", "total": 1, "counts": [None, 1, None]}]
    assert answer["series_count"] == 1


def test_a_heatmap_has_seven_days_of_24_hours(viewer: TestClient, button: Button) -> None:
    answer = read(viewer, "heatmap", start="2025-12-29", end="2026-01-05")

    assert [len(day) for day in answer["counts"]] == [24] * 7
    # 31 December 2025 was a Wednesday; 19:00 in New York.
    assert (answer["counts"][2][19], answer["total"]) == (1, 1)


def test_a_zone_moves_the_press_into_its_own_day(viewer: TestClient, button: Button) -> None:
    answer = read(viewer, "timeseries", start="2025-12-30", end="2026-01-02", tz=ELSEWHERE)
    assert answer["series"][0]["counts"] == [None, None, 1]


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("timeseries", {"bucket": "minute"}, "query.bucket"),
        ("timeseries", {"by": "source"}, "query.by"),
        ("timeseries", {"start": "yesterday"}, "query.start"),
        ("timeseries", {"start": "2026-02-30"}, "query.start"),
        ("timeseries", {"start": "1770000000"}, "query.start"),
        ("timeseries", {"end": "2026-01-01T00:00:00Z"}, "query.end"),
        ("timeseries", {"start": "2020-01-01", "bucket": "hour"}, "query.start"),
        ("timeseries", {"limit": 51}, "query.limit"),
        ("timeseries", {"tz": "EST"}, "query.tz"),
        ("timeseries", {"tz": "Mars/Olympus"}, "query.tz"),
        ("timeseries", {"tz": "UTC\x00"}, "query.tz"),
        ("timeseries", {"type": ""}, "query.type"),
        ("timeseries", {"type": "a\x00b"}, "query.type"),
        ("timeseries", {"button_id": "1"}, "query.button_id"),
        ("timeseries", {"buttons": "1"}, "query.buttons"),
        ("timeseries", {"deck_id": str(uuid4()), "type": "psa"}, "query.deck_id"),
        ("summary", {"tz": "Nowhere"}, "query.tz"),
        ("heatmap", {"start": "2024-01-01"}, "query.start"),
        ("calendar", {"year": 2200}, "query.year"),
        ("calendar", {"year": 2000}, "query.year"),
        ("calendar", {"tz": ELSEWHERE}, "query.tz"),
        ("top", {"order": "least"}, "query.order"),
        ("top", {"start": "2020-01-01", "tz": ELSEWHERE}, "query.start"),
        ("top", {"deck_id": str(uuid4())}, "query.deck_id"),
        ("unused", {"days": 0}, "query.days"),
        ("unused", {"limit": 201}, "query.limit"),
    ],
)
def test_what_cannot_be_asked_names_the_field(
    viewer: TestClient, button: Button, path: str, params: dict[str, Any], field: str
) -> None:
    assert refused_fields(viewer, path, **params) == [field]


@pytest.mark.parametrize("path", ["timeseries", "heatmap", "top"])
@pytest.mark.parametrize("params", [{"end": "2200-01-01"}, {"end": "2001-01-02"}])
def test_the_edges_of_time_are_answered(viewer: TestClient, button: Button, path: str, params: dict[str, str]) -> None:
    answer = read(viewer, path, **params)
    assert answer["end"] == params["end"]


def test_the_first_and_the_last_year_have_a_calendar(viewer: TestClient, button: Button) -> None:
    assert len(read(viewer, "calendar", year=2001)["days"]) == 365
    assert read(viewer, "calendar", year=2199)["days"] == []


def test_unused_buttons_are_paged(make: Factory, station: Station, viewer: TestClient) -> None:
    for number in range(3):
        make.button(station=station, title=f"B{number}", created_at=LONG_AGO)

    first = read(viewer, "unused", days=30, limit=2)
    second = read(viewer, "unused", days=30, limit=2, skip=2)

    assert [len(page["data"]) for page in (first, second)] == [2, 1]
    assert first["count"] == second["count"] == 3
    assert len({each["button"]["id"] for page in (first, second) for each in page["data"]}) == 3
