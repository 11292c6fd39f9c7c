"""The gate before requests that use the database."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.api import gate
from app.api.body_limit import BATCH_PATH
from app.api.gate import RequestGate


def scope_of(path: str) -> Scope:
    return {"type": "http", "method": "GET", "path": path, "headers": []}


async def nothing() -> Message:
    return {"type": "http.disconnect"}


class Client:
    """Asks for a path, and keeps the status of the answer."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: dict[bytes, bytes] = {}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = dict(message["headers"])


class SlowApplication:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.inside = 0
        self.most_inside = 0
        self.may_answer = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        await self.may_answer.wait()
        self.inside -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def ask(door: RequestGate, path: str) -> Client:
    client = Client()
    await door(scope_of(path), nothing, client.send)
    return client


async def test_only_so_many_requests_are_inside_and_the_others_take_their_turn() -> None:
    application = SlowApplication()
    door = RequestGate(application)
    asked = [asyncio.create_task(ask(door, "/api/v1/buttons/")) for _ in range(3 * gate.PLACES)]
    await asyncio.sleep(0.05)
    assert application.inside == gate.PLACES
    application.may_answer.set()
    assert {(await each).status for each in asked} == {200}
    assert application.most_inside == gate.PLACES


async def test_who_waits_too_long_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "WAIT_S", 0.05)
    application = SlowApplication()
    door = RequestGate(application)
    inside = [asyncio.create_task(ask(door, "/api/v1/setup/")) for _ in range(gate.PLACES)]
    await asyncio.sleep(0.01)
    refused = await ask(door, "/api/v1/setup/")
    assert (refused.status, refused.headers[b"retry-after"]) == (503, b"1")
    application.may_answer.set()
    assert {(await each).status for each in inside} == {200}


async def test_a_place_is_free_as_soon_as_the_answer_begins() -> None:
    is_taken = asyncio.Event()

    async def answer_at_length(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await is_taken.wait()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    door = RequestGate(answer_at_length)
    asked = [asyncio.create_task(ask(door, "/api/v1/presses/export.csv")) for _ in range(2 * gate.PLACES)]
    await asyncio.sleep(0.05)
    assert door._places._value == gate.PLACES
    is_taken.set()
    assert {(await each).status for each in asked} == {200}
    assert door._places._value == gate.PLACES


@pytest.mark.parametrize("path", [BATCH_PATH, "/api/v1/utils/health-check/"])
async def test_batches_and_the_health_check_do_not_wait_for_others(path: str) -> None:
    application = SlowApplication()
    door = RequestGate(application)
    asked = [asyncio.create_task(ask(door, "/api/v1/setup/")) for _ in range(gate.PLACES)]
    asked.append(asyncio.create_task(ask(door, path)))
    await asyncio.sleep(0.05)
    assert application.inside == gate.PLACES + 1
    application.may_answer.set()
    assert {(await each).status for each in asked} == {200}
