"""API tokens: for programs that record presses, or read and change what a station has."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api.deps import AuditDep, NowDep, PageDep, SessionDep, ViewerDep
from app.api.problems import problems
from app.features.audit.actions import Action
from app.features.tokens import service
from app.features.tokens.schemas import ApiTokenCreate, ApiTokenCreated, ApiTokensPublic
from app.models import Role

router = APIRouter()


@router.get("/")
def list_tokens(
    session: SessionDep,
    access: ViewerDep,
    page: PageDep,
    include_revoked: Annotated[bool, Query(description="Revoked tokens too.")] = False,
) -> ApiTokensPublic:
    """The station's API tokens, newest first: all for its owners, for others those that they made."""
    return service.list_tokens(
        session,
        station_id=access.station.id,
        user_id=None if access.role == Role.OWNER else access.user.id,
        include_revoked=include_revoked,
        skip=page.skip,
        limit=page.limit,
    )


@router.post("/", status_code=201, responses=problems(service.ScopeBeyondRole, service.TooManyTokens))
def create_token(
    new: ApiTokenCreate, session: SessionDep, access: ViewerDep, audit: AuditDep, now: NowDep, response: Response
) -> ApiTokenCreated:
    """Make an API token. It is shown this once, and sinks with your role.

    It ends for good with your membership, with the closing of your account, and with a password that you choose by a link
    or that a superuser sets; not with one that you change yourself. You can have 50 at a time for one station.

    `press:write` records presses by `button_id` (`/presses/batch`); `presses:read` opens the log, its files, statistics,
    gaps and the live stream; `buttons:read` buttons and decks without their press URLs; `buttons:write` changes them too,
    and shows their press URLs. A viewer's token can only read.
    """
    made = service.create_token(
        session, station_id=access.station.id, maker=access.user, role=access.role, new=new, now=now
    )
    audit.note(
        Action.API_TOKEN_CREATED,
        station_id=access.station.id,
        subject_id=made.api_token.id,
        name=made.api_token.name,
        prefix=made.api_token.prefix,
        scopes=made.api_token.scopes,
        expires_at=made.api_token.expires_at,
    )
    response.headers["Cache-Control"] = "no-store"
    return made


@router.delete("/{token_id}", status_code=204)
def revoke_token(token_id: UUID, session: SessionDep, access: ViewerDep, audit: AuditDep, now: NowDep) -> None:
    """End an API token: as an owner any of the station, else one of your own. Asked for twice, it is done once."""
    station_id = access.station.id
    is_news = service.revoke_token(
        session, station_id=station_id, token_id=token_id, user_id=access.user.id, role=access.role, now=now
    )
    if is_news:
        audit.note(Action.API_TOKEN_REVOKED, station_id=station_id, subject_id=token_id)
