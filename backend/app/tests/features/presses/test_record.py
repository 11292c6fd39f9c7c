"""The whole record against a model in memory: whatever happens to a station in whatever order, cut into batches
anywhere, its presses, statuses, numbers and counts are what a reader of docs/architecture.md would work out by hand."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from app.core.db import transaction
from app.features.accounts import service as accounts
from app.features.buttons import service as buttons
from app.features.buttons.schemas import ButtonUpdate
from app.features.presses import rollup
from app.features.presses.batch import Outcome, PressIdTaken, PressKeyNotFound
from app.features.presses.corrections import CorrectionDoesNotFit
from app.features.presses.expected import Expectations
from app.features.presses.ingest import IncomingPress, Recording
from app.models import (
    NO_DECK,
    Button,
    ButtonTally,
    ButtonVersion,
    Channel,
    Correction,
    CorrectionKind,
    Deck,
    Press,
    PressKey,
    PressStatus,
    RollupDay,
    RollupDeckDay,
    Station,
    StationHead,
    User,
)
from app.tests.recording import NOW, KeptDatabase, PressPath

MILLISECOND = timedelta(milliseconds=1)
WINDOWS_MS = [None, 0, 1, 2000, 60_000, 3_600_000]
ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"]
# When it all begins: on some day, and in the night in which clocks change in New York or, by half an hour, on Lord Howe
# Island. All of them are after the stations were made.
BEGINNINGS = [
    NOW,
    datetime(2026, 3, 8, 4, tzinfo=UTC),
    datetime(2026, 11, 1, 3, tzinfo=UTC),
    datetime(2026, 4, 4, 13, tzinfo=UTC),
    datetime(2026, 10, 3, 13, tzinfo=UTC),
]
BUTTON_COUNT, DECK_COUNT = 2, 2
KEYS_PER_BUTTON = DECK_COUNT + 1


@dataclass(frozen=True)
class APress:
    """A press of one of the keys, some time after the one before; late by what its claim says."""

    button: int
    key: int
    after_ms: int
    late_ms: int | None = None
    clock_ahead_ms: int | None = None
    # One of few, so that some come twice.
    client_id: int | None = None
    is_preview: bool = False


@dataclass(frozen=True)
class Cut:
    """The batch ends here, and one of two processes records it."""

    process: int = 0


@dataclass(frozen=True)
class ACorrection:
    kind: CorrectionKind
    # Of the presses on the record, counted around.
    which: int


@dataclass(frozen=True)
class Edit:
    """Something that people change between presses."""

    what: str
    number: int
    value: int


type Step = APress | Cut | ACorrection | Edit

gaps_ms = st.sampled_from([0, 0, 1, 700, 1000, 1999, 2000, 2001, 59_999, 61_000, 900_000, 3_600_000, 86_400_000])
presses = st.builds(
    APress,
    button=st.integers(0, BUTTON_COUNT - 1),
    key=st.integers(0, KEYS_PER_BUTTON - 1),
    after_ms=gaps_ms,
    late_ms=st.none() | gaps_ms | st.just(-1000),
    clock_ahead_ms=st.none() | st.sampled_from([0, 90_000, -90_000, 86_400_000]),
    client_id=st.none() | st.integers(0, 4),
    is_preview=st.sampled_from([False] * 7 + [True]),
)
edits = st.builds(
    Edit,
    what=st.sampled_from(["retire", "unretire", "rename", "button_window", "station_window", "zone", "revoke", "test"]),
    number=st.integers(0, 5),
    value=st.integers(0, 5),
)
steps = st.lists(
    st.one_of(
        presses,
        presses,
        presses,
        presses,
        st.builds(Cut, process=st.sampled_from([0, 0, 0, 1])),
        st.builds(ACorrection, kind=st.sampled_from(CorrectionKind), which=st.integers(0, 30)),
        edits,
    ),
    min_size=5,
    max_size=30,
)


@dataclass
class ModelPress:
    """A press as it should be on the record."""

    seq: int
    id: UUID
    button: int
    version: int
    status: PressStatus
    effective: PressStatus
    pressed_at: datetime


@dataclass
class Model:
    """A station in memory, without any cleverness."""

    station_window_ms: int
    windows_ms: list[int | None]
    retired_at: list[datetime | None]
    # When each version of each button began, and what it says.
    versions: list[list[tuple[datetime, str]]]
    test_until: list[datetime | None]
    revoked: set[tuple[int, int]] = field(default_factory=set)
    presses: list[ModelPress] = field(default_factory=list)
    last_seq: int = 0

    def count(self, button: int) -> int:
        return sum(press.button == button and press.effective is PressStatus.COUNTED for press in self.presses)

    def last_pressed_at(self, button: int) -> datetime | None:
        counted = [
            press.pressed_at
            for press in self.presses
            if press.button == button and press.effective is PressStatus.COUNTED
        ]
        return max(counted, default=None)

    def record(self, batch: list[tuple[APress, IncomingPress]]) -> list[object]:
        """What each press of a batch is answered."""
        counts = [self.count(button) for button in range(BUTTON_COUNT)]
        before = {press.id for press in self.presses}
        answers: dict[UUID, Recording] = {}
        return [self._record(press, incoming, counts, before, answers) for press, incoming in batch]

    def _record(
        self,
        press: APress,
        incoming: IncomingPress,
        counts: list[int],
        before: set[UUID],
        answers: dict[UUID, Recording],
    ) -> object:
        if (press.button, press.key) in self.revoked:
            return PressKeyNotFound
        for known in self.presses:
            if known.id == incoming.id:
                if known.button != press.button:
                    return PressIdTaken
                # Answered as it was, with the count that the batch began with.
                again = Recording(known.status, known.id, self._title(known), counts[known.button], known.pressed_at)
                return again if known.id in before else answers[known.id]
        pressed_at = self._pressed_at(incoming)
        status = self._classify(press, incoming, pressed_at)
        self.last_seq += 1
        version = self._version(press.button, pressed_at)
        new = ModelPress(self.last_seq, incoming.id, press.button, version, status, status, pressed_at)
        self.presses.append(new)
        answers[new.id] = Recording(status, new.id, self._title(new), self.count(press.button), pressed_at)
        return answers[new.id]

    def _pressed_at(self, incoming: IncomingPress) -> datetime:
        if incoming.claimed_at is None:
            return incoming.received_at
        offset = incoming.received_at - incoming.sent_at if incoming.sent_at else timedelta(0)
        pressed_at = incoming.claimed_at + offset
        return incoming.received_at if pressed_at > incoming.received_at + timedelta(minutes=5) else pressed_at

    def _classify(self, press: APress, incoming: IncomingPress, pressed_at: datetime) -> PressStatus:
        if press.is_preview:
            return PressStatus.IGNORED
        until = self.test_until[press.key - 1] if press.key > 0 else None
        if until is not None and incoming.received_at < until:
            return PressStatus.TEST
        retired_at = self.retired_at[press.button]
        if retired_at is not None and pressed_at >= retired_at:
            return PressStatus.RETIRED
        window_ms = self.windows_ms[press.button]
        window = (self.station_window_ms if window_ms is None else window_ms) * MILLISECOND
        for other in self.presses:
            is_of_same = other.button == press.button and other.effective is PressStatus.COUNTED
            if is_of_same and abs(other.pressed_at - pressed_at) < window:
                return PressStatus.SUPPRESSED
        return PressStatus.COUNTED

    def _version(self, button: int, pressed_at: datetime) -> int:
        begun = [n for n, (begins, _) in enumerate(self.versions[button], start=1) if begins <= pressed_at]
        return max(begun, default=1)

    def _title(self, press: ModelPress) -> str:
        return self.versions[press.button][press.version - 1][1]

    def correct(self, kind: CorrectionKind, press: ModelPress) -> bool:
        """Whether the correction fits; then it is made."""
        if kind is CorrectionKind.VOID:
            if press.effective is not PressStatus.COUNTED:
                return False
            press.effective = PressStatus.VOID
        elif kind is CorrectionKind.RESTORE:
            if press.effective not in (PressStatus.SUPPRESSED, PressStatus.VOID):
                return False
            press.effective = PressStatus.COUNTED
        self.last_seq += 1
        return True


class Stage:
    """A new station in the database, its model, and a clock; steps are taken on both."""

    def __init__(self, kept: KeptDatabase, runner: asyncio.Runner, path: PressPath, *, begins: datetime) -> None:
        self._kept, self._runner, self._path = kept, runner, path
        # Of two processes, each of which knows what it did itself.
        self._expectations = [Expectations(), Expectations()]
        with kept.make() as make:
            self.station: Station = make.station(dedup_window_ms=2000)
            self.user: User = make.user()
            self.buttons: list[Button] = [make.button(station=self.station) for _ in range(BUTTON_COUNT)]
            self.decks: list[Deck] = [make.deck(station=self.station) for _ in range(DECK_COUNT)]
            self.keys: list[list[PressKey]] = [
                [make.press_key(button=button, deck=deck) for deck in (None, *self.decks)] for button in self.buttons
            ]
        self.client_ids = [uuid4() for _ in range(5)]
        self.now = begins
        self.waiting: list[tuple[APress, IncomingPress]] = []
        self.correction_count = 0
        self.model = Model(
            station_window_ms=2000,
            windows_ms=[None] * BUTTON_COUNT,
            retired_at=[None] * BUTTON_COUNT,
            versions=[[(button.created_at, "Buckle up")] for button in self.buttons],
            test_until=[None] * DECK_COUNT,
        )

    def take(self, step: Step) -> None:
        if isinstance(step, APress):
            self.waiting.append((step, self._incoming(step)))
            return
        self.flush(process=step.process if isinstance(step, Cut) else 0)
        if isinstance(step, ACorrection):
            self._correct(step)
        elif isinstance(step, Edit):
            with transaction(self._kept.engine) as session:
                self._edit(session, step)

    def _incoming(self, press: APress) -> IncomingPress:
        self.now += press.after_ms * MILLISECOND
        key = self.keys[press.button][press.key]
        ahead = press.clock_ahead_ms
        device_now = self.now if ahead is None else self.now + ahead * MILLISECOND
        return IncomingPress(
            id=uuid4() if press.client_id is None else self.client_ids[press.client_id],
            has_client_id=press.client_id is not None,
            button_id=key.button_id,
            press_key=key.key,
            press_key_id=key.id,
            deck_id=key.deck_id,
            channel=Channel.POST,
            received_at=self.now,
            claimed_at=None if press.late_ms is None else device_now - press.late_ms * MILLISECOND,
            sent_at=None if ahead is None else device_now,
            is_preview=press.is_preview,
        )

    def flush(self, *, process: int = 0) -> None:
        """Have a process record what waits, and compare the answers."""
        batch, self.waiting = self.waiting, []
        if not batch:
            return
        self._path.expectations = self._expectations[process]
        outcomes = self._runner.run(self._path.record(self.station.id, [incoming for _, incoming in batch]))
        assert [_comparable(outcome) for outcome in outcomes] == self.model.record(batch)

    def _correct(self, step: ACorrection) -> None:
        if not self.model.presses:
            return
        press = self.model.presses[step.which % len(self.model.presses)]
        fits = self.model.correct(step.kind, press)
        self.correction_count += fits
        try:
            row = self._kept.correct(self.station.id, press.id, step.kind, user=self.user, now=self.now)
        except CorrectionDoesNotFit:
            assert not fits
        else:
            assert (fits, row.status) == (True, press.effective)

    def _edit(self, session: Session, edit: Edit) -> None:
        number, value, model = edit.number % BUTTON_COUNT, edit.value, self.model
        match edit.what:
            case "retire" | "unretire":
                retire = edit.what == "retire"
                model.retired_at[number] = self._retire(session, self.buttons[number], retire=retire)
            case "rename":
                self._update(session, self.buttons[number], title=f"Title {value}")
                model.versions[number] = self._versions(session, self.buttons[number])
            case "button_window":
                model.windows_ms[number] = WINDOWS_MS[value]
                self._update(session, self.buttons[number], dedup_window_ms=WINDOWS_MS[value])
            case "station_window":
                model.station_window_ms = WINDOWS_MS[value] or 0
                self._update_station(session, dedup_window_ms=model.station_window_ms)
            case "zone":
                self._update_station(session, zone=ZONES[value % len(ZONES)])
            case "revoke":
                key = value % KEYS_PER_BUTTON
                model.revoked.add((number, key))
                session.get_one(PressKey, self.keys[number][key].id).revoked_at = self.now
            case "test":
                until = self.now + timedelta(minutes=value)
                model.test_until[number] = until
                session.get_one(Deck, (self.station.id, self.decks[number].id)).test_mode_until = until

    def _retire(self, session: Session, button: Button, *, retire: bool) -> datetime | None:
        changed = buttons.set_retired(
            session,
            station=self.station,
            button_id=button.id,
            retire=retire,
            user_id=self.user.id,
            now=self.now,
            public_url=None,
        )
        return changed.retired_at

    def _update(self, session: Session, button: Button, **changes: object) -> None:
        buttons.update_button(
            session,
            station=self.station,
            button_id=button.id,
            changes=ButtonUpdate.model_validate(changes),
            user_id=self.user.id,
            now=self.now,
            public_url=None,
        )

    def _versions(self, session: Session, button: Button) -> list[tuple[datetime, str]]:
        said = select(ButtonVersion.created_at, ButtonVersion.title).where(ButtonVersion.button_id == button.id)
        return list(session.exec(said.order_by(col(ButtonVersion.number))))

    def _update_station(self, session: Session, **changes: object) -> None:
        station = session.get_one(Station, self.station.id)
        if accounts.update_station(session, station=station, changes=changes):
            rollup.rebuild_days(session, station_id=station.id, zone=station.zone)

    def compare(self) -> None:
        """Hold the record against the model, and the counts against the record."""
        model = self.model
        with transaction(self._kept.engine) as session:
            rows = session.exec(select(Press).where(Press.station_id == self.station.id).order_by(col(Press.seq))).all()
            corrected = session.exec(select(Correction.seq).where(Correction.station_id == self.station.id)).all()
            last_seq = session.get_one(StationHead, self.station.id).last_seq
            tallies = [session.get_one(ButtonTally, (self.station.id, button.id)) for button in self.buttons]
            differences = rollup.differences(session, station_id=self.station.id)
            zone = ZoneInfo(session.get_one(Station, self.station.id).zone)
            days = self._stored(session, RollupDay.button_id, RollupDay.day, RollupDay.press_count)
            deck_days = self._stored(session, RollupDeckDay.deck_id, RollupDeckDay.day, RollupDeckDay.press_count)
        numbers = {button.id: number for number, button in enumerate(self.buttons)}
        assert [
            ModelPress(
                row.seq,
                row.id,
                numbers[row.button_id],
                row.button_version,
                PressStatus(row.status),
                PressStatus(row.effective_status),
                row.pressed_at,
            )
            for row in rows
        ] == model.presses
        assert sorted([row.seq for row in rows] + list(corrected)) == list(range(1, last_seq + 1))
        assert (last_seq, len(corrected)) == (model.last_seq, self.correction_count)
        for number, tally in enumerate(tallies):
            assert (tally.press_count, tally.last_pressed_at) == (model.count(number), model.last_pressed_at(number))
        assert differences == []
        # The days once more, by Python's calendar: the differences were found by PostgreSQL's, which also cut them.
        counted = [row for row in rows if row.effective_status == PressStatus.COUNTED]
        assert days == Counter((row.button_id, row.pressed_at.astimezone(zone).date()) for row in counted)
        assert deck_days == Counter((row.deck_id or NO_DECK, row.pressed_at.astimezone(zone).date()) for row in counted)

    def _stored(self, session: Session, *columns: Any) -> Counter[tuple[UUID | None, date]]:
        table = columns[0].class_
        rows = session.exec(select(*columns).where(table.station_id == self.station.id))
        return +Counter({(owner_id, day): count for owner_id, day, count in rows})


def _comparable(outcome: Outcome) -> object:
    return outcome if isinstance(outcome, Recording) else type(outcome)


@given(steps=steps, begins=st.sampled_from(BEGINNINGS))
@example(
    begins=NOW, steps=[APress(0, 0, 0), ACorrection(CorrectionKind.VOID, 0), ACorrection(CorrectionKind.RESTORE, 0)]
)
@example(
    begins=NOW, steps=[APress(0, 0, 0, late_ms=0), APress(0, 0, 1, client_id=0), Edit("zone", 0, 3), APress(1, 0, 1)]
)
@example(
    begins=NOW,
    steps=[APress(0, 0, 60_000), Edit("rename", 0, 1), APress(0, 1, 60_000, late_ms=90_000), APress(0, 0, 0)],
)
@settings(
    max_examples=120,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_the_record_is_what_a_reader_of_the_rules_would_work_out(
    kept: KeptDatabase, runner: asyncio.Runner, lasting_path: PressPath, steps: list[Step], begins: datetime
) -> None:
    stage = Stage(kept, runner, lasting_path, begins=begins)
    for step in steps:
        stage.take(step)
    stage.flush()
    stage.compare()
