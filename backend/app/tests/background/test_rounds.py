"""Work that comes round: done at its interval, by one process, for each station."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import structlog
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from app.background import rounds
from app.background.rounds import RoundOfStations, Rounds, go_round
from app.core.config import Settings
from app.core.db import transaction
from app.features.alerts.service import Links
from app.models import Job, Round, Station
from app.tests.factories import LONG_AGO, Factory

NOW = LONG_AGO + timedelta(days=1)
LINKS = Links(public_url="http://tracker.test", secret_key="k" * 32)


class Visits:
    """Notes which stations were visited; fails at one of them."""

    def __init__(self, stations: list[Station], *, fails_at: Station | None = None) -> None:
        self.stations = stations
        self.fails_at = fails_at
        self.seen: list[UUID] = []
        self.work = RoundOfStations(
            name="visits", every=timedelta(minutes=5), stations=lambda session: self.stations, visit=self._visit
        )

    def _visit(self, session: Session, *, station: Station, **_: object) -> None:
        self.seen.append(station.id)
        if station is self.fails_at:
            session.add(Round(name="half done", done_at=NOW))
            session.flush()
            raise RuntimeError("odd station")


def test_work_is_done_when_its_interval_has_gone_by(session: Session, make: Factory) -> None:
    visits = Visits([make.station()])
    minutes = [0, 1, 4, 5, 6, 10]
    done = [go_round(session, visits.work, links=LINKS, now=NOW + each * timedelta(minutes=1)) for each in minutes]
    assert [each for each, was_done in zip(minutes, done, strict=True) if was_done] == [0, 5, 10]
    assert len(visits.seen) == 3


def test_a_clock_that_was_set_back_does_not_stop_the_work(session: Session, make: Factory) -> None:
    visits = Visits([make.station()])
    ahead = timedelta(days=400)
    assert go_round(session, visits.work, links=LINKS, now=NOW + ahead)
    assert [
        go_round(session, visits.work, links=LINKS, now=NOW + each * timedelta(minutes=1)) for each in (0, 1, 5)
    ] == [
        True,
        False,
        True,
    ]


def test_the_stations_of_each_work_are_those_that_it_is_about(session: Session, make: Factory) -> None:
    with_deck, with_reader, with_neither = (make.station() for _ in range(3))
    make.deck(station=with_deck)
    make.member(station=with_deck)
    make.member(station=with_reader).wants_weekly_mail = True
    make.member(station=with_neither)
    session.flush()

    found = {work.name: [station.id for station in work.stations(session)] for work in rounds.ROUNDS}

    assert found == {"silent_decks": [with_deck.id], "weekly_mail": [with_reader.id]}


def test_work_of_the_product_ends_in_mail(session: Session, make: Factory) -> None:
    station = make.station()
    make.member(station=station).wants_weekly_mail = True
    session.flush()

    for work in rounds.ROUNDS:
        assert go_round(session, work, links=LINKS, now=NOW + timedelta(weeks=2))

    assert [job.payload["template"] for job in session.exec(select(Job))] == ["weekly"]


def test_a_station_that_fails_keeps_no_other_from_its_turn(session: Session, make: Factory) -> None:
    odd, even = make.station(), make.station()
    visits = Visits([odd, even], fails_at=odd)
    assert go_round(session, visits.work, links=LINKS, now=NOW)
    assert visits.seen == [odd.id, even.id]
    # What the odd one had begun is undone.
    assert session.get(Round, "half done") is None


def test_a_database_that_goes_away_in_the_middle_is_told_once(
    settings: Settings, engine: Engine, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_the_database(session: Session, **_: object) -> None:
        pid = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
        with transaction(engine) as apart:
            apart.connection().execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        session.connection().execute(text("SELECT 1"))

    stations = [make.station() for _ in range(3)]
    monkeypatch.setattr(rounds, "ROUNDS", (replace(Visits(stations).work, visit=lose_the_database),))
    with structlog.testing.capture_logs() as lines:
        Rounds(settings, links=LINKS)._look(engine)

    assert [line["event"] for line in lines] == ["round_put_off"]


def test_processes_that_come_at_once_do_the_work_once(engine: Engine) -> None:
    visits = Visits([])
    calls: list[bool] = []

    def come(_: int) -> None:
        with transaction(engine) as session:
            calls.append(go_round(session, visits.work, links=LINKS, now=NOW))

    try:
        with ThreadPoolExecutor() as pool:
            list(pool.map(come, range(4)))
        assert sorted(calls) == [False, False, False, True]
    finally:
        with transaction(engine) as session:
            session.delete(session.get_one(Round, "visits"))


async def test_a_process_with_mail_does_what_is_due_and_stops_at_once(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def note(session: Session) -> list[Station]:
        loop.call_soon_threadsafe(done.set)
        return []

    work = replace(Visits([]).work, name="noted", stations=note)
    monkeypatch.setattr(rounds, "ROUNDS", (work,))
    monkeypatch.setattr(rounds, "FIRST_AFTER_S", 0.0)
    configured = settings.model_copy(update={"smtp_host": "127.0.0.1"})
    try:
        async with asyncio.timeout(10):
            async with Rounds(configured, links=LINKS):
                await done.wait()
    finally:
        with transaction(engine) as session:
            session.delete(session.get_one(Round, "noted"))


async def test_a_process_without_mail_goes_no_round(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "ROUNDS", (Visits([]).work,))
    monkeypatch.setattr(rounds, "FIRST_AFTER_S", 0.0)
    before = asyncio.all_tasks()
    async with Rounds(settings, links=LINKS):
        assert asyncio.all_tasks() == before
