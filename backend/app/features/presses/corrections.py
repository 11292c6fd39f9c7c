"""Changing what a press means, without ever changing the press."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, select

from app import crud
from app.core.errors import Conflict, NotFound
from app.features.presses import log, queries, rollup
from app.features.presses.rules import corrected_status
from app.features.presses.schemas import PressPublic
from app.models import Correction, CorrectionKind, Press, PressStatus


class PressNotFound(NotFound):
    """No press with this id in a station of the caller."""

    code = "press_not_found"
    default_detail = "There is no press with this id."


class CorrectionDoesNotFit(Conflict):
    """Only a counted press can be made void; only a suppressed or void one can be restored."""

    code = "correction_does_not_fit"
    default_detail = "Only a counted press can be made void; this one is suppressed."


def get_press(session: Session, *, station_id: UUID, press_id: UUID) -> PressPublic:
    """A row of the log. Raises PressNotFound."""
    press = _find(session, station_id=station_id, press_id=press_id)
    return log.read_presses(session, station_id=station_id, seqs=[press.seq])[0]


def correct(
    session: Session,
    *,
    station_id: UUID,
    press_id: UUID,
    kind: CorrectionKind,
    words: str,
    user_id: UUID,
    now: datetime,
) -> PressPublic:
    """Add a correction to the record, and move the counts with it. Raises PressNotFound, CorrectionDoesNotFit.

    It takes the station's lock and the next number of the record, as a press does: its place among the presses is
    certain, and two people who correct one press do so one after the other.
    """
    head = crud.lock_station_head(session, station_id)
    press = _find(session, station_id=station_id, press_id=press_id)
    status = corrected_status(kind, PressStatus(press.effective_status))
    if status is None:
        raise CorrectionDoesNotFit(_sentence(kind, PressStatus(press.effective_status)))
    seq = head.last_seq + 1
    session.add(
        Correction(
            station_id=station_id,
            seq=seq,
            press_seq=press.seq,
            kind=kind,
            text=words,
            created_at=now,
            created_by=user_id,
        )
    )
    session.flush()  # the counts below are moved by statements that the session does not know of
    connection = session.connection()
    connection.execute(text(queries.ADVANCE_HEAD), {"station_id": station_id, "seq": seq})
    if status != press.effective_status:
        values = {"station_id": station_id, "seq": press.seq, "status": status.value}
        connection.execute(text(queries.SET_EFFECTIVE_STATUS), values)
        by = 1 if status is PressStatus.COUNTED else -1
        rollup.move(session, press=press, by=by)
    return log.read_presses(session, station_id=station_id, seqs=[press.seq])[0]


def _find(session: Session, *, station_id: UUID, press_id: UUID) -> Press:
    # Populated anew: under the lock the row must be read as it is, not as an earlier look remembers it.
    wanted = select(Press).where(Press.station_id == station_id, Press.id == press_id)
    press = session.exec(wanted.execution_options(populate_existing=True)).one_or_none()
    if press is None:
        raise PressNotFound
    return press


def _sentence(kind: CorrectionKind, status: PressStatus) -> str:
    if kind is CorrectionKind.VOID:
        return f"Only a counted press can be made void; this one is {status}."
    return f"Only a suppressed or void press can be restored; this one is {status}."
