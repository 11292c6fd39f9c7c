"""API tokens for tests of what they open, of what ends them, and of the presses that they send."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.core import clock
from app.features.tokens import service
from app.features.tokens.schemas import ApiTokenCreate
from app.models import Role, Scope, Station, User
from app.tests.factories import Factory

BATCH = "/api/v1/presses/batch"
NOW = clock.now()
EVERY_SCOPE = frozenset(Scope)


def member_of(make: Factory, station: Station, role: Role) -> User:
    user = make.user(full_name="Kim Lee")
    make.member(station=station, user=user, role=role)
    return user


def new_token(
    session: Session,
    station: Station,
    maker: User,
    *,
    scopes: frozenset[Scope] = EVERY_SCOPE,
    role: Role = Role.OWNER,
    expires_at: datetime | None = None,
) -> str:
    new = ApiTokenCreate(name="Automation", scopes=set(scopes), expires_at=expires_at)
    made = service.create_token(session, station_id=station.id, maker=maker, role=role, new=new, now=NOW)
    session.flush()
    return made.token


def auth(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
