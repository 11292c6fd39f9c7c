"""An export against the log's own pages, on records that nobody thought out."""

import csv
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from sqlmodel import Session

from app.features.presses import corrections, log, rollup
from app.features.presses.corrections import CorrectionDoesNotFit
from app.features.presses.log import LogFilter, Position
from app.features.reports import service
from app.features.reports.csv_file import BYTE_ORDER_MARK
from app.features.reports.service import LogExport
from app.models import Channel, CorrectionKind, Press, PressStatus
from app.tests.factories import LONG_AGO, Factory

RECORDED = [each for each in PressStatus if each is not PressStatus.VOID]
WORDS = ["", "Why", "one\ntwo", '"three"', "=4", "a;=5", "\u2028", "100 %", "a_b"]


class Archive:
    """A station whose record is made at random."""

    def __init__(self, make: Factory, chance: random.Random) -> None:
        self._make, self._chance = make, chance
        self.station = make.station(zone="America/New_York")
        self.user = make.user(full_name="Kim Lee")
        buttons = [make.button(station=self.station, type=each) for each in ("psa", "PSA", "sfx")]
        decks = [make.deck(station=self.station) for _ in range(2)]
        self.keys = [make.press_key(button=button, deck=deck) for button in buttons for deck in (*decks, None)]
        self.buttons = {button.id: button for button in buttons}
        self.presses: list[Press] = []
        rollup.rebuild(make.session, station_id=self.station.id)

    def go_on(self, count: int) -> None:
        """Add to the record: presses at few instants, and corrections of any of them."""
        for _ in range(count):
            if self.presses and self._chance.random() < 0.4:
                self._correct(self._chance.choice(self.presses))
            else:
                self._press()

    def _press(self) -> None:
        key = self._chance.choice(self.keys)
        press = self._make.press(
            button=self.buttons[key.button_id],
            press_key=key,
            status=self._chance.choice(RECORDED),
            channel=self._chance.choice(list(Channel)),
            note=self._chance.choice([None, *WORDS]),
            pressed_at=LONG_AGO + timedelta(minutes=self._chance.randrange(8)),
        )
        self.presses.append(press)
        # Counted as the press path does, for a void to take away.
        rollup.rebuild(self._make.session, station_id=self.station.id)

    def _correct(self, press: Press) -> None:
        kind = self._chance.choice(list(CorrectionKind))
        words = self._chance.choice(WORDS) or "Because"
        with suppress(CorrectionDoesNotFit):
            corrections.correct(
                self._make.session,
                station_id=self.station.id,
                press_id=press.id,
                kind=kind,
                words=words,
                user_id=self.user.id,
                now=LONG_AGO,
            )

    def some_filter(self) -> LogFilter:
        """A filter of a few conditions, each of which fits some rows."""
        key = self._chance.choice(self.keys)
        first = self._chance.randrange(8)
        conditions: dict[str, Any] = {
            "start": LONG_AGO + timedelta(minutes=first),
            "end": LONG_AGO + timedelta(minutes=self._chance.randrange(first, 9)),
            "button_id": key.button_id,
            "type": self._chance.choice(["psa", "SFX"]),
            "deck_id": key.deck_id,
            "status": self._chance.choice(list(PressStatus)),
            "channel": self._chance.choice(list(Channel)),
            "note": self._chance.choice(["w", "one", "%", "_", ";"]),
        }
        names = self._chance.sample(sorted(conditions), k=self._chance.choice([0, 1, 1, 1, 2, 3]))
        return LogFilter(**{name: conditions[name] for name in names})

    def export(self, log_filter: LogFilter) -> LogExport:
        """An export that begins now."""

        @contextmanager
        def open_transaction() -> Iterator[Session]:
            yield self._make.session

        return service.begin_export(
            self._make.session, station=self.station, log_filter=log_filter, open_transaction=open_transaction
        )

    def log(self, log_filter: LogFilter) -> list[dict[str, Any]]:
        """What the log shows now, page after page."""
        rows: list[dict[str, Any]] = []
        after: Position | None = None
        while True:
            page = log.read_page(
                self._make.session, station_id=self.station.id, log_filter=log_filter, after=after, limit=7
            )
            rows += [press.model_dump(mode="json") for press in page.data]
            if page.next_cursor is None:
                return rows
            after = Position.decode(page.next_cursor)


def objects(export: LogExport) -> list[dict[str, Any]]:
    return [json.loads(line) for line in "".join(service.jsonl_pages(export)).splitlines()]


def table(export: LogExport) -> list[dict[str, str]]:
    text = "".join(service.csv_pages(export)).removeprefix(BYTE_ORDER_MARK)
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def summary(rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Which presses, what they count as, and how many corrections are told."""
    return [(row["id"], row["status"], len(row["corrections"])) for row in rows]


def table_summary(rows: list[dict[str, str]]) -> list[tuple[str, str, int]]:
    """The same of a CSV file."""
    return [(row["id"], row["status"], row["corrections"].count("by Kim Lee, ")) for row in rows]


@pytest.mark.parametrize("seed", range(8))
def test_an_export_is_the_log_as_it_was_when_it_began(
    make: Factory, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(log, "MAX_EXAMINED", chance.choice([5, 10_000]))
    monkeypatch.setattr(service, "PAGE_ROWS", chance.choice([1, 3, 5]))
    archive = Archive(make, chance)
    archive.go_on(40)
    filters = [LogFilter(), *(archive.some_filter() for _ in range(20))]
    begun = [(archive.export(each), archive.log(each)) for each in filters]

    for export, shown in begun:
        assert objects(export) == shown
    archive.go_on(40)

    for export, shown in begun:
        assert objects(export) == shown
        assert table_summary(table(export)) == summary(shown)
    assert sum(bool(shown) for _, shown in begun) > 5
    assert objects(begun[0][0]) != archive.log(LogFilter())


def test_a_record_that_grows_between_any_two_pages_changes_nothing(
    make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PAGE_ROWS", 3)
    archive = Archive(make, random.Random(9))
    archive.go_on(40)
    shown = archive.log(LogFilter(status=PressStatus.COUNTED))
    pages = service.jsonl_pages(archive.export(LogFilter(status=PressStatus.COUNTED)))
    text = ""

    for page in pages:
        text += page
        archive.go_on(3)

    assert [json.loads(line) for line in text.splitlines()] == shown
