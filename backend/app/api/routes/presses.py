"""The log, its corrections, presses by batch and by hand, and the spans in which nobody was listening."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from app.api import press_batch
from app.api.deps import (
    AuditDep,
    EditorDep,
    NowDep,
    RuntimeDep,
    SessionDep,
    TokenPressesDep,
    ViewerDep,
    announce_after_commit,
)
from app.api.log_filter import LogFilterDep
from app.api.open_to import open_to
from app.api.press_batch import TooManyPresses
from app.api.press_origin import origin_of
from app.api.problems import problems
from app.core.errors import CursorInvalid, FieldError, InvalidInput, NotFound
from app.core.ids import time_ordered_id
from app.core.shapes import InstantInput, line
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.features.presses import corrections, imported, log, watch
from app.features.presses.batch import ButtonOfPressNotFound, PressIdTaken, PressKeyNotFound
from app.features.presses.buffer import BufferFull, PressNotRecorded, ShuttingDown
from app.features.presses.corrections import CorrectionDoesNotFit
from app.features.presses.ingest import IncomingPress, KeyBinding
from app.features.presses.log import Position
from app.features.presses.rules import EARLIEST_CREDIBLE
from app.features.presses.schemas import (
    BatchAnswers,
    CorrectionReason,
    ManualPress,
    NoteText,
    PressPage,
    PressPublic,
    RecordedPress,
    WatchesPublic,
)
from app.models import Channel, CorrectionKind, Scope

router = APIRouter()
watches_router = APIRouter()

MAX_PAGE = 500
NOT_RECORDED = (BufferFull, PressNotRecorded, ShuttingDown)
DEFAULT_WATCH_SPAN = timedelta(days=30)


@router.get("/", responses=problems(CursorInvalid))
@open_to(Scope.PRESSES_READ)
def list_presses(
    session: SessionDep,
    access: ViewerDep,
    log_filter: LogFilterDep,
    cursor: Annotated[
        Annotated[str, line(max_length=200), Field(json_schema_extra={"format": "cursor"})] | None,
        Query(description="`next_cursor` of the page before."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> PressPage:
    """The log, newest first. A page may be short or empty before the end; only a null `next_cursor` is the end."""
    after = Position.decode(cursor) if cursor is not None else None
    return log.read_page(session, station_id=access.station.id, log_filter=log_filter, after=after, limit=limit)


@router.post("/batch", responses=problems(TooManyPresses, *NOT_RECORDED), openapi_extra=press_batch.OPENAPI)
@open_to(Scope.PRESS_WRITE)
async def record_batch(request: Request, runtime: RuntimeDep, find_token_presses: TokenPressesDep) -> BatchAnswers:
    """Record up to 1,000 presses that a sender kept while it was offline; each is answered at its place.

    The press keys are the permission; with an API token with `press:write` a press may name a `button_id`, and a
    `deck_id`, of its station in place of a press key. One bad press never blocks the rest, and the same id twice is one press.
    """
    origin = origin_of(request.scope, runtime.settings.trusted_proxies)

    def note(binding: KeyBinding, at: datetime) -> None:
        runtime.addresses.note(binding, request.scope["headers"], at=at)

    return await press_batch.record(
        await request.body(),
        recorder=runtime.recorder,
        origin=origin,
        find_token_presses=find_token_presses,
        note=note,
    )


@router.post("/manual", status_code=201, responses=problems(ButtonOfPressNotFound, PressIdTaken, *NOT_RECORDED))
async def record_manual(
    body: ManualPress,
    request: Request,
    runtime: RuntimeDep,
    session: SessionDep,
    access: EditorDep,
    audit: AuditDep,
    now: NowDep,
) -> RecordedPress:
    """Enter a play that the keys missed, with the reason. It is classified like any other press.

    The same id entered twice is one press, answered alike.
    """
    if not EARLIEST_CREDIBLE <= body.pressed_at <= now:
        raise InvalidInput(errors=(FieldError("body.pressed_at", "must lie in the past, and not before 2001"),))
    # Before it is recorded: afterwards nobody could tell whether this request did it, or an earlier one.
    claimed_ids = [body.id] if body.id is not None else []
    known_ids = await run_in_threadpool(imported.ids_on_record, session, station_id=access.station.id, ids=claimed_ids)
    press = IncomingPress(
        id=body.id or time_ordered_id(now),
        has_client_id=body.id is not None,
        button_id=body.button_id,
        press_key=None,
        press_key_id=None,
        deck_id=None,
        channel=Channel.MANUAL,
        received_at=now,
        claimed_at=body.pressed_at,
        note=body.reason,
        origin=origin_of(request.scope, runtime.settings.trusted_proxies),
        recorded_by=access.user.id,
    )
    try:
        recorded = RecordedPress.of(await runtime.recorder.submit(access.station.id, press))
    except PressKeyNotFound:
        raise ButtonOfPressNotFound from None
    if recorded.press_id not in known_ids:
        # The press is committed already, and says itself who entered it, from where and why.
        audit.note(
            Action.PRESS_ENTERED,
            station_id=access.station.id,
            subject_id=recorded.press_id,
            button_id=body.button_id,
        )
    return recorded


# A UUID or no match: who asks for `/batch` with GET is told that it is a POST.
@router.get("/{press_id:uuid}", responses=problems(NotFound))
@open_to(Scope.PRESSES_READ)
def read_press(session: SessionDep, access: ViewerDep, press_id: UUID) -> PressPublic:
    """One press, with its corrections."""
    return corrections.get_press(session, station_id=access.station.id, press_id=press_id)


_ACTIONS = {
    CorrectionKind.VOID: Action.PRESS_VOIDED,
    CorrectionKind.RESTORE: Action.PRESS_RESTORED,
    CorrectionKind.NOTE: Action.PRESS_NOTED,
}


def _correct(
    session: SessionDep,
    access: EditorDep,
    audit: Audit,
    now: datetime,
    *,
    press_id: UUID,
    kind: CorrectionKind,
    words: str,
) -> PressPublic:
    announce_after_commit(session, access.station.id)
    corrected = corrections.correct(
        session,
        station_id=access.station.id,
        press_id=press_id,
        kind=kind,
        words=words,
        user_id=access.user.id,
        now=now,
    )
    # The words stand on the record.
    audit.note(_ACTIONS[kind], station_id=access.station.id, subject_id=press_id)
    return corrected


@router.post("/{press_id}/void", responses=problems(CorrectionDoesNotFit))
def void_press(
    session: SessionDep, access: EditorDep, audit: AuditDep, now: NowDep, press_id: UUID, body: CorrectionReason
) -> PressPublic:
    """Take a counted press out of the counts. It stays on the record, struck out, with the reason."""
    return _correct(session, access, audit, now, press_id=press_id, kind=CorrectionKind.VOID, words=body.reason)


@router.post("/{press_id}/restore", responses=problems(CorrectionDoesNotFit))
def restore_press(
    session: SessionDep, access: EditorDep, audit: AuditDep, now: NowDep, press_id: UUID, body: CorrectionReason
) -> PressPublic:
    """Count a press that was suppressed or void."""
    return _correct(session, access, audit, now, press_id=press_id, kind=CorrectionKind.RESTORE, words=body.reason)


@router.post("/{press_id}/note")
def create_note(
    session: SessionDep, access: EditorDep, audit: AuditDep, now: NowDep, press_id: UUID, body: NoteText
) -> PressPublic:
    """Add a note to a press. Notes are never changed; a further one can be added."""
    return _correct(session, access, audit, now, press_id=press_id, kind=CorrectionKind.NOTE, words=body.note)


@watches_router.get("/")
@open_to(Scope.PRESSES_READ)
def list_watches(
    session: SessionDep,
    access: ViewerDep,
    now: NowDep,
    start: Annotated[InstantInput | None, Query(description="By default 30 days before the end.")] = None,
    end: Annotated[InstantInput | None, Query(description="By default now, and never later.")] = None,
) -> WatchesPublic:
    """Spans in which nobody recorded for the station: what was pressed then is not on the record, unless it came later."""
    end = min(end or now, now)
    start = start or _earlier(end)
    if start > end:
        raise InvalidInput(errors=(FieldError("query.start", "must not be after the end"),))
    # Before its first day nobody listened for the station, and nobody was asked to.
    start = min(max(start, access.station.created_at), end)
    gaps = watch.read_station_gaps(session, station_id=access.station.id, start=start, end=end) if start < end else []
    return WatchesPublic(data=gaps, count=len(gaps), start=start, end=end)


def _earlier(end: datetime) -> datetime:
    try:
        return end - DEFAULT_WATCH_SPAN
    except OverflowError:
        return end
