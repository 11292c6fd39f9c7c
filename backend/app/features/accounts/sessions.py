"""Logins: who has the password, the sessions that are opened with it, and what shows that a request belongs to one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app import crud
from app.core import security
from app.core.errors import AppError, Forbidden, NotAuthenticated, NotFound
from app.features.accounts import queries, rules
from app.models import LoginSession, User


class InvalidCredentials(AppError):
    """No account with this address and password. Which of the two is wrong, or whether it is closed, is not said."""

    status, code = 400, "invalid_credentials"
    default_detail = "The e-mail address or the password is wrong."


class CsrfFailed(Forbidden):
    """A changing request of a browser that could have been made by another site."""

    code = "csrf_failed"
    default_detail = "This request did not come from the tracker's own page. Reload the page and try again."


class SessionNotFound(NotFound):
    """No session of the caller with this id; other people's look the same on purpose."""

    code = "session_not_found"
    default_detail = "You have no such session."


@dataclass(frozen=True)
class OpenedSession:
    """A new browser session; `cookie` is its secret, of which only a hash is stored."""

    login: LoginSession
    cookie: str


def check_credentials(session: Session, *, email: str, password: str) -> User:
    """The account with this address and password, held until the transaction ends.

    Raises InvalidCredentials, after the same work in every case.
    """
    user = crud.get_user_by_email(session, rules.normalize_email(email))
    checked = user.hashed_password if user else None
    is_right, newer_hash = security.verify_password(password, checked)
    if queries.has_imported_hash(session):
        security.do_the_other_work(password, checked)
    if user is None or not is_right:
        raise InvalidCredentials
    # Whoever changes the password ends the sessions that there are. Without this a login with the old password that
    # was being checked meanwhile would open one more behind that.
    user = queries.lock_user(session, user.id)
    if user is not None and user.hashed_password != checked:
        is_right, newer_hash = security.verify_password(password, user.hashed_password)
    if user is None or not is_right or not user.is_active:
        raise InvalidCredentials
    if newer_hash is not None:
        user.hashed_password = newer_hash
        session.add(user)
    return user


def open_token_session(
    session: Session, *, user: User, secret_key: str, life: timedelta, user_agent: str | None, now: datetime
) -> str:
    """Log in for an API client; returns the access token."""
    login = _add_login(session, user=user, token_hash=None, life=life, user_agent=user_agent, now=now)
    return security.encode_access_token(secret_key, session_id=login.id, user_id=user.id, now=now, life=life)


def open_browser_session(
    session: Session,
    *,
    user: User,
    previous_cookie: str | None,
    life: timedelta,
    user_agent: str | None,
    now: datetime,
) -> OpenedSession:
    """Log a browser in under a new secret; the session that it brought along, if any, ends."""
    previous = _find_by_cookie(session, previous_cookie)
    if previous is not None:
        queries.delete_login_session(session, previous.id)
    cookie = security.new_session_token()
    login = _add_login(
        session, user=user, token_hash=security.hash_token(cookie), life=life, user_agent=user_agent, now=now
    )
    return OpenedSession(login=login, cookie=cookie)


def close_session(session: Session, *, login: LoginSession) -> None:
    """Log out: the cookie or token of this session is dead from now on."""
    queries.delete_login_session(session, login.id)


def list_sessions(
    session: Session, *, user: User, now: datetime, skip: int, limit: int
) -> tuple[list[LoginSession], int]:
    """One page of where a user is logged in, newest first, and how many sessions there are."""
    found = queries.list_login_sessions(session, user_id=user.id, now=now, skip=skip, limit=limit)
    return found, queries.count_login_sessions(session, user_id=user.id, now=now)


def end_session(session: Session, *, user: User, session_id: UUID, now: datetime) -> None:
    """Log one of a user's browsers or programs out. Raises SessionNotFound."""
    login = crud.get_login_session(session, session_id)
    if login is None or login.user_id != user.id or login.expires_at <= now:
        raise SessionNotFound
    queries.delete_login_session(session, session_id)


def end_other_sessions(session: Session, *, login: LoginSession) -> None:
    """Log the user of this session out everywhere else."""
    queries.delete_login_sessions(session, user_id=login.user_id, but=login.id)


def authenticate_token(session: Session, token: str, *, secret_key: str, now: datetime) -> tuple[LoginSession, User]:
    """The session that an access token names, and its user. Raises NotAuthenticated."""
    session_id = security.decode_access_token(secret_key, token)
    login = crud.get_login_session(session, session_id) if session_id is not None else None
    return _live(session, login, now=now)


def authenticate_cookie(session: Session, cookie: str | None, *, now: datetime) -> tuple[LoginSession, User]:
    """The session that a browser's cookie opens, and its user. Raises NotAuthenticated."""
    return _live(session, _find_by_cookie(session, cookie), now=now)


def csrf_token_of(login: LoginSession, *, secret_key: str) -> str:
    """What a browser sends as X-CSRF-Token with each changing request of this session."""
    return security.sign(secret_key, "csrf", str(login.id))


def check_csrf(csrf_token: str | None, *, login: LoginSession, secret_key: str) -> None:
    """Raises CsrfFailed unless the token belongs to this session."""
    expected = csrf_token_of(login, secret_key=secret_key)
    if csrf_token is None or not security.is_same_secret(csrf_token, expected):
        raise CsrfFailed


def readings_that_stand(
    session: Session, *, readings: Collection[tuple[UUID, UUID]], now: datetime
) -> set[tuple[UUID, UUID]]:
    """Which of these logins may still read the station beside it."""
    return {
        (row.login_id, row.station_id)
        for row in queries.logins_and_stations(session, readings)
        if rules.is_session_live(expires_at=row.expires_at, is_user_active=row.is_active, now=now)
        and (row.is_superuser or row.is_member)
    }


def _add_login(
    session: Session,
    *,
    user: User,
    token_hash: bytes | None,
    life: timedelta,
    user_agent: str | None,
    now: datetime,
) -> LoginSession:
    queries.delete_expired_login_sessions(session, user_id=user.id, now=now)
    login = LoginSession(
        user_id=user.id,
        token_hash=token_hash,
        user_agent=rules.readable_user_agent(user_agent),
        created_at=now,
        expires_at=now + life,
    )
    session.add(login)
    return login


def _find_by_cookie(session: Session, cookie: str | None) -> LoginSession | None:
    # Ours are plain ASCII; a cookie header may hold anything.
    if cookie is None or not cookie.isascii():
        return None
    return crud.get_login_session_by_token_hash(session, security.hash_token(cookie))


def _live(session: Session, login: LoginSession | None, *, now: datetime) -> tuple[LoginSession, User]:
    user = crud.get_user(session, login.user_id) if login is not None else None
    if login is None or user is None:
        raise NotAuthenticated
    if not rules.is_session_live(expires_at=login.expires_at, is_user_active=user.is_active, now=now):
        raise NotAuthenticated
    return login, user
