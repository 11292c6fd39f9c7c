"""Accounts: everybody's own, and all of them for superusers."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.api.deps import CallerDep, LimiterDep, NowDep, PageDep, RuntimeDep, SessionDep, get_superuser
from app.api.problems import problems
from app.api.routes.login import forget_cookie
from app.core.errors import NotFound, TooManyTries
from app.core.security import TooManyLogins
from app.features.accounts import attempts, users
from app.features.accounts import service as accounts
from app.features.accounts.schemas import (
    Message,
    SessionPublic,
    SessionsPublic,
    UpdatePassword,
    UserCreate,
    UserPublic,
    UserRegister,
    UsersPublic,
    UserUpdate,
    UserUpdateMe,
)
from app.features.accounts.service import EmailTaken, LastOwner, RoleTooLow
from app.features.accounts.users import LastSuperuser, RegistrationClosed, WrongPassword

router = APIRouter()

SuperuserOnly = Depends(get_superuser)

SIGNED_UP = "If this address had no account, it has one now. Log in with it."


@router.get("/", dependencies=[SuperuserOnly], responses=problems(RoleTooLow))
def list_users(session: SessionDep, page: PageDep) -> UsersPublic:
    """Every account, in the order in which they were made. For superusers."""
    found, count = users.list_users(session, skip=page.skip, limit=page.limit)
    return UsersPublic(data=[UserPublic.model_validate(user) for user in found], count=count)


@router.post(
    "/", status_code=201, dependencies=[SuperuserOnly], responses=problems(RoleTooLow, EmailTaken, TooManyLogins)
)
def create_user(new: UserCreate, session: SessionDep, now: NowDep) -> UserPublic:
    """Make an account. For superusers."""
    return UserPublic.model_validate(accounts.create_user(session, new=new, now=now))


@router.post("/signup", responses=problems(RegistrationClosed, TooManyTries, TooManyLogins))
def register_user(new: UserRegister, session: SessionDep, runtime: RuntimeDep, limiter: LimiterDep) -> Message:
    """Make an account for yourself, where the server allows it. Whether the address has one already is not said."""
    attempts.sign_up(session, limiter=limiter, new=new, is_open=runtime.settings.users_open_registration)
    return Message(message=SIGNED_UP)


@router.get("/me")
def read_own_account(caller: CallerDep) -> UserPublic:
    """The caller's account."""
    return UserPublic.model_validate(caller.user)


@router.patch("/me", responses=problems(EmailTaken))
def update_own_account(update: UserUpdateMe, session: SessionDep, caller: CallerDep) -> UserPublic:
    """Change the caller's name or address."""
    changes = update.model_dump(exclude_unset=True)
    user = users.update_user(session, user_id=caller.user.id, changes=changes, by_session=caller.login.id)
    return UserPublic.model_validate(user)


@router.delete("/me", responses=problems(LastOwner, LastSuperuser))
def delete_own_account(
    session: SessionDep, caller: CallerDep, runtime: RuntimeDep, request: Request, response: Response
) -> Message:
    """Delete the caller's account. What it did stays on the record; a station's last owner cannot go."""
    users.delete_user(session, user_id=caller.user.id)
    forget_cookie(request, response, runtime=runtime)
    return Message(message="Your account is deleted.")


@router.patch("/me/password", responses=problems(WrongPassword, TooManyTries, TooManyLogins))
def update_own_password(
    passwords: UpdatePassword, session: SessionDep, caller: CallerDep, limiter: LimiterDep
) -> Message:
    """Change the caller's password. Every other session of the account ends."""
    attempts.change_own_password(
        session, limiter=limiter, user=caller.user, passwords=passwords, by_session=caller.login.id
    )
    return Message(message="Your password is changed. Your other sessions have ended.")


@router.get("/me/sessions")
def list_own_sessions(session: SessionDep, caller: CallerDep, page: PageDep, now: NowDep) -> SessionsPublic:
    """Where the caller is logged in, newest first."""
    found, count = accounts.list_sessions(session, user=caller.user, now=now, skip=page.skip, limit=page.limit)
    data = [SessionPublic.of(login, current=caller.login.id) for login in found]
    return SessionsPublic(data=data, count=count)


@router.delete("/me/sessions", status_code=204)
def delete_other_sessions(session: SessionDep, caller: CallerDep) -> None:
    """Log the caller out everywhere but here."""
    accounts.end_other_sessions(session, login=caller.login)


@router.delete("/me/sessions/{session_id}", status_code=204)
def delete_own_session(session_id: UUID, session: SessionDep, caller: CallerDep, now: NowDep) -> None:
    """End one of the caller's sessions. Its cookie or access token is dead afterwards."""
    accounts.end_session(session, user=caller.user, session_id=session_id, now=now)


# A UUID or no match: who asks for `/signup` with another method is told which it has.
@router.get("/{user_id:uuid}", responses=problems(NotFound))
def read_user(user_id: UUID, session: SessionDep, caller: CallerDep) -> UserPublic:
    """One account: any for superusers, for others their own."""
    return UserPublic.model_validate(users.get_user(session, reader=caller.user, user_id=user_id))


@router.patch(
    "/{user_id:uuid}",
    dependencies=[SuperuserOnly],
    responses=problems(NotFound, RoleTooLow, EmailTaken, LastSuperuser, TooManyLogins),
)
def update_user(user_id: UUID, update: UserUpdate, session: SessionDep, caller: CallerDep) -> UserPublic:
    """Change an account. A new password, or closing it, ends its sessions. For superusers."""
    changes = update.model_dump(exclude_unset=True)
    user = users.update_user(session, user_id=user_id, changes=changes, by_session=caller.login.id)
    return UserPublic.model_validate(user)


@router.delete(
    "/{user_id:uuid}", dependencies=[SuperuserOnly], responses=problems(NotFound, RoleTooLow, LastOwner, LastSuperuser)
)
def delete_user(user_id: UUID, session: SessionDep) -> Message:
    """Delete an account. What it did stays on the record; a station's last owner cannot go. For superusers."""
    users.delete_user(session, user_id=user_id)
    return Message(message="The account is deleted.")
