"""/watches: when nobody was listening."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.api.deps import get_now
from app.models import Role, User, Watch
from app.tests.factories import Factory

WATCHES = "/api/v1/watches/"
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def viewer(make: Factory, as_user: Callable[[User], TestClient]) -> TestClient:
    """A viewer for whom it is noon."""
    user = make.user()
    make.member(station=make.station(), user=user, role=Role.VIEWER)
    client = as_user(user)
    cast(FastAPI, client.app).dependency_overrides[get_now] = lambda: NOON
    return client


def watch(session: Session, start: datetime, end: datetime, *, is_running: bool = False) -> None:
    ended_at = None if is_running else end
    session.add(Watch(id=uuid4(), started_at=start, last_seen_at=end, ended_at=ended_at))
    session.flush()


def gaps(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.json()["count"] == len(answer.json()["data"])
    return [(gap["started_at"], gap["ended_at"]) for gap in answer.json()["data"]]


def test_what_lies_between_two_watches_was_not_recorded(session: Session, viewer: TestClient) -> None:
    watch(session, NOON - 10 * HOUR, NOON - 5 * HOUR)
    watch(session, NOON - 3 * HOUR, NOON - timedelta(seconds=2), is_running=True)

    answer = viewer.get(WATCHES, params={"start": (NOON - 8 * HOUR).isoformat()})

    assert gaps(answer) == [("2026-03-29T07:00:00Z", "2026-03-29T09:00:00Z")]
    assert (answer.json()["start"], answer.json()["end"]) == ("2026-03-29T04:00:00Z", "2026-03-29T12:00:00Z")


def test_the_last_thirty_days_are_shown_and_never_the_future(session: Session, viewer: TestClient) -> None:
    answer = viewer.get(WATCHES, params={"end": "2027-01-01T00:00:00Z"})

    assert (answer.json()["start"], answer.json()["end"]) == ("2026-02-27T12:00:00Z", "2026-03-29T12:00:00Z")
    assert gaps(answer) == [("2026-02-27T12:00:00Z", "2026-03-29T12:00:00Z")]
    assert gaps(viewer.get(WATCHES)) == gaps(answer)


def test_before_the_station_was_made_nothing_was_missed(session: Session, viewer: TestClient) -> None:
    answer = viewer.get(WATCHES, params={"start": "2020-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z"})

    assert gaps(answer) == [("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    assert gaps(viewer.get(WATCHES, params={"end": "2020-01-01T00:00:00Z"})) == []


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_time_are_answered(viewer: TestClient, end: str) -> None:
    assert viewer.get(WATCHES, params={"end": end}).status_code == 200
    assert viewer.get(WATCHES, params={"start": "0001-01-01T00:00:00Z", "end": end}).status_code == 200


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"start": "yesterday"}, "query.start"),
        ({"end": "2026-01-01"}, "query.end"),
        ({"start": "2026-03-29T12:00:01Z"}, "query.start"),
        ({"start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"}, "query.start"),
    ],
)
def test_a_range_that_is_none_is_refused(viewer: TestClient, params: dict[str, str], field: str) -> None:
    answer = viewer.get(WATCHES, params=params)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_watches_are_for_members(client: TestClient) -> None:
    assert client.get(WATCHES).status_code == 401
