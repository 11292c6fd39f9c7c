"""`GET|POST /p/{press_key}`: a bare ASGI route, since every layer of a framework costs presses.

It is documented by hand in the OpenAPI document, by `app.api.press_openapi`.
"""

import json
from datetime import datetime
from functools import lru_cache

from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from app.api.body_limit import MAX_BODY_BYTES, ClientGone, declared_length, read_body
from app.api.deps import AddressNotes, Recorder
from app.api.errors import PROBLEM_JSON, field_errors, problem_headers, problem_of
from app.api.press_origin import origin_of
from app.core import clock
from app.core.config import Network
from app.core.errors import AppError, InvalidInput, TooLarge
from app.core.ids import time_ordered_id
from app.features.presses.batch import PressKeyNotFound
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording, is_press_key, is_preview_request
from app.features.presses.schemas import PressBody
from app.models import Channel

PRESS_PREFIX = "/p/"

type Headers = list[tuple[bytes, bytes]]
type Answer = tuple[int, Headers, bytes]

_JSON = (b"content-type", b"application/json")
_NO_STORE = (b"cache-control", b"no-store")


class MethodNotAllowed(AppError):
    """A press is a GET, or where `allowed` has it a POST."""

    status, code = 405, "method_not_allowed"
    default_detail = "A press is sent with one of GET, POST, HEAD, OPTIONS; the last two record nothing."

    def __init__(self, allowed: str) -> None:
        super().__init__(f"A press is sent with one of {allowed}; the last two record nothing.")


class PressRoute:
    """The ASGI application under `/p/`."""

    methods = frozenset({"GET", "POST", "HEAD"})
    allowed = "GET, POST, HEAD, OPTIONS"

    def __init__(self, recorder: Recorder, *, addresses: AddressNotes, trusted_proxies: list[Network]) -> None:
        self._recorder = recorder
        self._addresses = addresses
        self._trusted_proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, headers, body = await self._respond(scope, receive)
        except ClientGone:
            return
        except AppError as error:
            status, headers, body = _problem(error, allowed=self.allowed)
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _respond(self, scope: Scope, receive: Receive) -> Answer:
        method = scope["method"]
        if method == "OPTIONS":
            return 204, [(b"allow", self.allowed.encode()), _NO_STORE], b""
        if method not in self.methods:
            raise MethodNotAllowed(self.allowed)
        received_at = clock.now()
        key = self._key_of(scope["path"])
        press_body = await _read_body(scope, receive) if method == "POST" else None
        binding = self._recorder.known_key(key) or await self._recorder.find_key(key)
        if method == "HEAD":
            return 200, [_JSON, _NO_STORE], b""
        press = self._incoming(scope, key, binding, received_at, press_body)
        recorded = await self._recorder.submit(binding.station_id, press)
        if not press.is_preview:
            self._addresses.note(binding, scope["headers"], at=received_at)
        return _answer(recorded)

    def _key_of(self, path: str) -> str:
        """The press key that a path names. Raises PressKeyNotFound where it can name none."""
        key = path[len(PRESS_PREFIX) :].rstrip("/")
        if not is_press_key(key):
            raise PressKeyNotFound
        return key

    def _incoming(
        self, scope: Scope, key: str, binding: KeyBinding, received_at: datetime, body: PressBody | None
    ) -> IncomingPress:
        headers = scope["headers"]
        return IncomingPress(
            id=(body.id if body else None) or time_ordered_id(received_at),
            has_client_id=body is not None and body.id is not None,
            button_id=binding.button_id,
            press_key=key,
            press_key_id=binding.key_id,
            deck_id=binding.deck_id,
            channel=Channel.GET if body is None else Channel.POST,
            received_at=received_at,
            claimed_at=body.pressed_at if body else None,
            sent_at=body.sent_at if body else None,
            note=(body.note or None) if body else None,
            origin=origin_of(scope, self._trusted_proxies),
            is_preview=is_preview_request(headers),
        )


async def _read_body(scope: Scope, receive: Receive) -> PressBody:
    if (declared_length(scope) or 0) > MAX_BODY_BYTES:
        raise TooLarge
    body = await read_body(receive, MAX_BODY_BYTES)
    if not body.strip():
        return PressBody()
    try:
        return PressBody.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput(errors=field_errors(error.errors(include_url=False), under="body")) from None


def _answer(recorded: Recording) -> Answer:
    # Pressed moments are in UTC: the server's clock is, and the body's times were brought there when they were read.
    body = (
        f'{{"status":"{recorded.status.value}","press_id":"{recorded.press_id}",'
        f'"button":{{"title":{_json_text(recorded.title)},"usage_count":{recorded.usage_count}}},'
        f'"pressed_at":"{recorded.pressed_at.isoformat()[:-6]}Z"}}'
    ).encode()
    return 200, [_JSON, _NO_STORE, (b"content-length", b"%d" % len(body))], body


@lru_cache(maxsize=4096)
def _json_text(title: str) -> str:
    return json.dumps(title)


def _problem(error: AppError, *, allowed: str) -> Answer:
    body = json.dumps(problem_of(error)).encode()
    headers = [(name.lower().encode(), value.encode()) for name, value in problem_headers(error).items()]
    headers += [(b"content-type", PROBLEM_JSON.encode()), (b"content-length", b"%d" % len(body))]
    if error.status == MethodNotAllowed.status:
        headers.append((b"allow", allowed.encode()))
    return error.status, headers, body
