"""The weekly mail: what a week of a station was like."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

from app.features.accounts.mail import Template
from app.features.alerts import queries, rules
from app.features.alerts.rules import WEEK
from app.features.alerts.service import Links, send
from app.features.presses import watch
from app.features.stats import ranking
from app.features.stats import service as stats
from app.features.stats.periods import Bucket
from app.features.stats.schemas import BucketPublic, TimeseriesQuery, TopQuery, UnusedButton, UnusedQuery
from app.models import Station, Telling

MAX_LISTED = 5
UNUSED_DAYS = 90
# A worker that was started anew is no news.
LEAST_GAP = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def tell_of_week(session: Session, *, station: Station, links: Links, now: datetime) -> None:
    """Queue the mail about the last week for each member who wants it and has not got it yet.

    Who asks for it in the middle of a week gets the last one at once.
    """
    zone = ZoneInfo(station.zone)
    monday = rules.week_to_tell(now.astimezone(zone).replace(tzinfo=None))
    if monday is None:
        return
    week, before = _weeks(session, station, monday=monday, now=now)
    bucket, _ = week
    if bucket.ends_at <= station.created_at:
        return
    told = [
        member
        for member in queries.members_of(session, station.id, is_weekly=True)
        if queries.tell(
            session,
            station_id=station.id,
            kind=Telling.WEEK,
            subject_id=member.user_id,
            # Of the calendar: in another zone the same week begins at another moment.
            moment=datetime.combine(monday, time(), UTC),
            now=now,
        )
    ]
    if not told:
        return
    said = _describe(
        session, station, monday=monday, week=week, before_count=before[1], public_url=links.public_url, now=now
    )
    send(
        session,
        kind=Telling.WEEK,
        template=Template.WEEKLY,
        station_id=station.id,
        members=told,
        said=said,
        links=links,
        now=now,
    )
    log.info("week_is_told", station=station.name, week=str(monday), members=len(told))


type _Week = tuple[BucketPublic, int]


def _weeks(session: Session, station: Station, *, monday: date, now: datetime) -> tuple[_Week, _Week]:
    """The week and the one before it, with their counts."""
    query = TimeseriesQuery(start=monday - WEEK, end=monday + WEEK, bucket=Bucket.WEEK)
    series = stats.read_timeseries(session, station=station, query=query, now=now)
    before, week = zip(series.buckets, series.series[0].counts, strict=True)
    return (week[0], week[1] or 0), (before[0], before[1] or 0)


def _describe(
    session: Session,
    station: Station,
    *,
    monday: date,
    week: _Week,
    before_count: int,
    public_url: str,
    now: datetime,
) -> dict[str, Any]:
    """What the mail says to everybody."""
    zone = ZoneInfo(station.zone)
    bucket, count = week
    top = TopQuery(start=monday, end=monday + WEEK, limit=MAX_LISTED)
    asked = UnusedQuery(days=UNUSED_DAYS)
    unused = ranking.read_unused(session, station=station, query=asked, skip=0, limit=MAX_LISTED, now=now)
    return {
        "station": station.name,
        "week": rules.week_text(monday, zone=zone),
        "count": count,
        "before_count": before_count,
        "top": [
            {"title": each.button.title, "count": each.press_count, "before_count": each.before_count}
            for each in ranking.read_top(session, station=station, query=top, now=now).data
            if each.press_count
        ],
        "unused": [{"title": each.button.title, "last_used": _last_used(each, zone)} for each in unused.data],
        "unused_more": unused.count - len(unused.data),
        "quiet": [
            {"deck": name, "since": f"last heard {rules.local_text(heard_at, zone)}"}
            for name, heard_at in queries.told_between(
                session, station_id=station.id, start=bucket.starts_at, end=bucket.ends_at
            )
        ],
        "gaps": _gaps(session, station, bucket=bucket, zone=zone),
        "link": f"{public_url}/insights?station={station.id}&start={monday}&end={monday + WEEK}",
    }


def _last_used(unused: UnusedButton, zone: ZoneInfo) -> str:
    return f"last used {rules.day_text(unused.last_used_at.astimezone(zone))}" if unused.last_used_at else "never used"


def _gaps(session: Session, station: Station, *, bucket: BucketPublic, zone: ZoneInfo) -> list[dict[str, str]]:
    """The longest spans of the week in which nothing was recorded, in their order."""
    start = max(bucket.starts_at, station.created_at)
    found = watch.read_station_gaps(session, station_id=station.id, start=start, end=bucket.ends_at)
    notable = [gap for gap in found if gap.ended_at - gap.started_at >= LEAST_GAP]
    longest = sorted(notable, key=lambda gap: gap.started_at - gap.ended_at)[:MAX_LISTED]
    return [
        {
            "start": rules.local_text(gap.started_at, zone),
            "end": rules.local_text(gap.ended_at, zone),
            "length": rules.length_text(gap.ended_at - gap.started_at),
        }
        for gap in sorted(longest, key=lambda gap: gap.started_at)
    ]
