"""API tokens: made by a member, for one station, and worth what their maker is worth when they are used."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from app.core import security
from app.core.errors import Conflict, FieldError, Forbidden, InvalidInput, NotAuthenticated, NotFound
from app.features.tokens import queries, rules
from app.features.tokens.schemas import ApiTokenCreate, ApiTokenCreated, ApiTokenPublic, ApiTokensPublic
from app.models import ApiToken, Role, Scope, User


class TokenNotFound(NotFound):
    """No token with this id that the caller may see."""

    code = "token_not_found"
    default_detail = "There is no such API token."


class ScopeBeyondRole(Forbidden):
    """A token that would open more than its maker's role does."""

    code = "scope_beyond_role"
    default_detail = "Your role does not allow this much. A viewer's token can have buttons:read and presses:read."


class TooManyTokens(Conflict):
    """A member has as many tokens for the station as anybody needs."""

    code = "too_many_tokens"
    default_detail = (
        f"You have {rules.MAX_LIVE_TOKENS} API tokens for this station. Revoke one that is not used any more."
    )


class ScopeMissing(Forbidden):
    """The token opens something else."""

    code = "scope_missing"
    default_detail = "This needs an API token with another scope, made by somebody whose role allows it."

    def __init__(self, scope: Scope) -> None:
        super().__init__(
            f"This needs an API token with the scope {scope.value}, made by somebody whose role allows it."
        )


def create_token(
    session: Session, *, station_id: UUID, maker: User, role: Role, new: ApiTokenCreate, now: datetime
) -> ApiTokenCreated:
    """A new token, which nobody can read again. Raises ScopeBeyondRole, InvalidInput, TooManyTokens."""
    if not new.scopes <= rules.ALLOWED_SCOPES[role]:
        raise ScopeBeyondRole
    if new.expires_at is not None and new.expires_at <= now:
        raise InvalidInput(errors=(FieldError("body.expires_at", "must lie in the future"),))
    live = queries.count_live_tokens(session, station_id=station_id, user_id=maker.id, now=now)
    if live >= rules.MAX_LIVE_TOKENS:
        raise TooManyTokens
    secret = security.new_api_token()
    token = ApiToken(
        token_hash=security.hash_token(secret),
        prefix=secret[: security.API_TOKEN_SHOWN],
        name=new.name,
        station_id=station_id,
        user_id=maker.id,
        scopes=sorted(scope.value for scope in new.scopes),
        created_at=now,
        expires_at=new.expires_at,
    )
    session.add(token)
    return ApiTokenCreated(token=secret, api_token=ApiTokenPublic.of(token, maker))


def list_tokens(
    session: Session, *, station_id: UUID, user_id: UUID | None, include_revoked: bool, skip: int, limit: int
) -> ApiTokensPublic:
    """One page of a station's tokens, newest first; with a `user_id` those of this maker alone."""
    rows = queries.list_tokens(
        session, station_id=station_id, user_id=user_id, include_revoked=include_revoked, skip=skip, limit=limit
    )
    return ApiTokensPublic(
        data=[ApiTokenPublic.of(token, maker) for token, maker in rows],
        count=queries.count_tokens(session, station_id=station_id, user_id=user_id, include_revoked=include_revoked),
    )


def revoke_token(
    session: Session, *, station_id: UUID, token_id: UUID, user_id: UUID, role: Role, now: datetime
) -> bool:
    """End a token: an owner any of the station, others their own. False when it was ended before.

    Raises TokenNotFound.
    """
    token = queries.lock_token(session, station_id=station_id, token_id=token_id)
    if token is None or (token.user_id != user_id and role != Role.OWNER):
        raise TokenNotFound
    if token.revoked_at is not None:
        return False
    token.revoked_at, token.revoked_by = now, user_id
    return True


def authenticate(session: Session, secret: str, *, now: datetime) -> tuple[ApiToken, User]:
    """The token, and its maker. What it still opens follows from the maker's role. Raises NotAuthenticated."""
    found = queries.find_token(session, security.hash_token(secret))
    if found is None:
        raise NotAuthenticated("This API token is not valid, or not any more.")
    token, maker = found
    if not rules.is_live(
        revoked_at=token.revoked_at, expires_at=token.expires_at, is_user_active=maker.is_active, now=now
    ):
        raise NotAuthenticated("This API token is not valid, or not any more.")
    return token, maker


def require_scope(token: ApiToken, *, wanted: Scope, role: Role) -> None:
    """Raises ScopeMissing, also where the maker's role has sunk below what the scope needs."""
    if not rules.opens(token.scopes, wanted=wanted, role=role):
        raise ScopeMissing(wanted)


def note_use(session: Session, token: ApiToken, *, now: datetime) -> None:
    """Write down that a token is used. In a transaction of its own, so that no request holds the row for long."""
    queries.note_use(session, token.id, now=now, before=now - rules.USE_NOTED_EVERY)


def readings_that_stand(
    session: Session, *, readings: Collection[tuple[UUID, UUID]], now: datetime
) -> set[tuple[UUID, UUID]]:
    """Which of these tokens may still read the presses of the station beside it."""
    return {
        (row.token_id, row.station_id)
        for row in queries.tokens_and_stations(session, readings)
        if rules.is_live(revoked_at=row.revoked_at, expires_at=row.expires_at, is_user_active=row.is_active, now=now)
        and (row.is_superuser or row.role is not None)
        and Scope.PRESSES_READ in row.scopes
    }
