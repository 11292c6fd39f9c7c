"""Stations and their members."""

# `station_id` stands in the paths and is read by the dependency that opens the station.
# ruff: noqa: FAST003

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.api.deps import AuditDep, CallerDep, NowDep, SessionDep, StationAccess, SuperuserDep
from app.api.problems import problems
from app.features.accounts import service as accounts
from app.features.accounts.schemas import (
    MemberCreate,
    MemberPublic,
    MembersPublic,
    MemberUpdate,
    StationCreate,
    StationPublic,
    StationsPublic,
    StationUpdate,
)
from app.features.audit.actions import Action, changes_of
from app.features.presses import rollup
from app.models import Role

router = APIRouter()


def _named_station(minimum: Role) -> Callable[..., StationAccess]:
    def get_access(station_id: UUID, session: SessionDep, caller: CallerDep) -> StationAccess:
        station, role = accounts.open_station(session, user=caller.user, station_id=station_id, minimum=minimum)
        return StationAccess(station=station, role=role, user=caller.user)

    return get_access


# The station of the path, where other rooms take it from the query.
NamedAsViewer = Annotated[StationAccess, Depends(_named_station(Role.VIEWER))]
NamedAsOwner = Annotated[StationAccess, Depends(_named_station(Role.OWNER))]


@router.get("/")
def list_stations(session: SessionDep, caller: CallerDep) -> StationsPublic:
    """The stations that the caller is a member of; every station for a superuser."""
    stations = accounts.list_stations(session, user=caller.user)
    data = [StationPublic.of(station, role=role) for station, role in stations]
    return StationsPublic(data=data, count=len(data))


@router.post("/", status_code=201, responses=problems(accounts.RoleTooLow, accounts.UnknownZone))
def create_station(
    new: StationCreate, session: SessionDep, superuser: SuperuserDep, audit: AuditDep, now: NowDep
) -> StationPublic:
    """Make a station and become its owner. For superusers."""
    station = accounts.create_station(session, new=new, owner=superuser, now=now)
    audit.note(Action.STATION_CREATED, station_id=station.id, subject_id=station.id, owner_id=superuser.id)
    return StationPublic.of(station, role=Role.OWNER)


@router.get("/{station_id}")
def read_station(access: NamedAsViewer) -> StationPublic:
    """One station."""
    return StationPublic.of(access.station, role=access.role)


@router.patch("/{station_id}", responses=problems(accounts.UnknownZone))
def update_station(update: StationUpdate, session: SessionDep, access: NamedAsOwner, audit: AuditDep) -> StationPublic:
    """Change a station. Another time zone cuts the days of its whole record anew."""
    station = access.station
    changes = update.model_dump(exclude_unset=True)
    before = {name: getattr(station, name) for name in changes}
    if accounts.update_station(session, station=station, changes=changes):
        rollup.rebuild_days(session, station_id=station.id, zone=station.zone)
    changed = changes_of(before, changes)
    if changed:
        audit.note(Action.STATION_UPDATED, station_id=station.id, subject_id=station.id, changed=changed)
    return StationPublic.of(station, role=access.role)


@router.get("/{station_id}/members")
def list_members(session: SessionDep, access: NamedAsViewer) -> MembersPublic:
    """Who is a member. Addresses are shown to owners."""
    is_owner = access.role == Role.OWNER
    members = accounts.list_members(session, station=access.station)
    data = [MemberPublic.of(member, user, with_email=is_owner) for member, user in members]
    return MembersPublic(data=data, count=len(data))


@router.post(
    "/{station_id}/members", status_code=201, responses=problems(accounts.UserNotFound, accounts.AlreadyMember)
)
def create_member(
    new: MemberCreate, session: SessionDep, access: NamedAsOwner, audit: AuditDep, now: NowDep
) -> MemberPublic:
    """Make somebody who has an account a member."""
    member, user = accounts.add_member(session, station=access.station, email=new.email, role=new.role, now=now)
    audit.note(Action.MEMBER_ADDED, station_id=access.station.id, subject_id=user.id, role=new.role)
    return MemberPublic.of(member, user, with_email=True)


@router.patch("/{station_id}/members/{user_id}", responses=problems(accounts.MemberNotFound, accounts.LastOwner))
def update_member(
    user_id: UUID, update: MemberUpdate, session: SessionDep, access: NamedAsOwner, audit: AuditDep
) -> MemberPublic:
    """Give a member another role. The last owner stays one."""
    member, user, former = accounts.change_role(session, station=access.station, user_id=user_id, role=update.role)
    changed = changes_of({"role": former}, {"role": update.role})
    if changed:
        audit.note(Action.MEMBER_UPDATED, station_id=access.station.id, subject_id=user_id, changed=changed)
    return MemberPublic.of(member, user, with_email=True)


@router.delete(
    "/{station_id}/members/{user_id}", status_code=204, responses=problems(accounts.MemberNotFound, accounts.LastOwner)
)
def delete_member(user_id: UUID, session: SessionDep, access: NamedAsViewer, audit: AuditDep) -> None:
    """Take a member out, as an owner, or leave. The last owner stays."""
    role = accounts.remove_member(
        session, station=access.station, by=access.user, role=access.role, user_id=user_id, now=audit.now
    )
    audit.note(Action.MEMBER_REMOVED, station_id=access.station.id, subject_id=user_id, role=role)
