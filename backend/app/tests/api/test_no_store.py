"""What caches are told about what they were told nothing about."""

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.tests.api.logins import bearer
from app.tests.factories import Factory


@pytest.mark.parametrize("path", ["/api/v1/stations/", "/api/v1/buttons/", "/api/v1/users/me", "/api/v1/decks/"])
def test_what_was_shown_to_somebody_is_kept_by_no_cache(
    client: TestClient, session: Session, make: Factory, path: str
) -> None:
    user = make.user()
    make.member(station=make.station(), user=user)

    answer = client.get(path, headers=bearer(session, user))

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


def test_what_may_be_kept_says_so_itself(client: TestClient) -> None:
    assert client.get("/docs/docs.js").headers.get_list("cache-control") == ["no-cache"]
