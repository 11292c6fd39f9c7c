"""Stations and their members, over HTTP."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, col, select

from app.features.accounts import queries
from app.models import Member, PressStatus, Role, RollupDay, Station, StationHead, User
from app.tests.api.logins import bearer
from app.tests.factories import LONG_AGO, NOTHINGS_ID, Factory

STATIONS = "/api/v1/stations/"
NEW = {"name": "WXYZ", "purpose": "radio", "zone": "America/New_York"}
CALLERS = ["viewer", "editor", "owner", "superuser", "stranger", "nobody"]

type Headers = dict[str, str]
type As = Callable[[str], Headers]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(name="WXYZ", zone="UTC")


@pytest.fixture
def members(make: Factory, station: Station) -> dict[str, User]:
    """One account for each kind of caller; the viewer, the editor and the owner are members."""
    users = {name: make.user(email=f"{name}@example.com", full_name=name.title()) for name in CALLERS[:5]}
    users["superuser"].is_superuser = True
    for role in Role:
        make.member(station=station, user=users[role], role=role)
    make.member(station=make.station(name="Elsewhere"), user=users["stranger"])
    return users


@pytest.fixture
def as_(session: Session, members: dict[str, User]) -> As:
    def headers(name: str) -> Headers:
        return bearer(session, members[name]) if name in members else {}

    return headers


def at(station: Station, *rest: object) -> str:
    return STATIONS + "/".join(str(part) for part in (station.id, *rest))


def code_of(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"] if response.status_code >= 400 else ""


def fields_of(response: Response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


def send_ascii(client: TestClient, method: str, path: str, body: object, headers: Headers) -> Response:
    """Plain ASCII, so that a lone surrogate can be sent at all."""
    return client.request(
        method, path, content=json.dumps(body), headers=headers | {"content-type": "application/json"}
    )


# Who may do what

NOT_THERE = (404, "station_not_found")
TOO_LOW = (403, "role_too_low")
LOGGED_OUT = (401, "not_authenticated")

MATRIX: dict[str, dict[str, tuple[int, str]]] = {
    "read": {"viewer": (200, ""), "editor": (200, ""), "owner": (200, ""), "superuser": (200, "")},
    "update": {"viewer": TOO_LOW, "editor": TOO_LOW, "owner": (200, ""), "superuser": (200, "")},
    "list members": {"viewer": (200, ""), "editor": (200, ""), "owner": (200, ""), "superuser": (200, "")},
    "add member": {"viewer": TOO_LOW, "editor": TOO_LOW, "owner": (201, ""), "superuser": (201, "")},
    "change role": {"viewer": TOO_LOW, "editor": TOO_LOW, "owner": (200, ""), "superuser": (200, "")},
    "remove member": {"viewer": TOO_LOW, "editor": TOO_LOW, "owner": (204, ""), "superuser": (204, "")},
}


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("act", MATRIX)
def test_each_caller_gets_what_the_role_allows(
    client: TestClient, make: Factory, station: Station, as_: As, act: str, caller: str
) -> None:
    third = make.user(email="third@example.com")
    make.user(email="new@example.com")
    make.member(station=station, user=third, role=Role.VIEWER)
    requests: dict[str, tuple[str, str, Any]] = {
        "read": ("GET", at(station), None),
        "update": ("PATCH", at(station), {"name": "New name"}),
        "list members": ("GET", at(station, "members"), None),
        "add member": ("POST", at(station, "members"), {"email": "new@example.com", "role": "viewer"}),
        "change role": ("PATCH", at(station, "members", third.id), {"role": "editor"}),
        "remove member": ("DELETE", at(station, "members", third.id), None),
    }
    method, path, body = requests[act]
    expected = MATRIX[act] | {"stranger": NOT_THERE, "nobody": LOGGED_OUT}
    assert code_of(client.request(method, path, json=body, headers=as_(caller))) == expected[caller]


@pytest.mark.parametrize("caller", CALLERS)
def test_only_a_superuser_makes_a_station(client: TestClient, as_: As, caller: str) -> None:
    expected = {"superuser": (201, ""), "nobody": LOGGED_OUT}
    assert code_of(client.post(STATIONS, json=NEW, headers=as_(caller))) == expected.get(caller, TOO_LOW)


@pytest.mark.parametrize("rest", ["", "/members", f"/members/{NOTHINGS_ID}"])
def test_a_strangers_station_and_none_at_all_are_answered_alike(
    client: TestClient, station: Station, as_: As, rest: str
) -> None:
    method, headers = ("DELETE" if "members/" in rest else "GET"), as_("stranger")
    of_others = client.request(method, f"{STATIONS}{station.id}{rest}", headers=headers)
    of_nobody = client.request(method, f"{STATIONS}{uuid4()}{rest}", headers=headers)
    assert code_of(of_others) == NOT_THERE
    assert of_others.text == of_nobody.text


@pytest.mark.parametrize("station_id", ["x", "0", "%00", "%ED%A0%80"])
def test_a_station_id_that_is_none_is_refused(client: TestClient, as_: As, station_id: str) -> None:
    answer = client.get(STATIONS + station_id, headers=as_("superuser"))
    assert answer.status_code == 422
    assert fields_of(answer) == ["path.station_id"]


# Lists


def test_a_member_lists_their_stations_with_their_role(
    client: TestClient, make: Factory, station: Station, members: dict[str, User], as_: As
) -> None:
    make.member(station=make.station(name="Abc FM"), user=members["viewer"], role=Role.EDITOR)
    answer = client.get(STATIONS, headers=as_("viewer")).json()
    assert [(each["name"], each["role"]) for each in answer["data"]] == [("Abc FM", "editor"), ("WXYZ", "viewer")]
    assert answer["count"] == 2


def test_a_superuser_lists_every_station_as_its_owner(client: TestClient, as_: As) -> None:
    answer = client.get(STATIONS, headers=as_("superuser")).json()
    assert [(each["name"], each["role"]) for each in answer["data"]] == [("Elsewhere", "owner"), ("WXYZ", "owner")]


def test_a_user_without_a_station_has_an_empty_list(client: TestClient, session: Session, make: Factory) -> None:
    answer = client.get(STATIONS, headers=bearer(session, make.user()))
    assert answer.json() == {"data": [], "count": 0}


# New stations


def test_a_new_station_has_its_maker_as_owner_and_a_counter_at_zero(
    client: TestClient, session: Session, members: dict[str, User], as_: As
) -> None:
    answer = client.post(STATIONS, json=NEW | {"call_sign": " WXYZ-FM ", "community": ""}, headers=as_("superuser"))
    made = answer.json()
    assert made.keys() == {
        "id", "name", "purpose", "zone", "call_sign", "community", "dedup_window_ms", "role", "created_at"
    }  # fmt: skip
    assert (made["call_sign"], made["community"], made["role"]) == ("WXYZ-FM", None, "owner")
    assert session.get_one(StationHead, UUID(made["id"])).last_seq == 0
    roles = session.exec(select(Member.user_id, Member.role).where(col(Member.station_id) == UUID(made["id"])))
    assert roles.all() == [(members["superuser"].id, Role.OWNER)]


@pytest.mark.parametrize(("purpose", "window_ms"), [("radio", 2000), ("desk", 2000), ("stream", 0), ("research", 0)])
def test_the_purpose_decides_the_window_unless_it_is_given(
    client: TestClient, as_: As, purpose: str, window_ms: int
) -> None:
    headers = as_("superuser")
    made = client.post(STATIONS, json=NEW | {"purpose": purpose}, headers=headers).json()
    assert made["dedup_window_ms"] == window_ms
    given = client.post(STATIONS, json=NEW | {"purpose": purpose, "dedup_window_ms": 500}, headers=headers).json()
    assert given["dedup_window_ms"] == 500


BAD_FIELDS: list[tuple[str, Any]] = [
    ("name", ""),
    ("name", " \n "),
    ("name", "x" * 201),
    ("name", "a\x00"),
    ("name", "a\ud800"),
    ("name", None),
    ("call_sign", "x" * 41),
    ("call_sign", "a\x00"),
    ("call_sign", "a\ud800"),
    ("community", "x" * 201),
    ("community", "a\x00"),
    ("community", "a\ud800"),
    ("purpose", "church"),
    ("purpose", None),
    ("zone", None),
    ("zone", ""),
    ("zone", "Mars/Olympus_Mons"),
    ("zone", "localtime"),
    ("zone", "Factory"),
    ("zone", "posix/UTC"),
    ("zone", "CET"),
    ("zone", "../../etc/passwd"),
    ("zone", "UTC\x00"),
    ("zone", "UTC\ud800"),
    ("zone", "x" * 10_000),
    ("dedup_window_ms", -1),
    ("dedup_window_ms", 3_600_001),
    ("dedup_window_ms", 10**30),
    ("dedup_window_ms", 1.5),
    ("dedup_window_ms", "2000"),
    ("dedup_window_ms", True),
    ("colour", "red"),
]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS)
def test_a_malformed_station_is_refused_with_its_field(
    client: TestClient, station: Station, as_: As, field: str, value: Any
) -> None:
    headers = as_("superuser")
    created = send_ascii(client, "POST", STATIONS, NEW | {field: value}, headers)
    changed = send_ascii(client, "PATCH", at(station), {field: value}, headers)
    assert (created.status_code, fields_of(created)) == (422, [f"body.{field}"])
    assert (changed.status_code, fields_of(changed)) == (422, [f"body.{field}"])


def test_a_zone_that_the_database_does_not_know_is_refused(
    client: TestClient, station: Station, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Which zones a database misses depends on its package, so the question is what the answer leads to.
    monkeypatch.setattr(queries, "is_zone_known", lambda *_: False)
    created = client.post(STATIONS, json=NEW, headers=as_("superuser"))
    changed = client.patch(at(station), json={"zone": "Europe/Kyiv"}, headers=as_("owner"))
    for answer in (created, changed):
        assert code_of(answer) == (422, "unknown_zone")
        assert fields_of(answer) == ["body.zone"]


def test_the_database_is_asked_by_the_exact_name(session: Session) -> None:
    assert queries.is_zone_known(session, "Europe/Berlin")
    assert not queries.is_zone_known(session, "europe/berlin")
    assert not queries.is_zone_known(session, "Mars/Olympus_Mons")


# Changes


def test_what_is_left_out_of_a_change_stays(client: TestClient, make: Factory, session: Session) -> None:
    station = make.station(call_sign="WXYZ", community="Springfield", zone="Europe/Berlin", dedup_window_ms=700)
    headers = bearer(session, make.user(is_superuser=True))
    before = client.get(at(station), headers=headers).json()
    assert client.patch(at(station), json={}, headers=headers).json() == before
    changed = client.patch(at(station), json={"purpose": "desk", "call_sign": None}, headers=headers).json()
    assert changed == before | {"purpose": "desk", "call_sign": None}
    assert client.get(at(station), headers=headers).json() == changed


def test_every_field_of_a_station_can_be_changed(client: TestClient, station: Station, as_: As) -> None:
    new = {
        "name": "New",
        "purpose": "research",
        "zone": "Asia/Kathmandu",
        "call_sign": "NEW",
        "community": "Kathmandu",
        "dedup_window_ms": 3_600_000,
    }
    changed = client.patch(at(station), json=new, headers=as_("owner")).json()
    assert {name: changed[name] for name in new} == new


def test_another_zone_cuts_the_days_of_the_record_anew(
    client: TestClient, session: Session, make: Factory, station: Station, as_: As
) -> None:
    button = make.button(station=station)
    # 23:30 on New Year's Eve in New York, 04:30 on New Year's Day in UTC; then the other side of that midnight.
    for minutes in (270, 299, 300):
        make.press(button=button, pressed_at=LONG_AGO + timedelta(minutes=minutes))
    make.press(button=button, pressed_at=LONG_AGO, status=PressStatus.SUPPRESSED)
    make.press(button=button, pressed_at=LONG_AGO, effective_status=PressStatus.VOID)
    session.add(RollupDay(station_id=station.id, button_id=button.id, day=date(2026, 1, 1), press_count=3))
    session.flush()
    assert client.patch(at(station), json={"zone": "America/New_York"}, headers=as_("owner")).status_code == 200
    days = select(col(RollupDay.day), col(RollupDay.press_count)).order_by(col(RollupDay.day))
    assert session.exec(days).all() == [(date(2025, 12, 31), 2), (date(2026, 1, 1), 1)]


def test_another_stations_days_stay_when_one_moves(
    client: TestClient, session: Session, make: Factory, station: Station, as_: As
) -> None:
    button = make.button(station=make.station(name="Other"))
    kept = RollupDay(station_id=button.station_id, button_id=button.id, day=date(2026, 1, 1), press_count=7)
    session.add(kept)
    session.flush()
    client.patch(at(station), json={"zone": "America/New_York"}, headers=as_("owner"))
    assert session.exec(select(RollupDay.press_count)).all() == [7]


# Members


def test_a_viewer_sees_who_is_a_member_without_addresses(
    client: TestClient, station: Station, members: dict[str, User], as_: As
) -> None:
    for caller in ("viewer", "editor"):
        seen = client.get(at(station, "members"), headers=as_(caller)).json()
        assert seen["count"] == 3
        assert {(each["full_name"], each["role"]) for each in seen["data"]} == {
            ("Viewer", "viewer"),
            ("Editor", "editor"),
            ("Owner", "owner"),
        }
        assert {each["email"] for each in seen["data"]} == {None}


@pytest.mark.parametrize("caller", ["owner", "superuser"])
def test_an_owner_sees_the_addresses(client: TestClient, station: Station, as_: As, caller: str) -> None:
    seen = client.get(at(station, "members"), headers=as_(caller)).json()
    assert {each["email"] for each in seen["data"]} == {
        "viewer@example.com", "editor@example.com", "owner@example.com"
    }  # fmt: skip


def test_an_account_becomes_a_member_and_can_open_the_station(
    client: TestClient, session: Session, make: Factory, station: Station, as_: As
) -> None:
    user = make.user(email="new@example.com", full_name="New")
    body = {"email": "NEW@example.com", "role": "editor"}
    answer = client.post(at(station, "members"), json=body, headers=as_("owner"))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["user_id"], made["email"], made["role"]) == (str(user.id), "new@example.com", "editor")
    assert client.get(at(station), headers=bearer(session, user)).json()["role"] == "editor"


def test_an_address_without_an_account_is_not_found(client: TestClient, station: Station, as_: As) -> None:
    body = {"email": "nobody@example.com", "role": "viewer"}
    answer = client.post(at(station, "members"), json=body, headers=as_("owner"))
    assert code_of(answer) == (404, "user_not_found")


def test_a_member_is_not_added_twice(client: TestClient, station: Station, as_: As) -> None:
    body = {"email": "viewer@example.com", "role": "owner"}
    answer = client.post(at(station, "members"), json=body, headers=as_("owner"))
    assert code_of(answer) == (409, "already_member")


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "a\x00@example.com"), ("email", "\ud800@example.com"), ("email", "x"), ("role", "king"), ("role", None)],
)
def test_a_malformed_member_is_refused_with_its_field(
    client: TestClient, station: Station, as_: As, field: str, value: Any
) -> None:
    body = {"email": "a@example.com", "role": "viewer"} | {field: value}
    answer = send_ascii(client, "POST", at(station, "members"), body, as_("owner"))
    assert (answer.status_code, fields_of(answer)) == (422, [f"body.{field}"])


def test_a_new_role_holds_from_the_next_request(
    client: TestClient, station: Station, members: dict[str, User], as_: As
) -> None:
    path = at(station, "members", members["viewer"].id)
    answer = client.patch(path, json={"role": "owner"}, headers=as_("owner"))
    assert (answer.status_code, answer.json()["role"]) == (200, "owner")
    assert client.patch(at(station), json={"name": "Mine"}, headers=as_("viewer")).status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("caller", ["owner", "superuser"])
def test_the_last_owner_stays(
    client: TestClient, session: Session, station: Station, members: dict[str, User], as_: As, caller: str, method: str
) -> None:
    path = at(station, "members", members["owner"].id)
    body = {"role": "editor"} if method == "PATCH" else None
    assert code_of(client.request(method, path, json=body, headers=as_(caller))) == (409, "last_owner")
    assert queries.roles_of(session, station.id)[members["owner"].id] == Role.OWNER


def test_an_owner_can_go_once_there_is_another(
    client: TestClient, station: Station, members: dict[str, User], as_: As
) -> None:
    owner = as_("owner")
    client.patch(at(station, "members", members["editor"].id), json={"role": "owner"}, headers=owner)
    assert client.delete(at(station, "members", members["owner"].id), headers=owner).status_code == 204
    assert code_of(client.get(at(station), headers=owner)) == NOT_THERE


@pytest.mark.parametrize("caller", ["viewer", "editor"])
def test_a_member_may_leave(
    client: TestClient, station: Station, members: dict[str, User], as_: As, caller: str
) -> None:
    headers = as_(caller)
    assert client.delete(at(station, "members", members[caller].id), headers=headers).status_code == 204
    assert code_of(client.get(at(station), headers=headers)) == NOT_THERE


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_who_is_no_member_is_not_found(
    client: TestClient, station: Station, members: dict[str, User], as_: As, who: str, method: str
) -> None:
    user_id = members[who].id if who in members else uuid4()
    body = {"role": "editor"} if method == "PATCH" else None
    answer = client.request(method, at(station, "members", user_id), json=body, headers=as_("owner"))
    assert code_of(answer) == (404, "member_not_found")


def test_an_owner_has_no_say_in_another_station(
    client: TestClient, session: Session, make: Factory, station: Station, members: dict[str, User], as_: As
) -> None:
    other = make.station(name="Other")
    mine = make.user()
    make.member(station=other, user=mine)
    path = at(station, "members", members["viewer"].id)
    assert code_of(client.delete(path, headers=bearer(session, mine))) == NOT_THERE
    # Nor by naming a member of the one in the path of the other.
    path = at(other, "members", members["viewer"].id)
    assert code_of(client.delete(path, headers=bearer(session, mine))) == (404, "member_not_found")
    assert members["viewer"].id in queries.roles_of(session, station.id)
