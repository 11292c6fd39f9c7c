"""SQL of what `attempts` counts: tries by account and by address, and the addresses that accounts were logged in to from."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Row, bindparam, delete, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import Session, col, select

from app.models import LoginAddress, LoginCounter


def is_login_address(session: Session, key: bytes) -> bool:
    """Whether the account has been logged in to from the address, both of which `key` stands for."""
    return session.exec(select(LoginAddress.key).where(LoginAddress.key == key)).first() is not None


def read_login_counters(session: Session, keys: Collection[bytes]) -> dict[bytes, LoginCounter]:
    """Those of these counters that there are."""
    return {each.key: each for each in session.exec(select(LoginCounter).where(col(LoginCounter.key).in_(keys)))}


LOCK_LOGIN_COUNTERS = """
INSERT INTO login_counter (key, try_count, held_until, expires_at)
SELECT k.key, 0, 'epoch', :now
FROM unnest(:keys) AS k (key)
ORDER BY k.key
ON CONFLICT (key) DO UPDATE SET try_count = login_counter.try_count
RETURNING key, try_count, held_until, expires_at
"""


def lock_login_counters(session: Session, keys: Collection[bytes], *, now: datetime) -> dict[bytes, Row[Any]]:
    """These counters as they are now, held until the transaction ends; one that was not there is made, at none.

    Always in the same order, so that two tries that share more than one counter do not wait for each other.
    """
    query = text(LOCK_LOGIN_COUNTERS).bindparams(bindparam("keys", type_=ARRAY(LargeBinary)))
    return {row.key: row for row in session.connection().execute(query, {"keys": sorted(keys), "now": now})}


def write_login_counter(
    session: Session, key: bytes, *, try_count: int, held_until: datetime, expires_at: datetime
) -> None:
    """Set a counter."""
    session.execute(
        update(LoginCounter)
        .where(col(LoginCounter.key) == key)
        .values(try_count=try_count, held_until=held_until, expires_at=expires_at)
    )


PRUNE_LOGIN_COUNTERS = """
DELETE FROM login_counter
WHERE key IN (
    SELECT key
    FROM login_counter
    WHERE expires_at <= :now
    ORDER BY expires_at, key
    LIMIT :most
    FOR UPDATE SKIP LOCKED
)
"""


def prune_login_counters(session: Session, *, now: datetime, most: int) -> None:
    """Remove up to so many counters that no longer count anything. Those that somebody holds are let be."""
    session.connection().execute(text(PRUNE_LOGIN_COUNTERS), {"now": now, "most": most})


def delete_login_counter(session: Session, key: bytes) -> None:
    """Begin counting anew."""
    session.execute(delete(LoginCounter).where(col(LoginCounter.key) == key))


def keep_login_address(session: Session, key: bytes, *, user_id: UUID, now: datetime) -> None:
    """Note that the account was logged in to from this address."""
    new = insert(LoginAddress).values(key=key, user_id=user_id, last_login_at=now)
    session.execute(new.on_conflict_do_update(index_elements=["key"], set_={"user_id": user_id, "last_login_at": now}))


def prune_login_addresses(session: Session, *, user_id: UUID, before: datetime, most: int) -> None:
    """Forget the addresses of a user that were last used before then, and all but so many of the newest."""
    newest = (
        select(LoginAddress.key)
        .where(LoginAddress.user_id == user_id)
        .where(LoginAddress.last_login_at >= before)
        .order_by(col(LoginAddress.last_login_at).desc(), col(LoginAddress.key))
        .limit(most)
    )
    session.execute(
        delete(LoginAddress)
        .where(col(LoginAddress.user_id) == user_id)
        .where(col(LoginAddress.key).not_in(newest))
        .execution_options(synchronize_session=False)
    )
