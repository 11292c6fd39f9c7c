"""Real logins for requests, without the cost of a password each time."""

from datetime import timedelta

from sqlmodel import Session

from app.core import clock, security
from app.models import LoginSession, User
from app.tests.conftest import SECRET_KEY

LIFE = timedelta(hours=1)


def bearer(session: Session, user: User) -> dict[str, str]:
    """The header of an access token of `user`."""
    login = LoginSession(user_id=user.id, created_at=clock.now(), expires_at=clock.now() + LIFE)
    session.add(login)
    session.flush()
    token = security.encode_access_token(SECRET_KEY, session_id=login.id, user_id=user.id, now=clock.now(), life=LIFE)
    return {"Authorization": f"Bearer {token}"}
