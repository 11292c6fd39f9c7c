"""The first start: a page that makes the first account, the first station and the first key."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

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
pages_router = APIRouter(include_in_schema=False)

PAGES = Path(__file__).resolve().parent.parent / "pages"
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@router.get("/")
def read_setup_state(session: SessionDep, response: Response) -> SetupState:
    """Whether this server still waits for its first account."""
    response.headers["Cache-Control"] = "no-store"
    return SetupState(is_needed=accounts.is_setup_needed(session))


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


@pages_router.get("/setup")
def setup_page() -> FileResponse:
    """The page; it asks the API for everything that it shows."""
    return page_file("setup.html", "text/html; charset=utf-8")


@pages_router.get("/setup/setup.js")
def setup_script() -> FileResponse:
    """What the page does."""
    return page_file("setup.js", "text/javascript; charset=utf-8")


@pages_router.get("/setup/setup.css")
def setup_style() -> FileResponse:
    """How it looks."""
    return page_file("setup.css", "text/css; charset=utf-8")


def page_file(name: str, media_type: str) -> FileResponse:
    """A file of a page, which may load nothing but what this server has."""
    return FileResponse(PAGES / name, media_type=media_type, headers=PAGE_HEADERS)
