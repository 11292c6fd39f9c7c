"""What a route may ask for: a transaction, the caller, the station and the caller's role in it."""

from asyncio import Future
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Cookie, Depends, Header, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlmodel import Session

from app.api.event_stream import OpenedStream
from app.api.export_response import ExportPlaces
from app.api.press_origin import origin_of
from app.core import clock
from app.core.config import Settings
from app.core.db import transaction
from app.core.errors import FieldError, InvalidInput
from app.core.shapes import UNKNOWN_FIELD
from app.features.accounts import service as accounts
from app.features.accounts.attempts import Limiter
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording
from app.models import LoginSession, Role, Station, User

API_PREFIX = "/api/v1"
SESSION_COOKIE = "tracker_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_LIMIT = 200
# Far beyond any list, and small enough that adding a limit to it overflows nothing.
MAX_SKIP = 1_000_000_000

_NEWS_OF = "news_of"

_bearer = OAuth2PasswordBearer(tokenUrl=f"{API_PREFIX}/login/access-token", auto_error=False)


class Recorder(Protocol):
    """What records presses: the press writer, behind its buffer."""

    def known_key(self, key: str) -> KeyBinding | None:
        """What a press key belongs to, if that was found before; else `find_key` looks."""
        ...

    async def find_key(self, key: str) -> KeyBinding:
        """What a press key belongs to. Raises PressKeyNotFound, Unavailable."""
        ...

    def submit(self, station_id: UUID, press: IncomingPress) -> Future[Recording]:
        """Queue a press. The future holds it as it is on the record, committed, or an AppError. Raises Unavailable."""
        ...

    async def is_ready(self) -> bool:
        """Whether a press could be recorded now."""
        ...


class AddressNotes(Protocol):
    """What notes that a key still calls an old address."""

    def note(self, binding: KeyBinding, headers: Iterable[tuple[bytes, bytes]], *, at: datetime) -> None:
        """A press of this key was recorded that came with these headers."""
        ...


class NoAddressNotes:
    """Where the server has had one address only, or nobody asks."""

    def note(self, binding: KeyBinding, headers: Iterable[tuple[bytes, bytes]], *, at: datetime) -> None:
        """Nothing to note."""


class LiveStreams(Protocol):
    """What feeds live streams."""

    async def open(self, *, station_id: UUID, user_id: UUID, login_id: UUID, last_event_id: int | None) -> OpenedStream:
        """A stream of what comes behind `last_event_id`, or from now on. Raises Unavailable."""
        ...


@dataclass(frozen=True)
class Runtime:
    """What the process holds for its requests; made at start-up."""

    settings: Settings
    engine: Engine
    secret_key: str
    public_url: str
    recorder: Recorder
    streams: LiveStreams
    # Says that a station has something new, after it was committed; from any thread.
    announce: Callable[[UUID], None]
    addresses: AddressNotes = field(default_factory=NoAddressNotes, kw_only=True)
    export_places: ExportPlaces = field(default_factory=ExportPlaces, kw_only=True)


async def get_runtime(request: Request) -> Runtime:
    """What the process holds, as its start-up left it."""
    runtime: Runtime = request.app.state.runtime
    return runtime


RuntimeDep = Annotated[Runtime, Depends(get_runtime)]


async def get_now() -> datetime:
    """The time of the request, asked for once; tests put another one in its place."""
    return clock.now()


NowDep = Annotated[datetime, Depends(get_now)]


def open_transaction(runtime: RuntimeDep) -> Iterator[Session]:
    """One request, one transaction; function scope commits it before the answer leaves."""
    with transaction(runtime.engine) as session:
        yield session
    for station_id in session.info.get(_NEWS_OF, ()):
        runtime.announce(station_id)


def announce_after_commit(session: Session, station_id: UUID) -> None:
    """Have those who follow the station live told of what this transaction changes, once it is committed."""
    session.info.setdefault(_NEWS_OF, set()).add(station_id)


SessionDep = Annotated[Session, Depends(open_transaction, scope="function")]


async def get_later_transactions(runtime: RuntimeDep) -> Callable[[], AbstractContextManager[Session]]:
    """Opens transactions apart from the request's own: for what is read after the answer has begun, when that has ended,
    and for what stays written when it is rolled back."""
    return partial(transaction, runtime.engine)


LaterTransactionsDep = Annotated[Callable[[], AbstractContextManager[Session]], Depends(get_later_transactions)]


async def get_limiter(
    request: Request, runtime: RuntimeDep, now: NowDep, transactions: LaterTransactionsDep
) -> Limiter:
    """Counts what is tried from the address of this request."""
    return Limiter(
        open_transaction=transactions,
        secret_key=runtime.secret_key,
        origin=origin_of(request.scope, runtime.settings.trusted_proxies),
        now=now,
        is_on=runtime.settings.login_limiter,
    )


LimiterDep = Annotated[Limiter, Depends(get_limiter)]


@dataclass(frozen=True)
class Caller:
    """Who makes the request, by which login."""

    user: User
    login: LoginSession


def get_caller(
    request: Request,
    session: SessionDep,
    runtime: RuntimeDep,
    now: NowDep,
    token: Annotated[str | None, Depends(_bearer)],
    cookie: Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)] = None,
    csrf_token: Annotated[str | None, Header(alias="X-CSRF-Token", include_in_schema=False)] = None,
) -> Caller:
    """The logged-in user. Raises NotAuthenticated, or Forbidden when a browser's request lacks its CSRF token."""
    if token is not None:
        login, user = accounts.authenticate_token(session, token, secret_key=runtime.secret_key, now=now)
        return Caller(user=user, login=login)
    login, user = accounts.authenticate_cookie(session, cookie, now=now)
    if request.method not in SAFE_METHODS:
        # Another site can make the browser send the cookie, but cannot read the token to put into this header.
        accounts.check_csrf(csrf_token, login=login, secret_key=runtime.secret_key)
    return Caller(user=user, login=login)


CallerDep = Annotated[Caller, Depends(get_caller)]


async def get_superuser(caller: CallerDep) -> User:
    """The caller, who runs the instance. Raises RoleTooLow for everybody else."""
    accounts.require_superuser(caller.user)
    return caller.user


SuperuserDep = Annotated[User, Depends(get_superuser)]


@dataclass(frozen=True)
class StationAccess:
    """A station, and what the caller may do in it."""

    station: Station
    role: Role
    user: User

    @property
    def may_see_press_urls(self) -> bool:
        """Whether press URLs are shown: whoever has one can record presses."""
        return self.role in (Role.OWNER, Role.EDITOR)


def _station_access(minimum: Role) -> Callable[..., StationAccess]:
    def get_access(
        session: SessionDep,
        caller: CallerDep,
        station_id: Annotated[
            UUID | None, Query(description="The station; may be left out by a user with one membership.")
        ] = None,
    ) -> StationAccess:
        station, role = accounts.open_station(session, user=caller.user, station_id=station_id, minimum=minimum)
        return StationAccess(station=station, role=role, user=caller.user)

    return get_access


ViewerDep = Annotated[StationAccess, Depends(_station_access(Role.VIEWER))]
EditorDep = Annotated[StationAccess, Depends(_station_access(Role.EDITOR))]


async def refuse_unknown_query(request: Request) -> None:
    """Raises InvalidInput for a query parameter that the route does not know: a misspelt filter filters nothing.

    `station_id` may stand everywhere, so that a program can send it with every request.
    """
    if not request.query_params:
        return
    known = query_names(request.scope["route"].dependant)
    unknown = sorted(request.query_params.keys() - known - {"station_id"})
    if unknown:
        raise InvalidInput(errors=tuple(FieldError(f"query.{name}", UNKNOWN_FIELD) for name in unknown))


def query_names(dependant: Dependant) -> set[str]:
    """The query parameters of a route and of all it depends on; for a model of parameters, its fields."""
    names: set[str] = set()
    for parameter in dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            names |= annotation.model_fields.keys()
        else:
            names.add(parameter.alias)
    return names.union(*(query_names(each) for each in dependant.dependencies))


@dataclass(frozen=True)
class Page:
    """Which part of a list is asked for."""

    skip: int
    limit: int


async def get_page(
    skip: Annotated[int, Query(ge=0, le=MAX_SKIP, description="How many to leave out first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most.")] = 50,
) -> Page:
    """The part of a list that `skip` and `limit` name."""
    return Page(skip=skip, limit=limit)


PageDep = Annotated[Page, Depends(get_page)]
