"""The demo's station as it was set up and edited over the years: decks, buttons, versions, retirements, keys."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from app.core.security import PRESS_KEY_BYTES
from app.demo import catalog
from app.demo.catalog import Item
from app.demo.recording import HOUR, MINUTE, SECOND, Recording, from_us, random_uuid, to_us
from app.models import Button, ButtonRetirement, ButtonVersion, Deck, PressKey, Purpose, Station

MIN_YEARS = 0.02
MAX_YEARS = 30.0
DAYS_PER_YEAR = 365.25
DEDUP_WINDOW_MS = 2000
# On its first day the station is set up, then tried out; from this hour on it is on the air.
SET_UP_HOUR, FIRST_TEST_HOUR, ON_AIR_HOUR = 9, 11, 12
BUTTON_TAKES_US = 70 * SECOND
KEY_TAKES_US = 4 * SECOND
TEST_MODE_US = 30 * MINUTE
TEST_SESSIONS = ((0.33, catalog.PRODUCTION), (0.58, catalog.STUDIO), (0.87, catalog.PRODUCTION))
KEY_ROTATIONS = ((0.4, "Air horn", catalog.STUDIO), (0.7, "Weather bed", catalog.PRODUCTION))


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """The days of the history, in the station's zone: from the first one, up to and without `until`.

    The last one may still be going on: then nothing is later than `now_us`.
    """

    first_day: date
    until: date
    now_us: int | None = None

    @classmethod
    def of(cls, *, until: date, years: float, now_us: int | None = None) -> "Period":
        first_day = until - timedelta(days=max(round(years * DAYS_PER_YEAR), 1))
        return cls(first_day=first_day, until=until, now_us=now_us)

    @property
    def start_us(self) -> int:
        return local_us(self.first_day)

    @property
    def end_us(self) -> int:
        midnight_us = local_us(self.until)
        return midnight_us if self.now_us is None else min(midnight_us, self.now_us)

    def day_at(self, part: float) -> date:
        return self.first_day + (self.until - self.first_day) * part


@dataclass(slots=True)
class DemoButton:
    """A button with all that was ever changed about it, oldest first."""

    item: Item
    row: Button
    versions: list[ButtonVersion]
    retirements: list[ButtonRetirement]
    keys: list[PressKey]


@dataclass(slots=True)
class TestSession:
    """A span in which a deck was in test mode."""

    deck_id: str
    start_us: int
    end_us: int


@dataclass(slots=True)
class DemoStation:
    """Rows of the small tables, and what the rhythm needs beside them."""

    period: Period
    station: Station
    decks: dict[str, Deck]
    buttons: list[DemoButton]
    test_sessions: list[TestSession]
    on_air_us: int


def local_us(day: date, *, hour: int = 0, minute: int = 0) -> int:
    """Microseconds since 1970 of a local time of the station."""
    return to_us(datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(catalog.ZONE)).astimezone(UTC))


def build_station(
    *, name: str, items: Sequence[Item], period: Period, recording: Recording, editor: UUID, chance: Random
) -> DemoStation:
    """The station and its history; `editor` made all of it, and only while the server was running."""
    builder = _Builder(period=period, recording=recording, editor=editor, chance=chance)
    return builder.build(name, items)


class _Builder:
    def __init__(self, *, period: Period, recording: Recording, editor: UUID, chance: Random) -> None:
        self._period = period
        self._recording = recording
        self._editor = editor
        self._chance = chance
        self._station_id = random_uuid(chance)

    def build(self, name: str, items: Sequence[Item]) -> DemoStation:
        set_up_us = self._when(local_us(self._period.first_day, hour=SET_UP_HOUR))
        station = Station(
            id=self._station_id,
            name=name,
            purpose=Purpose.RADIO,
            zone=catalog.ZONE,
            call_sign=catalog.CALL_SIGN,
            community=catalog.COMMUNITY,
            dedup_window_ms=DEDUP_WINDOW_MS,
            created_at=from_us(set_up_us),
        )
        decks = {
            deck_name: self._deck(deck_name, set_up_us + (place + 1) * MINUTE)
            for place, deck_name in enumerate(catalog.BOTH)
        }
        buttons = [self._button(place, item, decks, set_up_us) for place, item in enumerate(items)]
        test_sessions = list(self._test_sessions(decks))
        for session in test_sessions:
            deck = next(deck for deck in decks.values() if str(deck.id) == session.deck_id)
            deck.test_mode_until = from_us(session.end_us)
        on_air_us = local_us(self._period.first_day, hour=ON_AIR_HOUR)
        return DemoStation(self._period, station, decks, buttons, test_sessions, on_air_us)

    def _when(self, at_us: int) -> int:
        """When something planned for then was done: while the server runs, and before the history ends."""
        return min(self._recording.next_on(at_us) or at_us, self._period.end_us - SECOND)

    def _in_office(self, part: float) -> int:
        """An instant of a working morning at this part of the history."""
        minutes = int(self._chance.random() * 150)
        return self._when(local_us(self._period.day_at(part), hour=10) + minutes * MINUTE)

    def _deck(self, name: str, created_us: int) -> Deck:
        return Deck(
            station_id=self._station_id, id=random_uuid(self._chance), name=name, created_at=from_us(created_us)
        )

    def _button(self, place: int, item: Item, decks: dict[str, Deck], set_up_us: int) -> DemoButton:
        life = self._life(item)
        created_us = self._created_us(place, item, life, set_up_us)
        row = Button(
            station_id=self._station_id,
            id=random_uuid(self._chance),
            tags=list(item.tags),
            color=item.color or catalog.COLORS[item.type],
            starts_on=life[0] if life else None,
            ends_on=life[1] if life else None,
            dedup_window_ms=item.dedup_window_ms,
            created_at=from_us(created_us),
            created_by=self._editor,
        )
        button = DemoButton(item, row, [], [], [])
        button.versions = list(self._versions(item, row, created_us))
        row.current_version = len(button.versions)
        button.retirements = list(self._retirements(item, row, created_us))
        if button.retirements and button.retirements[-1].unretired_at is None:
            row.retired_at = button.retirements[-1].retired_at
        button.keys = list(self._keys(item, row, decks, created_us))
        return button

    def _created_us(self, place: int, item: Item, life: tuple[date, date] | None, set_up_us: int) -> int:
        if life is not None and life[0] > self._period.first_day + timedelta(days=7):
            week_before = local_us(life[0] - timedelta(days=7), hour=10) + place * MINUTE
            return self._when(min(week_before, self._period.end_us - HOUR))
        if item.since > 0:
            return max(self._in_office(item.since), set_up_us + (place + 1) * BUTTON_TAKES_US)
        return set_up_us + (place + 1) * BUTTON_TAKES_US

    def _life(self, item: Item) -> tuple[date, date] | None:
        """The first season that begins on or after the part of the history in which the item came up."""
        if item.season is None:
            return None
        (start_month, start_day), (end_month, end_day) = item.season
        earliest = self._period.day_at(item.since)
        start = date(earliest.year, start_month, start_day)
        if start < earliest:
            start = start.replace(year=start.year + 1)
        end = date(start.year, end_month, end_day)
        return start, end if end >= start else end.replace(year=end.year + 1)

    def _versions(self, item: Item, row: Button, created_us: int) -> Iterator[ButtonVersion]:
        said = item
        yield self._version(said, row, number=1, created_us=created_us)
        for number, revision in enumerate(item.revisions, start=2):
            fields = ("title", "description", "duration", "source")
            said = replace(said, **{name: value for name in fields if (value := getattr(revision, name)) is not None})
            created_us = max(self._in_office(revision.since), created_us)
            yield self._version(said, row, number=number, created_us=created_us)

    def _version(self, said: Item, row: Button, *, number: int, created_us: int) -> ButtonVersion:
        return ButtonVersion(
            station_id=row.station_id,
            button_id=row.id,
            number=number,
            title=said.title,
            type=said.type,
            description=said.description,
            duration=said.duration,
            source=said.source,
            created_at=from_us(created_us),
            created_by=self._editor,
        )

    def _retirements(self, item: Item, row: Button, created_us: int) -> Iterator[ButtonRetirement]:
        earliest = created_us
        for retired, unretired in item.retired:
            retired_us = max(self._in_office(retired), earliest + MINUTE)
            earliest = retired_us if unretired is None else max(self._in_office(unretired), retired_us + MINUTE)
            yield ButtonRetirement(
                station_id=row.station_id,
                button_id=row.id,
                retired_at=from_us(retired_us),
                retired_by=self._editor,
                unretired_at=None if unretired is None else from_us(earliest),
                unretired_by=None if unretired is None else self._editor,
            )

    def _keys(self, item: Item, row: Button, decks: dict[str, Deck], created_us: int) -> Iterator[PressKey]:
        """The key that every button has, and one for each deck that it is on; some were replaced later."""
        yield self._key(row, None, created_us)
        for place, name in enumerate(item.decks, start=1):
            key = self._key(row, decks[name], created_us + place * KEY_TAKES_US)
            yield key
            for part, title, deck_name in KEY_ROTATIONS:
                if (title, deck_name) == (item.title, name):
                    rotated_us = max(self._in_office(part), created_us + MINUTE)
                    key.revoked_at, key.revoked_by = from_us(rotated_us), self._editor
                    yield self._key(row, decks[name], rotated_us)

    def _key(self, row: Button, deck: Deck | None, created_us: int) -> PressKey:
        secret = self._chance.getrandbits(PRESS_KEY_BYTES * 8).to_bytes(PRESS_KEY_BYTES)
        return PressKey(
            id=random_uuid(self._chance),
            key=base64.urlsafe_b64encode(secret).decode().rstrip("="),
            station_id=row.station_id,
            button_id=row.id,
            deck_id=deck.id if deck else None,
            created_at=from_us(created_us),
            created_by=self._editor,
        )

    def _test_sessions(self, decks: dict[str, Deck]) -> Iterator[TestSession]:
        starts: Iterable[tuple[int, str]] = [
            *((local_us(self._period.first_day, hour=FIRST_TEST_HOUR), name) for name in decks),
            *((self._in_office(part), name) for part, name in TEST_SESSIONS),
        ]
        for start_us, name in starts:
            end_us = start_us + TEST_MODE_US
            if end_us < self._period.end_us and self._recording.is_on(start_us):
                yield TestSession(str(decks[name].id), start_us, end_us)
