"""What API tokens may do: pure decisions."""

from collections.abc import Collection
from datetime import datetime, timedelta

from app.models import Role, Scope

# How exactly it is known when a token was last used: writing it with each request would be a write for each read.
USE_NOTED_EVERY = timedelta(minutes=1)

# Of one member for one station.
MAX_LIVE_TOKENS = 50

_READS = frozenset({Scope.BUTTONS_READ, Scope.PRESSES_READ})
# What a member may hand on: never more than the role allows.
ALLOWED_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.VIEWER: _READS,
    Role.EDITOR: frozenset(Scope),
    Role.OWNER: frozenset(Scope),
}
# Whoever changes buttons sees them.
_IMPLIED = {Scope.BUTTONS_READ: Scope.BUTTONS_WRITE}


def opens(scopes: Collection[str], *, wanted: Scope, role: Role) -> bool:
    """Whether a token with these scopes opens what asks for `wanted`, now that its maker has this role."""
    has_it = wanted in scopes or _IMPLIED.get(wanted) in scopes
    return has_it and wanted in ALLOWED_SCOPES[role]


def is_live(*, revoked_at: datetime | None, expires_at: datetime | None, is_user_active: bool, now: datetime) -> bool:
    """Whether a token still opens anything. It ends at `expires_at`, and with the closing of its maker's account."""
    return is_user_active and revoked_at is None and (expires_at is None or now < expires_at)


def is_use_due(last_used_at: datetime | None, *, now: datetime) -> bool:
    """Whether it is to be written down that a token is used."""
    return last_used_at is None or now - last_used_at >= USE_NOTED_EVERY
