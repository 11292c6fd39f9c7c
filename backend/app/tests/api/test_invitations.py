"""Invitations to a station, over HTTP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session, select

from app import crud
from app.api.deps import Runtime, get_now
from app.core import clock
from app.features.audit.actions import Action
from app.main import Tracker
from app.models import AuditEvent, Role, Station, User
from app.tests.api.logins import bearer
from app.tests.factories import Factory
from app.tests.letters import queued, that_send_mail, token_of

GUEST, PASSWORD = "guest@example.com", "buckle up, it is the law"
INVITATIONS = "/api/v1/invitations"
type AsUser = Callable[[User], TestClient]


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(name="WXYZ")


@pytest.fixture
def owner(make: Factory, station: Station) -> User:
    owner = make.user(email="owner@example.com", full_name="Olive")
    make.member(station=station, user=owner)
    return owner


def path_of(station: Station) -> str:
    return f"/api/v1/stations/{station.id}/invitations"


def invite(client: TestClient, session: Session, station: Station, by: User, **changes: Any) -> Response:
    body = {"email": GUEST, "role": "editor"} | changes
    return client.post(path_of(station), json=body, headers=bearer(session, by))


def token_by_hand(client: TestClient, session: Session, station: Station, by: User, **changes: Any) -> str:
    """Of an invitation by a server that sends no mail."""
    answer = invite(client, session, station, by, **changes)
    assert answer.status_code == 201
    return token_of(answer.json()["invitation_link"])


def read(client: TestClient, token: str) -> Response:
    return client.post(f"{INVITATIONS}/read", json={"token": token})


def accept(client: TestClient, session: Session, token: str, user: User) -> Response:
    return client.post(f"{INVITATIONS}/accept", json={"token": token}, headers=bearer(session, user))


def register(client: TestClient, token: str, password: str = PASSWORD) -> Response:
    body = {"token": token, "password": password, "full_name": "Gus"}
    return client.post(f"{INVITATIONS}/register", json=body)


def code_of(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def role_of(session: Session, station: Station, user: User) -> Role | None:
    member = crud.get_member(session, station_id=station.id, user_id=user.id)
    return Role(member.role) if member else None


# Sending


def test_an_invitation_goes_out_by_mail_and_its_link_to_nobody_else(
    mailing: TestClient, session: Session, station: Station, owner: User
) -> None:
    answer = invite(mailing, session, station, owner)
    assert answer.status_code == 201
    assert answer.json()["invitation_link"] is None
    assert (answer.json()["email"], answer.json()["role"], answer.json()["state"]) == (GUEST, "editor", "pending")
    (mail,) = queued(session)
    assert (mail["template"], mail["to"]) == ("invitation", GUEST)
    link = mail["context"].pop("link")
    assert mail["context"] == {"station": "WXYZ", "role": "editor", "invited_by": "Olive", "valid_for": "7 days"}
    assert link.startswith("http://tracker.test/invitation#token=")
    assert register(mailing, token_of(link)).status_code == 201


def test_without_mail_the_owner_is_given_the_link_once(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    answer = invite(client, session, station, owner)
    assert answer.headers["cache-control"] == "no-store"
    link = answer.json()["invitation_link"]
    assert link.startswith("http://tracker.test/invitation#token=")
    listed = client.get(path_of(station), headers=bearer(session, owner))
    assert listed.json() == {
        "data": [{name: value for name, value in answer.json().items() if name != "invitation_link"}],
        "count": 1,
    }
    assert queued(session) == []


@pytest.mark.parametrize("has_account", [True, False])
def test_inviting_does_not_tell_whether_there_is_an_account(
    mailing: TestClient, session: Session, make: Factory, station: Station, owner: User, has_account: bool
) -> None:
    if has_account:
        make.user(email=GUEST)
    answer = invite(mailing, session, station, owner)
    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "email", "role", "state", "created_at", "expires_at", "invitation_link"}
    assert [mail["to"] for mail in queued(session)] == [GUEST]


def test_a_member_is_not_invited(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    make.member(station=station, user=make.user(email=GUEST), role=Role.VIEWER)
    assert code_of(invite(client, session, station, owner, email="GUEST@example.com")) == (409, "already_member")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_only_owners_invite(client: TestClient, session: Session, make: Factory, station: Station, role: Role) -> None:
    member = make.user()
    make.member(station=station, user=member, role=role)
    headers = bearer(session, member)
    assert code_of(invite(client, session, station, member)) == (403, "role_too_low")
    assert client.get(path_of(station), headers=headers).status_code == 403
    assert client.delete(f"{path_of(station)}/{uuid4()}", headers=headers).status_code == 403
    assert client.post(f"{path_of(station)}/{uuid4()}/send", headers=headers).status_code == 403


def test_a_stranger_finds_no_station_to_invite_to(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    assert code_of(invite(client, session, station, make.user())) == (404, "station_not_found")


def test_an_owner_of_another_station_finds_no_invitation(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    other = make.station()
    stranger = make.user()
    make.member(station=other, user=stranger)
    invitation_id = invite(client, session, station, owner).json()["id"]
    headers = bearer(session, stranger)
    for answer in (
        client.delete(f"{path_of(other)}/{invitation_id}", headers=headers),
        client.post(f"{path_of(other)}/{invitation_id}/send", headers=headers),
    ):
        assert code_of(answer) == (404, "invitation_not_found")


def test_who_is_invited_again_has_one_invitation_with_the_new_role_and_link(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    older = token_by_hand(client, session, station, owner)
    newer = token_by_hand(client, session, station, owner, role="viewer")
    listed = client.get(path_of(station), headers=bearer(session, owner)).json()
    assert [each["role"] for each in listed["data"]] == ["viewer"]
    assert code_of(read(client, older)) == (400, "link_invalid")
    assert read(client, newer).json()["role"] == "viewer"


def test_an_invitation_that_is_sent_again_has_a_new_link_and_time(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    first = invite(client, session, station, owner).json()
    app: FastAPI = client.app  # type: ignore[assignment]
    app.dependency_overrides[get_now] = lambda: clock.now() + timedelta(minutes=30)
    answer = client.post(f"{path_of(station)}/{first['id']}/send", headers=bearer(session, owner))
    assert answer.status_code == 200
    assert answer.json()["id"] == first["id"]
    assert answer.json()["expires_at"] > first["expires_at"]
    assert read(client, token_of(first["invitation_link"])).status_code == 400
    assert read(client, token_of(answer.json()["invitation_link"])).status_code == 200


def test_a_revoked_invitation_is_gone(client: TestClient, session: Session, station: Station, owner: User) -> None:
    sent = invite(client, session, station, owner).json()
    headers = bearer(session, owner)
    assert client.delete(f"{path_of(station)}/{sent['id']}", headers=headers).status_code == 204
    assert client.get(path_of(station), headers=headers).json() == {"data": [], "count": 0}
    assert register(client, token_of(sent["invitation_link"])).status_code == 400
    assert code_of(client.delete(f"{path_of(station)}/{sent['id']}", headers=headers)) == (404, "invitation_not_found")


def test_one_mailbox_is_invited_three_times_and_a_station_invites_thirty_in_a_row(
    application: Tracker, client: TestClient, runtime: Runtime, session: Session, station: Station, owner: User
) -> None:
    application.state.runtime = replace(runtime, settings=that_send_mail(runtime.settings))
    same = [invite(client, session, station, owner).status_code for _ in range(4)]
    assert same == [201, 201, 201, 429]
    others = [invite(client, session, station, owner, email=f"g{number}@example.com") for number in range(28)]
    assert [answer.status_code for answer in others] == [201] * 27 + [429]
    assert len(queued(session)) == 30


# Accepting


def test_whoever_has_the_link_sees_what_it_is_to(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    token = token_by_hand(client, session, station, owner)
    shown = read(client, token).json()
    assert shown.pop("expires_at")
    assert shown == {"email": GUEST, "role": "editor", "station_name": "WXYZ", "invited_by": "Olive"}


def test_somebody_without_an_account_makes_one_though_nobody_else_may(
    client: TestClient, session: Session, station: Station, owner: User
) -> None:
    token = token_by_hand(client, session, station, owner)
    made = register(client, token)
    assert made.status_code == 201
    assert (made.json()["email"], made.json()["full_name"], made.json()["is_superuser"]) == (GUEST, "Gus", False)
    user = crud.get_user_by_email(session, GUEST)
    assert user is not None
    assert role_of(session, station, user) == Role.EDITOR
    login = client.post("/api/v1/login/access-token", data={"username": GUEST, "password": PASSWORD})
    assert login.status_code == 200


def test_an_account_with_the_address_joins(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    guest = make.user(email=GUEST)
    token = token_by_hand(client, session, station, owner)
    joined = accept(client, session, token, guest)
    assert joined.status_code == 200
    assert (joined.json()["name"], joined.json()["role"]) == ("WXYZ", "editor")
    assert role_of(session, station, guest) == Role.EDITOR


@pytest.mark.parametrize("has_account", [True, False])
def test_who_joins_is_noted_with_the_role(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User, has_account: bool
) -> None:
    token = token_by_hand(client, session, station, owner)
    joined = accept(client, session, token, make.user(email=GUEST)) if has_account else register(client, token)
    assert joined.is_success
    guest = crud.get_user_by_email(session, GUEST)
    assert guest is not None
    noted = session.exec(select(AuditEvent).where(AuditEvent.action == Action.INVITATION_ACCEPTED)).one()
    assert (noted.station_id, noted.user_id, noted.subject_id) == (station.id, guest.id, guest.id)
    assert noted.details == {"role": "editor"}


def test_a_link_in_the_wrong_hands_opens_neither_the_station_nor_an_account(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    guest, eve = make.user(email=GUEST), make.user(email="eve@example.com")
    token = token_by_hand(client, session, station, owner)
    assert code_of(accept(client, session, token, eve)) == (403, "invitation_for_another")
    assert code_of(register(client, token)) == (409, "email_taken")
    assert client.post(f"{INVITATIONS}/accept", json={"token": token}).status_code == 401
    assert accept(client, session, token, guest).status_code == 200


def test_a_link_works_once(client: TestClient, session: Session, make: Factory, station: Station, owner: User) -> None:
    token = token_by_hand(client, session, station, owner)
    assert register(client, token).status_code == 201
    guest = crud.get_user_by_email(session, GUEST)
    assert guest is not None
    for answer in (read(client, token), register(client, token), accept(client, session, token, guest)):
        assert code_of(answer) == (400, "link_invalid")


def test_who_became_a_member_meanwhile_is_told_so(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    guest = make.user(email=GUEST)
    token = token_by_hand(client, session, station, owner)
    make.member(station=station, user=guest, role=Role.VIEWER)
    assert code_of(accept(client, session, token, guest)) == (409, "already_member")
    assert role_of(session, station, guest) == Role.VIEWER


def members_of(station: Station) -> str:
    return f"/api/v1/stations/{station.id}/members"


def test_who_is_added_by_hand_is_invited_no_more(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    guest, headers = make.user(email=GUEST), bearer(session, owner)
    elsewhere = make.station()
    make.member(station=elsewhere, user=owner)
    token, other = (token_by_hand(client, session, each, owner) for each in (station, elsewhere))
    added = client.post(members_of(station), json={"email": GUEST, "role": "viewer"}, headers=headers)
    assert added.status_code == 201
    assert client.get(path_of(station), headers=headers).json() == {"data": [], "count": 0}

    assert client.delete(f"{members_of(station)}/{guest.id}", headers=headers).status_code == 204
    assert code_of(accept(client, session, token, guest)) == (400, "link_invalid")
    assert role_of(session, station, guest) is None
    assert accept(client, session, other, guest).status_code == 200


def test_who_is_removed_does_not_come_back_by_an_earlier_invitation(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    guest, headers = make.user(email="old@example.com"), bearer(session, owner)
    make.member(station=station, user=guest, role=Role.EDITOR)
    token = token_by_hand(client, session, station, owner)
    guest.email = GUEST
    session.flush()
    assert client.delete(f"{members_of(station)}/{guest.id}", headers=headers).status_code == 204
    assert code_of(accept(client, session, token, guest)) == (400, "link_invalid")
    again = token_by_hand(client, session, station, owner)
    assert accept(client, session, again, guest).status_code == 200


def test_a_link_dies_after_seven_days(client: TestClient, session: Session, station: Station, owner: User) -> None:
    token = token_by_hand(client, session, station, owner)
    app: FastAPI = client.app  # type: ignore[assignment]
    app.dependency_overrides[get_now] = lambda: clock.now() + timedelta(days=6, hours=23)
    assert read(client, token).status_code == 200
    app.dependency_overrides[get_now] = lambda: clock.now() + timedelta(days=7, minutes=1)
    assert code_of(register(client, token)) == (400, "link_invalid")


@pytest.mark.parametrize("end", ["demoted", "removed", "closed", "deleted"])
def test_what_somebody_sent_who_is_an_owner_no_more_counts_no_more(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User, end: str
) -> None:
    other = make.user(is_superuser=True)
    make.member(station=station, user=other)
    token = token_by_hand(client, session, station, owner)
    headers = bearer(session, other)
    member, account = f"/api/v1/stations/{station.id}/members/{owner.id}", f"/api/v1/users/{owner.id}"
    ended = {
        "demoted": lambda: client.patch(member, json={"role": "editor"}, headers=headers),
        "removed": lambda: client.delete(member, headers=headers),
        "closed": lambda: client.patch(account, json={"is_active": False}, headers=headers),
        "deleted": lambda: client.delete(account, headers=headers),
    }[end]()
    assert ended.status_code in (200, 204)
    assert code_of(register(client, token)) == (400, "link_invalid")
    (listed,) = client.get(path_of(station), headers=headers).json()["data"]
    assert listed["state"] == "without_inviter"
    again = client.post(f"{path_of(station)}/{listed['id']}/send", headers=headers).json()
    assert again["state"] == "pending"
    assert register(client, token_of(again["invitation_link"])).status_code == 201


def test_a_superuser_who_is_no_member_invites(
    client: TestClient, session: Session, make: Factory, station: Station, owner: User
) -> None:
    token = token_by_hand(client, session, station, make.user(is_superuser=True))
    assert register(client, token).status_code == 201


@pytest.mark.parametrize("token", ["x", "x" * 200, "ünïcödé"])
def test_a_strange_token_is_no_invitation(client: TestClient, session: Session, make: Factory, token: str) -> None:
    for answer in (read(client, token), register(client, token), accept(client, session, token, make.user())):
        assert code_of(answer) == (400, "link_invalid")


def test_who_tries_many_tokens_is_slowed(application: Tracker, client: TestClient) -> None:
    guesser = TestClient(application, client=("203.0.113.9", 50_000))
    assert [read(guesser, f"guess{number}").status_code for number in range(22)] == [400] * 20 + [429] * 2
