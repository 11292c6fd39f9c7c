"""Accounts, stations and their members: who there is, and what they may do. How they log in is in `sessions`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlmodel import Session

from app import crud
from app.core import security
from app.core.config import SECRET_KEY_FILE, Settings, load_or_create_secret
from app.core.embedded_postgres import default_data_dir
from app.core.errors import AppError, Conflict, FieldError, Forbidden, InvalidInput, NotFound
from app.core.shapes import error_message
from app.features.accounts import queries, rules
from app.features.accounts.schemas import StationCreate, UserCreate
from app.features.audit import record
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.models import Member, Purpose, Role, Station, StationHead, User

FIRST_STATION_NAME = "My station"
FALLBACK_ZONE = "UTC"


class RoleTooLow(Forbidden):
    """The caller's role does not reach."""

    code = "role_too_low"
    default_detail = "Your role does not allow this."


class StationNotFound(NotFound):
    """No station with this id that the caller is a member of; other people's stations look the same on purpose."""

    code = "station_not_found"
    default_detail = "There is no such station."


class StationRequired(InvalidInput):
    """The request does not say which station, and the caller has none or several."""

    code = "station_required"
    default_detail = "Say which station you mean with station_id."

    def __init__(self) -> None:
        super().__init__(
            errors=(FieldError("query.station_id", "is required: you are a member of several stations, or of none"),)
        )


class UnknownZone(InvalidInput):
    """A time zone that this machine knows and the database does not."""

    code = "unknown_zone"
    default_detail = "The database does not know this time zone."

    def __init__(self, *, field: str) -> None:
        super().__init__(errors=(FieldError(field=field, message="is not known to the database"),))


class UserNotFound(NotFound):
    """No account with this address or id; to most, other people's look the same on purpose."""

    code = "user_not_found"
    default_detail = "There is no account with this e-mail address."


class MemberNotFound(NotFound):
    """This user is not a member of the station."""

    code = "member_not_found"
    default_detail = "There is no such member."


class AlreadyMember(Conflict):
    """This user is a member already; a role is changed, not added."""

    code = "already_member"
    default_detail = "This user is a member already."


class LastOwner(Conflict):
    """A station always has an owner."""

    code = "last_owner"
    default_detail = "A station needs an owner. Make somebody else an owner first."


class EmailTaken(Conflict):
    """Another account has this address."""

    code = "email_taken"
    default_detail = "There is an account with this e-mail address already."


class LinkInvalid(AppError):
    """A link that works once, and does not, or not any more. Which of these is not said."""

    status, code = 400, "link_invalid"
    default_detail = "This link does not work, or not any more: it was used, is too old, or a newer one was sent."


class AlreadySetUp(Conflict):
    """The first account exists."""

    code = "already_set_up"
    default_detail = "This server has been set up already. Log in instead."


class SetupTokenInvalid(Forbidden):
    """Not the token of the set-up link."""

    code = "setup_token_invalid"
    default_detail = "This set-up link is not valid. Use the link that the server printed when it started."


@dataclass(frozen=True)
class BootstrapResult:
    """What the first start did, and whether somebody still has to follow the set-up link."""

    created_user: User | None
    created_station: Station | None
    is_setup_needed: bool


def load_secret_key(settings: Settings) -> str:
    """The key that signs tokens: as configured, else made once and kept in the data directory. Raises OSError."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    data_dir = settings.tracker_data_dir or default_data_dir()
    return load_or_create_secret(data_dir.expanduser() / SECRET_KEY_FILE)


# Users


def create_user(session: Session, *, new: UserCreate, now: datetime) -> User:
    """Raises EmailTaken."""
    user = User(
        email=new.email,
        full_name=new.full_name,
        hashed_password=security.hash_password(new.password),
        is_active=new.is_active,
        is_superuser=new.is_superuser,
        created_at=now,
    )
    if not queries.add_user(session, user):
        raise EmailTaken
    stored = crud.get_user(session, user.id)
    assert stored is not None  # noqa: S101  added above, in this transaction
    return stored


def create_superuser(session: Session, *, email: str, password: str, full_name: str | None, now: datetime) -> User:
    """An account that runs the instance, from plain text. Raises InvalidInput, EmailTaken."""
    try:
        new = UserCreate(email=email, password=password, full_name=full_name, is_superuser=True)
    except ValidationError as error:
        # The input is left out: it holds the password.
        wrong = tuple(FieldError(field=str(each["loc"][0]), message=error_message(each)) for each in error.errors())
        raise InvalidInput("; ".join(f"{each.field}: {each.message}" for each in wrong), errors=wrong) from None
    return create_user(session, new=new, now=now)


def require_superuser(user: User) -> None:
    """Raises RoleTooLow."""
    if not user.is_superuser:
        raise RoleTooLow("Only a superuser may do this.")


# Stations


def open_station(session: Session, *, user: User, station_id: UUID | None, minimum: Role) -> tuple[Station, Role]:
    """The station that a request means, and the user's role in it; a superuser acts as owner everywhere.

    Raises StationRequired, StationNotFound, RoleTooLow.
    """
    if station_id is None:
        station_id = _only_station_id(session, user)
    role = role_in(session, user=user, station_id=station_id)
    station = crud.get_station(session, station_id)
    if role is None or station is None:
        raise StationNotFound
    if not rules.is_at_least(role, minimum):
        raise RoleTooLow
    return station, role


def _only_station_id(session: Session, user: User) -> UUID:
    station_ids = queries.station_ids_of(session, user.id, limit=2)
    if len(station_ids) != 1:
        raise StationRequired
    return station_ids[0]


def role_in(session: Session, *, user: User, station_id: UUID) -> Role | None:
    """What a user may do in a station, or None; a superuser acts as owner everywhere."""
    if user.is_superuser:
        return Role.OWNER
    member = crud.get_member(session, station_id=station_id, user_id=user.id)
    return Role(member.role) if member is not None else None


def list_stations(session: Session, *, user: User) -> list[tuple[Station, Role]]:
    """The stations that the user may open, by name, with the role in each."""
    if user.is_superuser:
        return [(station, Role.OWNER) for station in queries.every_station(session)]
    return queries.stations_of(session, user.id)


def create_station(
    session: Session, *, new: StationCreate, owner: User, now: datetime, zone_field: str = "body.zone"
) -> Station:
    """A station with its counter and its first owner. Raises UnknownZone, naming `zone_field`."""
    _check_zone(session, new.zone, field=zone_field)
    fields = new.model_dump()
    if fields["dedup_window_ms"] is None:
        fields["dedup_window_ms"] = rules.DEFAULT_DEDUP_WINDOW_MS[new.purpose]
    station = Station(**fields, created_at=now)
    session.add(station)
    # Without relationships between tables the session does not know that the next two rows refer to this one.
    session.flush()
    session.add(StationHead(station_id=station.id))
    session.add(Member(station_id=station.id, user_id=owner.id, role=Role.OWNER, created_at=now))
    session.flush()
    return station


def update_station(session: Session, *, station: Station, changes: dict[str, Any]) -> bool:
    """Change what is given; True when the zone is another one now, and the station's days must be cut again.

    A change of what presses are counted by waits for the batch that is being recorded, and holds up the next one
    until the transaction ends. Raises UnknownZone.
    """
    if "zone" in changes:
        _check_zone(session, changes["zone"], field="body.zone")
    if changes.keys() & {"zone", "dedup_window_ms"}:
        crud.lock_station_head(session, station.id)
        session.refresh(station)
    old_zone = station.zone
    for name, value in changes.items():
        setattr(station, name, value)
    session.add(station)
    session.flush()
    return station.zone != old_zone


def _check_zone(session: Session, zone: str, *, field: str) -> None:
    if not queries.is_zone_known(session, zone):
        raise UnknownZone(field=field)


# Members


def list_members(session: Session, *, station: Station) -> list[tuple[Member, User]]:
    """The members of a station with their accounts, in the order in which they came."""
    return queries.members_of(session, station.id)


def add_member(session: Session, *, station: Station, email: str, role: Role, now: datetime) -> tuple[Member, User]:
    """Make an existing user a member, who is invited no more. Raises UserNotFound, AlreadyMember."""
    queries.lock_station(session, station.id)
    found = crud.get_user_by_email(session, email)
    # Held, so that an account that is just being deleted is not found.
    user = queries.hold_user(session, found.id) if found is not None else None
    if user is None:
        raise UserNotFound
    if user.id in queries.roles_of(session, station.id):
        raise AlreadyMember
    member = Member(station_id=station.id, user_id=user.id, role=role, created_at=now)
    session.add(member)
    session.flush()
    queries.revoke_invitations(session, station_id=station.id, email=user.email, now=now)
    return member, user


def change_role(session: Session, *, station: Station, user_id: UUID, role: Role) -> tuple[Member, User, Role]:
    """Give a member another role; returns also the one before. Raises MemberNotFound, LastOwner."""
    former = _check_an_owner_stays(session, station_id=station.id, user_id=user_id, new_role=role)
    queries.set_role(session, station_id=station.id, user_id=user_id, role=role)
    member = crud.get_member(session, station_id=station.id, user_id=user_id)
    user = crud.get_user(session, user_id)
    assert member is not None  # noqa: S101  seen above, and the station is locked
    assert user is not None  # noqa: S101  the member refers to it
    session.refresh(member)
    return member, user, former


def remove_member(session: Session, *, station: Station, by: User, role: Role, user_id: UUID, now: datetime) -> Role:
    """Take a member out of a station: an owner anybody, and everybody themselves. Returns what the member was.

    `role` is what `by` may do in the station. The member's API tokens end for good, and an invitation that was sent to
    the same address: who comes back makes new ones, and is invited anew.
    Raises RoleTooLow, MemberNotFound, LastOwner.
    """
    if user_id != by.id and not rules.is_at_least(role, Role.OWNER):
        raise RoleTooLow
    former = _check_an_owner_stays(session, station_id=station.id, user_id=user_id, new_role=None)
    queries.delete_member(session, station_id=station.id, user_id=user_id)
    queries.revoke_api_tokens(session, user_id=user_id, station_id=station.id, by=by.id, now=now)
    user = crud.get_user(session, user_id)
    if user is not None:
        queries.revoke_invitations(session, station_id=station.id, email=user.email, now=now)
    return former


def _check_an_owner_stays(session: Session, *, station_id: UUID, user_id: UUID, new_role: Role | None) -> Role:
    # Two owners who demote each other at once would both see another owner left; the second waits here instead.
    queries.lock_station(session, station_id)
    roles = queries.roles_of(session, station_id)
    if user_id not in roles:
        raise MemberNotFound
    if not rules.leaves_an_owner(roles, user_id=user_id, new_role=new_role):
        raise LastOwner
    return roles[user_id]


# First start


def setup_token(secret_key: str) -> str:
    """What proves that whoever sets the server up can read what it printed when it started."""
    return security.sign(secret_key, "setup")


def setup_url(public_url: str, secret_key: str) -> str:
    """The set-up link. The token stands in the fragment, which browsers send to nobody: no log and no Referer has it."""
    return f"{public_url}/setup#{setup_token(secret_key)}"


def is_setup_needed(session: Session) -> bool:
    """Whether the server still waits for its first account."""
    return not crud.has_users(session)


def bootstrap(session: Session, settings: Settings, *, zone: str, now: datetime) -> BootstrapResult:
    """Make the configured first account and a first station, where they are missing; an existing account stays as it is.

    `zone` is the machine's; one that cannot be a station's becomes UTC. Raises InvalidInput for a password that
    nobody could log in with.
    """
    queries.lock_first_start(session)
    if settings.first_superuser is None or settings.first_superuser_password is None:
        return BootstrapResult(created_user=None, created_station=None, is_setup_needed=is_setup_needed(session))
    email = rules.normalize_email(settings.first_superuser)
    existing = crud.get_user_by_email(session, email)
    password = settings.first_superuser_password.get_secret_value()
    audit = Audit(session, record.SERVER, now)
    owner = existing or create_superuser(session, email=email, password=password, full_name=None, now=now)
    if existing is None:
        audit.note(Action.USER_CREATED, subject_id=owner.id, is_superuser=True)
    station = None
    if not queries.has_stations(session):
        station = create_station(session, new=_first_station(session, zone=zone), owner=owner, now=now)
        audit.note(Action.STATION_CREATED, station_id=station.id, subject_id=station.id, owner_id=owner.id)
    created_user = owner if existing is None else None
    return BootstrapResult(created_user=created_user, created_station=station, is_setup_needed=False)


def set_up(
    session: Session, *, token: str, user: UserCreate, station: StationCreate, secret_key: str, now: datetime
) -> tuple[User, Station]:
    """Make the first account and its station from the set-up page. Raises AlreadySetUp, SetupTokenInvalid, UnknownZone."""
    if not is_setup_needed(session):
        raise AlreadySetUp
    if not security.is_same_secret(token, setup_token(secret_key)):
        raise SetupTokenInvalid
    queries.lock_first_start(session)
    if not is_setup_needed(session):
        raise AlreadySetUp
    owner = create_user(session, new=user, now=now)
    return owner, create_station(session, new=station, owner=owner, now=now, zone_field="body.station.zone")


def _first_station(session: Session, *, zone: str) -> StationCreate:
    is_usable = zone in rules.zone_names() and queries.is_zone_known(session, zone)
    return StationCreate(name=FIRST_STATION_NAME, purpose=Purpose.RADIO, zone=zone if is_usable else FALLBACK_ZONE)
