"""Requests that no well-behaved client sends, to a server that must stay up and count none of them."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from app.tests.serving.presser import press_once
from app.tests.serving.product import PressTarget, Product

KIB = 1024
MAX_BODY = 64 * KIB
MAX_BATCH_BODY = 1024 * KIB
BATCH = "/api/v1/presses/batch"


@pytest.fixture(scope="module")
def target(shared_products: Any) -> PressTarget:
    made: PressTarget = shared_products(1).new_target()
    return made


@pytest.fixture(autouse=True)
def nothing_counts(single: Product, target: PressTarget) -> Iterator[None]:
    """And nothing of it is an error of the server."""
    before = _state(single, target)
    yield
    assert _state(single, target) == before
    # Uvicorn closes the connection of a pipeline with garbage in it under the requests before that; they notice.
    complaints = [line for line in single.err.splitlines() if "handler is closed" not in line]
    assert not any("unexpected_error" in line or "Exception in ASGI" in line for line in complaints)


def _state(product: Product, target: PressTarget) -> list[tuple[Any, ...]]:
    return product.query("SELECT count(*) FROM press WHERE station_id = %s", target.station_id)


def exchange(product: Product, *parts: bytes, timeout_s: float = 10) -> bytes:
    """Everything that comes back until the server closes the connection, or says no more for a second."""
    received = b""
    with socket.create_connection(("127.0.0.1", product.port), timeout=timeout_s) as line:
        try:
            for part in parts:
                line.sendall(part)
            line.settimeout(timeout_s)
            while data := line.recv(65_536):
                received += data
                line.settimeout(0.5)
        except (TimeoutError, ConnectionError):
            pass
    return received


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: tracker.test", "Connection: close", *headers]
    if body and not any(header.lower().startswith("content-length") for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def status_of(answer: bytes) -> int:
    """0 where the connection was closed without a word."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


def problem_of(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head:
        body = b"".join(body.split(b"\r\n")[1::2])
    document: dict[str, Any] = json.loads(body)
    return document


@pytest.mark.parametrize(
    "path", ["/p/", "/p/unknown", "/p/" + "x" * 5000, "/p/a%00b", "/p/%F0%9F%8E%99", "/p/../p/a", "/p/a/b"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_unknown_key_is_404(single: Product, method: str, path: str) -> None:
    assert status_of(exchange(single, request(method, path))) == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"id": "not-a-uuid"}', "body.id"),
        (b'{"id": 7}', "body.id"),
        (b'{"pressed_at": "yesterday"}', "body.pressed_at"),
        (b'{"pressed_at": "2026-03-29T14:05:00"}', "body.pressed_at"),
        (b'{"pressed_at": 1774793100}', "body.pressed_at"),
        (b'{"sent_at": "2026-13-29T14:05:00Z"}', "body.sent_at"),
        (b'{"sent_at": "0001-01-01T00:00:00+23:59"}', "body.sent_at"),
        (b'{"note": "\\u0000"}', "body.note"),
        (b'{"note": "a\\u0007b"}', "body.note"),
        (b'{"note": "\\ud800"}', "body"),
        (b'{"note": "%s"}' % (b"x" * 1001), "body.note"),
        (b'{"note": ["x"]}', "body.note"),
        (b'{"button": "other"}', "body.button"),
        (b'{"note": "\xff\xfe"}', "body"),
        (b"\xff\xfe\x00", "body"),
        (b'{"id": ', "body"),
        (b"[]", "body"),
        (b'"text"', "body"),
        (b"NaN", "body"),
        (b"null", "body"),
        (b"[" * 30_000, "body"),
        (b'{"note":' * 8_000, "body"),
        (b'{"id": 1' + b"0" * 20_000 + b"}", "body"),
        (b'{"id": 1e999999}', "body.id"),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_malformed_press_is_422_and_names_the_field(
    single: Product, target: PressTarget, body: bytes, field: str
) -> None:
    answer = exchange(single, request("POST", target.path, body))

    assert status_of(answer) == 422, answer
    problem = problem_of(answer)
    assert problem["code"] == "invalid_input"
    assert field in [error["field"] for error in problem["errors"]] or problem["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize(
    ("path", "limit"), [("/p/KEY", MAX_BODY), (BATCH, MAX_BATCH_BODY), ("/api/v1/setup/", MAX_BODY)]
)
def test_declared_body_over_the_limit_is_413_unread(
    single: Product, target: PressTarget, path: str, limit: int
) -> None:
    path = path.replace("/p/KEY", target.path)
    answer = exchange(single, request("POST", path, b"", f"Content-Length: {limit + 1}"))

    assert status_of(answer) == 413
    assert b"connection: close" in answer
    assert problem_of(answer)["code"] == "body_too_large"


@pytest.mark.parametrize(
    ("path", "limit"), [("/p/KEY", MAX_BODY), (BATCH, MAX_BATCH_BODY), ("/api/v1/setup/", MAX_BODY)]
)
def test_chunked_body_over_the_limit_is_413(single: Product, target: PressTarget, path: str, limit: int) -> None:
    path = path.replace("/p/KEY", target.path)
    head = request("POST", path, b"", "Transfer-Encoding: chunked", "Content-Type: application/json")
    chunks = [b"%x\r\n%s\r\n" % (16 * KIB, b" " * 16 * KIB) for _ in range(limit // (16 * KIB))]
    answer = exchange(single, head, *chunks, b"1\r\n \r\n")

    assert status_of(answer) == 413


def test_body_of_exactly_the_limit_is_read(single: Product, target: PressTarget) -> None:
    body = b'{"id": "x"' + b" " * (MAX_BODY - 11) + b"}"
    assert len(body) == MAX_BODY

    assert status_of(exchange(single, request("POST", target.path, body))) == 422


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"7",
        b"\xff",
        b'{"presses": 7}',
        b'{"presses": {}}',
        b"[" * 100_000,
        b'{"presses": [' * 10_000,
        b'{"presses": ' + b"9" * 100_000 + b"}",
        b'{"a": "\\ud800"}',
    ],
    ids=lambda body: body[:20].decode("latin-1"),
)
def test_malformed_batch_is_422(single: Product, body: bytes) -> None:
    assert status_of(exchange(single, request("POST", BATCH, body, "Content-Type: application/json"))) == 422


def test_bad_presses_of_a_batch_are_each_answered_for_themselves(single: Product, target: PressTarget) -> None:
    presses: list[object] = [
        None,
        7,
        "x",
        [],
        {},
        {"id": "\ud800", "press_key": "\x00"},
        {"press_key": "unknown"},
        {"id": 10**400},
    ]
    answer = exchange(single, request("POST", BATCH, json.dumps({"presses": presses}).encode()))

    assert status_of(answer) == 200
    assert {each["status_code"] for each in problem_of(answer)["data"]} == {422}


def garbage(path: str) -> list[bytes]:
    get = f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode()
    post = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
    return [
        b"\r\n\r\n\r\n",
        b"\x00" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET \xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /p/\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET " + b"/x" * 50_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        get.replace(b"GET", b"HEAD") + b"X-Long: " + b"y" * 200_000 + b"\r\nConnection: close\r\n\r\n",
        post + b"Content-Length: abc\r\n\r\n{}",
        post + b"Content-Length: -1\r\n\r\n{}",
        post + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
        post + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}",
        post + b"Content-Length: \xb2\r\n\r\n{}",
        post + b"Content-Length: 2\r\nContent-Length: 70000\r\n\r\n[]",
        post + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n[]",
        post + b"Transfer-Encoding: gzip, chunked\r\n\r\nzz",
        post + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        post + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        post + b"Content-Type: multipart/form-data\r\nContent-Length: 2\r\n\r\n[]",
        post + b"Content-Type: \xff\xff\r\nContent-Length: 2\r\n\r\n[]",
        post + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        post + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n[]",
        b"BOGUS / HTTP/1.1\r\n\r\n" + get + b"\r\n",
        request("HEAD", path).replace(b"Connection: close\r\n", b"") + b"\x00garbage in the pipeline\r\n\r\n",
        request("OPTIONS", path).replace(b"Connection: close\r\n", b"") * 20 + b"nonsense",
        b"GET /p/nobody HTTP/1.1\r\nHost: x\r\n\r\n" * 50 + b"Upgrade: ???\r\n\r\n",
        request("GET", "/p/nobody", b"", "Upgrade: websocket", "Sec-WebSocket-Key: x"),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]


@pytest.mark.parametrize("number", range(len(garbage(""))))
def test_garbage_is_never_an_error_of_the_server(single: Product, target: PressTarget, number: int) -> None:
    answer = exchange(single, garbage(target.path)[number], timeout_s=2)

    assert b"HTTP/1.1 5" not in answer


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "\x7f"]
)
def test_content_type_of_a_press_does_not_matter(single: Product, target: PressTarget, content_type: str) -> None:
    answer = exchange(single, request("POST", target.path, b'{"id": "x"}', f"Content-Type: {content_type}"))

    assert status_of(answer) in (400, 422)


def test_head_and_options_never_count(single: Product, target: PressTarget) -> None:
    assert status_of(exchange(single, request("HEAD", target.path))) == 200
    options = exchange(single, request("OPTIONS", target.path))
    assert status_of(options) == 204
    assert b"allow: GET, POST, HEAD, OPTIONS" in options


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_405(single: Product, target: PressTarget, method: str) -> None:
    assert status_of(exchange(single, request(method, target.path))) == 405


@pytest.mark.parametrize(
    "path",
    [
        "/p",
        "//p/KEY",
        "/P/KEY",
        "/p//KEY",
        "/p/KEY/more",
        "/p/KEY;a",
        "/p/KEY%2F..",
        "/x/../p/KEY",
        "/api/v1/p/KEY",
        "/p%2FKEYS",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_odd_paths_are_404_and_never_redirect(single: Product, target: PressTarget, method: str, path: str) -> None:
    answer = exchange(single, request(method, path.replace("/KEY", target.path.removeprefix("/p"))))

    assert status_of(answer) == 404
    assert b"location:" not in answer.lower()


class TestCounted:
    """What does count, although it looks odd."""

    @pytest.fixture(autouse=True)
    def nothing_counts(self) -> None:
        """Not here."""

    @pytest.mark.parametrize("suffix", ["/", "//", "?", "?a=b", "?id=x", "/?x"])
    def test_trailing_slash_and_query_are_taken_without_a_redirect(self, single: Product, suffix: str) -> None:
        target = single.new_target()
        answer = exchange(single, request("GET", target.path + suffix))

        assert status_of(answer) == 200
        assert single.query("SELECT count(*) FROM press WHERE button_id = %s", target.button_id) == [(1,)]

    def test_pipelined_presses_are_each_recorded_and_answered(self, single: Product) -> None:
        target = single.new_target()
        one = f"GET {target.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        answer = exchange(single, one * 10)

        assert answer.count(b"HTTP/1.1 200") == 10
        assert single.query("SELECT count(*) FROM press WHERE button_id = %s", target.button_id) == [(10,)]
        assert press_once(single.port, target).answer["button"]["usage_count"] == 11
