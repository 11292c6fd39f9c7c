"""Where a request came from."""

from starlette.types import Scope

from app.core.config import Network
from app.features.presses.ingest import origin_address


def origin_of(scope: Scope, trusted_proxies: list[Network]) -> str | None:
    """The IP address behind a request, or None. X-Forwarded-For is believed from trusted proxies only."""
    client = scope.get("client")
    forwarded_for = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return origin_address(client[0] if client else None, forwarded_for, trusted_proxies)
