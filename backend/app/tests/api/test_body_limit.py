"""Bodies are read before a request takes a place from others."""

import asyncio

import pytest
from starlette.types import Message, Scope

from app.api import gate
from app.main import create_app
from app.tests.api.live import ask

PATH = "/api/v1/login/access-token"
FORM = (b"content-type", b"application/x-www-form-urlencoded")


def scope_of(length: tuple[bytes, bytes]) -> Scope:
    scope = {"type": "http", "method": "POST", "scheme": "http", "path": PATH, "raw_path": PATH.encode()}
    return scope | {"query_string": b"", "root_path": "", "headers": [FORM, length]}


@pytest.mark.parametrize("length", [(b"content-length", b"100"), (b"transfer-encoding", b"chunked")])
async def test_who_sends_a_body_slowly_keeps_no_place_from_others(
    monkeypatch: pytest.MonkeyPatch, length: tuple[bytes, bytes]
) -> None:
    monkeypatch.setattr(gate, "WAIT_S", 0.05)
    application = create_app()

    async def begin() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"", "more_body": True}

    async def send(message: Message) -> None:
        pytest.fail(f"was answered {message}")

    slow = [asyncio.create_task(application(scope_of(length), begin, send)) for _ in range(2 * gate.PLACES)]
    await asyncio.sleep(0.02)
    answer = await ask(application, "GET", "/api/v1/nothing")
    for each in slow:
        each.cancel()
    await asyncio.gather(*slow, return_exceptions=True)

    assert (answer.status, answer.code) == (404, "not_found")


async def test_a_request_whose_client_goes_before_its_end_is_left_alone() -> None:
    application = create_app()
    parts: list[Message] = [{"type": "http.request", "body": b"user", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        pytest.fail(f"was answered {message}")

    await application(scope_of((b"content-length", b"100")), receive, send)
    assert parts == []
