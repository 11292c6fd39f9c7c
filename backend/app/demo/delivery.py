"""How a press reaches the server: at once or late, by which key, with which clock; and what else calls a press URL."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.demo import catalog
from app.demo.recording import DAY, HOUR, MINUTE, MS, SECOND, Recording, from_us, to_us
from app.demo.rhythm import Use
from app.demo.station import DemoStation
from app.models import Channel

STUDIO_PC, PRODUCTION_PC, PLAYOUT_PC, OFFICE_PC = "192.168.10.21", "192.168.10.34", "192.168.10.30", "192.168.10.12"
# Addresses that are reserved for examples: those of link previews.
PREVIEW_ORIGINS = ("203.0.113.18", "203.0.113.77", "2001:db8:20::5")

DOUBLE_PRESS = 0.016
PREVIEW = 0.0004
# A network that drops out: the production deck's plugin keeps the press, and sends it in a batch later on.
SENT_LATE = 0.012
RETRY_US = 8 * SECOND
MISSED_KEY = 0.004
ENTERED_LATER = 0.2
WITH_NOTE = 0.01
# What comes in for a key that is pressed while the server runs, on average.
ARRIVALS_PER_USE = 1 - MISSED_KEY * (1 - ENTERED_LATER) + DOUBLE_PRESS + PREVIEW
# The production computer's clock runs fast until it is set again; once it lost an hour and a half with its battery.
CLOCK_SET_EVERY_US = 30 * DAY
CLOCK_DRIFT_US, CLOCK_START_US = 1_900 * MS, -400 * MS
DEAD_BATTERY_US = 90 * MINUTE
DEAD_BATTERY = (0.610, 0.615)


class Arrival(NamedTuple):
    """A press as it comes in. Without a key, a person entered it by hand."""

    received_us: int
    button: int
    key_id: str | None
    deck_id: str | None
    channel: Channel
    claimed_us: int | None
    sent_us: int | None
    origin: str
    note: str | None
    is_preview: bool


class _KeySpan(NamedTuple):
    """A press key, and from when to when it stands."""

    from_us: int
    to_us: int
    key_id: str


class Delivery:
    """Turns what people press into what comes in."""

    def __init__(self, demo: DemoStation, *, recording: Recording, chance: Random) -> None:
        self._chance = chance
        self._recording = recording
        self._zone = ZoneInfo(catalog.ZONE)
        self._production = str(demo.decks[catalog.PRODUCTION].id)
        self._start_us, self._end_us = demo.period.start_us, demo.period.end_us
        self._keys: dict[tuple[int, str | None], list[_KeySpan]] = {}
        for place, button in enumerate(demo.buttons):
            for key in button.keys:
                revoked_us = to_us(key.revoked_at) if key.revoked_at else self._end_us
                deck_id = str(key.deck_id) if key.deck_id else None
                span = _KeySpan(to_us(key.created_at), revoked_us, str(key.id))
                self._keys.setdefault((place, deck_id), []).append(span)

    def arrivals_of(self, use: Use) -> Iterator[Arrival]:
        """What comes in for one press of a key: nothing, one press, or more."""
        span = self._span_of(use)
        if span is None:
            return
        if self._chance.random() < MISSED_KEY or not self._is_sent_from(use):
            arrivals = [self._by_hand(use)]
        else:
            arrivals = [self._send(use, span)]
            chance = self._chance.random()
            if chance < DOUBLE_PRESS:
                # Most are a finger that trembles; some are a second thought.
                apart = 0.14 + 0.7 * self._chance.random() if chance < 0.8 * DOUBLE_PRESS else 3.1
                arrivals.append(self._send(use._replace(at_us=use.at_us + int(apart * SECOND)), span))
            elif chance > 1 - PREVIEW:
                arrivals.append(self._preview(use, span))
        for arrival in arrivals:
            if arrival is not None:
                yield arrival

    def _span_of(self, use: Use) -> _KeySpan | None:
        for span in self._keys.get((use.button, use.deck_id), ()):
            if span.from_us <= use.at_us < span.to_us:
                return span
        return None

    def _is_sent_from(self, use: Use) -> bool:
        """Whether the press gets through in the end: only the production deck keeps what nobody answers."""
        return use.deck_id == self._production or self._recording.is_on(use.at_us)

    def _send(self, use: Use, span: _KeySpan) -> Arrival | None:
        if use.deck_id == self._production:
            return self._by_plugin(use, span)
        received_us = use.at_us + 9_000 + int(self._chance.random() * 38_000)
        if self._recording.is_on(received_us) and received_us < span.to_us:
            origin = STUDIO_PC if use.deck_id else PLAYOUT_PC
            return Arrival(
                received_us, use.button, span.key_id, use.deck_id, Channel.GET, None, None, origin, None, False
            )
        return None

    def _by_plugin(self, use: Use, span: _KeySpan) -> Arrival | None:
        chance = self._chance.random()
        latency_us = 6_000 + int(self._chance.random() * 25_000)
        answered_us = received_us = use.at_us + 4_000 + latency_us
        if chance < SENT_LATE:
            answered_us = use.at_us + MINUTE + int(chance / SENT_LATE * 44 * MINUTE)
        if chance < SENT_LATE or not self._recording.is_on(answered_us):
            # What was kept is sent in the order of the presses, a little after the server answers again.
            answered_us = self._recording.next_on(answered_us) or self._end_us
            received_us = answered_us + RETRY_US + (use.at_us - self._start_us) // RETRY_US
        if not self._recording.is_on(received_us) or received_us >= span.to_us:
            return None
        slow_us = self._slow_us(received_us)
        return Arrival(
            received_us=received_us,
            button=use.button,
            key_id=span.key_id,
            deck_id=use.deck_id,
            channel=Channel.POST if received_us - use.at_us < SECOND else Channel.BATCH,
            # The device's times have milliseconds, and its own idea of the hour.
            claimed_us=(use.at_us - slow_us) // MS * MS,
            sent_us=(received_us - latency_us - slow_us) // MS * MS,
            origin=PRODUCTION_PC,
            note=self._note() if self._chance.random() < WITH_NOTE else None,
            is_preview=False,
        )

    def _slow_us(self, at_us: int) -> int:
        """How far the production computer's clock is behind."""
        part = (at_us - self._start_us) / (self._end_us - self._start_us)
        dead_battery_us = DEAD_BATTERY_US if DEAD_BATTERY[0] <= part < DEAD_BATTERY[1] else 0
        since_set = (at_us - self._start_us) % CLOCK_SET_EVERY_US / CLOCK_SET_EVERY_US
        return dead_battery_us - CLOCK_START_US - int(CLOCK_DRIFT_US * since_set)

    def _note(self) -> str:
        return catalog.SENT_NOTES[int(self._chance.random() * len(catalog.SENT_NOTES))]

    def _by_hand(self, use: Use) -> Arrival | None:
        """What the keys missed: some of it is entered from the paper log on the next day."""
        if self._chance.random() >= ENTERED_LATER:
            return None
        entered_us = self._in_office_after(use.at_us)
        reason = catalog.MANUAL_REASONS[int(self._chance.random() * len(catalog.MANUAL_REASONS))]
        if entered_us is not None:
            # People write down minutes.
            claimed_us = use.at_us // MINUTE * MINUTE
            return Arrival(
                entered_us, use.button, None, None, Channel.MANUAL, claimed_us, None, OFFICE_PC, reason, False
            )
        return None

    def _in_office_after(self, at_us: int) -> int | None:
        """Some time in the forenoon of the next day, while the server runs."""
        local = from_us(at_us).astimezone(self._zone)
        forenoon = local.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return self._recording.next_on(to_us(forenoon) + int(self._chance.random() * 3 * HOUR))

    def _preview(self, use: Use, span: _KeySpan) -> Arrival | None:
        """Somebody sent the URL to a friend, and the chat looked at it first."""
        received_us = use.at_us + int(self._chance.random() * 20 * MINUTE)
        origin = PREVIEW_ORIGINS[int(self._chance.random() * len(PREVIEW_ORIGINS))]
        if self._recording.is_on(received_us) and received_us < span.to_us:
            return Arrival(
                received_us, use.button, span.key_id, use.deck_id, Channel.GET, None, None, origin, None, True
            )
        return None
