"""What the presses mean: counts over time, by weekday and hour, and of buttons beside each other."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.api.deps import NowDep, PageDep, SessionDep, ViewerDep
from app.api.open_to import open_to
from app.api.problems import problems
from app.features.accounts.schemas import Zone
from app.features.accounts.service import UnknownZone
from app.features.buttons.service import ButtonNotFound, DeckNotFound
from app.features.stats import ranking, service
from app.features.stats.schemas import (
    CalendarPublic,
    CalendarQuery,
    HeatmapPublic,
    HeatmapQuery,
    SummaryPublic,
    TimeseriesPublic,
    TimeseriesQuery,
    TopPublic,
    TopQuery,
    UnusedPublic,
    UnusedQuery,
    UsagePublic,
)
from app.models import Scope

router = APIRouter()
usage_router = APIRouter()


@router.get("/summary", responses=problems(UnknownZone))
@open_to(Scope.PRESSES_READ)
def read_summary(
    session: SessionDep,
    access: ViewerDep,
    now: NowDep,
    tz: Annotated[Zone | None, Query(description="Zone in which days are cut; by default the station's.")] = None,
) -> SummaryPublic:
    """Presses today, this week, this month and in all, each beside the same span before it."""
    return service.read_summary(session, station=access.station, tz=tz, now=now)


@router.get("/timeseries", responses=problems(ButtonNotFound, DeckNotFound, UnknownZone))
@open_to(Scope.PRESSES_READ)
def read_timeseries(
    session: SessionDep, access: ViewerDep, now: NowDep, query: Annotated[TimeseriesQuery, Query()]
) -> TimeseriesPublic:
    """Presses by hour, day, week or month: of the station, or of each button, type, tag or deck.

    Every bucket has its count, 0 included; one in which no server was running has null. Hours, and days of a zone other
    than the station's, reach over 28 days of a whole station, a type or a tag, and over two years of one button or deck.
    """
    return service.read_timeseries(session, station=access.station, query=query, now=now)


@router.get("/heatmap", responses=problems(ButtonNotFound, DeckNotFound, UnknownZone))
@open_to(Scope.PRESSES_READ)
def read_heatmap(
    session: SessionDep, access: ViewerDep, now: NowDep, query: Annotated[HeatmapQuery, Query()]
) -> HeatmapPublic:
    """Presses by weekday and hour, by default of the last 28 days.

    They reach over 28 days of a whole station, a type or a tag, and over two years of one button or deck. An hour that
    clocks repeat is added to one cell.
    """
    return service.read_heatmap(session, station=access.station, query=query, now=now)


@router.get("/calendar", responses=problems(ButtonNotFound, DeckNotFound, UnknownZone))
@open_to(Scope.PRESSES_READ)
def read_calendar(
    session: SessionDep, access: ViewerDep, now: NowDep, query: Annotated[CalendarQuery, Query()]
) -> CalendarPublic:
    """Presses of a year by day. Of one button or deck, also in a zone other than the station's."""
    return service.read_calendar(session, station=access.station, query=query, now=now)


@router.get("/top", responses=problems(UnknownZone))
@open_to(Scope.PRESSES_READ)
def read_top(session: SessionDep, access: ViewerDep, now: NowDep, query: Annotated[TopQuery, Query()]) -> TopPublic:
    """The most used buttons, by default of the last 14 days, beside their use over as many days before.

    `order=declining` begins with those that lost most. Today is counted as far as it has come.
    """
    return ranking.read_top(session, station=access.station, query=query, now=now)


@router.get("/unused")
@open_to(Scope.PRESSES_READ)
def read_unused(
    session: SessionDep, access: ViewerDep, now: NowDep, page: PageDep, query: Annotated[UnusedQuery, Query()]
) -> UnusedPublic:
    """Buttons that were not used for so many days, longest unused first; those that never were come before all.

    Buttons that have not been there for so long are left out.
    """
    return ranking.read_unused(session, station=access.station, query=query, skip=page.skip, limit=page.limit, now=now)


@usage_router.get("/{button_id}/usage")
@open_to(Scope.PRESSES_READ)
def read_usage(
    session: SessionDep,
    access: ViewerDep,
    now: NowDep,
    button_id: UUID,
    recent: Annotated[int, Query(ge=1, le=100, description="How many of the last uses.")] = 10,
) -> UsagePublic:
    """How much a button is used, and when; its last uses; and the other buttons of its type."""
    return ranking.read_usage(session, station=access.station, button_id=button_id, recent=recent, now=now)
