"""SQL of users, their sessions, links and memberships, and of invitations to become members."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Uuid, and_, bindparam, delete, func, literal, or_, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.models import (
    AccountLink,
    ApiToken,
    Invitation,
    Job,
    LinkPurpose,
    LoginSession,
    Member,
    Role,
    Station,
    User,
)

# Any number that no other program uses on this database: two servers, or two browsers, that make the first account at
# once do so one after the other.
FIRST_START_LOCK = 7_306_021_958_118


def lock_first_start(session: Session) -> None:
    """Wait until no other transaction makes the first account, and hold the others up until this one ends."""
    session.connection().execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": FIRST_START_LOCK})


def add_user(session: Session, user: User) -> bool:
    """Store a new account; False when its address is taken, also by somebody who was a moment faster."""
    new = insert(User).values(user.model_dump()).on_conflict_do_nothing(index_elements=["email"])
    added = session.execute(new.returning(col(User.id))).one_or_none()
    return added is not None


class SignUp(NamedTuple):
    """The account that has the address now, and whether it is a new one."""

    user_id: UUID
    is_new: bool


def add_user_or_touch(session: Session, user: User) -> SignUp:
    """Store a new account, or write the one that has its address as it is: the same work, and nobody can tell."""
    new = insert(User).values(user.model_dump())
    # Without a write there would be nothing to make durable, and a taken address would be answered sooner.
    touched = new.on_conflict_do_update(index_elements=["email"], set_={"full_name": col(User.full_name)})
    user_id = session.execute(touched.returning(col(User.id))).scalar_one()
    return SignUp(user_id, is_new=user_id == user.id)


def has_imported_hash(session: Session) -> bool:
    """Whether the password of any account is still hashed as another installation hashed it."""
    found = session.exec(select(User.id).where(col(User.hashed_password).startswith("$2")).limit(1)).first()
    return found is not None


def list_users(
    session: Session, *, words: str | None, is_newest_first: bool, skip: int, limit: int
) -> tuple[list[User], int]:
    """One page of the accounts whose address or name holds these words, in the order in which they were made or from its
    end, and how many there are."""
    found = [_says(words)] if words else []
    places = (col(User.created_at), col(User.id))
    query = select(User).where(*found).order_by(*(place.desc() if is_newest_first else place for place in places))
    count = session.exec(select(func.count()).select_from(User).where(*found)).one()
    return list(session.exec(query.offset(skip).limit(limit))), count


def _says(words: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(words, autoescape=True) for column in (col(User.email), col(User.full_name))))


def lock_user(session: Session, user_id: UUID) -> User | None:
    """An account as it is now, held until the transaction ends. Rows that refer to it may be added."""
    query = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def hold_user(session: Session, user_id: UUID) -> User | None:
    """An account as it is now. It is not deleted until the transaction ends; whoever changes it need not wait."""
    query = select(User).where(User.id == user_id).with_for_update(read=True, key_share=True)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def lock_user_alone(session: Session, user_id: UUID) -> User | None:
    """An account, locked so that nothing that refers to it is added meanwhile: it can be deleted."""
    query = select(User).where(User.id == user_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def lock_active_superusers(session: Session) -> set[UUID]:
    """Who runs the instance, held until the transaction ends, so that they cannot take leave of each other at once."""
    query = (
        select(User.id)
        .where(col(User.is_superuser))
        .where(col(User.is_active))
        .order_by(col(User.id))
        .with_for_update(key_share=True)
    )
    return set(session.exec(query))


def delete_user(session: Session, user_id: UUID) -> None:
    """Remove an account, its sessions and its memberships. What it did stays on the record, under its id."""
    session.execute(delete(User).where(col(User.id) == user_id))


def revoke_api_tokens(
    session: Session, *, user_id: UUID, station_id: UUID | None, by: UUID | None, now: datetime
) -> None:
    """End the API tokens that a user made, for one station or for all of them."""
    ended = update(ApiToken).where(col(ApiToken.user_id) == user_id).where(col(ApiToken.revoked_at).is_(None))
    if station_id is not None:
        ended = ended.where(col(ApiToken.station_id) == station_id)
    session.execute(ended.values(revoked_at=now, revoked_by=by))


def revoke_api_tokens_of_no_member(session: Session, *, user_id: UUID, by: UUID, now: datetime) -> None:
    """End the API tokens that a user made for stations of which they are no member."""
    stations = select(Member.station_id).where(Member.user_id == user_id)
    ended = update(ApiToken).where(col(ApiToken.user_id) == user_id).where(col(ApiToken.revoked_at).is_(None))
    ended = ended.where(col(ApiToken.station_id).not_in(stations))
    session.execute(ended.values(revoked_at=now, revoked_by=by).execution_options(synchronize_session=False))


def delete_login_sessions(session: Session, *, user_id: UUID, but: UUID | None) -> None:
    """End every session of a user, or every one but this."""
    ended = delete(LoginSession).where(col(LoginSession.user_id) == user_id)
    if but is not None:
        ended = ended.where(col(LoginSession.id) != but)
    session.execute(ended)


def delete_login_session(session: Session, session_id: UUID) -> None:
    """End a session. That it has ended already is no error: two tabs may log out at once."""
    session.execute(delete(LoginSession).where(col(LoginSession.id) == session_id))


def delete_expired_login_sessions(session: Session, *, user_id: UUID, now: datetime) -> None:
    """Remove a user's sessions that ended by `now`."""
    session.execute(
        delete(LoginSession).where(col(LoginSession.user_id) == user_id).where(col(LoginSession.expires_at) <= now)
    )


def list_login_sessions(session: Session, *, user_id: UUID, now: datetime, skip: int, limit: int) -> list[LoginSession]:
    """One page of a user's sessions that last beyond `now`, newest first."""
    query = (
        select(LoginSession)
        .where(LoginSession.user_id == user_id)
        .where(LoginSession.expires_at > now)
        .order_by(col(LoginSession.created_at).desc(), col(LoginSession.id))
        .offset(skip)
        .limit(limit)
    )
    return list(session.exec(query))


def count_login_sessions(session: Session, *, user_id: UUID, now: datetime) -> int:
    """How many of a user's sessions last beyond `now`."""
    query = (
        select(func.count())
        .select_from(LoginSession)
        .where(LoginSession.user_id == user_id)
        .where(LoginSession.expires_at > now)
    )
    return session.exec(query).one()


def addresses_of_superusers(session: Session) -> list[str]:
    """The addresses of those who run the instance."""
    query = select(User.email).where(col(User.is_superuser)).where(col(User.is_active)).order_by(User.email)
    return list(session.exec(query))


# Held as it is found, so that an account that is just being deleted is not found.
PUT_LINK_TO_OPEN_ACCOUNT = """
INSERT INTO account_link (user_id, purpose, email, token_hash, expires_at)
SELECT u.id, 'password', u.email, :token_hash, :expires_at
FROM user_account AS u
WHERE u.email = :email AND u.is_active
FOR KEY SHARE
ON CONFLICT (user_id, purpose) DO UPDATE
SET email = excluded.email, token_hash = excluded.token_hash, expires_at = excluded.expires_at
RETURNING user_id
"""


def put_password_link(session: Session, *, email: str, token_hash: bytes, expires_at: datetime) -> UUID | None:
    """Store a link to choose a password, instead of an older one, and whose; None when no open account has this address."""
    # For an address that nobody has there is no row to wait for; who asks at once waits alike, whoever has the address.
    session.connection().execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:email, 0))"), {"email": email})
    values = {"email": email, "token_hash": token_hash, "expires_at": expires_at}
    user_id: UUID | None = session.connection().scalar(text(PUT_LINK_TO_OPEN_ACCOUNT), values)
    return user_id


def put_address_link(session: Session, *, user_id: UUID, email: str, token_hash: bytes, expires_at: datetime) -> None:
    """Store a link to confirm a new address of an account, instead of an older one."""
    said = {"email": email, "token_hash": token_hash, "expires_at": expires_at}
    new = insert(AccountLink).values(user_id=user_id, purpose=LinkPurpose.ADDRESS, **said)
    session.execute(new.on_conflict_do_update(index_elements=["user_id", "purpose"], set_=said))


def find_account_link(session: Session, token_hash: bytes, *, purpose: LinkPurpose) -> AccountLink | None:
    """The link whose token hashes to this, whether it still works or not."""
    query = select(AccountLink).where(AccountLink.token_hash == token_hash).where(AccountLink.purpose == purpose)
    return session.exec(query).one_or_none()


def take_account_link(session: Session, token_hash: bytes) -> bool:
    """Remove a link that is used; False when somebody was a moment faster."""
    taken = delete(AccountLink).where(col(AccountLink.token_hash) == token_hash).returning(col(AccountLink.user_id))
    return session.execute(taken.execution_options(synchronize_session=False)).one_or_none() is not None


def delete_account_links(session: Session, user_id: UUID) -> None:
    """Have the links that were sent for an account work no more."""
    gone = delete(AccountLink).where(col(AccountLink.user_id) == user_id)
    session.execute(gone.execution_options(synchronize_session=False))


def delete_job_if(session: Session, job_id: UUID, *, is_unwanted: bool) -> None:
    """Take a job back, or not: the database is asked the same in both cases."""
    gone = delete(Job).where(col(Job.id) == job_id).where(literal(is_unwanted))
    session.execute(gone.execution_options(synchronize_session=False))


LOGINS_AND_STATIONS = """
SELECT
    r.login_id, r.station_id,
    l.expires_at, u.is_active, u.is_superuser,
    m.user_id IS NOT NULL AS is_member
FROM unnest(:login_ids, :station_ids) AS r (login_id, station_id)
JOIN login_session AS l ON l.id = r.login_id
JOIN user_account AS u ON u.id = l.user_id
LEFT JOIN member AS m ON m.station_id = r.station_id AND m.user_id = l.user_id
"""


def logins_and_stations(session: Session, pairs: Collection[tuple[UUID, UUID]]) -> list[Row[Any]]:
    """What is known of these logins, each with what it is to a station. A login that has ended has no row."""
    query = text(LOGINS_AND_STATIONS).bindparams(
        bindparam("login_ids", type_=ARRAY(Uuid)), bindparam("station_ids", type_=ARRAY(Uuid))
    )
    values = {"login_ids": [login for login, _ in pairs], "station_ids": [station for _, station in pairs]}
    return list(session.connection().execute(query, values))


def is_zone_known(session: Session, zone: str) -> bool:
    """Whether the database knows a zone of this name; its own list may be older than this machine's."""
    query = text(
        """
        SELECT EXISTS (
            SELECT
            FROM pg_timezone_names
            WHERE name = :zone
        )
        """
    )
    return bool(session.connection().execute(query, {"zone": zone}).scalar_one())


def has_stations(session: Session) -> bool:
    """Whether any station exists."""
    return session.exec(select(Station.id).limit(1)).first() is not None


def every_station(session: Session) -> list[Station]:
    """All stations, by name."""
    return list(session.exec(select(Station).order_by(Station.name, col(Station.id))))


def stations_of(session: Session, user_id: UUID) -> list[tuple[Station, Role]]:
    """The stations that a user is a member of, by name, with the user's role."""
    query = (
        select(Station, Member.role)
        .join(Member, col(Member.station_id) == col(Station.id))
        .where(Member.user_id == user_id)
        .order_by(Station.name, col(Station.id))
    )
    return [(station, Role(role)) for station, role in session.exec(query)]


def station_ids_of(session: Session, user_id: UUID, *, limit: int) -> list[UUID]:
    """Up to `limit` of the stations that a user is a member of, in no order."""
    return list(session.exec(select(Member.station_id).where(Member.user_id == user_id).limit(limit)))


def lock_station(session: Session, station_id: UUID) -> None:
    """Hold the station's row, so that its members change one after the other. Rows that refer to it may be added."""
    session.exec(select(Station.id).where(Station.id == station_id).with_for_update(key_share=True)).one()


def lock_stations_of(session: Session, user_id: UUID) -> None:
    """Hold every station that a user is a member of, always in the same order."""
    query = (
        select(Station.id)
        .join(Member, col(Member.station_id) == col(Station.id))
        .where(Member.user_id == user_id)
        .order_by(col(Station.id))
        .with_for_update(key_share=True, of=Station)
    )
    session.exec(query).all()


def owners_of_stations_of(session: Session, user_id: UUID) -> list[tuple[Station, UUID]]:
    """The stations that a user owns, by name, once with each of their owners."""
    own = select(Member.station_id).where(Member.user_id == user_id).where(Member.role == Role.OWNER)
    query = (
        select(Station, Member.user_id)
        .join(Member, col(Member.station_id) == col(Station.id))
        .where(col(Station.id).in_(own))
        .where(Member.role == Role.OWNER)
        .order_by(Station.name, col(Station.id), col(Member.user_id))
    )
    return [(station, owner_id) for station, owner_id in session.exec(query)]


def roles_of(session: Session, station_id: UUID) -> dict[UUID, Role]:
    """The members of a station and their roles, as they are now rather than when they were first read."""
    rows = session.exec(select(Member.user_id, Member.role).where(Member.station_id == station_id))
    return {user_id: Role(role) for user_id, role in rows}


def members_of(session: Session, station_id: UUID) -> list[tuple[Member, User]]:
    """The members of a station with their accounts, in the order in which they came."""
    query = (
        select(Member, User)
        .join(User, col(User.id) == col(Member.user_id))
        .where(Member.station_id == station_id)
        .order_by(col(Member.created_at), col(Member.user_id))
    )
    return list(session.exec(query))


def set_role(session: Session, *, station_id: UUID, user_id: UUID, role: Role) -> None:
    """Give a member another role. Nobody is made a member by it."""
    session.execute(
        update(Member)
        .where(col(Member.station_id) == station_id)
        .where(col(Member.user_id) == user_id)
        .values(role=role)
    )


def delete_member(session: Session, *, station_id: UUID, user_id: UUID) -> None:
    """End a membership; the account stays."""
    session.execute(delete(Member).where(col(Member.station_id) == station_id).where(col(Member.user_id) == user_id))


def is_address_of_member(session: Session, *, station_id: UUID, email: str) -> bool:
    """Whether a member of the station has this address."""
    query = (
        select(Member.user_id)
        .join(User, col(User.id) == col(Member.user_id))
        .where(Member.station_id == station_id)
        .where(User.email == email)
    )
    return session.exec(query).first() is not None


def _open_invitations(station_id: UUID) -> SelectOfScalar[Invitation]:
    return (
        select(Invitation)
        .where(Invitation.station_id == station_id)
        .where(col(Invitation.accepted_at).is_(None))
        .where(col(Invitation.revoked_at).is_(None))
        .execution_options(populate_existing=True)
    )


def open_invitation_to(session: Session, *, station_id: UUID, email: str) -> Invitation | None:
    """The invitation of this address to the station that was neither accepted nor revoked."""
    return session.exec(_open_invitations(station_id).where(Invitation.email == email)).one_or_none()


def open_invitation(session: Session, *, station_id: UUID, invitation_id: UUID) -> Invitation | None:
    """An invitation to the station that was neither accepted nor revoked."""
    return session.exec(_open_invitations(station_id).where(Invitation.id == invitation_id)).one_or_none()


def open_invitations(session: Session, station_id: UUID) -> list[Invitation]:
    """The invitations to a station that were neither accepted nor revoked, in the order in which they were made."""
    return list(session.exec(_open_invitations(station_id).order_by(col(Invitation.created_at), col(Invitation.id))))


def revoke_invitations(session: Session, *, station_id: UUID, email: str, now: datetime) -> None:
    """Have no open invitation of this address to the station count any more."""
    ended = update(Invitation).where(col(Invitation.station_id) == station_id).where(col(Invitation.email) == email)
    ended = ended.where(col(Invitation.accepted_at).is_(None)).where(col(Invitation.revoked_at).is_(None))
    session.execute(ended.values(revoked_at=now).execution_options(synchronize_session=False))


def find_invitation(session: Session, token_hash: bytes) -> Invitation | None:
    """The invitation whose token hashes to this, as it is now, whether it still counts or not."""
    query = select(Invitation).where(Invitation.token_hash == token_hash)
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def inviters(session: Session, station_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, tuple[User, Role | None]]:
    """Those of these accounts that there are, each with its role in the station."""
    query = (
        select(User, Member.role)
        .outerjoin(Member, and_(col(Member.user_id) == col(User.id), col(Member.station_id) == station_id))
        .where(col(User.id).in_(user_ids))
        .execution_options(populate_existing=True)
    )
    found: Iterable[tuple[User, str | None]] = session.exec(query)
    return {user.id: (user, Role(role) if role is not None else None) for user, role in found}
