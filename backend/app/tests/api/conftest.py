"""Who makes a request, without a login; and bodies that a well-behaved client would not send."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.deps import Caller, Runtime, get_caller
from app.main import Tracker
from app.models import LoginSession, User
from app.tests.factories import LONG_AGO
from app.tests.letters import that_send_mail


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
def mailing(application: Tracker, client: TestClient, runtime: Runtime) -> TestClient:
    """A client of a server that sends mail. Tries are not counted."""
    settings = that_send_mail(runtime.settings).model_copy(update={"login_limiter": False})
    application.state.runtime = replace(runtime, settings=settings)
    return client
