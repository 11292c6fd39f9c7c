"""Logins on a real database: who is let in and for how long, also while the password changes."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core import security
from app.core.db import transaction
from app.core.errors import NotAuthenticated
from app.features.accounts import sessions, users
from app.features.accounts.schemas import UpdatePassword
from app.models import LoginSession, User
from app.tests.conftest import SECRET_KEY
from app.tests.factories import LONG_AGO, Factory
from app.tests.letters import WITHOUT_MAIL

PASSWORD = "buckle up, it is the law"
LIFE = timedelta(days=8)
ADDRESS = "chief@example.com"


def open_in_browser(session: Session, user: User, *, previous_cookie: str | None = None) -> sessions.OpenedSession:
    return sessions.open_browser_session(
        session, user=user, previous_cookie=previous_cookie, life=LIFE, user_agent="Firefox", now=LONG_AGO
    )


def every_login(session: Session) -> list[LoginSession]:
    return list(session.exec(select(LoginSession)))


def test_a_password_opens_its_account_in_any_spelling_of_the_address(session: Session, make: Factory) -> None:
    user = make.user(email="ann@example.com", password_hash=security.hash_password(PASSWORD))
    assert sessions.check_credentials(session, email=" Ann@EXAMPLE.com", password=PASSWORD) == user


def test_an_account_without_a_password_opens_to_nobody(session: Session, make: Factory) -> None:
    make.user(email="ann@example.com", password_hash="!")
    with pytest.raises(sessions.InvalidCredentials):
        sessions.check_credentials(session, email="ann@example.com", password="!")


def test_a_hash_of_an_older_make_is_renewed_at_login(session: Session, make: Factory) -> None:
    older = Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    user = make.user(email="ann@example.com", password_hash=older)
    sessions.check_credentials(session, email="ann@example.com", password=PASSWORD)
    assert user.hashed_password != older
    assert security.verify_password(PASSWORD, user.hashed_password) == (True, None)


def test_only_the_hash_of_a_cookie_is_stored(session: Session, make: Factory) -> None:
    opened = open_in_browser(session, make.user())
    session.flush()
    assert opened.login.token_hash == security.hash_token(opened.cookie)
    assert opened.cookie not in str(opened.login.model_dump())


def test_a_login_brings_a_new_secret_and_ends_the_session_that_the_browser_had(session: Session, make: Factory) -> None:
    user = make.user()
    first = open_in_browser(session, user)
    second = open_in_browser(session, user, previous_cookie=first.cookie)
    assert first.cookie != second.cookie
    with pytest.raises(NotAuthenticated):
        sessions.authenticate_cookie(session, first.cookie, now=LONG_AGO)
    assert sessions.authenticate_cookie(session, second.cookie, now=LONG_AGO)[1] == user


def test_a_login_forgets_the_expired_sessions_of_its_user_alone(session: Session, make: Factory) -> None:
    user, other = make.user(), make.user()
    open_in_browser(session, user)
    kept = open_in_browser(session, other)
    later = LONG_AGO + LIFE
    newest = sessions.open_browser_session(
        session, user=user, previous_cookie=None, life=LIFE, user_agent=None, now=later
    )
    assert {login.id for login in every_login(session)} == {kept.login.id, newest.login.id}


def test_a_session_is_over_when_its_time_is_up(session: Session, make: Factory) -> None:
    opened = open_in_browser(session, make.user())
    sessions.authenticate_cookie(session, opened.cookie, now=LONG_AGO + LIFE - timedelta(seconds=1))
    with pytest.raises(NotAuthenticated):
        sessions.authenticate_cookie(session, opened.cookie, now=LONG_AGO + LIFE)


def test_a_closed_account_cannot_go_on_with_its_session(session: Session, make: Factory) -> None:
    user = make.user()
    opened = open_in_browser(session, user)
    user.is_active = False
    with pytest.raises(NotAuthenticated):
        sessions.authenticate_cookie(session, opened.cookie, now=LONG_AGO)


@pytest.mark.parametrize("cookie", [None, "", "nonsense", "\x00", "caf\xe9", "\ud800", "x" * 100_000])
def test_a_strange_cookie_is_nobodys(session: Session, cookie: str | None) -> None:
    with pytest.raises(NotAuthenticated):
        sessions.authenticate_cookie(session, cookie, now=LONG_AGO)


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "\x00", "\ud800", "W" * 60_000 + ".e30.x"])
def test_a_strange_token_is_nobodys(session: Session, token: str) -> None:
    with pytest.raises(NotAuthenticated):
        sessions.authenticate_token(session, token, secret_key=SECRET_KEY, now=LONG_AGO)


def test_a_csrf_token_belongs_to_one_session(session: Session, make: Factory) -> None:
    user = make.user()
    one, other = open_in_browser(session, user).login, open_in_browser(session, user).login
    token = sessions.csrf_token_of(one, secret_key=SECRET_KEY)
    sessions.check_csrf(token, login=one, secret_key=SECRET_KEY)
    for wrong in (None, "", "nonsense", "\ud800", sessions.csrf_token_of(other, secret_key=SECRET_KEY)):
        with pytest.raises(sessions.CsrfFailed):
            sessions.check_csrf(wrong, login=one, secret_key=SECRET_KEY)


def _set_password(session: Session, user_id: UUID) -> None:
    changes = {"password": "eight888"}
    users.update_user(session, letters=WITHOUT_MAIL, user_id=user_id, changes=changes, by=user_id, by_session=uuid4())


@pytest.mark.parametrize("others_hash", ["!", "$2b$12$" + "A" * 53])
def test_every_login_does_the_work_of_imported_hashes_while_there_are_any(
    session: Session, make: Factory, monkeypatch: pytest.MonkeyPatch, others_hash: str
) -> None:
    make.user(password_hash=others_hash)
    make.user(email=ADDRESS, password_hash=security.hash_password(PASSWORD))
    done: list[str | None] = []
    monkeypatch.setattr(security, "do_the_other_work", lambda password, hashed: done.append(hashed))

    for email in (ADDRESS, "nobody@example.com"):
        with pytest.raises(sessions.InvalidCredentials):
            sessions.check_credentials(session, email=email, password="wrong")

    assert len(done) == (2 if others_hash.startswith("$2b$") else 0)


def test_a_login_with_the_old_password_that_is_under_way_ends_with_its_change(
    committed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(committed) as session:
        user_id = Factory(session).user(email=ADDRESS, password_hash=security.hash_password(PASSWORD)).id
    verify = security.verify_password

    def changed_meanwhile(password: str, hashed: str | None) -> tuple[bool, str | None]:
        monkeypatch.setattr(security, "verify_password", verify)
        outcome = verify(password, hashed)
        with transaction(committed) as other:
            _set_password(other, user_id)
        return outcome

    monkeypatch.setattr(security, "verify_password", changed_meanwhile)
    with transaction(committed) as session, pytest.raises(sessions.InvalidCredentials):
        sessions.check_credentials(session, email=ADDRESS, password=PASSWORD)


def test_of_two_changes_of_one_password_that_start_from_the_same_one_the_first_counts(
    committed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(committed) as session:
        user_id = Factory(session).user(email=ADDRESS, password_hash=security.hash_password(PASSWORD)).id
    hash_password = security.hash_password

    def changed_meanwhile(password: str) -> str:
        monkeypatch.setattr(security, "hash_password", hash_password)
        with transaction(committed) as other:
            _set_password(other, user_id)
        return hash_password(password)

    monkeypatch.setattr(security, "hash_password", changed_meanwhile)
    passwords = UpdatePassword(current_password=PASSWORD, new_password="nine99999")
    with transaction(committed) as session, pytest.raises(users.WrongPassword):
        users.change_password(
            session, letters=WITHOUT_MAIL, user=session.get_one(User, user_id), passwords=passwords, by_session=uuid4()
        )
