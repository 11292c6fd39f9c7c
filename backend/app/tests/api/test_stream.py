"""`GET /api/v1/stream`: a station's record as it grows, sent to whoever may read it, for as long as they may."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, func, select, update

from app.api import event_stream, gate
from app.api.deps import Runtime
from app.background import live_stream, station_feed
from app.background.live_stream import LiveStream
from app.core import clock
from app.core.db import transaction
from app.features.presses import watch
from app.features.stream import hub, rules
from app.main import Tracker
from app.models import LoginSession, Member, PressKey, Role, Station, StationHead, User, Watch
from app.tests.api.live import Answer, ask, live_app
from app.tests.recording import KeptDatabase
from app.tests.streams import PATH, Event, Stream, log_in, numbers, of_station, streaming

JSON = ("content-type", "application/json")


@pytest.fixture(scope="module")
async def app(kept: KeptDatabase) -> AsyncIterator[Tracker]:
    """It looks after its streams, and notes that it runs, far more often than it would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_stream, "CHECK_EVERY_S", 0.05)
        patch.setattr(live_stream, "PING_EVERY_S", 0.1)
        patch.setattr(station_feed, "POLL_S", 0.1)
        patch.setattr(watch, "HEARTBEAT", timedelta(seconds=0.1))
        async with live_app(kept.settings) as app:
            yield app


@dataclass(frozen=True)
class Studio:
    """A station with a key to press, and a user who follows it."""

    app: Tracker
    kept: KeptDatabase
    key: PressKey
    user: User
    headers: dict[str, str]

    @property
    def station_id(self) -> UUID:
        return self.key.station_id

    async def press(self, count: int = 1) -> None:
        for _ in range(count):
            assert (await ask(self.app, "GET", f"/p/{self.key.key}")).status == 200

    async def ask(self, method: str, path: str, body: object = b"") -> Answer:
        headers = [*self.headers.items(), JSON]
        joint = "&" if "?" in path else "?"
        return await ask(
            self.app, method, f"/api/v1{path}{joint}station_id={self.station_id}", body=body, headers=headers
        )

    async def correct(self, seq: int, kind: str) -> Answer:
        (press_id,) = [press.id for press in self.kept.presses(self.station_id) if press.seq == seq]
        answer = await self.ask("POST", f"/presses/{press_id}/{kind}", {"reason": "Not on air"})
        assert answer.status == 200, answer
        return answer

    def follow(
        self,
        *,
        after: int | None = None,
        query: str = "",
        headers: dict[str, str] | None = None,
        is_stuck: bool = False,
    ) -> AbstractAsyncContextManager[Stream]:
        place = {} if after is None else {"Last-Event-ID": str(after)}
        sent = (self.headers if headers is None else headers) | place
        return streaming(self.app, of_station(self.station_id) + query, sent, is_stuck=is_stuck)

    def log_in(self, user: User | None = None) -> dict[str, str]:
        return log_in(self.kept, user or self.user)


@pytest.fixture
def studio(kept: KeptDatabase, app: Tracker) -> Studio:
    with kept.make() as make:
        station = make.station(dedup_window_ms=0)
        key = make.press_key(button=make.button(station=station, title="Hug"))
        user = make.user()
        make.member(station=station, user=user)
    return Studio(app, kept, key, user, log_in(kept, user))


def runtime_of(app: Tracker) -> Runtime:
    runtime: Runtime = app.state.runtime
    return runtime


def streams_of(app: Tracker) -> LiveStream:
    streams = runtime_of(app).streams
    assert isinstance(streams, LiveStream)
    return streams


def problem_code(stream: Stream) -> tuple[int, Any]:
    answer = Answer(stream.status, stream.headers, stream.problem)
    return stream.status, answer.code


# What comes


async def test_it_begins_where_the_record_ends_and_goes_on_with_what_comes(studio: Studio) -> None:
    await studio.press(3)
    async with studio.follow() as stream:
        ready = await stream.first("ready")
        await studio.press()
        press = await stream.first("press")

    assert stream.status == 200
    assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert (stream.headers["cache-control"], stream.headers["x-accel-buffering"]) == ("no-store", "no")
    assert "content-length" not in stream.headers
    assert ready == Event("ready", 3, {"last_seq": 3})
    assert press.id == 4
    assert press.data == (await studio.ask("GET", f"/presses/{press.data['id']}")).json
    assert stream.record == [4]


async def test_a_correction_comes_with_its_press_as_it_is_now(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its message: within the time of this test nobody looks by himself."""
    monkeypatch.setattr(station_feed, "POLL_S", 60.0)
    await studio.press()
    async with studio.follow() as stream:
        await stream.first("ready")
        corrected = (await studio.correct(1, "void")).json
        correction = await stream.first("correction")

    assert correction.id == 2
    assert correction.data == {"correction": corrected["corrections"][0], "press": corrected}
    assert (correction.data["correction"]["kind"], correction.data["press"]["status"]) == ("void", "void")


async def test_a_reader_gets_nothing_of_another_station(kept: KeptDatabase, studio: Studio) -> None:
    with kept.make() as make:
        other = make.press_key(button=make.button(station=make.station(dedup_window_ms=0)))
    async with studio.follow() as stream:
        await stream.first("ready")
        assert (await ask(studio.app, "GET", f"/p/{other.key}")).status == 200
        await studio.press()
        press = await stream.first("press")

    assert (press.id, press.data["button"]["id"]) == (1, str(studio.key.button_id))
    assert stream.record == [1]


async def test_a_deck_comes_when_it_is_made_changed_and_removed(studio: Studio) -> None:
    async with studio.follow() as stream:
        await stream.first("ready")
        made = (await studio.ask("POST", "/decks/", {"name": "Studio A"})).json
        await stream.until(lambda: len(stream.named("deck")) == 1)
        renamed = (await studio.ask("PATCH", f"/decks/{made['id']}", {"name": "Studio B"})).json
        await stream.until(lambda: len(stream.named("deck")) == 2)
        assert (await studio.ask("DELETE", f"/decks/{made['id']}")).status == 204
        await stream.until(lambda: len(stream.named("deck")) == 3)

    assert [event.data for event in stream.named("deck")] == [
        made | {"is_removed": False},
        renamed | {"is_removed": False},
        renamed | {"is_removed": True},
    ]


async def test_a_gap_in_the_recording_is_told_once_it_is_over(kept: KeptDatabase, studio: Studio) -> None:
    async with studio.follow() as stream:
        await stream.first("ready")
        # As if the machine had slept: the last sign of life is long ago.
        long_ago = clock.now() - watch.MAX_SILENCE - timedelta(minutes=1)
        with transaction(kept.engine) as session:
            session.exec(update(Watch).values(started_at=long_ago, last_seen_at=long_ago))
        await stream.until(lambda: any(event.data["is_recording"] for event in stream.named("watch")))

    gap = stream.named("watch")[-1].data["last_gap"]
    with transaction(kept.engine) as session:
        newest = session.exec(select(func.max(col(Watch.started_at)))).one()
    assert gap["ended_at"] == newest.isoformat().replace("+00:00", "Z")


async def test_comments_keep_the_connection_alive(studio: Studio) -> None:
    async with studio.follow() as stream:
        await stream.until(lambda: stream.comment_count >= 2)

    assert stream.record == []


# Going on


@pytest.mark.parametrize("way", ["header", "query", "both"])
async def test_what_was_missed_is_sent_first(studio: Studio, way: str) -> None:
    await studio.press(3)
    await studio.correct(1, "void")
    await studio.press()
    query = {"header": "", "query": "&last_event_id=2", "both": "&last_event_id=4"}[way]
    async with studio.follow(after=None if way == "query" else 2, query=query) as stream:
        await stream.until(lambda: len(stream.record) == 3)
        await studio.press()
        await stream.until(lambda: len(stream.record) == 4)

    assert [(event.name, event.id) for event in stream.events if event.name != "watch"] == [
        ("ready", 2),
        ("press", 3),
        ("correction", 4),
        ("press", 5),
        ("press", 6),
    ]


async def test_a_replay_meets_what_comes_meanwhile_without_a_gap_or_a_double(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_stream, "MAX_READ", 2)
    await studio.press(20)
    all_read = asyncio.Event()

    async def press_on() -> None:
        while not all_read.is_set():
            await studio.press()

    pressing = asyncio.create_task(press_on())
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(studio.follow(after=after)) for after in range(0, 20, 2)]
        all_read.set()
        await pressing
        last_seq = len(studio.kept.presses(studio.station_id))
        for stream in streams:
            await stream.until(lambda stream=stream: last_seq in stream.record)  # type: ignore[misc]

    assert [stream.record for stream in streams] == [numbers(after + 1, last_seq) for after in range(0, 20, 2)]


@pytest.mark.parametrize(("after", "is_replayed"), [(0, False), (1, False), (2, True), (5, True), (6, False)])
async def test_a_place_that_is_of_no_use_is_answered_with_a_reset(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, after: int, is_replayed: bool
) -> None:
    monkeypatch.setattr(rules, "MAX_REPLAY", 3)
    await studio.press(5)
    async with studio.follow(after=after) as stream:
        await stream.first("ready")
        await studio.press()
        await stream.until(lambda: 6 in stream.record)

    begin = after if is_replayed else 5
    ready = Event("ready", begin, {"last_seq": begin})
    # First, so that whoever gets no further than the place that follows knows what it misses.
    assert stream.events[: 1 if is_replayed else 2] == (
        [ready] if is_replayed else [Event("reset", 5, {"last_seq": 5}), ready]
    )
    assert stream.record == numbers(begin + 1, 6)


async def test_readers_start_anew_when_the_record_was_put_back(kept: KeptDatabase, studio: Studio) -> None:
    def put_head(last_seq: int) -> None:
        with transaction(kept.engine) as session:
            session.get_one(StationHead, studio.station_id).last_seq = last_seq

    put_head(9)
    async with studio.follow() as stream:
        assert (await stream.first("ready")).id == 9
        put_head(4)
        await stream.end()
    async with studio.follow(after=9) as stream:
        assert (await stream.first("reset")).id == 4


# Who may


@pytest.mark.parametrize("place", ["", "x", "-1", "1.5", str(1 << 63)])
async def test_a_place_that_is_no_number_of_a_record_is_refused(studio: Studio, place: str) -> None:
    headers = studio.headers | {"Last-Event-ID": place}
    async with studio.follow(headers=headers) as by_header, studio.follow(query=f"&last_event_id={place}") as by_query:
        await by_header.end()
        await by_query.end()

    assert problem_code(by_header) == problem_code(by_query) == (422, "invalid_input")


async def test_a_query_that_means_nothing_is_refused(studio: Studio) -> None:
    async with studio.follow(query="&lastEventId=3") as stream:
        await stream.end()

    assert problem_code(stream) == (422, "invalid_input")


async def test_nobody_reads_without_a_login(studio: Studio) -> None:
    async with studio.follow(headers={}) as stream:
        await stream.end()

    assert problem_code(stream) == (401, "not_authenticated")


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_station_of_others_is_as_unknown_as_one_that_is_not_there(
    kept: KeptDatabase, studio: Studio, is_there: bool
) -> None:
    with kept.make() as make:
        station_id = make.station().id if is_there else uuid4()
    async with streaming(studio.app, of_station(station_id), studio.headers) as stream:
        await stream.end()

    assert problem_code(stream) == (404, "station_not_found")


async def test_a_viewer_reads_and_need_not_name_the_only_station(kept: KeptDatabase, studio: Studio) -> None:
    with kept.make() as make:
        viewer = make.user()
        make.member(station=make.session.get_one(Station, studio.station_id), user=viewer, role=Role.VIEWER)
    async with streaming(studio.app, "", studio.log_in(viewer)) as stream:
        await stream.first("ready")
        await studio.press()
        await stream.first("press")

    assert stream.record == [1]


# What ends it


def expire(studio: Studio) -> None:
    with transaction(studio.kept.engine) as session:
        login = session.exec(select(LoginSession).where(LoginSession.user_id == studio.user.id)).one()
        login.expires_at = clock.now()


def remove_member(studio: Studio) -> None:
    with transaction(studio.kept.engine) as session:
        session.delete(session.get_one(Member, (studio.station_id, studio.user.id)))


def deactivate(studio: Studio) -> None:
    studio.kept.change(studio.user, is_active=False)


def remove_user(studio: Studio) -> None:
    with transaction(studio.kept.engine) as session:
        session.delete(session.get_one(User, studio.user.id))


@pytest.mark.parametrize("end", [expire, remove_member, deactivate, remove_user])
async def test_it_ends_with_the_right_to_read_and_for_nobody_else(
    kept: KeptDatabase, studio: Studio, end: Callable[[Studio], None]
) -> None:
    with kept.make() as make:
        other = make.user()
        make.member(station=make.session.get_one(Station, studio.station_id), user=other, role=Role.VIEWER)
    async with studio.follow() as stream, studio.follow(headers=studio.log_in(other)) as staying:
        await staying.first("ready")
        end(studio)
        await stream.end()
        await studio.press()
        await staying.first("press")

    assert stream.record == []


async def test_logging_out_ends_the_streams_of_that_login_alone(studio: Studio) -> None:
    elsewhere = studio.log_in()
    async with studio.follow() as stream, studio.follow(headers=elsewhere) as staying:
        await staying.first("ready")
        answer = await studio.ask("DELETE", "/login/session")
        assert answer.status == 204, answer
        await stream.end()
        await studio.press()
        await staying.first("press")

    assert stream.record == []


async def test_it_ends_with_the_membership_though_the_user_keeps_another(kept: KeptDatabase, studio: Studio) -> None:
    with kept.make() as make:
        other = make.station()
        make.member(station=other, user=studio.user)
    async with studio.follow() as stream, streaming(studio.app, of_station(other.id), studio.headers) as staying:
        await staying.first("ready")
        remove_member(studio)
        await stream.end()
        assert not staying.has_ended.is_set()


async def test_it_ends_with_the_station(kept: KeptDatabase, studio: Studio) -> None:
    """For a superuser too, whose right does not end with it."""
    with kept.make() as make:
        station, superuser = make.station(), make.user(is_superuser=True)
    async with streaming(studio.app, of_station(station.id), studio.log_in(superuser)) as stream:
        await stream.first("ready")
        with transaction(kept.engine) as session:
            session.delete(session.get_one(StationHead, station.id))
            session.flush()  # before what it refers to
            session.delete(session.get_one(Station, station.id))
        await stream.end()


async def test_a_reader_who_is_too_slow_is_let_go_and_the_others_go_on(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_WAITING", 5)
    monkeypatch.setattr(event_stream, "PATIENCE_S", 0.1)
    async with studio.follow(is_stuck=True) as stuck, studio.follow() as quick:
        await quick.first("ready")
        for seq in range(1, 12):
            await studio.press()
            await quick.until(lambda seq=seq: seq in quick.record)  # type: ignore[misc]
        await stuck.end()

    assert stuck.record == []
    assert quick.record == numbers(1, 11)


async def test_a_server_that_stops_ends_all_at_once_and_opens_no_more(kept: KeptDatabase, studio: Studio) -> None:
    async with live_app(kept.settings) as app:
        async with streaming(app, of_station(studio.station_id), studio.headers) as stream:
            await stream.first("ready")
            streams_of(app).close_soon()
            await stream.end()
        async with streaming(app, of_station(studio.station_id), studio.headers) as late:
            await late.end()

    assert problem_code(late) == (503, "shutting_down")


# What it takes


async def test_a_user_may_have_only_so_many_and_is_told_when_to_try_again(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MAX_READERS_OF_USER", 2)
    async with studio.follow() as first, studio.follow():
        async with studio.follow() as refused:
            await refused.end()
        async with studio.follow(headers=studio.log_in()) as other_login:
            await other_login.end()
        first.leave()
        await first.end()
        async with studio.follow() as again:
            assert again.status == 200

    # A user has as many logins as there are browsers.
    assert problem_code(refused) == problem_code(other_login) == (503, "too_many_streams")
    assert refused.headers["retry-after"] == "5"


async def test_open_streams_hold_no_connection_and_no_place_of_the_gate(studio: Studio) -> None:
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(studio.follow()) for _ in range(gate.PLACES + 2)]
        for stream in streams:
            await stream.first("ready")
        assert runtime_of(studio.app).engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert (await studio.ask("GET", "/decks/")).status == 200
        await studio.press()
        for stream in streams:
            await stream.first("press")


async def test_a_station_is_read_once_for_all_who_follow_it(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    read_to: list[int] = []
    look_at = station_feed.look_at

    def noted_look(*arguments: Any, **options: Any) -> station_feed.Look | None:
        look = look_at(*arguments, **options)
        if look is not None and look.events and options["station_id"] == studio.station_id:
            read_to.append(look.read_to)
        return look

    monkeypatch.setattr(station_feed, "look_at", noted_look)
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(studio.follow()) for _ in range(8)]
        for seq in range(1, 4):
            await studio.press()
            for stream in streams:
                await stream.until(lambda stream=stream, seq=seq: seq in stream.record)  # type: ignore[misc]

    assert read_to == [1, 2, 3]


async def test_nothing_is_read_once_nobody_follows(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    async with studio.follow() as stream:
        await stream.first("ready")
    looked = asyncio.Event()
    look_at = station_feed.look_at

    def noted_look(*arguments: Any, **options: Any) -> station_feed.Look | None:
        if options["station_id"] == studio.station_id:
            looked.set()
        return look_at(*arguments, **options)

    monkeypatch.setattr(station_feed, "look_at", noted_look)
    await asyncio.sleep(5 * station_feed.POLL_S)

    assert not looked.is_set()


def test_the_route_is_documented_with_its_events(app: Tracker) -> None:
    document = app.openapi()
    operation = document["paths"][PATH]["get"]
    events = operation["responses"]["200"]["content"]["text/event-stream"]["schema"]["x-events"]

    assert set(events) == {"ready", "press", "correction", "deck", "watch", "reset"}
    assert {status for status in operation["responses"] if status != "200"} == {"401", "403", "404", "422", "503"}
    assert ("Last-Event-ID", "header") in {(each["name"], each["in"]) for each in operation["parameters"]}
