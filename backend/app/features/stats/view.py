"""A station as it is looked at: in a zone, at a time. Days, instants and gaps are asked of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import DataError
from sqlmodel import Session

from app.features.accounts.service import UnknownZone
from app.features.presses import watch
from app.features.stats import queries
from app.features.stats.periods import DAY, Days, days_between, silent_seconds
from app.models import Station


@dataclass(frozen=True)
class View:
    """A station as it is looked at: in which zone, and when."""

    session: Session
    station: Station
    zone: str
    now: datetime
    local_now: datetime

    @property
    def today(self) -> date:
        """The day that the clocks of the zone show."""
        return self.local_now.date()

    @property
    def is_own_zone(self) -> bool:
        """Whether it is the station's, whose days are counted as such."""
        return self.zone == self.station.zone

    def rows(self, query: str, **values: Any) -> Sequence[Row[Any]]:
        """What a query finds, which knows the station and the zone."""
        known = {"station_id": self.station.id, "zone": self.zone}
        return self.session.connection().execute(text(query), known | values).all()

    def days(self, start: date | None, end: date | None, *, default: timedelta) -> Days:
        """The days that are meant, up to today: there is nothing to be counted beyond, and nothing to compare it with."""
        days = days_between(start, end, today=self.today, default=default)
        return Days(days.start, min(days.end, self.today + DAY)) if days.start <= self.today else days

    def edges(self, days: Sequence[date]) -> list[datetime]:
        """The instants at which these days begin."""
        return [edge for (edge,) in self.rows(queries.DAY_EDGES, days=list(days))]

    def silent(self, edges: Sequence[datetime]) -> list[int]:
        """For how many seconds between these instants nothing was recorded, until now."""
        return silent_seconds(edges, self.gaps(edges[0], edges[-1])) if edges else []

    def gaps(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """When nothing was recorded between two instants, until now; also since the station was not there yet."""
        end = min(end, self.now)
        made_at = min(max(start, self.station.created_at), end)
        gaps = self._gaps_before(made_at, start=start) if start < made_at else []
        if made_at < end:
            found = watch.read_station_gaps(self.session, station_id=self.station.id, start=made_at, end=end)
            gaps += [(gap.started_at, gap.ended_at) for gap in found]
        return gaps

    def _gaps_before(self, made_at: datetime, *, start: datetime) -> list[tuple[datetime, datetime]]:
        """Before the station was made only another installation can have recorded for it."""
        spans = watch.read_imported_spans(self.session, station_id=self.station.id)
        return [(gap.start, gap.end) for gap in watch.gaps_between(spans, start=start, end=made_at)]


def look_at(session: Session, *, station: Station, now: datetime, tz: str | None) -> View:
    """The station in its own zone, or in another one. Raises UnknownZone."""
    zone = tz or station.zone
    try:
        local_now = session.connection().scalar(text(queries.LOCAL_TIME), {"at": now, "zone": zone})
    except DataError:
        # This machine knows the zone, or it would not have come so far; the database has zones of its own.
        raise UnknownZone(field="query.tz") from None
    return View(session, station, zone, now, local_now)
