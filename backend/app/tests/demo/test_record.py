"""The demo's log reads as if the server had made it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from app.features.presses import rollup
from app.features.presses.rules import (
    ButtonState,
    DeckState,
    PressMoment,
    classify,
    corrected_status,
    read_clocks,
)
from app.models import (
    Button,
    ButtonRetirement,
    Channel,
    Correction,
    CorrectionKind,
    Press,
    PressStatus,
    Station,
    StationHead,
)


def rows(session: Session, sql: str) -> Sequence[Row[Any]]:
    return session.connection().execute(text(sql)).all()


def record_of(session: Session) -> list[Press | Correction]:
    """Presses and corrections in the order of the record."""
    found: list[Press | Correction] = [*session.exec(select(Press)), *session.exec(select(Correction))]
    return sorted(found, key=lambda row: row.seq)


def test_presses_and_corrections_share_one_counter_without_gaps(demo: Session) -> None:
    seqs = [row.seq for row in record_of(demo)]

    assert seqs == list(range(1, demo.exec(select(StationHead)).one().last_seq + 1))


def test_the_counter_follows_the_order_of_receipt(demo: Session) -> None:
    instants = [row.received_at if isinstance(row, Press) else row.created_at for row in record_of(demo)]

    assert instants == sorted(instants)


def test_every_kind_of_row_is_there(demo: Session) -> None:
    statuses = {status for (status,) in rows(demo, "SELECT DISTINCT status FROM press")}
    channels = {channel for (channel,) in rows(demo, "SELECT DISTINCT channel FROM press")}
    kinds = {kind for (kind,) in rows(demo, "SELECT DISTINCT kind FROM correction")}

    assert statuses == set(PressStatus) - {PressStatus.VOID}
    assert channels == set(Channel) - {Channel.IMPORT}
    assert kinds == set(CorrectionKind)
    assert rows(demo, "SELECT FROM press WHERE note IS NOT NULL AND channel = 'manual' AND recorded_by IS NOT NULL")
    assert rows(demo, "SELECT FROM press WHERE is_clock_suspect")


def test_counted_presses_of_a_button_keep_their_distance(demo: Session) -> None:
    too_close = """
        SELECT p.seq
        FROM (
            SELECT *, pressed_at - lag(pressed_at) OVER (PARTITION BY button_id ORDER BY pressed_at, seq) AS distance
            FROM press
            WHERE status = 'counted'
        ) AS p
        JOIN button AS b ON b.station_id = p.station_id AND b.id = p.button_id
        JOIN station AS s ON s.id = p.station_id
        WHERE p.distance < COALESCE(b.dedup_window_ms, s.dedup_window_ms) * interval '1 ms'
    """

    assert rows(demo, too_close) == []


def test_statuses_are_what_the_rules_decide(demo: Session) -> None:
    """Everything is decided again; only a deck's test mode and a request's preview are not on the record."""
    replay = Replay(demo)

    assert [wrong for row in record_of(demo) if (wrong := replay.play(row)) is not None] == []


class Replay:
    """The record, decided anew in its order."""

    def __init__(self, session: Session) -> None:
        default_ms = session.exec(select(Station)).one().dedup_window_ms
        self._states = {
            button.id: ButtonState(
                None,
                timedelta(milliseconds=default_ms if button.dedup_window_ms is None else button.dedup_window_ms),
            )
            for button in session.exec(select(Button))
        }
        self._retirements = defaultdict(list)
        for retirement in session.exec(select(ButtonRetirement)):
            self._retirements[retirement.button_id].append(retirement)
        self._presses: dict[int, Press] = {}

    def play(self, row: Press | Correction) -> str | None:
        """A sentence when the row is not what the server would have made of it."""
        return self._press(row) if isinstance(row, Press) else self._correction(row)

    def _press(self, press: Press) -> str | None:
        self._presses[press.seq] = press
        state = self._states[press.button_id]
        state.retired_at = next(
            (
                each.retired_at
                for each in self._retirements[press.button_id]
                if each.retired_at <= press.received_at
                and (each.unretired_at is None or press.received_at < each.unretired_at)
            ),
            None,
        )
        moment = PressMoment(press.pressed_at, press.received_at, press.status == PressStatus.IGNORED)
        deck = DeckState(datetime.max.replace(tzinfo=press.received_at.tzinfo) if press.status == "test" else None)
        status = classify(moment, button=state, deck=deck)
        if status is PressStatus.COUNTED:
            state.add_counted((press.pressed_at,))
        return None if status == press.status else f"{press.seq} is {press.status}, not {status}"

    def _correction(self, correction: Correction) -> str | None:
        press = self._presses[correction.press_seq]
        counted_at = self._states[press.button_id].counted_at
        if correction.kind == CorrectionKind.VOID and press.pressed_at in counted_at:
            counted_at.remove(press.pressed_at)
        elif correction.kind == CorrectionKind.RESTORE:
            self._states[press.button_id].add_counted((press.pressed_at,))
        return None


def test_effective_status_follows_from_the_corrections(demo: Session) -> None:
    effective: dict[int, PressStatus | None] = {}
    for row in record_of(demo):
        if isinstance(row, Press):
            effective[row.seq] = PressStatus(row.status)
        else:
            before = effective[row.press_seq]
            effective[row.press_seq] = before and corrected_status(CorrectionKind(row.kind), before)

    stored = {press.seq: PressStatus(press.effective_status) for press in demo.exec(select(Press))}
    assert stored == effective


def test_a_press_keeps_the_version_that_it_aired_with(demo: Session) -> None:
    another = """
        SELECT p.seq
        FROM press AS p
        WHERE p.button_version <> (
            SELECT max(v.number)
            FROM button_version AS v
            WHERE v.station_id = p.station_id
              AND v.button_id = p.button_id
              AND (v.created_at <= p.pressed_at OR v.number = 1)
        )
    """

    assert rows(demo, another) == []
    assert rows(demo, "SELECT FROM press WHERE button_version > 1")


def test_clocks_are_read_by_the_rules(demo: Session) -> None:
    for press in demo.exec(select(Press)):
        clocks = read_clocks(claimed_at=press.claimed_at, sent_at=press.sent_at, received_at=press.received_at)

        stored = (press.pressed_at, press.clock_offset_ms, press.is_clock_suspect)
        assert stored == (clocks.pressed_at, clocks.offset_ms, clocks.is_suspect)


def test_a_press_comes_by_a_key_of_its_button_and_deck_that_stood_then(demo: Session) -> None:
    strange = """
        SELECT p.seq
        FROM press AS p
        LEFT JOIN press_key AS k ON k.id = p.press_key_id
        WHERE p.channel <> 'manual'
          AND (k.station_id, k.button_id) IS DISTINCT FROM (p.station_id, p.button_id)
           OR k.deck_id IS DISTINCT FROM p.deck_id
           OR k.created_at > p.pressed_at
           OR k.revoked_at <= p.received_at
    """

    assert rows(demo, strange) == []
    assert rows(demo, "SELECT FROM press_key WHERE revoked_at IS NOT NULL")


def test_keys_were_last_heard_when_their_last_press_came_in(demo: Session) -> None:
    heard = "SELECT press_key_id, last_heard_at FROM press_key_heard ORDER BY 1"
    received = """
        SELECT press_key_id, max(received_at)
        FROM press
        WHERE press_key_id IS NOT NULL
          AND status <> 'ignored'
        GROUP BY 1
        ORDER BY 1
    """

    assert rows(demo, heard) == rows(demo, received)


def test_nothing_came_in_while_the_server_was_not_running(demo: Session) -> None:
    outside = """
        SELECT r.seq
        FROM (
            SELECT seq, received_at FROM press
            UNION ALL
            SELECT seq, created_at FROM correction
        ) AS r (seq, at)
        WHERE NOT EXISTS (
            SELECT
            FROM watch AS w
            WHERE r.at >= w.started_at
              AND r.at < COALESCE(w.ended_at, w.last_seen_at)
        )
    """

    assert len(rows(demo, "SELECT FROM watch")) > 1
    assert rows(demo, outside) == []


def test_ids_are_in_order_of_the_time_at_which_they_were_made(demo: Session) -> None:
    for press in demo.exec(select(Press)):
        is_made_by_sender = press.channel in (Channel.POST, Channel.BATCH)
        made_at = press.claimed_at if is_made_by_sender else press.received_at

        assert press.id.version == 7
        assert made_at is not None
        assert press.id.int >> 80 == int(made_at.timestamp() * 1000)


def test_tallies_and_rollups_are_equal_to_a_recount(demo: Session) -> None:
    station = demo.exec(select(Station)).one()

    assert rollup.differences(demo, station_id=station.id) == []
    assert demo.exec(select(Press).where(col(Press.effective_status) == "counted")).first() is not None
