"""What Schemathesis needs to know of the product, loaded by the process that it runs in.

Every request is made by somebody new, who has what their role has: requests log people out, delete them and take their
roles away, and the next one must not be refused for it.
"""

import json
import os
from datetime import timedelta
from typing import Any
from uuid import UUID

import schemathesis
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlmodel import Session

from app.core import clock
from app.core.config import Settings
from app.core.db import build_engine
from app.core.ids import time_ordered_id
from app.features.accounts import sessions
from app.features.accounts.rules import zone_names
from app.features.presses.log import Position
from app.models import Member, Role, User

STRANGER = "stranger"
SUPERUSER = "superuser"
PROBLEM_JSON = "application/problem+json"

role = os.environ["FUZZ_ROLE"]
secret_key = os.environ["SECRET_KEY"]
station_id = UUID(os.environ["FUZZ_STATION"])
elsewhere_id = UUID(os.environ["FUZZ_ELSEWHERE"])
engine = build_engine(Settings(_env_file=None, database_url=SecretStr(os.environ["FUZZ_DATABASE"])))


@schemathesis.auth(refresh_interval=None)
class SomebodyNew:
    """An account that was made for this request, and has never logged in before."""

    def get(self, case: Any, context: Any) -> str:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            now = clock.now()
            user_id = time_ordered_id(now)
            user = User(id=user_id, email=f"{user_id}@example.com", hashed_password="!", created_at=now)
            user.is_superuser = role == SUPERUSER
            session.add(user)
            session.flush()
            # Everybody belongs to one station, which may then be left out of requests; a stranger to another one.
            station = elsewhere_id if role == STRANGER else station_id
            membership = Role.OWNER if role in (STRANGER, SUPERUSER) else Role(role)
            session.add(Member(station_id=station, user_id=user_id, role=membership, created_at=now))
            return sessions.open_token_session(
                session, user=user, secret_key=secret_key, life=timedelta(hours=1), user_agent=None, now=now
            )

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.check
def code_conformance(context: Any, response: Any, case: Any) -> None:
    """Every error carries a code that the document names for this path and status."""
    if PROBLEM_JSON not in response.headers.get("content-type", [""])[0] or response.status_code == 405:
        return
    document = case.operation.schema.raw_schema
    declared = document["paths"][case.operation.path][case.operation.method]["responses"].get(str(response.status_code))
    if declared is None:
        return
    code = json.loads(response.content)["code"]
    codes = sorted(declared["content"][PROBLEM_JSON].get("examples", {}))
    assert code in codes, f"{response.status_code} came with the code {code!r}; documented are {codes}"


schemathesis.openapi.format("time-zone", st.sampled_from(sorted(zone_names())))
schemathesis.openapi.format(
    "cursor", st.builds(Position, st.datetimes(timezones=st.timezones()), st.integers(0, 1 << 40)).map(Position.encode)
)
schemathesis.openapi.format("email", st.from_regex(r"\A[a-z]{1,12}@[a-z]{1,12}\.(com|org|net)\Z"))
