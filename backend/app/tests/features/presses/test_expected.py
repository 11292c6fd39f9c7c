"""A batch that is decided by what was read before: one message where nothing has changed, and never a wrong word."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.background.line import Line
from app.core.db import transaction
from app.features.accounts import service as accounts
from app.features.buttons import service as buttons
from app.features.buttons.schemas import ButtonUpdate
from app.features.presses.batch import Batch, GroupRead, Outcome, PressIdTaken, PressKeyNotFound
from app.features.presses.expected import CONVINCED_BY, Expectations
from app.features.presses.ingest import IncomingPress, Recording
from app.models import Button, Channel, CorrectionKind, Deck, PressKey, PressStatus, Station, User
from app.tests.recording import NOW, SECOND, KeptDatabase, PressPath, entered, incoming, recorded


class Studio:
    """A station with a window of two seconds, and a button with a key on each of two decks."""

    def __init__(self, kept: KeptDatabase) -> None:
        self.kept = kept
        with kept.make() as make:
            self.user: User = make.user()
            self.station: Station = make.station(dedup_window_ms=2000)
            self.decks: list[Deck] = [make.deck(station=self.station) for _ in range(2)]
            self.button: Button = make.button(station=self.station, title="Hug")
            self.key, self.other_key = (make.press_key(button=self.button, deck=deck) for deck in self.decks)
        self.id = self.station.id

    def press(self, *, at_s: float, key: PressKey | None = None, id: UUID | None = None) -> IncomingPress:
        own_id = {"id": id} if id else {}
        return incoming(key or self.key, received_at=NOW + at_s * SECOND, **own_id)

    def update(self, **changes: object) -> None:
        with transaction(self.kept.engine) as session:
            buttons.update_button(
                session,
                station=self.station,
                button_id=self.button.id,
                changes=ButtonUpdate.model_validate(changes),
                user_id=self.user.id,
                now=NOW + 5 * SECOND,
                public_url=None,
            )

    def check(self) -> None:
        assert self.kept.has_no_gaps(self.id)
        assert self.kept.differences(self.id) == []


@pytest.fixture
def studio(kept: KeptDatabase) -> Studio:
    return Studio(kept)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The messages that went to the database."""
    messages: list[bytes] = []
    exchange = Line.exchange

    async def note(line: Line, message: bytes) -> object:
        messages.append(message)
        return await exchange(line, message)

    monkeypatch.setattr(Line, "exchange", note)
    return messages


def facts(outcomes: list[Outcome]) -> list[tuple[PressStatus, str, int]]:
    return [(each.status, each.title, each.usage_count) for each in recorded(outcomes)]


COUNTED, SUPPRESSED = PressStatus.COUNTED, PressStatus.SUPPRESSED


async def test_a_key_that_was_pressed_lately_costs_one_message(
    path: PressPath, studio: Studio, sent: list[bytes]
) -> None:
    seen = []
    for at_s in (0, 1, 2, 3.9, 4, 10):
        sent.clear()
        (fact,) = facts(await path.record(studio.id, [studio.press(at_s=at_s)]))
        seen.append((len(sent), *fact))

    assert seen == [
        (2, COUNTED, "Hug", 1),
        (1, SUPPRESSED, "Hug", 1),
        (1, COUNTED, "Hug", 2),
        (1, SUPPRESSED, "Hug", 2),
        (1, COUNTED, "Hug", 3),
        (1, COUNTED, "Hug", 4),
    ]
    studio.check()


async def test_presses_with_ids_of_their_own_cost_one_message_too(
    path: PressPath, studio: Studio, sent: list[bytes]
) -> None:
    await path.record(studio.id, [studio.press(at_s=0)])
    sent.clear()
    ids = [uuid4(), uuid4()]
    batch = [studio.press(at_s=10, id=ids[0]), studio.press(at_s=20, id=ids[1]), studio.press(at_s=30, id=ids[0])]

    outcomes = recorded(await path.record(studio.id, batch))

    assert len(sent) == 1
    assert [each.press_id for each in outcomes] == [*ids, ids[0]]
    assert outcomes[2] == outcomes[0]
    assert len(studio.kept.presses(studio.id)) == 3
    studio.check()


def retire(studio: Studio) -> None:
    with transaction(studio.kept.engine) as session:
        buttons.set_retired(
            session,
            station=studio.station,
            button_id=studio.button.id,
            retire=True,
            user_id=studio.user.id,
            now=NOW + 5 * SECOND,
            public_url=None,
        )


def change_station_window(studio: Studio) -> None:
    with transaction(studio.kept.engine) as session:
        station = session.get_one(Station, studio.id)
        accounts.update_station(session, station=station, changes={"dedup_window_ms": 60_000})


def revoke(studio: Studio) -> None:
    studio.kept.change(studio.key, revoked_at=NOW)


def start_test_mode(studio: Studio) -> None:
    studio.kept.change(studio.decks[0], test_mode_until=NOW + timedelta(hours=1))


def void(studio: Studio) -> None:
    """The first one."""
    press = studio.kept.presses(studio.id)[0]
    studio.kept.correct(studio.id, press.id, CorrectionKind.VOID, user=studio.user)


CHANGES: dict[str, tuple[Callable[[Studio], None], float, object]] = {
    "retired": (retire, 10, (PressStatus.RETIRED, "Hug", 1)),
    "renamed": (lambda studio: studio.update(title="Embrace"), 10, (COUNTED, "Embrace", 2)),
    "window of the button": (lambda studio: studio.update(dedup_window_ms=60_000), 10, (SUPPRESSED, "Hug", 1)),
    "window of the station": (change_station_window, 10, (SUPPRESSED, "Hug", 1)),
    "deck in test mode": (start_test_mode, 10, (PressStatus.TEST, "Hug", 1)),
    "last press void": (void, 1, (COUNTED, "Hug", 1)),
    "key revoked": (revoke, 10, PressKeyNotFound),
}


@pytest.mark.parametrize(("change", "at_s", "answer"), CHANGES.values(), ids=CHANGES.keys())
async def test_what_has_changed_meanwhile_decides(
    path: PressPath,
    studio: Studio,
    sent: list[bytes],
    change: Callable[[Studio], None],
    at_s: float,
    answer: object,
) -> None:
    await path.record(studio.id, [studio.press(at_s=0)])
    await asyncio.to_thread(change, studio)
    sent.clear()

    outcomes = await path.record(studio.id, [studio.press(at_s=at_s)])

    assert [type(each) if not isinstance(each, Recording) else facts([each])[0] for each in outcomes] == [answer]
    # In vain, then read, then written or given up.
    assert len(sent) == 3
    studio.check()


async def test_what_another_process_counted_is_seen(path: PressPath, studio: Studio) -> None:
    other = PressPath(studio.kept.settings)
    await path.record(studio.id, [studio.press(at_s=0)])
    await other.record(studio.id, [studio.press(at_s=10, key=studio.other_key)])

    outcomes = await path.record(studio.id, [studio.press(at_s=11)])
    await other.close()

    assert facts(outcomes) == [(SUPPRESSED, "Hug", 2)]
    studio.check()


async def test_a_count_that_fell_elsewhere_is_seen(path: PressPath, studio: Studio) -> None:
    for at_s in (0, 10):
        await path.record(studio.id, [studio.press(at_s=at_s)])
    # Not the last one, so that only the count has changed.
    await asyncio.to_thread(void, studio)

    outcomes = await path.record(studio.id, [studio.press(at_s=20)])

    assert facts(outcomes) == [(COUNTED, "Hug", 2)]
    studio.check()


async def test_a_last_press_that_changed_while_the_count_did_not_is_seen(path: PressPath, studio: Studio) -> None:
    other = PressPath(studio.kept.settings)
    await path.record(studio.id, [studio.press(at_s=0)])
    await asyncio.to_thread(void, studio)
    await other.record(studio.id, [studio.press(at_s=10, key=studio.other_key)])

    outcomes = await path.record(studio.id, [studio.press(at_s=11)])
    await other.close()

    assert facts(outcomes) == [(SUPPRESSED, "Hug", 1)]
    studio.check()


async def test_a_press_that_another_process_has_on_the_record_is_answered_alike(
    path: PressPath, studio: Studio
) -> None:
    other = PressPath(studio.kept.settings)
    sent_id = uuid4()
    with studio.kept.make() as make:
        elsewhere = make.press_key(button=make.button(station=studio.station))
    await path.record(studio.id, [studio.press(at_s=0)])
    # Ignored, so that it moves nothing but the record.
    before = incoming(studio.key, received_at=NOW + 5 * SECOND, id=sent_id, is_preview=True)
    (first,) = recorded(await other.record(studio.id, [before]))
    await path.record(studio.id, [incoming(elsewhere, received_at=NOW + 5 * SECOND)])

    same, taken = await path.record(
        studio.id, [studio.press(at_s=20, id=sent_id), incoming(elsewhere, received_at=NOW + 20 * SECOND, id=sent_id)]
    )
    await other.close()

    assert same == first
    assert isinstance(taken, PressIdTaken)
    assert len(studio.kept.presses(studio.id)) == 3
    studio.check()


@pytest.mark.parametrize("late_s", [0.5, 8.5])
async def test_a_press_older_than_what_is_known_is_read_for(
    path: PressPath, studio: Studio, sent: list[bytes], late_s: float
) -> None:
    for at_s in (0, 10):
        await path.record(studio.id, [studio.press(at_s=at_s)])
    sent.clear()
    late = incoming(studio.key, received_at=NOW + 11 * SECOND, claimed_at=NOW + late_s * SECOND)

    outcomes = await path.record(studio.id, [late])

    assert facts(outcomes) == [(SUPPRESSED, "Hug", 2)]
    assert len(sent) == 2
    studio.check()


async def test_a_counted_press_ahead_of_its_time_is_not_forgotten(
    path: PressPath, studio: Studio, sent: list[bytes]
) -> None:
    ahead = incoming(studio.key, received_at=NOW, claimed_at=NOW + 60 * SECOND)
    await path.record(studio.id, [ahead])
    sent.clear()

    outcomes = [await path.record(studio.id, [studio.press(at_s=at_s)]) for at_s in (1, 59, 61, 70)]

    assert [facts(each)[0][0] for each in outcomes] == [COUNTED, SUPPRESSED, SUPPRESSED, COUNTED]
    studio.check()


async def test_presses_that_are_entered_are_read_for(path: PressPath, studio: Studio, sent: list[bytes]) -> None:
    await path.record(studio.id, [studio.press(at_s=0)])
    sent.clear()

    outcomes = await path.record(studio.id, [entered(studio.button, received_at=NOW + 10 * SECOND)])

    assert facts(outcomes) == [(COUNTED, "Hug", 2)]
    assert len(sent) == 2


async def test_where_others_press_too_reading_comes_first_until_they_stop(
    path: PressPath, studio: Studio, sent: list[bytes]
) -> None:
    other = PressPath(studio.kept.settings)
    await path.record(studio.id, [studio.press(at_s=0)])
    counts = []
    for number in range(1, 3 + CONVINCED_BY + 2):
        if number < 4:
            await other.record(studio.id, [studio.press(at_s=number * 100, key=studio.other_key)])
        sent.clear()
        await path.record(studio.id, [studio.press(at_s=number * 100 + 50)])
        counts.append(len(sent))
    await other.close()

    # In vain once; then read, until what is read has been what was expected for a while.
    assert counts == [3, 2, 2] + [2] * CONVINCED_BY + [1]
    studio.check()


async def test_a_resent_press_shakes_no_confidence(path: PressPath, studio: Studio, sent: list[bytes]) -> None:
    resent = studio.press(at_s=0, id=uuid4())
    counts = []
    for press in (resent, studio.press(at_s=10), resent, studio.press(at_s=20), resent, studio.press(at_s=30)):
        sent.clear()
        await path.record(studio.id, [press])
        counts.append(len(sent))

    # Resent, it is older than what is known, and read for.
    assert counts == [2, 1, 2, 1, 2, 1]
    late = incoming(studio.key, received_at=NOW + 40 * SECOND, id=resent.id)
    sent.clear()
    await path.record(studio.id, [late])
    # In vain, since it is on the record; then read, and given up.
    assert len(sent) == 3
    sent.clear()
    await path.record(studio.id, [studio.press(at_s=50)])
    assert len(sent) == 1
    studio.check()


async def test_a_late_press_from_before_an_edit_changes_no_mind(
    path: PressPath, studio: Studio, sent: list[bytes]
) -> None:
    await path.record(studio.id, [studio.press(at_s=0)])
    await asyncio.to_thread(studio.update, title="Embrace")
    await path.record(studio.id, [studio.press(at_s=10)])
    late = incoming(studio.key, received_at=NOW + 15 * SECOND, claimed_at=NOW + 3 * SECOND)
    await path.record(studio.id, [late])
    for number in range(CONVINCED_BY):
        await path.record(studio.id, [studio.press(at_s=20 + 10 * number)])
    sent.clear()

    outcomes = await path.record(studio.id, [studio.press(at_s=500)])

    assert facts(outcomes) == [(COUNTED, "Embrace", 4 + CONVINCED_BY)]
    assert len(sent) == 1
    studio.check()


async def test_a_retry_looks_for_every_press(path: PressPath, studio: Studio, sent: list[bytes]) -> None:
    await path.record(studio.id, [studio.press(at_s=0)])
    press = studio.press(at_s=10)
    first = await path.record(studio.id, [press])
    sent.clear()

    again = await path.record(studio.id, [press], is_retry=True)

    assert again == first
    assert len(sent) == 2
    assert len(studio.kept.presses(studio.id)) == 2


def batch_of(*keys: int, at_s: float = 0) -> Batch:
    """A batch of one press of each of some keys, read and decided."""
    presses = [
        IncomingPress(
            id=uuid4(),
            has_client_id=False,
            button_id=UUID(int=key),
            press_key=str(key),
            press_key_id=UUID(int=1000 + key),
            deck_id=None,
            channel=Channel.GET,
            received_at=NOW + at_s * SECOND,
        )
        for key in keys
    ]
    return Batch(presses, is_retry=False)


STATION = UUID(int=1)


def learnt(expectations: Expectations, batch: Batch) -> None:
    batch.take_reads([GroupRead(True, None, 0, 0, None, None, 1, "Hug", True, [])] * len(batch.groups))
    batch.decide()
    expectations.learn(STATION, batch)


def test_no_more_is_remembered_than_may_be() -> None:
    expectations = Expectations(most=3)
    for key in range(1, 4):
        learnt(expectations, batch_of(key))
    assert all(expectations.of(STATION, batch_of(key, at_s=1)) for key in range(1, 4))

    learnt(expectations, batch_of(4))

    assert expectations.of(STATION, batch_of(4, at_s=1))
    assert not any(expectations.of(STATION, batch_of(key, at_s=1)) for key in range(1, 4))


def test_one_key_that_is_not_known_has_the_batch_read() -> None:
    expectations = Expectations()
    learnt(expectations, batch_of(1))

    assert expectations.of(STATION, batch_of(1, at_s=1)) is not None
    assert expectations.of(STATION, batch_of(1, 2, at_s=1)) is None
