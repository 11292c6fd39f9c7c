"""The first start, over HTTP."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from app.api.routes.setup import PAGES
from app.core import security
from app.features.accounts import service
from app.models import LoginSession, Member, Role, Station, User
from app.tests.conftest import SECRET_KEY
from app.tests.factories import Factory

SETUP = "/api/v1/setup/"
WANTED: dict[str, Any] = {
    "token": service.setup_token(SECRET_KEY),
    "email": "Chief@Example.com",
    "password": "buckle up, it is the law",
    "full_name": None,
    "station": {"name": "WXYZ", "purpose": "stream", "zone": "Europe/Berlin"},
}
PAGES_SERVED = ["/setup", "/setup/setup.js", "/setup/setup.css"]


def test_a_server_without_accounts_needs_to_be_set_up(client: TestClient, make: Factory) -> None:
    assert client.get(SETUP).json() == {"is_needed": True}
    make.user()
    assert client.get(SETUP).json() == {"is_needed": False}


def test_set_up_makes_a_superuser_who_owns_a_station_and_is_logged_in(client: TestClient, session: Session) -> None:
    answer = client.post(SETUP, json=WANTED)
    assert answer.status_code == 201
    done = answer.json()
    assert done.keys() == {"user", "csrf_token", "station"}
    assert (done["user"]["email"], done["user"]["is_superuser"]) == ("chief@example.com", True)
    assert (done["station"]["zone"], done["station"]["dedup_window_ms"]) == ("Europe/Berlin", 0)
    assert done["station"]["role"] == "owner"
    user_id, station_id = UUID(done["user"]["id"]), UUID(done["station"]["id"])
    assert session.get_one(Member, (station_id, user_id)).role == Role.OWNER
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert client.get("/api/v1/login/session").json() == {"user": done["user"], "csrf_token": done["csrf_token"]}
    assert client.get("/api/v1/stations/").json()["data"] == [done["station"]]


def test_the_session_of_the_set_up_can_go_on_to_change_things(client: TestClient) -> None:
    done = client.post(SETUP, json=WANTED).json()
    path = f"/api/v1/stations/{done['station']['id']}"
    assert client.patch(path, json={"name": "New"}).status_code == 403
    headers = {"X-CSRF-Token": done["csrf_token"]}
    assert client.patch(path, json={"name": "New"}, headers=headers).json()["name"] == "New"


def test_a_server_is_set_up_once(client: TestClient, session: Session) -> None:
    assert client.post(SETUP, json=WANTED).status_code == 201
    client.cookies.clear()
    again = client.post(SETUP, json=WANTED | {"email": "other@example.com"})
    assert (again.status_code, again.json()["code"]) == (409, "already_set_up")
    assert "set-cookie" not in again.headers
    assert len(session.exec(select(User)).all()) == 1


@pytest.mark.parametrize("token", ["", "nonsense", "0" * 64, service.setup_token("another key"), "\u00e9"])
def test_without_the_printed_link_nobody_sets_up(client: TestClient, session: Session, token: str) -> None:
    answer = client.post(SETUP, json=WANTED | {"token": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "setup_token_invalid")
    assert not session.exec(select(User)).all()
    assert not session.exec(select(Station)).all()
    assert not session.exec(select(LoginSession)).all()


def test_after_the_set_up_a_wrong_token_is_not_told_from_a_right_one(client: TestClient, make: Factory) -> None:
    make.user()
    right, wrong = client.post(SETUP, json=WANTED), client.post(SETUP, json=WANTED | {"token": "x"})
    assert right.text == wrong.text


def test_another_sites_page_cannot_set_up(client: TestClient) -> None:
    answer = client.post(SETUP, json=WANTED, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("token", "a\x00"),
        ("token", "a\ud800"),
        ("token", "x" * 201),
        ("email", "nonsense"),
        ("email", "a\x00@example.com"),
        ("email", "a\ud800@example.com"),
        ("password", "short"),
        ("password", "x" * 129),
        ("password", "eight888\x00"),
        ("password", "eight888\ud800"),
        ("full_name", "a\x00"),
        ("full_name", "a\ud800"),
        ("station.name", ""),
        ("station.name", "a\x00"),
        ("station.name", "a\ud800"),
        ("station.zone", "Mars/Olympus_Mons"),
        ("station.purpose", "church"),
        ("station", None),
        ("is_superuser", True),
    ],
)
def test_a_malformed_set_up_is_refused_with_its_field(
    client: TestClient, session: Session, field: str, value: Any
) -> None:
    wanted = json.loads(json.dumps(WANTED))
    *parents, name = field.split(".")
    (wanted[parents[0]] if parents else wanted)[name] = value
    # Plain ASCII, so that a lone surrogate can be sent at all.
    answer = client.post(SETUP, content=json.dumps(wanted), headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [f"body.{field}"]
    assert not session.exec(select(User)).all()


def test_a_zone_that_the_database_does_not_know_is_refused_with_its_field(
    client: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.features.accounts.queries.is_zone_known", lambda *_: False)
    answer = client.post(SETUP, json=WANTED)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_zone")
    assert [error["field"] for error in answer.json()["errors"]] == ["body.station.zone"]
    # The account that was made before the zone was looked up is gone with the transaction.
    assert client.get(SETUP).json() == {"is_needed": True}


# The page


@pytest.mark.parametrize("path", PAGES_SERVED)
def test_the_page_runs_nothing_but_its_own_files(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    policy = {part.split()[0]: part.split()[1:] for part in answer.headers["content-security-policy"].split(";")}
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/setup", "text/html"), ("/setup/setup.js", "text/javascript"), ("/setup/setup.css", "text/css")],
)
def test_the_page_names_what_it_is(client: TestClient, path: str, kind: str) -> None:
    assert client.get(path).headers["content-type"] == f"{kind}; charset=utf-8"


def test_the_page_asks_no_other_host_and_has_nothing_inline() -> None:
    for page in PAGES.glob("setup.*"):
        # A comment has a space after its slashes, an address has none.
        assert not re.search(r"//\S", page.read_text(encoding="utf-8")), page.name
    html = (PAGES / "setup.html").read_text(encoding="utf-8")
    for inline in ("<style", " style=", " onclick=", " onsubmit=", "javascript:"):
        assert inline not in html


def test_every_field_of_the_page_has_a_label() -> None:
    html = (PAGES / "setup.html").read_text(encoding="utf-8")
    for field in re.findall(r'id="((?:login-)?field-\w+)"', html):
        assert f'for="{field}"' in html, field


def test_whoever_has_an_account_can_log_in_on_the_page(client: TestClient, make: Factory) -> None:
    html = (PAGES / "setup.html").read_text(encoding="utf-8")
    form = html.partition('<form id="login-form"')[2].partition("</form>")[0]
    address = make.user(password_hash=security.hash_password("buckle up")).email
    filled = dict(zip(re.findall(r'name="(\w+)"', form), (address, "buckle up"), strict=True))

    session = client.post("/api/v1/login/session", data=filled).json()

    assert session == client.get("/api/v1/login/session").json()


def test_every_field_that_the_page_checks_is_on_it() -> None:
    html = (PAGES / "setup.html").read_text(encoding="utf-8")
    script = (PAGES / "setup.js").read_text(encoding="utf-8")
    checked = re.findall(r'^  "([\w-]+)":', script, flags=re.MULTILINE)

    assert len(checked) == 7
    assert [field for field in checked if f'id="{field}"' not in html] == []


def test_the_page_says_how_a_deck_on_another_computer_reaches_the_server() -> None:
    html = (PAGES / "setup.html").read_text(encoding="utf-8")

    assert "scripts/start.sh --host 0.0.0.0" in html
    assert "PUBLIC_URL" not in html
