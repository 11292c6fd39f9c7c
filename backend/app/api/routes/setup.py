"""The first start: the first account and the first station, made by whoever has the link that the server printed."""

from fastapi import APIRouter, Request, Response

from app.api.deps import NowDep, OpenAuditDep, RuntimeDep, SessionDep
from app.api.problems import problems
from app.api.routes.login import OwnOriginDep, UserAgentDep, browser_session_of, hand_out_cookie, session_life
from app.core.security import TooManyLogins
from app.features.accounts import service as accounts
from app.features.accounts import sessions
from app.features.accounts.schemas import SetupDone, SetupRequest, SetupState, StationPublic, UserCreate
from app.features.audit.actions import Action
from app.models import Role

router = APIRouter()


@router.get("/")
def read_setup_state(session: SessionDep, runtime: RuntimeDep, response: Response) -> SetupState:
    """Whether this server still waits for its first account, and whether anybody may make one for themselves."""
    response.headers["Cache-Control"] = "no-store"
    return SetupState(
        is_needed=accounts.is_setup_needed(session), is_registration_open=runtime.settings.users_open_registration
    )


@router.post(
    "/",
    status_code=201,
    dependencies=[OwnOriginDep],
    responses=problems(
        sessions.CsrfFailed,
        accounts.SetupTokenInvalid,
        accounts.AlreadySetUp,
        accounts.EmailTaken,
        accounts.UnknownZone,
        TooManyLogins,
    ),
)
def set_up(
    wanted: SetupRequest,
    session: SessionDep,
    runtime: RuntimeDep,
    audit: OpenAuditDep,
    now: NowDep,
    request: Request,
    response: Response,
    user_agent: UserAgentDep = None,
) -> SetupDone:
    """Make the first account, a superuser, and its station, and log this browser in."""
    new_user = UserCreate(email=wanted.email, password=wanted.password, full_name=wanted.full_name, is_superuser=True)
    user, station = accounts.set_up(
        session, token=wanted.token, user=new_user, station=wanted.station, secret_key=runtime.secret_key, now=now
    )
    opened = sessions.open_browser_session(
        session,
        user=user,
        previous_cookie=None,
        life=session_life(runtime.settings),
        user_agent=user_agent,
        now=now,
    )
    audit = audit.known_as(user.id)
    audit.note(Action.SET_UP, subject_id=user.id)
    audit.note(Action.STATION_CREATED, station_id=station.id, subject_id=station.id, owner_id=user.id)
    hand_out_cookie(request, response, opened=opened, runtime=runtime)
    browser_session = browser_session_of(user, opened.login, runtime=runtime)
    return SetupDone(**dict(browser_session), station=StationPublic.of(station, role=Role.OWNER))
