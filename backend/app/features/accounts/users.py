"""Accounts as they are looked after: listed, changed, deleted, and made by those whom they are for."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app import crud
from app.core import security
from app.core.errors import AppError, Conflict, FieldError, Forbidden, InvalidInput
from app.features.accounts import queries, rules
from app.features.accounts.letters import NEW_ACCOUNT_LINK_LIFE, Letters
from app.features.accounts.queries import SignUp
from app.features.accounts.schemas import UpdatePassword, UserCreate, UserRegister
from app.features.accounts.service import EmailTaken, LastOwner, UserNotFound, create_user
from app.models import Role, Station, User

EMAIL_KEY = "uq_user_account_email"
MAX_NAMES = 10

# What its owner is told by mail when it changes.
TOLD = {"email", "hashed_password", "is_superuser"}
PASSWORD_CHANGED = "The password of this account was changed."  # noqa: S105  a sentence


class WrongPassword(AppError):
    """Not the password of the caller's own account."""

    status, code = 400, "wrong_password"
    default_detail = "The current password is wrong."


class LastSuperuser(Conflict):
    """Somebody always runs the instance."""

    code = "last_superuser"
    default_detail = "This is the last active superuser. Make somebody else one first."


class RegistrationClosed(Forbidden):
    """Accounts are made by superusers here."""

    code = "registration_closed"
    default_detail = "Accounts are made by the superusers of this server. Ask one of them."


def get_user(session: Session, *, reader: User, user_id: UUID) -> User:
    """An account, for a superuser or for its owner. Raises UserNotFound, for everybody else in every case."""
    is_shown = rules.may_read_user(reader_id=reader.id, is_superuser=reader.is_superuser, user_id=user_id)
    user = crud.get_user(session, user_id) if is_shown else None
    if user is None:
        raise _no_such_user()
    return user


def make_user(session: Session, *, letters: Letters, new: UserCreate, by: User) -> User:
    """Make an account for somebody, who is sent a link to choose their own password, unless it is a closed one.

    Raises EmailTaken.
    """
    user = create_user(session, new=new, now=letters.now)
    if letters.is_mail_configured and user.is_active:
        token = security.new_link_token()
        expires_at = letters.now + NEW_ACCOUNT_LINK_LIFE
        queries.put_password_link(
            session, email=user.email, token_hash=security.hash_token(token), expires_at=expires_at
        )
        letters.new_account(session, user=user, made_by=by, token=token)
    if user.is_superuser:
        _tell_superusers(session, user, letters=letters)
    return user


def update_user(
    session: Session, *, letters: Letters, user_id: UUID, changes: dict[str, Any], by: UUID, by_session: UUID
) -> User:
    """Change what is given. Another address ends the account's sessions but `by_session`; a new password, or the closing
    of the account, its API tokens also. Who is no superuser any more keeps those for stations of which they are a member.

    Raises UserNotFound, EmailTaken, LastSuperuser.
    """
    if crud.get_user(session, user_id) is None:
        raise _no_such_user()
    fields = {name: value for name, value in changes.items() if name != "password"}
    if "password" in changes:
        # Before anything is locked: it takes as long as a login.
        fields["hashed_password"] = security.hash_password(changes["password"])
    if rules.may_end_superuser(changes):
        _check_a_superuser_stays(session, user_id)
    user = queries.lock_user(session, user_id)
    if user is None:
        raise _no_such_user()
    before = user.model_dump(include=TOLD)
    write(session, user, fields)
    if rules.ends_sessions(changes):
        # What a closed account has open would come to life again with it.
        end_what_is_open(session, user_id=user_id, but=by_session if user.is_active else None)
        queries.revoke_api_tokens(session, user_id=user_id, station_id=None, by=by, now=letters.now)
    elif user.email != before["email"]:
        end_what_is_open(session, user_id=user_id, but=by_session)
    if before["is_superuser"] and not user.is_superuser:
        # They opened every station. Whoever becomes a member of one later makes new ones.
        queries.revoke_api_tokens_of_no_member(session, user_id=user_id, by=by, now=letters.now)
    _tell_of_changes(session, before, user, letters=letters)
    return user


def change_password(
    session: Session, *, letters: Letters, user: User, passwords: UpdatePassword, by_session: UUID
) -> None:
    """Give one's own account another password, which ends its other sessions. Raises WrongPassword, InvalidInput.

    Its API tokens stay: whoever knows the old password sees which there are, and ends those that should go.
    """
    checked = _check_password(user, passwords.current_password)
    if passwords.new_password == passwords.current_password:
        raise InvalidInput(errors=(FieldError("body.new_password", "must not be the current password"),))
    hashed = security.hash_password(passwords.new_password)
    locked = _hold_unless_changed(session, user, checked)
    write(session, locked, {"hashed_password": hashed})
    end_what_is_open(session, user_id=locked.id, but=by_session)
    letters.security_notices(session, to=[locked.email], event=PASSWORD_CHANGED)


def require_password(session: Session, *, user: User, password: str) -> None:
    """Raises WrongPassword unless it is that of this account, which is held until the transaction ends."""
    _hold_unless_changed(session, user, _check_password(user, password))


def _check_password(user: User, password: str) -> str:
    checked = user.hashed_password
    is_right, _ = security.verify_password(password, checked)
    if not is_right:
        raise WrongPassword
    return checked


def _hold_unless_changed(session: Session, user: User, checked: str) -> User:
    locked = queries.lock_user(session, user.id)
    # Somebody else may have changed it while a hash was computed: what was right then is not any more.
    if locked is None or locked.hashed_password != checked:
        raise WrongPassword
    return locked


def change_address(session: Session, user: User, email: str, *, letters: Letters) -> None:
    """Give an account that the caller holds another address, which its old one is told. Every session of it ends.

    Raises EmailTaken.
    """
    before = user.model_dump(include=TOLD)
    write(session, user, {"email": email})
    end_what_is_open(session, user_id=user.id, but=None)
    _tell_of_changes(session, before, user, letters=letters)


def end_what_is_open(session: Session, *, user_id: UUID, but: UUID | None) -> None:
    """End every session of an account, or every one but this, and the links that were sent for it."""
    queries.delete_login_sessions(session, user_id=user_id, but=but)
    queries.delete_account_links(session, user_id)


def delete_user(session: Session, *, user_id: UUID) -> list[tuple[Station, Role]]:
    """Remove an account with its sessions, API tokens and memberships, which are returned; what it did stays on the
    record, under its id.

    Raises UserNotFound, LastSuperuser, LastOwner.
    """
    _check_a_superuser_stays(session, user_id)
    # Stations first, as whoever adds a member does; then nobody can make this user a member of one more.
    queries.lock_stations_of(session, user_id)
    if queries.lock_user_alone(session, user_id) is None:
        raise _no_such_user()
    _check_owners_stay(session, user_id)
    memberships = queries.stations_of(session, user_id)
    queries.delete_user(session, user_id)
    return memberships


def require_open_registration(*, is_open: bool) -> None:
    """Raises RegistrationClosed."""
    if not is_open:
        raise RegistrationClosed


def sign_up(session: Session, *, new: UserRegister, now: datetime) -> SignUp:
    """Make an account, unless its address has one: how long it takes does not tell, and the answer must not."""
    hashed = security.hash_password(new.password)
    user = User(email=new.email, full_name=new.full_name, hashed_password=hashed, created_at=now)
    return queries.add_user_or_touch(session, user)


def _no_such_user() -> UserNotFound:
    return UserNotFound("There is no such account.")


def write(session: Session, user: User, fields: dict[str, Any]) -> None:
    """Set columns of an account that the caller holds. Raises EmailTaken."""
    for name, value in fields.items():
        setattr(user, name, value)
    session.add(user)
    try:
        session.flush()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) == EMAIL_KEY:
            raise EmailTaken from None
        raise


def _tell_of_changes(session: Session, before: Mapping[str, Any], after: User, *, letters: Letters) -> None:
    """Mail what somebody else may have changed. A new address is told to the old one, which may be robbed of it."""
    if after.hashed_password != before["hashed_password"]:
        letters.security_notices(session, to=[before["email"]], event=PASSWORD_CHANGED)
    if after.email != before["email"]:
        event = f"The address of this account was changed to {after.email}."
        letters.security_notices(session, to=[before["email"]], event=event)
    if after.is_superuser and not before["is_superuser"]:
        _tell_superusers(session, after, letters=letters)


def _tell_superusers(session: Session, user: User, *, letters: Letters) -> None:
    event = f"{user.email} was made a superuser, who may do everything on this server."
    letters.security_notices(session, to=queries.addresses_of_superusers(session), event=event)


def _check_a_superuser_stays(session: Session, user_id: UUID) -> None:
    if not rules.leaves_a_superuser(queries.lock_active_superusers(session), user_id=user_id):
        raise LastSuperuser


def _check_owners_stay(session: Session, user_id: UUID) -> None:
    owners: dict[UUID, list[UUID]] = defaultdict(list)
    names: dict[UUID, str] = {}
    for station, owner_id in queries.owners_of_stations_of(session, user_id):
        owners[station.id].append(owner_id)
        names[station.id] = station.name
    left = [names[station_id] for station_id in rules.stations_left_ownerless(owners, user_id=user_id)]
    if left:
        more = f" and {len(left) - MAX_NAMES} more" if len(left) > MAX_NAMES else ""
        listed = ", ".join(left[:MAX_NAMES])
        raise LastOwner(
            f"Without this account there would be no owner of: {listed}{more}. Make somebody else one first."
        )
