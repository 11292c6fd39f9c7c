"""When keys are pressed at a community station: by hour, weekday, season of the college year, and over the years."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.demo import catalog
from app.demo.recording import DAY, HOUR, MINUTE, MS, SECOND, from_us, to_us
from app.demo.station import DemoButton, DemoStation

# How busy the studio is, by local hour. Friday's and Saturday's evenings run long.
# fmt: off
_WEEKDAY = (
    .10, .05, .04, .03, .03, .08, .50, .88, 1.0, .92, .62, .60,
    .76, .56, .50, .64, .90, 1.0, .82, .62, .66, .60, .42, .22,
)
_FRIDAY = (*_WEEKDAY[:19], .74, .82, .86, .80, .66)
_SATURDAY = (
    .44, .30, .15, .05, .03, .03, .05, .12, .26, .42, .52, .58,
    .62, .60, .62, .64, .62, .58, .58, .66, .76, .80, .74, .56,
)
_SUNDAY = (
    .40, .26, .12, .04, .03, .03, .05, .10, .20, .38, .50, .56,
    .72, .58, .48, .46, .46, .48, .50, .46, .42, .34, .24, .14,
)
# fmt: on
LEVELS = (_WEEKDAY, _WEEKDAY, _WEEKDAY, _WEEKDAY, _FRIDAY, _SATURDAY, _SUNDAY)

# Spans of the year in which students are away: (month, day) of the first day and of the first day back, and how much
# is left of a usual day.
BREAKS = (
    ((1, 1), (1, 17), 0.50),
    ((3, 8), (3, 17), 0.60),
    ((5, 20), (8, 25), 0.68),
    ((11, 23), (11, 29), 0.62),
    ((12, 17), (12, 32), 0.45),
)
GROWTH_FROM, GROWTH_TO = 0.72, 1.12

BREAK_MINUTES = (9, 24, 38, 52)
BREAK_JITTER_US = 80 * SECOND
LEADS_INTO_NEXT_US = (1.2 * SECOND, 4.5 * SECOND)
# What a break holds, in this order, and how likely; underwriting mostly in office hours, when it was promised.
BREAK_PARTS = ((catalog.PSA, 0.82), (catalog.PROMO, 0.38), (catalog.OTHER, 0.12))
UNDERWRITING_BY_DAY, UNDERWRITING_ELSE = 0.5, 0.16
STAFFED_ID, STAFFED_ID_AT_NIGHT, AUTOMATIC_ID = 0.965, 0.90, 0.94
AUTOMATIC_PSA = 0.4
PRODUCTION_SHARE = 0.22
AFTER_LIFE = 0.04
AFTER_RETIREMENT = 0.3
LINGERS_US = 12 * DAY


class Use(NamedTuple):
    """A key that somebody presses; without a deck, the playout computer calls the button's own URL.

    Ids are text here and in what follows: they are hashed and written for every press, and a UUID takes its time.
    """

    at_us: int
    button: int
    deck_id: str | None


@dataclass(slots=True)
class _Choice:
    """Buttons to choose from, by weight."""

    buttons: list[int]
    totals: list[float]

    @classmethod
    def of(cls, weights: dict[int, float]) -> "_Choice":
        return cls(list(weights), list(accumulate(weights.values())))

    def pick(self, chance: Random) -> int:
        return self.buttons[bisect_right(self.totals, chance.random() * self.totals[-1], hi=len(self.totals) - 1)]


def season(day: date) -> float:
    """How much of a usual day is left in the college's breaks."""
    place = (day.month, day.day)
    return next((level for first, back, level in BREAKS if first <= place < back), 1.0)


class Rhythm:
    """Key presses of a station, hour by hour. With `times`, as if that many such stations had one set of keys."""

    def __init__(self, demo: DemoStation, *, chance: Random, times: float = 1.0) -> None:
        self._demo = demo
        self._chance = chance
        self._times = times
        self._zone = ZoneInfo(catalog.ZONE)
        self._studio = str(demo.decks[catalog.STUDIO].id)
        self._production = str(demo.decks[catalog.PRODUCTION].id)
        self._choices: dict[tuple[str, str], _Choice] = {}
        self._id_of_automation = next(place for place, button in enumerate(demo.buttons) if not button.item.decks)
        self._durations_us = [round(button.item.duration * SECOND) for button in demo.buttons]
        self._day: date | None = None
        self._mood = 1.0

    def hours(self) -> Iterator[tuple[int, list[Use]]]:
        """(start of the hour, uses that begin in it or just after), oldest hour first."""
        period = self._demo.period
        # A local hour is an hour of UTC: the station's zone is off by whole hours.
        for hour_us in range(period.start_us, period.end_us, HOUR):
            local = from_us(hour_us).astimezone(self._zone)
            if local.date() != self._day:
                self._begin_day(local.date(), hour_us)
            uses = self._overlaid(hour_us, local) if hour_us >= self._demo.on_air_us else []
            yield hour_us, [*uses, *self._try_outs(hour_us)]
        yield period.end_us, []

    def _try_outs(self, hour_us: int) -> Iterator[Use]:
        """Keys that are pressed one after the other while their deck is in test mode."""
        for session in self._demo.test_sessions:
            if not hour_us <= session.start_us < hour_us + HOUR:
                continue
            at_us = session.start_us + MINUTE
            for place, button in enumerate(self._demo.buttons):
                at_us += int((4 + 9 * self._chance.random()) * SECOND)
                if at_us < session.end_us and any(str(key.deck_id) == session.deck_id for key in button.keys):
                    yield Use(at_us, place, session.deck_id)

    def _begin_day(self, day: date, at_us: int) -> None:
        self._day = day
        self._mood = 0.84 + 0.32 * self._chance.random()
        weights: dict[tuple[str, str], dict[int, float]] = {}
        for place, button in enumerate(self._demo.buttons):
            weight = button.item.weight * _liveliness(button, day, at_us)
            if weight > 0:
                for name in button.item.decks:
                    weights.setdefault((button.item.type, str(self._demo.decks[name].id)), {})[place] = weight
        self._choices = {where: _Choice.of(found) for where, found in weights.items()}

    def _overlaid(self, hour_us: int, local: datetime) -> list[Use]:
        """The hour `times` over: each time by a chance of its own, and turned by some minutes.

        Every station has its breaks at the same minutes. Were they not turned, the keys of many would be pressed at
        once, and most presses suppressed.
        """
        if self._times == 1:
            return self._hour(hour_us, local)
        uses = []
        for _ in range(int(self._times) + (self._chance.random() < self._times % 1)):
            turn_us = int(self._chance.random() * HOUR)
            uses += [
                Use(hour_us + (at_us - hour_us + turn_us) % HOUR, button, deck_id)
                for at_us, button, deck_id in self._hour(hour_us, local)
            ]
        return uses

    def _hour(self, hour_us: int, local: datetime) -> list[Use]:
        period, chance = self._demo.period, self._chance
        part = (hour_us - period.start_us) / (period.end_us - period.start_us)
        growth = GROWTH_FROM + (GROWTH_TO - GROWTH_FROM) * part
        level = LEVELS[local.weekday()][local.hour] * season(local.date()) * self._mood * growth
        if chance.random() > min(0.985, level * 2.4):
            return list(self._automation(hour_us))
        is_evening = local.weekday() >= 5 or local.hour >= 20
        deck_id = self._production if is_evening and chance.random() < PRODUCTION_SHARE else self._studio
        uses = [*self._breaks(hour_us, local, level, deck_id), *self._sounds(hour_us, local, level, deck_id)]
        is_night = local.hour < 6
        if chance.random() < (STAFFED_ID_AT_NIGHT if is_night else STAFFED_ID):
            # Near the top of the next hour, when the host comes to a pause.
            offset_us = max(min(chance.gauss(6, 34), 210), -115) * SECOND
            uses += self._sequence((catalog.STATION_ID,), int(hour_us + HOUR + offset_us), deck_id)
        return uses

    def _automation(self, hour_us: int) -> Iterator[Use]:
        chance = self._chance
        if chance.random() < AUTOMATIC_PSA and (choice := self._choices.get((catalog.PSA, self._studio))):
            yield Use(hour_us + int(chance.random() * 55 * MINUTE), choice.pick(chance), None)
        if chance.random() < AUTOMATIC_ID:
            yield Use(hour_us + HOUR + int((1 + 4 * chance.random()) * SECOND), self._id_of_automation, None)

    def _breaks(self, hour_us: int, local: datetime, level: float, deck_id: str) -> Iterator[Use]:
        chance = self._chance
        is_by_day = local.weekday() < 5 and 6 <= local.hour < 19
        underwriting = UNDERWRITING_BY_DAY if is_by_day else UNDERWRITING_ELSE
        for minute in BREAK_MINUTES:
            if chance.random() > 0.4 + 0.6 * level:
                continue
            parts = [catalog.UNDERWRITING] if chance.random() < underwriting else []
            parts += [kind for kind, likelihood in BREAK_PARTS if chance.random() < likelihood]
            at_us = hour_us + minute * MINUTE + int(chance.gauss(0, 1) * BREAK_JITTER_US)
            yield from self._sequence(tuple(parts), at_us, deck_id)

    def _sequence(self, kinds: tuple[str, ...], at_us: int, deck_id: str) -> Iterator[Use]:
        """One thing after the other, each when the one before has ended."""
        shortest, longest = LEADS_INTO_NEXT_US
        for kind in kinds:
            choice = self._choices.get((kind, deck_id))
            if choice is not None:
                button = choice.pick(self._chance)
                yield Use(at_us, button, deck_id)
                at_us += self._durations_us[button] + int(shortest + (longest - shortest) * self._chance.random())

    def _sounds(self, hour_us: int, local: datetime, level: float, deck_id: str) -> Iterator[Use]:
        """Bursts of sound effects: in the morning show, the drive home, and whenever friends are in the studio."""
        chance = self._chance
        choice = self._choices.get((catalog.SOUND, deck_id))
        is_lively = local.hour in (7, 8, 9, 17, 18) or (local.weekday() in (4, 5) and local.hour >= 20)
        wanted = level * (2.1 if is_lively else 0.55)
        if choice is None:
            return
        for _ in range(int(wanted) + (chance.random() < wanted % 1)):
            at_us = hour_us + int(chance.random() * 58 * MINUTE)
            favorites = (choice.pick(chance), choice.pick(chance))
            for _ in range(1 + min(int(chance.expovariate(0.55)), 8)):
                yield Use(at_us, favorites[chance.random() < 0.3], deck_id)
                at_us += int((0.7 + 18 * chance.random() ** 2) * SECOND) + int(chance.random() * MS)


def _liveliness(button: DemoButton, day: date, at_us: int) -> float:
    """What share of its usual weight a button has on a day that begins at `at_us`."""
    row = button.row
    if to_us(row.created_at) > at_us and day != from_us(to_us(row.created_at)).date():
        return 0.0
    for retirement in button.retirements:
        retired_us = to_us(retirement.retired_at)
        if at_us < retired_us or (retirement.unretired_at is not None and at_us >= to_us(retirement.unretired_at)):
            continue
        # Its key is still on the deck, and old habits too.
        return AFTER_RETIREMENT if at_us - retired_us < LINGERS_US else 0.0
    if row.starts_on is not None and day < row.starts_on:
        return 0.0
    if row.ends_on is not None and day > row.ends_on:
        return AFTER_LIFE if (day - row.ends_on).days <= 6 else 0.0
    return 1.0
