"""Which mails of a station its members get."""

# `station_id` stands in the paths and is read by the dependency that opens the station.
# ruff: noqa: FAST003

from fastapi import APIRouter

from app.api.deps import RuntimeDep, SessionDep
from app.api.problems import problems
from app.api.routes.stations import NamedAsViewer
from app.features.alerts import service
from app.features.alerts.schemas import MailWishes, MailWishesPublic, StopMail, StoppedMail

router = APIRouter()
stop_router = APIRouter()

STOPPED = "You get no more of these mails."


@router.get("/{station_id}/mails")
def read_own_mails(session: SessionDep, access: NamedAsViewer, runtime: RuntimeDep) -> MailWishesPublic:
    """Which mails of the station the caller gets."""
    return service.read_wishes(
        session,
        station_id=access.station.id,
        user_id=access.user.id,
        is_mail_configured=runtime.settings.is_mail_configured,
    )


@router.patch("/{station_id}/mails")
def update_own_mails(
    wishes: MailWishes, session: SessionDep, access: NamedAsViewer, runtime: RuntimeDep
) -> MailWishesPublic:
    """Get, or get no more, some mails of the station. The first weekly mail comes within minutes."""
    return service.change_wishes(
        session,
        station_id=access.station.id,
        user_id=access.user.id,
        wishes=wishes,
        is_mail_configured=runtime.settings.is_mail_configured,
    )


@stop_router.post("/stop", responses=problems(400))
def stop_mail(asked: StopMail, session: SessionDep, runtime: RuntimeDep) -> StoppedMail:
    """End one mail with the token of the link at its end, without logging in."""
    service.stop(session, token=asked.token, secret_key=runtime.secret_key)
    return StoppedMail(message=STOPPED)
