"""What a route may ask for: a transaction, the caller, the station and the caller's role in it."""

import asyncio
from asyncio import Future
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Cookie, Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlmodel import Session

from app.api.event_stream import OpenedStream
from app.api.export_response import ExportPlaces
from app.api.gate import WAIT_S, Busy
from app.api.open_to import scope_of
from app.api.press_origin import origin_of
from app.core import clock, security
from app.core.config import Settings
from app.core.db import transaction
from app.core.errors import FieldError, Forbidden, InvalidInput, NotAuthenticated
from app.core.shapes import UNKNOWN_FIELD
from app.features.accounts import service as accounts
from app.features.accounts import sessions
from app.features.accounts.attempts import Limiter
from app.features.accounts.letters import Letters
from app.features.audit.record import Actor, Audit
from app.features.decks import service as decks
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording
from app.features.tokens import rules as token_rules
from app.features.tokens import service as tokens
from app.models import ActorKind, ApiToken, LoginSession, Role, Scope, Station, User

API_PREFIX = "/api/v1"
SESSION_COOKIE = "tracker_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_LIMIT = 200
# Far beyond any list, and small enough that adding a limit to it overflows nothing.
MAX_SKIP = 1_000_000_000

# As long as other requests wait for a place.
TOKEN_WAIT_S = WAIT_S

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
        """A stream of what comes behind `last_event_id`, or from now on. Raises Unavailable.

        It ends with the login, or the API token, that has the id `login_id`.
        """
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
    # Batches pass no gate, and whoever sends one may bring any token: their tokens are looked up one at a time.
    token_place: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), kw_only=True)


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


async def get_letters(request: Request, runtime: RuntimeDep, now: NowDep) -> Letters:
    """The mails that this request may bring with it."""
    return Letters(
        is_mail_configured=runtime.settings.is_mail_configured,
        public_url=runtime.public_url,
        origin=origin_of(request.scope, runtime.settings.trusted_proxies),
        now=now,
    )


LettersDep = Annotated[Letters, Depends(get_letters)]


class TokenNotAllowed(Forbidden):
    """API tokens do not open this route, whatever their scopes."""

    code = "token_not_allowed"
    default_detail = "API tokens do not open this. Log in instead."


@dataclass(frozen=True)
class Caller:
    """Who makes the request, by which login or API token. A token's user is its maker."""

    user: User
    by: LoginSession | ApiToken

    @property
    def login(self) -> LoginSession:
        """The login: for routes that no API token opens."""
        assert isinstance(self.by, LoginSession)  # noqa: S101  see `scope_of`
        return self.by

    @property
    def token(self) -> ApiToken | None:
        """The API token, where it is one."""
        return self.by if isinstance(self.by, ApiToken) else None


def open_token(
    session: Session,
    secret: str,
    *,
    wanted: Scope | None,
    now: datetime,
    open_transaction: Callable[[], AbstractContextManager[Session]],
) -> tuple[ApiToken, User]:
    """An API token and who made it, if it opens `wanted`. Raises NotAuthenticated, ScopeMissing, TokenNotAllowed.

    Its maker's role is looked at each time: a token is never worth more than its maker is now.
    """
    token, maker = tokens.authenticate(session, secret, now=now)
    role = accounts.role_in(session, user=maker, station_id=token.station_id)
    if role is None:
        raise NotAuthenticated("Whoever made this API token is not a member of its station any more.")
    if wanted is None:
        raise TokenNotAllowed
    tokens.require_scope(token, wanted=wanted, role=role)
    if token_rules.is_use_due(token.last_used_at, now=now):
        with open_transaction() as apart:
            tokens.note_use(apart, token, now=now)
    return token, maker


def get_caller(
    request: Request,
    session: SessionDep,
    runtime: RuntimeDep,
    now: NowDep,
    transactions: LaterTransactionsDep,
    token: Annotated[str | None, Depends(_bearer)],
    cookie: Annotated[str | None, Cookie(alias=SESSION_COOKIE, include_in_schema=False)] = None,
    csrf_token: Annotated[str | None, Header(alias="X-CSRF-Token", include_in_schema=False)] = None,
) -> Caller:
    """The logged-in user, or the maker of an API token that opens this route.

    Raises NotAuthenticated; Forbidden when a browser's request lacks its CSRF token, or a token its scope.
    """
    if token is not None and token.startswith(security.API_TOKEN_PREFIX):
        wanted = scope_of(request.scope["endpoint"])
        by, maker = open_token(session, token, wanted=wanted, now=now, open_transaction=transactions)
        return Caller(user=maker, by=by)
    if token is not None:
        login, user = sessions.authenticate_token(session, token, secret_key=runtime.secret_key, now=now)
        return Caller(user=user, by=login)
    login, user = sessions.authenticate_cookie(session, cookie, now=now)
    if request.method not in SAFE_METHODS:
        # Another site can make the browser send the cookie, but cannot read the token to put into this header.
        sessions.check_csrf(csrf_token, login=login, secret_key=runtime.secret_key)
    return Caller(user=user, by=login)


CallerDep = Annotated[Caller, Depends(get_caller)]


async def get_audit(
    request: Request, session: SessionDep, runtime: RuntimeDep, now: NowDep, caller: CallerDep
) -> Audit:
    """Notes what the caller does."""
    origin = origin_of(request.scope, runtime.settings.trusted_proxies)
    token_id = caller.token.id if caller.token is not None else None
    kind = ActorKind.USER if token_id is None else ActorKind.TOKEN
    return Audit(session, Actor(kind, user_id=caller.user.id, api_token_id=token_id, origin=origin), now)


async def get_open_audit(request: Request, session: SessionDep, runtime: RuntimeDep, now: NowDep) -> Audit:
    """Notes what is done without a login: nobody knows by whom, until somebody is `known_as`."""
    return Audit(
        session, Actor(ActorKind.STRANGER, origin=origin_of(request.scope, runtime.settings.trusted_proxies)), now
    )


# Every route that writes asks for one of these; `test_audited_writes` fails when one does not.
AuditDep = Annotated[Audit, Depends(get_audit)]
OpenAuditDep = Annotated[Audit, Depends(get_open_audit)]


@dataclass(frozen=True)
class TokenPresses:
    """What a program may record presses of by the buttons' ids: those of its token's station."""

    station_id: UUID
    user_id: UUID
    deck_ids: frozenset[UUID]


async def get_token_presses(
    request: Request, runtime: RuntimeDep, now: NowDep, transactions: LaterTransactionsDep
) -> Callable[[Collection[UUID]], Awaitable[TokenPresses]]:
    """Looks, once it is asked, whose API token came along, and which of some decks are its station's.

    Not before: most batches come with press keys alone, and wait for no database here. Raises NotAuthenticated,
    ScopeMissing.
    """
    secret = await _bearer(request)

    def look(secret: str, deck_ids: Collection[UUID]) -> TokenPresses:
        with transactions() as session:
            # That it is used is written in this transaction: it is over before the presses are recorded.
            token, maker = open_token(
                session, secret, wanted=Scope.PRESS_WRITE, now=now, open_transaction=lambda: nullcontext(session)
            )
            known = decks.known_ids(session, station_id=token.station_id, deck_ids=deck_ids)
        return TokenPresses(station_id=token.station_id, user_id=maker.id, deck_ids=known)

    async def look_in_turn(deck_ids: Collection[UUID]) -> TokenPresses:
        if secret is None or not secret.startswith(security.API_TOKEN_PREFIX):
            raise NotAuthenticated("To name a button by its id, send an API token with the scope press:write.")
        try:
            async with asyncio.timeout(TOKEN_WAIT_S), runtime.token_place:
                return await run_in_threadpool(look, secret, deck_ids)
        except TimeoutError:
            raise Busy from None

    return look_in_turn


TokenPressesDep = Annotated[Callable[[Collection[UUID]], Awaitable[TokenPresses]], Depends(get_token_presses)]


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
    token: ApiToken | None = None

    @property
    def may_see_press_urls(self) -> bool:
        """Whether press URLs are shown: whoever has one can record presses. A token must be able to change buttons."""
        if self.token is not None:
            return token_rules.opens(self.token.scopes, wanted=Scope.BUTTONS_WRITE, role=self.role)
        return self.role in (Role.OWNER, Role.EDITOR)


def _station_access(minimum: Role) -> Callable[..., StationAccess]:
    def get_access(
        session: SessionDep,
        caller: CallerDep,
        station_id: Annotated[
            UUID | None,
            Query(description="The station; may be left out by a user with one membership, and with an API token."),
        ] = None,
    ) -> StationAccess:
        token = caller.token
        if token is not None:
            station_id = station_id or token.station_id
            if station_id != token.station_id:
                raise accounts.StationNotFound
        station, role = accounts.open_station(session, user=caller.user, station_id=station_id, minimum=minimum)
        return StationAccess(station=station, role=role, user=caller.user, token=token)

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
