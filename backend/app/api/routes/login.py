"""Logging in and out: by access token for programs, by cookie for browsers."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Form, Header, Request, Response

from app.api.deps import (
    SESSION_COOKIE,
    AuditDep,
    CallerDep,
    LimiterDep,
    NowDep,
    OpenAuditDep,
    Runtime,
    RuntimeDep,
    SessionDep,
)
from app.api.problems import problems
from app.core.config import Settings
from app.core.errors import NotAuthenticated, TooManyTries
from app.core.security import TooManyLogins
from app.features.accounts import attempts, sessions
from app.features.accounts.schemas import AccessToken, BrowserSession, LoginForm, UserPublic
from app.features.audit.actions import Action
from app.models import LoginSession, User

router = APIRouter()

DEFAULT_PORTS = {"http": ":80", "https": ":443"}

LoginFormDep = Annotated[LoginForm, Form()]
UserAgentDep = Annotated[str | None, Header(alias="User-Agent", include_in_schema=False)]
SessionCookieDep = Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)]


def is_own_origin(origin: str, *, hosts: tuple[str, ...]) -> bool:
    """Whether an Origin header names one of our hosts. Schemes may differ: a proxy in front may speak https for us."""
    scheme, _, host = origin.lower().partition("://")
    port = DEFAULT_PORTS.get(scheme, "")
    return bool(host) and host in {known.lower().removesuffix(port) for known in hosts}


def refuse_foreign_origin(
    runtime: RuntimeDep,
    host: Annotated[str, Header(include_in_schema=False)] = "",
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> None:
    """Raises CsrfFailed when another site's page makes a browser log in, as somebody of that site's choice."""
    own_hosts = (host, runtime.public_url.partition("://")[2].partition("/")[0])
    if origin is not None and not is_own_origin(origin, hosts=own_hosts):
        raise sessions.CsrfFailed


OwnOriginDep = Depends(refuse_foreign_origin)


def session_life(settings: Settings) -> timedelta:
    """How long a login lasts, for programs and browsers alike."""
    return timedelta(minutes=settings.access_token_expire_minutes)


def is_cookie_secure(request: Request, runtime: Runtime) -> bool:
    """Whether browsers shall send the cookie over https only; in a studio's network there may be no https at all."""
    return request.url.scheme == "https" or runtime.public_url.startswith("https://")


def hand_out_cookie(request: Request, response: Response, *, opened: sessions.OpenedSession, runtime: Runtime) -> None:
    """Set the cookie of a new browser session."""
    response.set_cookie(
        SESSION_COOKIE,
        opened.cookie,
        max_age=int(session_life(runtime.settings).total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_cookie_secure(request, runtime),
    )
    response.headers["Cache-Control"] = "no-store"


def forget_cookie(request: Request, response: Response, *, runtime: Runtime) -> None:
    """Have the browser drop the cookie of a session that has ended."""
    response.delete_cookie(
        SESSION_COOKIE, path="/", httponly=True, samesite="lax", secure=is_cookie_secure(request, runtime)
    )


def browser_session_of(user: User, login: LoginSession, *, runtime: Runtime) -> BrowserSession:
    """What a browser is told of its login."""
    return BrowserSession(
        user=UserPublic.model_validate(user),
        csrf_token=sessions.csrf_token_of(login, secret_key=runtime.secret_key),
    )


@router.post("/access-token", responses=problems(sessions.InvalidCredentials, TooManyTries, TooManyLogins))
def create_access_token(
    form: LoginFormDep,
    session: SessionDep,
    limiter: LimiterDep,
    runtime: RuntimeDep,
    audit: OpenAuditDep,
    now: NowDep,
    response: Response,
    user_agent: UserAgentDep = None,
) -> AccessToken:
    """Log in with an e-mail address and a password; the token goes into the Authorization header."""
    user = attempts.log_in(session, limiter=limiter, email=form.username, password=form.password)
    token = sessions.open_token_session(
        session,
        user=user,
        secret_key=runtime.secret_key,
        life=session_life(runtime.settings),
        user_agent=user_agent,
        now=now,
    )
    audit.known_as(user.id).note(Action.LOGIN, subject_id=user.id, by="access token")
    response.headers["Cache-Control"] = "no-store"
    return AccessToken(access_token=token, token_type="bearer")  # noqa: S106  the kind of token


@router.post("/test-token")
def test_token(caller: CallerDep) -> UserPublic:
    """Who the token belongs to."""
    return UserPublic.model_validate(caller.user)


@router.post(
    "/session",
    dependencies=[OwnOriginDep],
    responses=problems(sessions.InvalidCredentials, sessions.CsrfFailed, TooManyTries, TooManyLogins),
)
def create_session(
    form: LoginFormDep,
    session: SessionDep,
    limiter: LimiterDep,
    runtime: RuntimeDep,
    audit: OpenAuditDep,
    now: NowDep,
    request: Request,
    response: Response,
    user_agent: UserAgentDep = None,
    previous_cookie: SessionCookieDep = None,
) -> BrowserSession:
    """Log a browser in: sets a cookie, and answers what changing requests must carry as `X-CSRF-Token`."""
    user = attempts.log_in(session, limiter=limiter, email=form.username, password=form.password)
    opened = sessions.open_browser_session(
        session,
        user=user,
        previous_cookie=previous_cookie,
        life=session_life(runtime.settings),
        user_agent=user_agent,
        now=now,
    )
    audit.known_as(user.id).note(Action.LOGIN, subject_id=user.id, by="browser")
    hand_out_cookie(request, response, opened=opened, runtime=runtime)
    return browser_session_of(user, opened.login, runtime=runtime)


@router.get("/session")
def read_session(
    session: SessionDep, runtime: RuntimeDep, now: NowDep, response: Response, cookie: SessionCookieDep = None
) -> BrowserSession | None:
    """Who is logged in with this browser: null where nobody is, which is no error on a page for strangers."""
    response.headers["Cache-Control"] = "no-store"
    try:
        login, user = sessions.authenticate_cookie(session, cookie, now=now)
    except NotAuthenticated:
        return None
    return browser_session_of(user, login, runtime=runtime)


@router.delete("/session", status_code=204)
def delete_session(
    caller: CallerDep,
    session: SessionDep,
    runtime: RuntimeDep,
    audit: AuditDep,
    request: Request,
    response: Response,
) -> None:
    """Log out. The cookie or the access token of this login is dead afterwards."""
    sessions.close_session(session, login=caller.login)
    audit.note(Action.LOGOUT, subject_id=caller.login.id)
    forget_cookie(request, response, runtime=runtime)
