"""Which mails of a station its members get, and how they end them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlmodel import Session, select

from app.api.deps import Runtime
from app.features.alerts.service import Links
from app.features.audit.actions import Action
from app.models import AuditEvent, Member, Role, Telling, User
from app.tests.conftest import SECRET_KEY
from app.tests.factories import Factory

type AsUser = Callable[[User], TestClient]


@pytest.fixture
def user(make: Factory) -> User:
    return make.user()


@pytest.fixture
def member(make: Factory, user: User) -> Member:
    return make.member(station=make.station(), user=user, role=Role.VIEWER)


def test_members_choose_their_own_mails(as_user: AsUser, user: User, member: Member) -> None:
    client, path = as_user(user), f"/api/v1/stations/{member.station_id}/mails"
    assert client.get(path).json() == {"weekly": False, "deck_quiet": False, "is_mail_configured": False}

    changed = client.patch(path, json={"weekly": True})

    assert changed.status_code == 200
    assert (
        changed.json()
        == client.get(path).json()
        == {
            "weekly": True,
            "deck_quiet": False,
            "is_mail_configured": False,
        }
    )


def test_a_server_with_mail_says_so(as_user: AsUser, user: User, member: Member, runtime: Runtime) -> None:
    client = as_user(user)
    settings = runtime.settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_password": SecretStr("s")})
    client.app.state.runtime = replace(runtime, settings=settings)  # type: ignore[attr-defined]
    assert client.get(f"/api/v1/stations/{member.station_id}/mails").json()["is_mail_configured"] is True


@pytest.mark.parametrize("body", [{"weekly": 1}, {"weekly": None}, {"weekly": "often"}, {"daily": True}])
def test_a_wish_that_is_none_is_refused(as_user: AsUser, user: User, member: Member, body: dict[str, object]) -> None:
    assert as_user(user).patch(f"/api/v1/stations/{member.station_id}/mails", json=body).status_code == 422


def test_strangers_see_no_station(as_user: AsUser, make: Factory, member: Member) -> None:
    client, path = as_user(make.user()), f"/api/v1/stations/{member.station_id}/mails"
    assert client.get(path).json()["code"] == "station_not_found"
    assert client.patch(path, json={"weekly": True}).json()["code"] == "station_not_found"


def test_a_superuser_who_is_no_member_gets_no_mail(as_user: AsUser, make: Factory, member: Member) -> None:
    answer = as_user(make.user(is_superuser=True)).get(f"/api/v1/stations/{member.station_id}/mails")
    assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")


def test_the_link_of_a_mail_ends_it_without_a_login(client: TestClient, session: Session, member: Member) -> None:
    member.wants_weekly_mail = True
    session.add(member)
    session.flush()
    links = Links(public_url="http://tracker.test", secret_key=SECRET_KEY)
    link = links.stop(station_id=member.station_id, user_id=member.user_id, kind=Telling.WEEK)

    answer = client.post("/api/v1/mails/stop", json={"token": link.partition("#")[2]})

    assert (answer.status_code, answer.json()) == (200, {"message": "You get no more of these mails."})
    session.refresh(member)
    assert member.wants_weekly_mail is False


def test_what_changes_nothing_leaves_no_event(
    client: TestClient, as_user: AsUser, session: Session, user: User, member: Member
) -> None:
    links = Links(public_url="http://tracker.test", secret_key=SECRET_KEY)
    link = links.stop(station_id=member.station_id, user_id=member.user_id, kind=Telling.DECK_QUIET)
    for _ in range(3):
        assert client.post("/api/v1/mails/stop", json={"token": link.partition("#")[2]}).status_code == 200
    path = f"/api/v1/stations/{member.station_id}/mails"
    for body in ({"weekly": True, "deck_quiet": False}, {"weekly": True}, {}):
        assert as_user(user).patch(path, json=body).json()["weekly"] is True

    noted = {(event.action, len(event.details)) for event in session.exec(select(AuditEvent))}
    assert noted == {(Action.MAIL_STOPPED, 0), (Action.MAILS_CHOSEN, 1)}
    assert len(session.exec(select(AuditEvent)).all()) == 2


def test_a_made_up_link_ends_nothing(client: TestClient) -> None:
    answer = client.post("/api/v1/mails/stop", json={"token": "a.b.week.c"})
    assert (answer.status_code, answer.json()["code"]) == (400, "stop_link_invalid")
