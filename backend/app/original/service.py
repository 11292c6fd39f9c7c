"""Bringing an installation over: people and buttons in one transaction, then its uses, some at a time.

A run that ends early is gone on with by the next one: what is here is found by its id and left as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.security import new_press_key
from app.core.shapes import error_message
from app.features.accounts import queries as account_queries
from app.features.accounts import service as accounts
from app.features.accounts.schemas import StationCreate
from app.features.audit.actions import Action
from app.features.audit.record import COMMAND, Audit
from app.features.buttons.rules import imported_address_key
from app.features.presses.imported import VERSION, ImportedUse, ids_on_record, record_imported
from app.loading import Progress, Report
from app.models import (
    Button,
    ButtonRetirement,
    ButtonTally,
    ButtonVersion,
    ImportedSpan,
    PressKey,
    Purpose,
    Station,
    User,
)
from app.original import rules
from app.original.ledger import Fate, Ledger, Remark, Thing
from app.original.people import People
from app.original.rules import PlannedButton, RawButton, RawRetirement
from app.original.source import Original

type Transactions = Callable[[], AbstractContextManager[Session]]


class StationUnclear(InvalidInput):
    """It does not follow from what was asked which station is meant."""

    code = "station_unclear"


class StationNameTaken(Conflict):
    """Another station has the name that the new one was to have."""

    code = "station_name_taken"


class ImportedElsewhere(Conflict):
    """This installation was brought into another station before; twice, each press would be there twice."""

    code = "imported_elsewhere"


class NoOwner(NotFound):
    """Nobody in the original could own a station that is made for it."""

    code = "no_owner"


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Into which station: one that is there, by id or name, or a new one; neither means the one of the run before."""

    station: str | None
    new_name: str | None
    zone: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """Where the original came to."""

    station_id: UUID
    station_name: str
    is_new: bool
    has_superuser: bool
    use_count: int


@dataclass(frozen=True, slots=True)
class _Settled:
    """What uses are brought to: the station, and which buttons of the original it has."""

    station: Station
    is_new: bool
    has_superuser: bool
    button_ids: frozenset[UUID]


def bring_over(
    begin: Transactions,
    original: Original,
    *,
    destination: Destination,
    keep_superusers: bool,
    ledger: Ledger,
    report: Report,
    now: Callable[[], datetime],
) -> Arrived:
    """Bring what is not here yet. `begin` opens a transaction that is committed on a clean exit.

    Each run is noted twice: with the people that it brings, and once its uses are here; one that broke off, once.

    Raises StationUnclear, StationNameTaken, ImportedElsewhere, NoOwner, InvalidInput, OriginalUnreadable.
    """
    raw_buttons = list(original.buttons())
    with begin() as session:
        settled = _settle(
            session,
            original,
            raw_buttons,
            destination=destination,
            keep_superusers=keep_superusers,
            ledger=ledger,
            now=now(),
        )
    uses = _Uses(begin, settled, ledger=ledger, now=now)
    total, seen = original.count_uses(), 0
    for raws in original.uses():
        uses.bring(raws)
        seen += len(raws)
        report(Progress(seen / max(total, 1), seen))
    with begin() as session:
        uses.note_span(session)
        use_count = ledger.count_of(Thing.USE, Fate.CAME)
        _note(session, settled.station, now(), use_count=use_count)
    uses.compare(raw_buttons)
    return Arrived(
        station_id=settled.station.id,
        station_name=settled.station.name,
        is_new=settled.is_new,
        has_superuser=settled.has_superuser,
        use_count=use_count,
    )


def _note(session: Session, station: Station, now: datetime, **details: int) -> None:
    audit = Audit(session, COMMAND, now)
    audit.note(Action.ORIGINAL_IMPORTED, station_id=station.id, subject_id=station.id, **details)


def _settle(
    session: Session,
    original: Original,
    raw_buttons: Sequence[RawButton],
    *,
    destination: Destination,
    keep_superusers: bool,
    ledger: Ledger,
    now: datetime,
) -> _Settled:
    """People, the station, its buttons: all of it, or nothing."""
    # Whoever makes the first account by the set-up page does so before or after, and not meanwhile.
    account_queries.lock_first_start(session)
    planned = list(_plan_buttons(raw_buttons, ledger=ledger, now=now))
    station = _find_station(session, destination, button_ids=[button.id for button in planned])
    known_ids = _buttons_here(session, station) if station else frozenset()
    people = People(session, keep_superusers=keep_superusers, ledger=ledger, now=now)
    people.bring(original)
    is_new = station is None
    if station is None:
        station = _make_station(session, destination, owner=people.first_owner(), now=now)
    new = [button for button in planned if button.id not in known_ids]
    owner_ids = {people.id_here(button.created_by) for button in new}
    came_before = {people.id_here(button.created_by) for button in planned if button.id in known_ids}
    people.join(station, owner_ids=owner_ids - came_before, is_new_station=is_new)
    retirements = _by_button(original.retirements())
    raw_of = {rules.as_uuid(raw.id): raw for raw in raw_buttons}
    _Buttons(session, station, people, ledger=ledger, now=now).bring(new, raw_of=raw_of, retirements=retirements)
    ledger.count(Thing.BUTTON, Fate.BEFORE, "left as they are", count=len(planned) - len(new))
    _note_other_retirements(retirements, planned=planned, known_ids=known_ids, ledger=ledger)
    _note(
        session,
        station,
        now,
        is_new_station=is_new,
        account_count=ledger.count_of(Thing.USER, Fate.CAME),
        member_count=ledger.count_of(Thing.MEMBER, Fate.CAME),
        superuser_count=people.new_superuser_count(),
    )
    return _Settled(
        station=station,
        is_new=is_new,
        has_superuser=_has_superuser(session),
        button_ids=frozenset(button.id for button in planned),
    )


def _plan_buttons(raws: Iterable[RawButton], *, ledger: Ledger, now: datetime) -> Iterator[PlannedButton]:
    for raw in raws:
        button = rules.plan_button(raw, now=now)
        if isinstance(button, Remark):
            ledger.note(Thing.BUTTON, raw.id, button)
        else:
            yield button


def _has_superuser(session: Session) -> bool:
    found = select(User.id).where(col(User.is_superuser)).where(col(User.is_active)).limit(1)
    return session.exec(found).first() is not None


def _by_button(raws: Iterable[RawRetirement]) -> dict[UUID | None, list[RawRetirement]]:
    found: defaultdict[UUID | None, list[RawRetirement]] = defaultdict(list)
    for raw in raws:
        found[rules.as_uuid(raw.button_id)].append(raw)
    return found


def _note_other_retirements(
    retirements: Mapping[UUID | None, Sequence[RawRetirement]],
    *,
    planned: Sequence[PlannedButton],
    known_ids: Collection[UUID],
    ledger: Ledger,
) -> None:
    """Those that do not come with a button of this run."""
    planned_ids = {button.id for button in planned}
    for button_id, raws in retirements.items():
        if button_id in known_ids:
            ledger.count(Thing.RETIREMENT, Fate.BEFORE, "left as they are, with their buttons", count=len(raws))
        elif button_id not in planned_ids:
            for raw in raws:
                ledger.note(Thing.RETIREMENT, raw.id, Remark(Fate.LEFT, "its button is not there, or did not come"))


# The station


def _find_station(session: Session, destination: Destination, *, button_ids: Sequence[UUID]) -> Station | None:
    """The station that is meant, or None where it is to be made."""
    earlier = _stations_of(session, button_ids)
    asked = destination.station or destination.new_name
    if asked is None:
        if len(earlier) != 1:
            raise StationUnclear("Say into which station: --station NAME, or --new-station NAME and --zone ZONE.")
        return earlier[0]
    found = [each for each in account_queries.every_station(session) if asked in (each.name, str(each.id))]
    if destination.station is not None and len(found) != 1:
        how_many = "no station" if not found else f"{len(found)} stations"
        raise StationUnclear(f"There is {how_many} of this name. Say its id, or make one with --new-station.")
    elsewhere = [each for each in earlier if each.id not in {one.id for one in found}]
    if elsewhere:
        msg = f"This installation was brought into {elsewhere[0].name} before. Leave the station out to go on there."
        raise ImportedElsewhere(msg)
    if destination.station is None and found and not earlier:
        raise StationNameTaken("There is a station of this name already. To bring the buttons there, say --station.")
    # A new station that an earlier run has made is gone on with.
    return next(iter(earlier or found), None)


def _stations_of(session: Session, button_ids: Sequence[UUID]) -> list[Station]:
    """Stations into which these buttons were brought before."""
    keys = [imported_address_key(button_id) for button_id in button_ids]
    holders = select(PressKey.station_id).where(col(PressKey.key).in_(keys))
    return list(session.exec(select(Station).where(col(Station.id).in_(holders)).order_by(col(Station.id))))


def _make_station(session: Session, destination: Destination, *, owner: User | None, now: datetime) -> Station:
    if owner is None:
        msg = "The original has no superuser who could own a new station. Make the station here, and say --station."
        raise NoOwner(msg)
    try:
        new = StationCreate(name=destination.new_name or "", purpose=Purpose.RADIO, zone=destination.zone or "")
    except ValidationError as error:
        raise InvalidInput("; ".join(f"{each['loc'][0]}: {error_message(each)}" for each in error.errors())) from None
    return accounts.create_station(session, new=new, owner=owner, now=now)


def _buttons_here(session: Session, station: Station) -> frozenset[UUID]:
    return frozenset(session.exec(select(Button.id).where(Button.station_id == station.id)))


# Buttons


class _Buttons:
    """New buttons, each with a version, a tally, its retirements, a press key, and the key of its imported address."""

    def __init__(self, session: Session, station: Station, people: People, *, ledger: Ledger, now: datetime) -> None:
        self._session = session
        self._station = station
        self._people = people
        self._ledger = ledger
        self._now = now

    def bring(
        self,
        new: Sequence[PlannedButton],
        *,
        raw_of: Mapping[UUID | None, RawButton],
        retirements: Mapping[UUID | None, Sequence[RawRetirement]],
    ) -> None:
        for button in new:
            planned = rules.plan_retirements(retirements.get(button.id, ()), button=raw_of[button.id], now=self._now)
            # One kind at a time: the session does not know which rows refer to which.
            self._session.add(self._row_of(button, retired_at=planned.retired_at))
            self._session.flush()
            self._session.add_all(self._what_belongs_to(button))
            self._session.add_all(self._retirement(button, span) for span in planned.spans)
            for remark in button.remarks:
                self._ledger.note(Thing.BUTTON, str(button.id), remark)
            for raw_id, remark in planned.remarks:
                self._ledger.note(Thing.RETIREMENT, raw_id, remark)
            self._ledger.count(Thing.BUTTON, Fate.CAME)
            self._ledger.count(Thing.RETIREMENT, Fate.CAME, count=len(planned.spans))
            self._ledger.count(Thing.ADDRESS, Fate.CAME)
        self._session.flush()

    def _row_of(self, button: PlannedButton, *, retired_at: datetime | None) -> Button:
        return Button(
            station_id=self._station.id,
            id=button.id,
            retired_at=retired_at,
            created_at=button.created_at,
            created_by=self._people.id_here(button.created_by),
        )

    def _what_belongs_to(self, button: PlannedButton) -> Iterator[ButtonVersion | ButtonTally | PressKey]:
        station_id, by = self._station.id, self._people.id_here(button.created_by)
        yield ButtonVersion(
            station_id=station_id,
            button_id=button.id,
            number=VERSION,
            created_at=button.created_at,
            created_by=by,
            **asdict(button.said),
        )
        yield ButtonTally(station_id=station_id, button_id=button.id, press_count=0)
        for key in (new_press_key(), imported_address_key(button.id)):
            yield PressKey(station_id=station_id, button_id=button.id, key=key, created_at=self._now, created_by=by)

    def _retirement(self, button: PlannedButton, span: rules.Span) -> ButtonRetirement:
        return ButtonRetirement(
            station_id=self._station.id,
            button_id=button.id,
            retired_at=span.start,
            retired_by=self._people.id_here(span.by),
            unretired_at=span.end,
        )


# Uses


class _Uses:
    """The original's uses, a batch in a transaction each; and what is to be said of them in the end."""

    def __init__(self, begin: Transactions, settled: _Settled, *, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._begin = begin
        self._station_id = settled.station.id
        self._button_ids = settled.button_ids
        self._ledger = ledger
        self._now = now
        self._seen: Counter[UUID | None] = Counter()
        self._first: datetime | None = None
        self._last: datetime | None = None

    def bring(self, raws: Sequence[rules.RawUse]) -> None:
        """Record what is not on the record yet. Nobody waits where nothing is new."""
        without_origin: dict[UUID, str] = {}
        uses = {use.id: use for use in self._plan(raws, without_origin)}
        with self._begin() as session:
            known = ids_on_record(session, station_id=self._station_id, ids=list(uses))
        came: set[UUID] = set()
        if len(known) < len(uses):
            with self._begin() as session:
                came = record_imported(session, station_id=self._station_id, uses=list(uses.values()), now=self._now())
        self._ledger.count(Thing.USE, Fate.CAME, count=len(came))
        self._ledger.count(Thing.USE, Fate.BEFORE, count=len(uses) - len(came))
        for use_id in without_origin.keys() & came:
            remark = Remark(Fate.CHANGED, "without its origin, which is no IP address", without_origin[use_id])
            self._ledger.note(Thing.USE, str(use_id), remark)

    def _plan(self, raws: Sequence[rules.RawUse], without_origin: dict[UUID, str]) -> Iterator[ImportedUse]:
        now = self._now()
        for raw in raws:
            use = rules.plan_use(raw, button_ids=self._button_ids, now=now)
            self._seen[rules.as_uuid(raw.button_id)] += 1
            if isinstance(use, Remark):
                self._ledger.note(Thing.USE, raw.id, use)
                continue
            if raw.origin and use.origin is None:
                without_origin[use.id] = raw.origin
            self._first, self._last = self._first or use.pressed_at, use.pressed_at
            yield use

    def note_span(self, session: Session) -> None:
        """Note when the original recorded in this server's place: from the first use to the last."""
        if self._first is None or self._last is None:
            return
        new = insert(ImportedSpan).values(station_id=self._station_id, started_at=self._first, ended_at=self._last)
        session.execute(
            new.on_conflict_do_update(
                index_elements=["station_id", "started_at"],
                set_={"ended_at": new.excluded.ended_at},
                where=col(ImportedSpan.ended_at) < new.excluded.ended_at,
            )
        )

    def compare(self, raw_buttons: Iterable[RawButton]) -> None:
        """Say how many presses the original counted without writing down when they were."""
        for raw in raw_buttons:
            missing = raw.usage_count - self._seen[rules.as_uuid(raw.id)]
            if missing > 0:
                why = "counted there without a time: the counter is ahead of the uses"
                self._ledger.note(
                    Thing.USE, raw.id, Remark(Fate.UNKNOWN, why, f"{missing} of {raw.usage_count}"), count=missing
                )
