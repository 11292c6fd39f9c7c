"""Logging in, staying logged in and logging out, over HTTP."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any
from uuid import uuid4

import jwt
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from app.api.deps import Runtime, get_now
from app.api.routes.login import is_own_origin
from app.core import clock, security
from app.models import LoginSession, User
from app.tests.api.logins import LIFE, bearer
from app.tests.conftest import SECRET_KEY
from app.tests.factories import LONG_AGO, Factory

PASSWORD = "buckle up, it is the law"
HASH = security.hash_password(PASSWORD)
ADDRESS = "ann@example.com"
TOKEN = "/api/v1/login/access-token"
SESSION = "/api/v1/login/session"
ME = "/api/v1/users/me"


@pytest.fixture
def ann(make: Factory) -> User:
    return make.user(email=ADDRESS, password_hash=HASH, full_name="Ann")


def log_in(client: TestClient, path: str = SESSION, *, headers: dict[str, str] | None = None, **form: str) -> Response:
    return client.post(path, data={"username": ADDRESS, "password": PASSWORD} | form, headers=headers)


def code_of(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def cookie_of(response: Response) -> Morsel[str]:
    return SimpleCookie(response.headers["set-cookie"])["tracker_session"]


# Access tokens


def test_an_address_and_a_password_give_a_token_that_is_believed(client: TestClient, ann: User) -> None:
    answer = log_in(client, TOKEN)
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type"}
    assert answer.json()["token_type"] == "bearer"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    who = client.post("/api/v1/login/test-token", headers=headers)
    assert who.status_code == 200
    assert who.json() == {
        "id": str(ann.id),
        "email": ADDRESS,
        "full_name": "Ann",
        "is_active": True,
        "is_superuser": False,
        "created_at": "2026-01-01T00:00:00Z",
    }


def test_the_other_fields_of_an_oauth_form_do_no_harm(client: TestClient, ann: User) -> None:
    answer = log_in(client, TOKEN, grant_type="password", scope="", client_id="x", client_secret="y")
    assert answer.status_code == 200


def test_the_address_may_be_typed_in_capitals(client: TestClient, ann: User) -> None:
    assert log_in(client, TOKEN, username="ANN@Example.com").status_code == 200


@pytest.mark.parametrize("path", [TOKEN, SESSION])
def test_a_wrong_password_an_unknown_address_and_a_closed_account_look_the_same(
    client: TestClient, make: Factory, ann: User, path: str
) -> None:
    make.user(email="closed@example.com", password_hash=HASH, is_active=False)
    make.user(email="invited@example.com", password_hash="!")
    answers = [
        log_in(client, path, password="wrong"),
        log_in(client, path, username="nobody@example.com"),
        log_in(client, path, username="closed@example.com"),
        log_in(client, path, username="invited@example.com"),
        log_in(client, path, username="no address at all"),
    ]
    assert {code_of(answer) for answer in answers} == {(400, "invalid_credentials")}
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_the_same_work_is_done_for_an_unknown_address(client: TestClient, ann: User, monkeypatch: Any) -> None:
    checked: list[str] = []
    verify = type(security._passwords).verify

    def counting(self: Any, password: Any, hashed: Any) -> bool:
        checked.append(hashed)
        return verify(self, password, hashed)

    monkeypatch.setattr(type(security._passwords), "verify", counting)
    log_in(client, TOKEN, username="nobody@example.com")
    assert checked == [security._hash_of_nobody()]


@pytest.mark.parametrize("path", [TOKEN, SESSION])
@pytest.mark.parametrize(
    "form",
    [
        {"password": "x" * 129},
        {"password": "a\x00b"},
        {"username": "a\x00b"},
        {"username": "x" * 321},
        {"grant_type": "client_credentials"},
        {"password": ""},
    ],
)
def test_a_malformed_login_is_refused_with_its_field(client: TestClient, ann: User, path: str, form: Any) -> None:
    answer = log_in(client, path, **form)
    assert code_of(answer) == (422, "invalid_input")
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{next(iter(form))}"]
    assert next(iter(form.values())) not in answer.text or form == {"password": ""}


def test_text_that_is_no_unicode_is_refused(client: TestClient, ann: User) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="username"\r\n\r\n\\ud800\r\n'
        b'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n\\ud800\r\n--b--\r\n'
    )
    kind = "multipart/form-data; boundary=b; charset=unicode_escape"
    answer = client.post(TOKEN, content=body, headers={"content-type": kind})
    assert answer.status_code in (400, 422)


def test_a_password_in_json_is_no_login(client: TestClient, ann: User) -> None:
    assert client.post(TOKEN, json={"username": ADDRESS, "password": PASSWORD}).status_code == 422


def _claims(user: User, session: Session) -> dict[str, Any]:
    login = LoginSession(user_id=user.id, created_at=clock.now(), expires_at=clock.now() + LIFE)
    session.add(login)
    session.flush()
    return {"sub": str(user.id), "sid": str(login.id), "iat": clock.now(), "exp": clock.now() + LIFE}


def _unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", algorithm="none")


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, default=str).encode()).rstrip(b"=").decode()


FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "signed with another key": lambda claims: jwt.encode(claims, "x" * 40, algorithm="HS256"),
    "not signed": _unsigned,
    "another algorithm": lambda claims: jwt.encode(claims, SECRET_KEY * 2, algorithm="HS512"),
    "expired": lambda claims: jwt.encode(claims | {"exp": clock.now() - LIFE}, SECRET_KEY, algorithm="HS256"),
    "without an end": lambda claims: jwt.encode(
        {name: claims[name] for name in ("sub", "sid", "iat")}, SECRET_KEY, algorithm="HS256"
    ),
    "naming no session": lambda claims: jwt.encode(claims | {"sid": "x"}, SECRET_KEY, algorithm="HS256"),
    "naming an unknown session": lambda claims: jwt.encode(
        claims | {"sid": str(uuid4())}, SECRET_KEY, algorithm="HS256"
    ),
    "cut off": lambda claims: jwt.encode(claims, SECRET_KEY, algorithm="HS256")[:-1],
    "algorithm none in capitals": lambda claims: f"{_part({'alg': 'NONE'})}.{_part(claims)}.",
    "deeply nested": lambda _: f"{base64.urlsafe_b64encode(b'[' * 20_000).decode()}.e30.x",
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_token_that_we_did_not_make_is_not_believed(
    client: TestClient, session: Session, ann: User, how: str
) -> None:
    token = FORGERIES[how](_claims(ann, session))
    assert code_of(client.get(ME, headers={"Authorization": f"Bearer {token}"})) == (401, "not_authenticated")


def test_the_claims_that_forgeries_start_from_are_believed_when_we_sign_them(
    client: TestClient, session: Session, ann: User
) -> None:
    token = jwt.encode(_claims(ann, session), SECRET_KEY, algorithm="HS256")
    assert client.get(ME, headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer  ",
        b"Basic YTpi",
        b"Bearer \xff\xfe",
        b"Bearer a b c",
        b"bearer ...",
        b"Negotiate",
    ],
)
def test_garbage_in_the_authorization_header_is_hash_of_nobody(client: TestClient, header: bytes) -> None:
    answer = client.get(ME, headers={b"authorization": header})
    assert code_of(answer) == (401, "not_authenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "header",
    [b"tracker_session", b"tracker_session=", b'tracker_session="\\000\\377"', b"tracker_session=\xff;;=", b"=;"],
)
def test_garbage_in_the_cookie_header_is_hash_of_nobody(client: TestClient, header: bytes) -> None:
    assert code_of(client.get(ME, headers={b"cookie": header})) == (401, "not_authenticated")


def test_a_closed_account_cannot_go_on_with_its_token(client: TestClient, session: Session, ann: User) -> None:
    headers = bearer(session, ann)
    assert client.get(ME, headers=headers).status_code == 200
    ann.is_active = False
    session.flush()
    assert code_of(client.get(ME, headers=headers)) == (401, "not_authenticated")


def test_a_token_is_dead_after_its_logout(client: TestClient, ann: User) -> None:
    token = log_in(client, TOKEN).json()["access_token"]
    other = log_in(client, TOKEN).json()["access_token"]
    assert client.delete(SESSION, headers={"Authorization": f"Bearer {token}"}).status_code == 204
    assert client.get(ME, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.get(ME, headers={"Authorization": f"Bearer {other}"}).status_code == 200


# Browser sessions


def test_a_browser_gets_a_cookie_that_scripts_cannot_read(client: TestClient, ann: User) -> None:
    answer = log_in(client)
    assert answer.status_code == 200
    assert answer.json().keys() == {"user", "csrf_token"}
    assert answer.json()["user"]["email"] == ADDRESS
    assert answer.headers["cache-control"] == "no-store"
    cookie = cookie_of(answer)
    assert cookie["httponly"] is True
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == str(8 * 24 * 60 * 60)
    assert cookie["domain"] == ""
    assert cookie.value not in answer.text


def test_a_cookie_of_plain_http_is_sent_over_plain_http(client: TestClient, ann: User) -> None:
    assert not cookie_of(log_in(client))["secure"]


def test_a_cookie_of_https_is_sent_over_https_only(client: TestClient, ann: User) -> None:
    assert cookie_of(log_in(client, "https://testserver" + SESSION))["secure"] is True


def test_a_cookie_behind_a_proxy_that_speaks_https_is_sent_over_https_only(
    client: TestClient, ann: User, runtime: Runtime
) -> None:
    object.__setattr__(runtime, "public_url", "https://tracker.example.org")
    assert cookie_of(log_in(client))["secure"] is True


def test_a_browser_stays_logged_in(client: TestClient, ann: User) -> None:
    opened = log_in(client).json()
    assert client.get(SESSION).json() == opened
    assert client.get(ME).json() == opened["user"]


def test_each_login_has_a_cookie_of_its_own(client: TestClient, ann: User) -> None:
    first, second = log_in(client), log_in(client)
    assert cookie_of(first).value != cookie_of(second).value
    assert first.json()["csrf_token"] != second.json()["csrf_token"]


def test_a_cookie_planted_before_the_login_is_not_taken_over(client: TestClient, ann: User) -> None:
    client.cookies.set("tracker_session", "planted")
    assert cookie_of(log_in(client)).value != "planted"
    client.cookies.clear()
    client.cookies.set("tracker_session", "planted")
    assert client.get(ME).status_code == 401


def test_a_second_login_ends_the_first_one_of_the_same_browser(client: TestClient, ann: User) -> None:
    first = cookie_of(log_in(client)).value
    log_in(client)
    client.cookies.clear()
    client.cookies.set("tracker_session", first)
    assert client.get(ME).status_code == 401


def test_a_browser_that_logs_out_is_logged_out(client: TestClient, session: Session, ann: User) -> None:
    opened = log_in(client)
    secret = cookie_of(opened).value
    answer = client.delete(SESSION, headers={"X-CSRF-Token": opened.json()["csrf_token"]})
    assert answer.status_code == 204
    assert cookie_of(answer)["max-age"] == "0"
    assert session.exec(select(LoginSession)).all() == []
    client.cookies.set("tracker_session", secret)
    assert client.get(SESSION).json() is None
    assert client.get(ME).status_code == 401


@pytest.mark.parametrize("cookie", [None, "planted"])
def test_a_stranger_is_nobody_which_is_no_error(client: TestClient, ann: User, cookie: str | None) -> None:
    if cookie is not None:
        client.cookies.set("tracker_session", cookie)
    answer = client.get(SESSION)
    assert (answer.status_code, answer.json(), answer.headers["Cache-Control"]) == (200, None, "no-store")


def test_who_is_logged_in_is_told_to_browsers_only(client: TestClient, ann: User) -> None:
    token = log_in(client, TOKEN).json()["access_token"]
    assert client.get(SESSION, headers={"Authorization": f"Bearer {token}"}).json() is None


def test_a_session_ends_when_its_time_is_up(client: TestClient, ann: User, at: Callable[[timedelta], None]) -> None:
    at(timedelta())
    log_in(client)
    cookie = client.cookies["tracker_session"]
    at(timedelta(days=8) - timedelta(seconds=1))
    assert client.get(ME, headers={"cookie": f"tracker_session={cookie}"}).status_code == 200
    at(timedelta(days=8))
    assert client.get(ME, headers={"cookie": f"tracker_session={cookie}"}).status_code == 401


@pytest.fixture
def at(client: TestClient) -> Callable[[timedelta], None]:
    """Sets what time it is for the next requests, as a distance from LONG_AGO."""

    def set_time(passed: timedelta) -> None:
        client.app.dependency_overrides[get_now] = lambda: LONG_AGO + passed  # type: ignore[attr-defined]

    return set_time


def test_the_browsers_name_is_kept_for_the_list_of_sessions(client: TestClient, session: Session, ann: User) -> None:
    log_in(client, headers={"User-Agent": "Firefox " + "x" * 1000})
    kept = session.exec(select(LoginSession.user_agent)).one()
    assert kept is not None
    assert kept.startswith("Firefox ")
    assert len(kept) == 400


# Requests that another site makes


def test_a_changing_request_of_a_browser_needs_its_csrf_token(client: TestClient, ann: User) -> None:
    token = log_in(client).json()["csrf_token"]
    assert code_of(client.post("/api/v1/login/test-token")) == (403, "csrf_failed")
    assert client.post("/api/v1/login/test-token", headers={"X-CSRF-Token": token}).status_code == 200


@pytest.mark.parametrize("wrong", [b"", b"nonsense", b"\xff\xfe", b"0" * 64])
def test_a_wrong_csrf_token_is_refused(client: TestClient, ann: User, wrong: bytes) -> None:
    log_in(client)
    assert code_of(client.delete(SESSION, headers={b"x-csrf-token": wrong})) == (403, "csrf_failed")


def test_a_csrf_token_is_of_no_use_in_another_session(client: TestClient, make: Factory, ann: User) -> None:
    make.user(email="bob@example.com", password_hash=HASH)
    of_bob = log_in(client, username="bob@example.com").json()["csrf_token"]
    client.cookies.clear()
    log_in(client)
    assert code_of(client.delete(SESSION, headers={"X-CSRF-Token": of_bob})) == (403, "csrf_failed")


def test_a_request_with_an_access_token_needs_no_csrf_token(client: TestClient, session: Session, ann: User) -> None:
    assert client.post("/api/v1/login/test-token", headers=bearer(session, ann)).status_code == 200


def test_reading_needs_no_csrf_token(client: TestClient, ann: User) -> None:
    log_in(client)
    assert client.get(ME).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example", "http://[", "x", ""]
)
def test_another_sites_page_cannot_log_a_browser_in(client: TestClient, ann: User, origin: str) -> None:
    answer = log_in(client, headers={"Origin": origin})
    assert code_of(answer) == (403, "csrf_failed")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("origin", ["http://testserver", "http://tracker.test", "https://TestServer"])
def test_our_own_page_logs_a_browser_in(client: TestClient, ann: User, origin: str) -> None:
    assert log_in(client, headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        ("http://10.0.0.5:8000", "10.0.0.5:8000", True),
        ("http://10.0.0.5:8001", "10.0.0.5:8000", False),
        ("https://tracker.example.org", "tracker.example.org:443", True),
        ("http://tracker.example.org", "tracker.example.org:80", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("file://", "", False),
        ("null", "", False),
    ],
)
def test_an_origin_is_ours_when_it_names_our_host_and_port(origin: str, host: str, is_own: bool) -> None:
    assert is_own_origin(origin, hosts=(host,)) is is_own
