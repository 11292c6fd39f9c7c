"""Which mails of a station its members get."""

# `station_id` stands in the paths and is read by the dependency that opens the station.
# ruff: noqa: FAST003

from fastapi import APIRouter

from app.api.deps import AuditDep, OpenAuditDep, RuntimeDep, SessionDep
from app.api.problems import link_problems, problems
from app.api.routes.stations import NamedAsViewer
from app.features.accounts.service import MemberNotFound
from app.features.alerts import service
from app.features.alerts.schemas import MailWishes, MailWishesPublic, StopMail, StoppedMail
from app.features.audit.actions import Action

router = APIRouter()
stop_router = APIRouter()

STOPPED = "You get no more of these mails."


@router.get("/{station_id}/mails", responses=problems(MemberNotFound))
def read_own_mails(session: SessionDep, access: NamedAsViewer, runtime: RuntimeDep) -> MailWishesPublic:
    """Which mails of the station the caller gets."""
    return service.read_wishes(
        session,
        station_id=access.station.id,
        user_id=access.user.id,
        is_mail_configured=runtime.settings.is_mail_configured,
    )


@router.patch("/{station_id}/mails", responses=problems(MemberNotFound))
def update_own_mails(
    wishes: MailWishes, session: SessionDep, access: NamedAsViewer, audit: AuditDep, runtime: RuntimeDep
) -> MailWishesPublic:
    """Get, or get no more, some mails of the station. The first weekly mail comes within minutes."""
    chosen, changed = service.change_wishes(
        session,
        station_id=access.station.id,
        user_id=access.user.id,
        wishes=wishes,
        is_mail_configured=runtime.settings.is_mail_configured,
    )
    if changed:
        audit.note(Action.MAILS_CHOSEN, station_id=access.station.id, subject_id=access.user.id, **changed)
    return chosen


@stop_router.post("/stop", responses=link_problems(service.StopLinkInvalid))
def stop_mail(asked: StopMail, session: SessionDep, audit: OpenAuditDep, runtime: RuntimeDep) -> StoppedMail:
    """End one mail with the token of the link at its end, without logging in."""
    stopped = service.stop(session, token=asked.token, secret_key=runtime.secret_key)
    if stopped is not None:
        audit.note(Action.MAIL_STOPPED, station_id=stopped.station_id, subject_id=stopped.user_id)
    return StoppedMail(message=STOPPED)
