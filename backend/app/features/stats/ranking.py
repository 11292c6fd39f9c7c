"""Buttons beside each other: by their use, by how it changed, unused; and the use of one, among its like.

Days and zones are as in `service`.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import Session

from app.features.buttons.service import ButtonNotFound
from app.features.stats import queries, ranking_queries, service
from app.features.stats.periods import DAY, Days, check_reach
from app.features.stats.schemas import (
    ButtonName,
    Grouping,
    Neighbour,
    RecentUse,
    Selection,
    TimeseriesQuery,
    TopButton,
    TopPublic,
    TopQuery,
    UnusedButton,
    UnusedPublic,
    UnusedQuery,
    UsagePublic,
    UsedDeck,
)
from app.features.stats.view import View, look_at
from app.models import Station

DEFAULT_TOP_REACH = timedelta(days=14)
TREND_REACH = timedelta(days=90)
QUARTER = timedelta(minutes=15)
USAGE_HEATMAP_REACH = timedelta(days=365)
MAX_NEIGHBOURS = 50


def read_top(session: Session, *, station: Station, query: TopQuery, now: datetime) -> TopPublic:
    """Buttons by their use, or by how it changed against as many days before. Raises InvalidInput."""
    view = look_at(session, station=station, now=now, tz=query.tz)
    days = view.days(query.start, query.end, default=DEFAULT_TOP_REACH)
    before = days.before
    if not view.is_own_zone:
        check_reach(Days(before.start, days.end), is_one=False)
    edges = view.edges([before.start, days.start, days.end])
    part_start, part_end = _part_of_last_day(view, days)
    values: dict[str, date | datetime] = {"part_end": part_end}
    if view.is_own_zone:
        before_end = before.end if part_start == part_end else before.end - DAY
        values |= {"before_start": before.start, "before_end": before_end, "start": days.start, "end": days.end}
        values["part_start"] = part_start
    else:
        # Quarters of an hour can be cut anywhere, so that there is no part to be told apart.
        values |= {"before_start": edges[0], "before_end": part_end, "start": edges[1], "end": edges[2]}
        values["part_start"] = part_end
    statement = ranking_queries.top_buttons(
        query.order, is_by_days=view.is_own_zone, state=query.state, is_of_type=query.type is not None
    )
    rows = view.rows(statement, **values, most=query.limit, type=query.type)
    silent = view.silent(edges)
    return TopPublic(
        zone=view.zone,
        start=days.start,
        end=days.end,
        before_start=before.start,
        not_recording_s=silent[1],
        before_not_recording_s=silent[0],
        data=[
            TopButton(
                button=_button_name(row),
                press_count=row.press_count,
                before_count=row.before_count,
                difference=row.difference,
                change=row.difference / row.before_count if row.before_count else None,
            )
            for row in rows
        ],
        count=rows[0].button_count if rows else 0,
    )


def _part_of_last_day(view: View, days: Days) -> tuple[datetime, datetime]:
    """Of the last day before the days, what corresponds to the last one of them as far as that has come: whole quarters of
    an hour. Nothing where the days are over."""
    last_before = days.start - DAY
    if days.end <= view.today:
        (start,) = view.edges([days.start])
        return start, start
    (start,) = view.edges([last_before])
    ((end,),) = view.rows(queries.INSTANTS, locals=[datetime.combine(last_before, view.local_now.time())])
    return start, max(start, end - (end - datetime.min.replace(tzinfo=UTC)) % QUARTER)


def read_unused(
    session: Session, *, station: Station, query: UnusedQuery, skip: int, limit: int, now: datetime
) -> UnusedPublic:
    """Buttons that were there for so many days and not used in them, longest unused first."""
    view = look_at(session, station=station, now=now, tz=None)
    page, count = ranking_queries.unused_buttons(state=query.state, is_of_type=query.type is not None)
    since = now - query.days * DAY
    rows = view.rows(page, since=since, type=query.type, skip=skip, most=limit)
    return UnusedPublic(
        since=since,
        data=[
            UnusedButton(
                button=_button_name(row),
                created_at=row.created_at,
                usage_count=row.press_count,
                first_used_at=row.first_used_at,
                last_used_at=row.last_pressed_at,
            )
            for row in rows
        ],
        count=view.rows(count, since=since, type=query.type)[0][0],
    )


def _button_name(row: Row[Any]) -> ButtonName:
    return ButtonName(id=row.id, title=row.title, type=row.type, color=row.color, retired_at=row.retired_at)


def read_usage(session: Session, *, station: Station, button_id: UUID, recent: int, now: datetime) -> UsagePublic:
    """The use of one button, and of its like. Raises ButtonNotFound."""
    view = look_at(session, station=station, now=now, tz=None)
    tally = next(iter(view.rows(ranking_queries.TALLY, button_id=button_id)), None)
    if tally is None:
        raise ButtonNotFound
    trend_days = view.days(None, None, default=TREND_REACH)
    return UsagePublic(
        usage_count=tally.press_count,
        first_used_at=tally.first_used_at,
        last_used_at=tally.last_pressed_at,
        recent_uses=[
            _recent_use(row) for row in view.rows(ranking_queries.RECENT_USES, button_id=button_id, most=recent)
        ],
        trend=service.timeseries_of(view, trend_days, TimeseriesQuery(button_id=button_id, by=Grouping.BUTTON)),
        heatmap=service.heatmap_of(
            view, view.days(None, None, default=USAGE_HEATMAP_REACH), Selection(button_id=button_id)
        ),
        neighbours=[
            Neighbour(
                button=_button_name(row),
                press_count=row.press_count,
                last_used_at=row.last_pressed_at,
                is_itself=row.id == button_id,
            )
            for row in view.rows(
                ranking_queries.NEIGHBOURS,
                button_id=button_id,
                type=tally.type,
                start_day=trend_days.start,
                end_day=trend_days.end,
                most=MAX_NEIGHBOURS,
            )
        ],
    )


def _recent_use(row: Row[Any]) -> RecentUse:
    deck = UsedDeck(id=row.deck_id, name=row.deck_name) if row.deck_id and row.deck_name is not None else None
    return RecentUse(timestamp=row.timestamp, origin=row.origin, press_id=row.press_id, deck=deck)
