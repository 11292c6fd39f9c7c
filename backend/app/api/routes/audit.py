"""Who did what: for the owners of a station, and for superusers of the whole instance."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CallerDep, SessionDep
from app.api.problems import problems
from app.core.errors import CursorInvalid
from app.features.accounts import service as accounts
from app.features.accounts.service import RoleTooLow
from app.features.audit import service
from app.features.audit.schemas import EventListing, EventPage
from app.models import Role

router = APIRouter()


def get_reach(
    session: SessionDep,
    caller: CallerDep,
    station_id: Annotated[
        UUID | None,
        Query(
            description="The station; may be left out by an owner with one membership. A superuser who leaves it out "
            "sees all of the instance."
        ),
    ] = None,
) -> UUID | None:
    """The station whose events may be read, or None for all. Raises StationRequired, StationNotFound, RoleTooLow."""
    if station_id is None and caller.user.is_superuser:
        return None
    station, _ = accounts.open_station(session, user=caller.user, station_id=station_id, minimum=Role.OWNER)
    return station.id


@router.get("/", responses=problems(RoleTooLow, CursorInvalid))
def list_audit_events(
    session: SessionDep,
    station_id: Annotated[UUID | None, Depends(get_reach)],
    listing: Annotated[EventListing, Query()],
) -> EventPage:
    """What was done in a station, newest first: every change, who made it, when, and from which IP address. For owners.

    Logins, accounts and commands are the instance's: superusers see them. Presses by key are the record itself, and are
    not here.
    """
    return service.list_events(session, station_id=station_id, listing=listing)
