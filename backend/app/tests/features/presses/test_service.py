"""One batch, one transaction: what is stored, and what is answered."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from app.core.db import transaction
from app.features.buttons import service as buttons
from app.features.buttons.schemas import ButtonUpdate
from app.features.presses.batch import Outcome, PressIdTaken, PressKeyNotFound
from app.models import (
    Button,
    Channel,
    CorrectionKind,
    Deck,
    Press,
    PressKey,
    PressKeyHeard,
    PressStatus,
    RollupDay,
    RollupQuarter,
    Station,
)
from app.tests.recording import NOW, PATIENCE_S, SECOND, KeptDatabase, PressPath, entered, incoming, recorded

COUNTED, SUPPRESSED = PressStatus.COUNTED, PressStatus.SUPPRESSED


class Studio:
    """A station with a deck and a button, and a key of each kind."""

    def __init__(self, kept: KeptDatabase) -> None:
        with kept.make() as make:
            self.station: Station = make.station(zone="America/New_York")
            self.deck: Deck = make.deck(station=self.station)
            self.button: Button = make.button(station=self.station, title="Hug")
            self.key: PressKey = make.press_key(button=self.button)
            self.deck_key: PressKey = make.press_key(button=self.button, deck=self.deck)
        self.id = self.station.id


@pytest.fixture
def studio(kept: KeptDatabase) -> Studio:
    return Studio(kept)


def statuses(outcomes: list[Outcome]) -> list[PressStatus]:
    return [outcome.status for outcome in recorded(outcomes)]


def rename(kept: KeptDatabase, studio: Studio, title: str, *, now: datetime) -> None:
    with transaction(kept.engine) as session:
        changes = ButtonUpdate(title=title)
        buttons.update_button(
            session,
            station=studio.station,
            button_id=studio.button.id,
            changes=changes,
            user_id=uuid4(),
            now=now,
            public_url=None,
        )


async def test_a_press_is_stored_as_it_came(kept: KeptDatabase, path: PressPath, studio: Studio) -> None:
    press = incoming(
        studio.deck_key,
        id=uuid4(),
        channel=Channel.POST,
        claimed_at=NOW - timedelta(minutes=2),
        sent_at=NOW - timedelta(minutes=1),
        note='"Live" {take}, \\ 2 % of ’em',
        origin="2001:db8::1",
    )

    (outcome,) = recorded(await path.record(studio.id, [press]))

    assert (outcome.status, outcome.press_id, outcome.title, outcome.usage_count) == (COUNTED, press.id, "Hug", 1)
    assert outcome.pressed_at == NOW - timedelta(minutes=1)
    (row,) = kept.presses(studio.id)
    assert {name: getattr(row, name) for name in Press.model_fields} == {
        "station_id": studio.id,
        "seq": 1,
        "id": press.id,
        "button_id": studio.button.id,
        "button_version": 1,
        "deck_id": studio.deck.id,
        "press_key_id": studio.deck_key.id,
        "status": "counted",
        "effective_status": "counted",
        "channel": "post",
        "pressed_at": NOW - timedelta(minutes=1),
        "received_at": NOW,
        "claimed_at": NOW - timedelta(minutes=2),
        "sent_at": NOW - timedelta(minutes=1),
        "clock_offset_ms": 60_000,
        "is_clock_suspect": False,
        "origin": row.origin,
        "note": '"Live" {take}, \\ 2 % of ’em',
        "recorded_by": None,
    }
    assert str(row.origin) == "2001:db8::1"


async def test_a_counted_press_moves_tally_quarter_and_local_day(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    # Half past nine in the evening of the day before, in New York.
    pressed_at = datetime(2026, 5, 1, 1, 29, 59, tzinfo=UTC)

    await path.record(studio.id, [incoming(studio.key, received_at=pressed_at)])

    with transaction(kept.engine) as session:
        (quarter,) = session.exec(select(RollupQuarter).where(RollupQuarter.station_id == studio.id))
        (day,) = session.exec(select(RollupDay).where(RollupDay.station_id == studio.id))
    assert (quarter.quarter_start, quarter.press_count) == (datetime(2026, 5, 1, 1, 15, tzinfo=UTC), 1)
    assert (day.day, day.press_count) == (date(2026, 4, 30), 1)
    assert kept.tally(studio.button).press_count == 1
    assert kept.tally(studio.button).last_pressed_at == pressed_at


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [((0, 1.5, 3), [COUNTED, SUPPRESSED, COUNTED]), ((1.5, 0, 3), [COUNTED, SUPPRESSED, SUPPRESSED])],
)
@pytest.mark.parametrize("is_one_batch", [True, False])
async def test_presses_are_held_against_those_received_before(
    kept: KeptDatabase,
    path: PressPath,
    studio: Studio,
    seconds: tuple[float, ...],
    expected: list[PressStatus],
    is_one_batch: bool,
) -> None:
    first = NOW - timedelta(minutes=1)
    presses = [incoming(studio.key, claimed_at=first + each * SECOND) for each in seconds]

    batches = [presses] if is_one_batch else [[press] for press in presses]
    outcomes = [outcome for batch in batches for outcome in await path.record(studio.id, batch)]

    assert statuses(outcomes) == expected
    assert kept.tally(studio.button).press_count == expected.count(COUNTED)
    assert kept.differences(studio.id) == []


@pytest.mark.parametrize(("window_ms", "expected"), [(0, [COUNTED, COUNTED]), (1, [COUNTED, SUPPRESSED])])
async def test_a_window_of_zero_counts_everything(
    kept: KeptDatabase, path: PressPath, studio: Studio, window_ms: int, expected: list[PressStatus]
) -> None:
    kept.change(studio.button, dedup_window_ms=window_ms)

    assert statuses(await path.record(studio.id, [incoming(studio.key), incoming(studio.key)])) == expected


async def test_a_window_of_an_hour_reaches_to_the_microsecond(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    kept.change(studio.button, dedup_window_ms=3_600_000)
    hour = timedelta(hours=1)
    await path.record(studio.id, [incoming(studio.key, received_at=NOW)])

    almost = await path.record(studio.id, [incoming(studio.key, received_at=NOW + hour - timedelta.resolution)])
    exactly = await path.record(studio.id, [incoming(studio.key, received_at=NOW + hour)])

    assert statuses(almost + exactly) == [SUPPRESSED, COUNTED]


async def test_a_button_follows_its_station_until_it_has_a_window_of_its_own(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    kept.change(studio.station, dedup_window_ms=10_000)
    at = [incoming(studio.key, received_at=NOW + each * SECOND) for each in (0, 5, 6)]

    assert statuses(await path.record(studio.id, at[:2])) == [COUNTED, SUPPRESSED]
    kept.change(studio.button, dedup_window_ms=6_000)
    assert statuses(await path.record(studio.id, at[2:])) == [COUNTED]


async def test_buttons_are_not_held_against_each_other(kept: KeptDatabase, path: PressPath, studio: Studio) -> None:
    with kept.make() as make:
        other = make.press_key(button=make.button(station=studio.station, title="Wave"))

    outcomes = await path.record(studio.id, [incoming(studio.key), incoming(other), incoming(studio.deck_key)])

    assert [(each.status, each.title) for each in recorded(outcomes)] == [
        (COUNTED, "Hug"),
        (COUNTED, "Wave"),
        (SUPPRESSED, "Hug"),
    ]


async def test_a_voided_press_no_longer_suppresses_and_a_restored_one_does(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    with kept.make() as make:
        user = make.user()
    first = incoming(studio.key)
    await path.record(studio.id, [first])

    kept.correct(studio.id, first.id, CorrectionKind.VOID, user=user)
    outcomes = await path.record(studio.id, [incoming(studio.key, received_at=NOW + SECOND)])
    kept.correct(studio.id, first.id, CorrectionKind.RESTORE, user=user)
    # Nearer to the restored one than to the second one: suppressed by either, so the second is taken out as well.
    kept.correct(studio.id, recorded(outcomes)[0].press_id, CorrectionKind.VOID, user=user)
    outcomes += await path.record(studio.id, [incoming(studio.key, received_at=NOW + SECOND)])

    assert statuses(outcomes) == [COUNTED, SUPPRESSED]
    assert [each.effective_status for each in kept.presses(studio.id)] == ["counted", "void", "suppressed"]
    assert kept.record_numbers(studio.id) == [1, 2, 3, 4, 5, 6, 6]
    assert kept.differences(studio.id) == []


async def test_retired_button_stores_the_press_without_counting_it(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    kept.change(studio.button, retired_at=NOW)

    (outcome,) = recorded(await path.record(studio.id, [incoming(studio.key)]))

    assert (outcome.status, outcome.usage_count) == (PressStatus.RETIRED, 0)
    assert [row.status for row in kept.presses(studio.id)] == ["retired"]
    assert kept.tally(studio.button).last_pressed_at is None


async def test_what_aired_before_the_button_was_retired_and_came_in_later_counts(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    kept.change(studio.button, retired_at=NOW)
    before, at_once = NOW - timedelta(milliseconds=1), NOW

    outcomes = await path.record(
        studio.id,
        [
            incoming(studio.key, received_at=NOW + timedelta(hours=1), claimed_at=claimed_at)
            for claimed_at in (before, at_once)
        ],
    )

    assert statuses(outcomes) == [COUNTED, PressStatus.RETIRED]


async def test_a_deck_in_test_mode_tests_and_other_decks_count(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    kept.change(studio.deck, test_mode_until=NOW + SECOND)

    during = await path.record(studio.id, [incoming(studio.deck_key), incoming(studio.key)])
    after = await path.record(studio.id, [incoming(studio.deck_key, received_at=NOW + timedelta(hours=1))])

    assert statuses(during + after) == [PressStatus.TEST, COUNTED, COUNTED]


async def test_a_deck_that_is_gone_still_names_its_presses(kept: KeptDatabase, path: PressPath, studio: Studio) -> None:
    deck_id = uuid4()
    with kept.make() as make:
        key = make.press_key(button=studio.button, deck_id=deck_id)

    assert statuses(await path.record(studio.id, [incoming(key)])) == [COUNTED]
    assert kept.presses(studio.id)[0].deck_id == deck_id


async def test_a_preview_is_stored_and_leaves_the_key_unheard(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    preview = incoming(studio.key, is_preview=True)
    press = incoming(studio.deck_key, received_at=NOW + SECOND)

    assert statuses(await path.record(studio.id, [preview, press])) == [PressStatus.IGNORED, COUNTED]

    with transaction(kept.engine) as session:
        heard = session.exec(select(PressKeyHeard).where(PressKeyHeard.station_id == studio.id)).all()
    assert [(each.press_key_id, each.last_heard_at) for each in heard] == [(studio.deck_key.id, NOW + SECOND)]


async def test_a_key_is_last_heard_when_its_latest_press_was_received(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    for received_at in (NOW, NOW + SECOND, NOW - SECOND):
        await path.record(studio.id, [incoming(studio.key, received_at=received_at)])

    with transaction(kept.engine) as session:
        assert session.get_one(PressKeyHeard, (studio.id, studio.key.id)).last_heard_at == NOW + SECOND


async def test_a_revoked_key_records_nothing_and_its_neighbours_do(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    kept.change(studio.key, revoked_at=NOW)

    refused, outcome = await path.record(studio.id, [incoming(studio.key), incoming(studio.deck_key)])

    assert isinstance(refused, PressKeyNotFound)
    assert statuses([outcome]) == [COUNTED]
    assert kept.record_numbers(studio.id) == [1, 1]


async def test_a_batch_in_which_nothing_can_be_recorded_leaves_no_trace(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    unknown = PressKey(key="k", station_id=studio.id, button_id=studio.button.id, created_at=NOW)
    gone = entered(Button(station_id=studio.id, created_at=NOW))

    outcomes = await path.record(studio.id, [incoming(unknown), gone])

    assert [type(outcome) for outcome in outcomes] == [PressKeyNotFound] * 2
    assert kept.record_numbers(studio.id) == [0]
    assert statuses(await path.record(studio.id, [incoming(studio.key)])) == [COUNTED]


async def test_a_station_that_is_gone_has_no_keys(path: PressPath, studio: Studio) -> None:
    assert [type(each) for each in await path.record(uuid4(), [incoming(studio.key)])] == [PressKeyNotFound]
    assert statuses(await path.record(studio.id, [incoming(studio.key)])) == [COUNTED]


@pytest.mark.parametrize("is_one_batch", [True, False])
async def test_the_same_id_twice_is_one_press_answered_alike(
    kept: KeptDatabase, path: PressPath, studio: Studio, is_one_batch: bool
) -> None:
    press_id = uuid4()
    first = incoming(studio.key, id=press_id)
    again = incoming(studio.key, id=press_id, received_at=NOW + timedelta(hours=1), note="again")

    batches = [[first, again]] if is_one_batch else [[first], [again]]
    answers = [answer for batch in batches for answer in recorded(await path.record(studio.id, batch))]

    assert answers[0] == answers[1]
    assert [row.note for row in kept.presses(studio.id)] == [None]
    assert kept.tally(studio.button).press_count == 1


@pytest.mark.parametrize("is_one_batch", [True, False])
async def test_an_id_is_taken_for_every_other_button(
    kept: KeptDatabase, path: PressPath, studio: Studio, is_one_batch: bool
) -> None:
    with kept.make() as make:
        other = make.press_key(button=make.button(station=studio.station))
    press_id = uuid4()
    presses = [incoming(studio.key, id=press_id), incoming(other, id=press_id)]

    batches = [presses] if is_one_batch else [[press] for press in presses]
    outcomes = [outcome for batch in batches for outcome in await path.record(studio.id, batch)]

    assert isinstance(outcomes[1], PressIdTaken)
    assert kept.record_numbers(studio.id) == [1, 1]


async def test_another_station_may_use_the_same_id(kept: KeptDatabase, path: PressPath, studio: Studio) -> None:
    elsewhere = Studio(kept)
    press_id = uuid4()

    for each in (studio, elsewhere):
        assert statuses(await path.record(each.id, [incoming(each.key, id=press_id)])) == [COUNTED]


async def test_a_suppressed_press_that_is_sent_again_is_answered_as_suppressed(path: PressPath, studio: Studio) -> None:
    presses = [incoming(studio.key, id=uuid4()), incoming(studio.key, id=uuid4())]

    once = recorded(await path.record(studio.id, presses))
    again = recorded(await path.record(studio.id, presses))

    assert [each.status for each in again] == [COUNTED, SUPPRESSED]
    assert once == again


async def test_a_resent_press_is_answered_with_the_title_that_it_aired_with(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    press = incoming(studio.key, id=uuid4())
    await path.record(studio.id, [press])
    rename(kept, studio, "Big hug", now=NOW + SECOND)

    assert [each.title for each in recorded(await path.record(studio.id, [press]))] == ["Hug"]


async def test_a_retry_finds_what_the_try_before_had_committed(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    presses = [incoming(studio.key, received_at=NOW + each * 10 * SECOND) for each in range(3)]
    once = recorded(await path.record(studio.id, presses))

    again = recorded(await path.record(studio.id, presses, is_retry=True))

    assert [each.press_id for each in again] == [each.press_id for each in once]
    assert kept.record_numbers(studio.id) == [1, 2, 3, 3]
    assert kept.tally(studio.button).press_count == 3


async def test_a_press_airs_the_version_of_its_own_time(kept: KeptDatabase, path: PressPath, studio: Studio) -> None:
    rename(kept, studio, "Big hug", now=NOW)
    rename(kept, studio, "Bear hug", now=NOW + timedelta(minutes=1))
    claims = {
        NOW - timedelta(days=2000): "Hug",
        NOW - timedelta.resolution: "Hug",
        NOW: "Big hug",
        NOW + timedelta(minutes=1): "Bear hug",
        NOW + timedelta(minutes=2): "Bear hug",
    }

    received_at = NOW + timedelta(hours=1)
    presses = [incoming(studio.key, received_at=received_at, claimed_at=claimed_at) for claimed_at in claims]
    outcomes = recorded(await path.record(studio.id, presses))

    assert [each.title for each in outcomes] == list(claims.values())
    assert [row.button_version for row in kept.presses(studio.id)] == [1, 1, 2, 3, 3]


async def test_presses_around_an_edit_within_one_second_air_what_the_button_said(
    kept: KeptDatabase, path: PressPath, studio: Studio
) -> None:
    moments = [NOW + number * timedelta(milliseconds=100) for number in range(4)]
    rename(kept, studio, "Big hug", now=moments[2])

    outcomes = await path.record(studio.id, [incoming(studio.key, received_at=moment) for moment in moments])

    assert [each.title for each in recorded(outcomes)] == ["Hug", "Hug", "Big hug", "Big hug"]
    assert statuses(outcomes) == [COUNTED, SUPPRESSED, SUPPRESSED, SUPPRESSED]
    assert kept.tally(studio.button).press_count == 1


async def test_a_late_press_is_not_the_last_one(kept: KeptDatabase, path: PressPath, studio: Studio) -> None:
    await path.record(studio.id, [incoming(studio.key)])
    await path.record(studio.id, [incoming(studio.key, claimed_at=NOW - timedelta(days=1))])

    tally = kept.tally(studio.button)
    assert (tally.press_count, tally.last_pressed_at) == (2, NOW)


async def test_a_press_by_hand_needs_no_key(kept: KeptDatabase, path: PressPath, studio: Studio) -> None:
    user_id = uuid4()
    press = entered(studio.button, claimed_at=NOW - timedelta(days=3), note="The deck was off", recorded_by=user_id)

    assert statuses(await path.record(studio.id, [press])) == [COUNTED]

    (row,) = kept.presses(studio.id)
    assert (row.channel, row.press_key_id, row.note, row.recorded_by) == ("manual", None, "The deck was off", user_id)
    assert row.pressed_at == NOW - timedelta(days=3)


@pytest.mark.parametrize(
    "fields",
    [
        {"claimed_at": datetime(1, 1, 1, tzinfo=UTC), "sent_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)},
        {
            "claimed_at": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            "sent_at": datetime(1, 1, 1, tzinfo=UTC),
        },
        {"claimed_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"claimed_at": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)},
    ],
)
async def test_the_ends_of_time_are_stored_as_claimed(
    kept: KeptDatabase, path: PressPath, studio: Studio, fields: dict[str, Any]
) -> None:
    assert statuses(await path.record(studio.id, [incoming(studio.key, **fields)])) == [COUNTED]

    (row,) = kept.presses(studio.id)
    assert (row.claimed_at, row.sent_at) == (fields["claimed_at"], fields.get("sent_at"))
    assert (row.pressed_at, row.is_clock_suspect) == (NOW, True)


@pytest.mark.parametrize("fields", [{"origin": "nowhere"}, {"note": "a\x00b"}])
async def test_a_row_that_the_database_refuses_is_an_error_and_leaves_no_trace(
    kept: KeptDatabase, path: PressPath, studio: Studio, fields: dict[str, Any]
) -> None:
    with pytest.raises(psycopg.DataError):
        await path.record(studio.id, [incoming(studio.key), incoming(studio.deck_key, **fields)])

    assert kept.record_numbers(studio.id) == [0]


@pytest.fixture
async def plain_path(kept: KeptDatabase) -> AsyncIterator[PressPath]:
    """As behind a pooler: nothing prepared, nothing set, in whatever zone the database is configured for."""
    with kept.engine.begin() as connection:
        connection.execute(text("ALTER DATABASE tracker_presses SET timezone = 'America/St_Johns'"))
    path = PressPath(kept.settings.model_copy(update={"prepared_statements": False}))
    yield path
    await path.close()
    with kept.engine.begin() as connection:
        connection.execute(text("ALTER DATABASE tracker_presses RESET timezone"))


async def test_without_prepared_statements_the_record_is_the_same(
    kept: KeptDatabase, path: PressPath, plain_path: PressPath
) -> None:
    answers: list[list[object]] = []
    for each in (path, plain_path):
        studio = Studio(kept)
        ids = [UUID(int=number) for number in range(1, 5)]
        presses = [
            incoming(studio.key, id=press_id, received_at=NOW + number * 1.5 * SECOND, note="{}")
            for number, press_id in enumerate(ids)
        ]
        outcomes = await each.record(studio.id, presses[:3])
        outcomes += await each.record(studio.id, presses)
        outcomes += await each.record(studio.id, presses, is_retry=True)
        # The offset too: what is answered is written out as UTC.
        answers.append([(row.status, row.usage_count, row.pressed_at.isoformat()) for row in recorded(outcomes)])
        assert kept.differences(studio.id) == []

    assert answers[0] == answers[1]


HOSTILE_TEXTS = [
    "",
    "'",
    "''); DROP TABLE press; --",
    "\\",
    "\\'",
    "{}",
    "{NULL}",
    "NULL",
    'say "hi", {now}',
    "%s %(note)s %% 100%",
    "$1 $$ :note",
    "line\nbreak\r\n\ttab",
    "’ – 🎙️ 播音 \u202e \U0010ffff",
    "E'\\x27'",
]


@pytest.mark.parametrize("strings", ["on", "off"])
@pytest.mark.parametrize("is_prepared", [True, False])
async def test_any_text_is_stored_letter_by_letter(
    kept: KeptDatabase, studio: Studio, is_prepared: bool, strings: str
) -> None:
    path = PressPath(kept.settings.model_copy(update={"prepared_statements": is_prepared}))
    kept.change(studio.button, dedup_window_ms=0)
    presses = [incoming(studio.key, note=text) for text in (None, *HOSTILE_TEXTS)]

    until = asyncio.get_running_loop().time() + PATIENCE_S
    async with path.connections.connection(until=until) as connection:
        await connection.execute(f"SET standard_conforming_strings = {strings}")
        await connection.execute("SET escape_string_warning = off")
        recorded(await path.record_on(connection, studio.id, presses))
        recorded(await path.record_on(connection, studio.id, [incoming(studio.key, note=HOSTILE_TEXTS[2])]))
    await path.close()

    assert [row.note for row in kept.presses(studio.id)] == [None, *HOSTILE_TEXTS, HOSTILE_TEXTS[2]]


@given(
    notes=st.lists(
        st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=8
    )
)
@settings(derandomize=True, database=None, deadline=None, max_examples=40)
def test_notes_of_a_batch_stay_with_their_presses(
    kept: KeptDatabase, runner: asyncio.Runner, lasting_path: PressPath, notes: list[str | None]
) -> None:
    studio = Studio(kept)

    runner.run(lasting_path.record(studio.id, [incoming(studio.key, note=note) for note in notes]))

    assert [row.note for row in kept.presses(studio.id)] == notes


@pytest.mark.parametrize(
    ("origin", "stored"),
    [("192.0.2.1", "192.0.2.1"), ("2001:DB8::1", "2001:db8::1"), ("fe80::1%x'}'); DROP TABLE press; --", "fe80::1")],
)
async def test_an_origin_is_stored_as_an_address(
    kept: KeptDatabase, path: PressPath, studio: Studio, origin: str, stored: str
) -> None:
    await path.record(studio.id, [incoming(studio.key, origin=origin)])

    assert [str(row.origin) for row in kept.presses(studio.id)] == [stored]
