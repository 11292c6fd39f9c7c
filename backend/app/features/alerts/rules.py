"""When people are told, whom, and in which words; with the time passed in."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.features.accounts.rules import is_at_least
from app.models import Role

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# On the station's clocks, on Monday: before people begin to work, and after the small hours in which clocks change.
WEEKLY_HOUR = time(8)
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def week_to_tell(local_now: datetime) -> date | None:
    """The Monday of the week that is told of now: the last whole one, from Monday at eight on; before that, none."""
    monday = local_now.date() - local_now.weekday() * DAY
    if local_now < datetime.combine(monday, WEEKLY_HOUR):
        return None
    return monday - WEEK


def gets_deck_mail(wants_deck_mail: bool | None, *, role: Role) -> bool:
    """Whether a member is told of silent decks: as they said, else those who may do something about it."""
    return wants_deck_mail if wants_deck_mail is not None else is_at_least(role, Role.EDITOR)


def local_text(at: datetime, zone: ZoneInfo) -> str:
    """A time as the station's clocks show it, with the zone's abbreviation: `Mon 23 Nov 2026, 14:05 EST`."""
    local = at.astimezone(zone)
    return f"{day_text(local)}, {local:%H:%M %Z}"


def day_text(day: date) -> str:
    """`Mon 23 Nov 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def week_text(monday: date, *, zone: ZoneInfo) -> str:
    """The days of a week, with the zone in which they were cut: `Mon 16 Nov – Sun 22 Nov 2026 (America/New_York)`."""
    sunday = monday + 6 * DAY
    first = day_text(monday) if monday.year != sunday.year else f"{monday:%a} {monday.day} {monday:%b}"
    return f"{first} – {day_text(sunday)} ({zone.key})"


def length_text(length: timedelta) -> str:
    """How long something took, in its two largest units: `2 d 4 h`, `3 h 20 min`, `12 min`, `under a minute`."""
    minutes = length // timedelta(minutes=1)
    units = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    first = next((place for place, (count, _) in enumerate(units) if count), None)
    if first is None:
        return "under a minute"
    return " ".join(f"{count} {unit}" for count, unit in units[first : first + 2] if count)


def usual_text(usual_hours: Sequence[Sequence[int]], *, weekday: int, silent_h: int) -> str:
    """What is usual for a deck on this weekday, Monday is 0, and for how much of it nothing was heard."""
    silent = f"nothing was heard in {silent_h} {'hour' if silent_h == 1 else 'hours'} in which it is usually used"
    hours = usual_hours[weekday]
    if not hours:
        return f"{silent[0].upper()}{silent[1:]}."
    spans = [f"{start:02}:00 to {end + 1:02}:00" for start, end in _runs(hours)]
    listed = spans[0] if len(spans) == 1 else f"{', '.join(spans[:-1])} and {spans[-1]}"
    return f"On {WEEKDAYS[weekday]} it is usually used from {listed}; {silent}."


def _runs(hours: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of hours that follow one another."""
    ordered = sorted(hours)
    ends = [hour for hour, after in pairwise([*ordered, 99]) if after != hour + 1]
    starts = [hour for before, hour in pairwise([-99, *ordered]) if before != hour - 1]
    return list(zip(starts, ends, strict=True))
