"""Accounts: everybody's own, and all of them for superusers."""

from contextlib import nullcontext
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from app.api.deps import (
    AuditDep,
    CallerDep,
    LettersDep,
    LimiterDep,
    NowDep,
    OpenAuditDep,
    PageDep,
    RuntimeDep,
    SessionDep,
    SuperuserDep,
    get_superuser,
)
from app.api.problems import Responses, problems
from app.api.routes.login import forget_cookie
from app.api.routes.recovery import reset_link_life
from app.core.errors import NotFound, TooManyTries
from app.core.security import TooManyLogins
from app.core.shapes import line
from app.features.accounts import attempts, queries, recovery, sessions, users
from app.features.accounts.schemas import (
    Message,
    SessionPublic,
    SessionsPublic,
    UpdatePassword,
    UserCreate,
    UserOrder,
    UserPublic,
    UserRegister,
    UsersPublic,
    UserUpdate,
    UserUpdateMe,
)
from app.features.accounts.service import EmailTaken, LastOwner, RoleTooLow
from app.features.accounts.users import LastSuperuser, RegistrationClosed, WrongPassword
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.models import User

router = APIRouter()

SuperuserOnly = Depends(get_superuser)

WAITS: Responses = {
    202: {"model": UserPublic, "description": "Changed, but for the address, which waits to be confirmed."}
}

# What an event may tell of an account besides the names of the fields that were changed: the rest is personal, or secret.
SWITCHES = {"is_active", "is_superuser"}
SIGNED_UP = "If this address had no account, it has one now. Log in with it."


def _changed(user: User, given: dict[str, Any]) -> dict[str, Any]:
    """What is not so yet: a form sends all its fields. A password always counts as another one."""
    return {name: value for name, value in given.items() if name == "password" or value != getattr(user, name)}


def _delete(session: Session, audit: Audit, *, user_id: UUID) -> None:
    for station, role in users.delete_user(session, user_id=user_id):
        # The owners of the station do not see what becomes of accounts.
        audit.note(Action.MEMBER_REMOVED, station_id=station.id, subject_id=user_id, role=role)
    audit.note(Action.USER_DELETED, subject_id=user_id)


@router.get("/", dependencies=[SuperuserOnly], responses=problems(RoleTooLow))
def list_users(
    session: SessionDep,
    page: PageDep,
    q: Annotated[
        Annotated[str, line(max_length=200)] | None, Query(description="What the address or the name holds.")
    ] = None,
    order: Annotated[UserOrder, Query(description="By when they were made.")] = UserOrder.OLDEST,
) -> UsersPublic:
    """Every account, in the order in which they were made. For superusers."""
    found, count = queries.list_users(
        session, words=q, is_newest_first=order is UserOrder.NEWEST, skip=page.skip, limit=page.limit
    )
    return UsersPublic(data=[UserPublic.model_validate(user) for user in found], count=count)


@router.post("/", status_code=201, responses=problems(RoleTooLow, EmailTaken, TooManyLogins))
def create_user(
    new: UserCreate, session: SessionDep, superuser: SuperuserDep, audit: AuditDep, letters: LettersDep
) -> UserPublic:
    """Make an account, and mail its owner a link to choose their own password. For superusers."""
    user = users.make_user(session, letters=letters, new=new, by=superuser)
    audit.note(Action.USER_CREATED, subject_id=user.id, is_superuser=user.is_superuser)
    return UserPublic.model_validate(user)


@router.post("/signup", responses=problems(RegistrationClosed, TooManyTries, TooManyLogins))
def register_user(
    new: UserRegister, session: SessionDep, runtime: RuntimeDep, limiter: LimiterDep, audit: OpenAuditDep
) -> Message:
    """Make an account for yourself, where the server allows it. Whether the address has one already is not said."""
    signed_up = attempts.sign_up(session, limiter=limiter, new=new, is_open=runtime.settings.users_open_registration)
    if signed_up.is_new:
        audit.known_as(signed_up.user_id).note(Action.USER_SIGNED_UP, subject_id=signed_up.user_id)
    else:
        audit.note(Action.USER_SIGNED_UP_AGAIN, subject_id=signed_up.user_id)
    return Message(message=SIGNED_UP)


@router.get("/me")
def read_own_account(caller: CallerDep) -> UserPublic:
    """The caller's account."""
    return UserPublic.model_validate(caller.user)


@router.patch("/me", responses=WAITS | problems(WrongPassword, EmailTaken, TooManyTries, TooManyLogins))
def update_own_account(
    update: UserUpdateMe,
    session: SessionDep,
    caller: CallerDep,
    audit: AuditDep,
    letters: LettersDep,
    limiter: LimiterDep,
    runtime: RuntimeDep,
    response: Response,
) -> UserPublic:
    """Change the caller's name or address. Where this server sends mail, a new address has to be confirmed first.

    A new address needs `current_password`. Once it counts, every other session of the account ends.
    """
    changes = _changed(caller.user, update.model_dump(exclude_unset=True, exclude={"current_password"}))
    is_new_address = "email" in changes
    said = attempts.own_password_said(session, limiter=limiter, user=caller.user, password=update.current_password)
    with said if is_new_address else nullcontext():
        if letters.is_mail_configured and is_new_address:
            email = changes.pop("email")
            attempts.count_mail(limiter, "new_address", email=email)
            life = reset_link_life(runtime.settings)
            recovery.ask_for_new_address(session, letters=letters, user=caller.user, email=email, life=life)
            audit.note(Action.ADDRESS_LINK_ASKED, subject_id=caller.user.id)
            response.status_code = 202
        user = users.update_user(
            session,
            letters=letters,
            user_id=caller.user.id,
            changes=changes,
            by=caller.user.id,
            by_session=caller.login.id,
        )
    if changes:
        audit.note(Action.USER_UPDATED, subject_id=user.id, fields=sorted(changes))
    return UserPublic.model_validate(user)


@router.delete("/me", responses=problems(LastOwner, LastSuperuser))
def delete_own_account(
    session: SessionDep,
    caller: CallerDep,
    runtime: RuntimeDep,
    audit: AuditDep,
    request: Request,
    response: Response,
) -> Message:
    """Delete the caller's account. What it did stays on the record; a station's last owner cannot go."""
    _delete(session, audit, user_id=caller.user.id)
    forget_cookie(request, response, runtime=runtime)
    return Message(message="Your account is deleted.")


@router.patch("/me/password", responses=problems(WrongPassword, TooManyTries, TooManyLogins))
def update_own_password(
    passwords: UpdatePassword,
    session: SessionDep,
    caller: CallerDep,
    limiter: LimiterDep,
    letters: LettersDep,
    audit: AuditDep,
) -> Message:
    """Change the caller's password. Every other session of the account ends; its API tokens stay."""
    attempts.change_own_password(
        session,
        limiter=limiter,
        letters=letters,
        user=caller.user,
        passwords=passwords,
        by_session=caller.login.id,
    )
    audit.note(Action.PASSWORD_CHANGED, subject_id=caller.user.id)
    return Message(message="Your password is changed. Your other sessions have ended.")


@router.get("/me/sessions")
def list_own_sessions(session: SessionDep, caller: CallerDep, page: PageDep, now: NowDep) -> SessionsPublic:
    """Where the caller is logged in, newest first."""
    found, count = sessions.list_sessions(session, user=caller.user, now=now, skip=page.skip, limit=page.limit)
    data = [SessionPublic.of(login, current=caller.login.id) for login in found]
    return SessionsPublic(data=data, count=count)


@router.delete("/me/sessions", status_code=204)
def delete_other_sessions(session: SessionDep, caller: CallerDep, audit: AuditDep) -> None:
    """Log the caller out everywhere but here."""
    sessions.end_other_sessions(session, login=caller.login)
    audit.note(Action.OTHER_SESSIONS_ENDED, subject_id=caller.user.id)


@router.delete("/me/sessions/{session_id}", status_code=204)
def delete_own_session(session_id: UUID, session: SessionDep, caller: CallerDep, audit: AuditDep, now: NowDep) -> None:
    """End one of the caller's sessions. Its cookie or access token is dead afterwards."""
    sessions.end_session(session, user=caller.user, session_id=session_id, now=now)
    audit.note(Action.SESSION_ENDED, subject_id=session_id)


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
def update_user(
    user_id: UUID, update: UserUpdate, session: SessionDep, caller: CallerDep, letters: LettersDep, audit: AuditDep
) -> UserPublic:
    """Change an account. A new password, or closing it, ends its sessions and its API tokens. For superusers."""
    user = users.get_user(session, reader=caller.user, user_id=user_id)
    changes = _changed(user, update.model_dump(exclude_unset=True))
    user = users.update_user(
        session, letters=letters, user_id=user_id, changes=changes, by=caller.user.id, by_session=caller.login.id
    )
    switched = {name: value for name, value in changes.items() if name in SWITCHES}
    if changes:
        audit.note(Action.USER_UPDATED, subject_id=user_id, fields=sorted(changes), **switched)
    return UserPublic.model_validate(user)


@router.delete(
    "/{user_id:uuid}", dependencies=[SuperuserOnly], responses=problems(NotFound, RoleTooLow, LastOwner, LastSuperuser)
)
def delete_user(user_id: UUID, session: SessionDep, audit: AuditDep) -> Message:
    """Delete an account. What it did stays on the record; a station's last owner cannot go. For superusers."""
    _delete(session, audit, user_id=user_id)
    return Message(message="The account is deleted.")
