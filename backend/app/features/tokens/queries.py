"""SQL of API tokens."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, bindparam, func, or_, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.models import ApiToken, User

type TokenRow = tuple[ApiToken, User]


def find_token(session: Session, token_hash: bytes) -> TokenRow | None:
    """The token whose hash this is, and its maker, whether it still opens anything or not."""
    query = select(ApiToken, User).join(User, col(User.id) == col(ApiToken.user_id))
    return session.exec(query.where(ApiToken.token_hash == token_hash)).one_or_none()


def _narrowed[Query: SelectOfScalar[Any]](
    query: Query, *, station_id: UUID, user_id: UUID | None, include_revoked: bool
) -> Query:
    query = query.where(col(ApiToken.station_id) == station_id)
    if user_id is not None:
        query = query.where(col(ApiToken.user_id) == user_id)
    return query if include_revoked else query.where(col(ApiToken.revoked_at).is_(None))


def list_tokens(
    session: Session, *, station_id: UUID, user_id: UUID | None, include_revoked: bool, skip: int, limit: int
) -> list[TokenRow]:
    """One page of a station's tokens, or of one maker's of them, newest first."""
    which = _narrowed(select(ApiToken.id), station_id=station_id, user_id=user_id, include_revoked=include_revoked)
    query = (
        select(ApiToken, User)
        .join(User, col(User.id) == col(ApiToken.user_id))
        .where(col(ApiToken.id).in_(which))
        .order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))
        .offset(skip)
        .limit(limit)
    )
    return list(session.exec(query))


def count_tokens(session: Session, *, station_id: UUID, user_id: UUID | None, include_revoked: bool) -> int:
    """How many there are of these."""
    query = select(func.count()).select_from(ApiToken)
    return session.exec(_narrowed(query, station_id=station_id, user_id=user_id, include_revoked=include_revoked)).one()


def count_live_tokens(session: Session, *, station_id: UUID, user_id: UUID, now: datetime) -> int:
    """How many tokens of a maker still open the station. Who makes more of them at once waits for this transaction."""
    session.exec(select(User.id).where(User.id == user_id).with_for_update(key_share=True)).first()
    query = (
        select(func.count())
        .select_from(ApiToken)
        .where(ApiToken.station_id == station_id)
        .where(ApiToken.user_id == user_id)
        .where(col(ApiToken.revoked_at).is_(None))
        .where(or_(col(ApiToken.expires_at).is_(None), col(ApiToken.expires_at) > now))
    )
    return session.exec(query).one()


def lock_token(session: Session, *, station_id: UUID, token_id: UUID) -> ApiToken | None:
    """A token of the station, held until the transaction ends."""
    query = select(ApiToken).where(ApiToken.id == token_id, ApiToken.station_id == station_id)
    return session.exec(query.with_for_update(key_share=True)).one_or_none()


# Whoever uses the token at the same moment writes it down; nobody waits.
NOTE_USE = """
UPDATE api_token
SET last_used_at = :now
WHERE id = (
    SELECT id
    FROM api_token
    WHERE id = :id
      AND (last_used_at IS NULL OR last_used_at <= :before)
    FOR NO KEY UPDATE SKIP LOCKED
)
"""


def note_use(session: Session, token_id: UUID, *, now: datetime, before: datetime) -> None:
    """Set when a token was last used, unless that was after `before`, or somebody is at it."""
    session.connection().execute(text(NOTE_USE), {"id": token_id, "now": now, "before": before})


TOKENS_AND_STATIONS = """
SELECT
    r.token_id, r.station_id,
    t.revoked_at, t.expires_at, t.scopes, u.is_active, u.is_superuser,
    m.role
FROM unnest(:token_ids, :station_ids) AS r (token_id, station_id)
JOIN api_token AS t ON t.id = r.token_id AND t.station_id = r.station_id
JOIN user_account AS u ON u.id = t.user_id
LEFT JOIN member AS m ON m.station_id = r.station_id AND m.user_id = t.user_id
"""


def tokens_and_stations(session: Session, pairs: Collection[tuple[UUID, UUID]]) -> list[Row[Any]]:
    """What is known of these tokens, each with what its maker is to a station. One that is gone has no row."""
    query = text(TOKENS_AND_STATIONS).bindparams(
        bindparam("token_ids", type_=ARRAY(Uuid)), bindparam("station_ids", type_=ARRAY(Uuid))
    )
    values = {"token_ids": [token for token, _ in pairs], "station_ids": [station for _, station in pairs]}
    return list(session.connection().execute(query, values))
