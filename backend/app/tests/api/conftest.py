"""Who makes a request, and where; bodies that a well-behaved client would not send; and the application as it runs."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.api.deps import Caller, Runtime, get_caller
from app.main import Tracker
from app.models import LoginSession, User
from app.tests.api.live import live_app
from app.tests.api.logins import bearer
from app.tests.api.studio import HOME, Studio
from app.tests.factories import LONG_AGO, Factory
from app.tests.letters import that_send_mail
from app.tests.recording import KeptDatabase, kept_database


def raw_json(body: object) -> dict[str, Any]:
    """Arguments of a request with a body of plain ASCII: a client's own encoder refuses lone surrogates."""
    return {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}


@pytest.fixture
def as_user(client: TestClient) -> Callable[[User], TestClient]:
    """Makes the client speak as a user, from the next request on."""

    def speak_as(user: User) -> TestClient:
        login = LoginSession(user_id=user.id, created_at=LONG_AGO, expires_at=LONG_AGO + timedelta(days=1))
        app = cast(FastAPI, client.app)
        app.dependency_overrides[get_caller] = lambda: Caller(user=user, by=login)
        return client

    return speak_as


@pytest.fixture
def chief(session: Session, make: Factory) -> dict[str, str]:
    """The header of somebody who runs the instance."""
    return bearer(session, make.user(is_superuser=True))


@pytest.fixture
def mailing(application: Tracker, client: TestClient, runtime: Runtime) -> TestClient:
    """A client of a server that sends mail. Tries are not counted."""
    settings = that_send_mail(runtime.settings).model_copy(update={"login_limiter": False})
    application.state.runtime = replace(runtime, settings=settings)
    return client


@pytest.fixture
def studio(make: Factory) -> Studio:
    return Studio(make)


@pytest.fixture
def home(application: Tracker, client: TestClient) -> TestClient:
    """A client at an address."""
    return TestClient(application, client=(HOME, 50_000))


@pytest.fixture(scope="module")
def kept(new_database: Callable[[str], str]) -> Iterator[KeptDatabase]:
    """What a file of tests records stays, in a database of its own."""
    with kept_database(new_database(f"api_{uuid4().hex}")) as database:
        yield database


@pytest.fixture(scope="module")
async def app(kept: KeptDatabase) -> AsyncIterator[Tracker]:
    """The application as it runs, on that database."""
    async with live_app(kept.settings) as app:
        yield app
