"""Which routes API tokens open. A route that says nothing is closed to them."""

from collections.abc import Callable
from typing import Any

from app.models import Scope

_SCOPES: dict[Callable[..., Any], Scope] = {}


def open_to[Endpoint: Callable[..., Any]](scope: Scope) -> Callable[[Endpoint], Endpoint]:
    """Below a route's path: it is open to API tokens with this scope."""

    def mark(endpoint: Endpoint) -> Endpoint:
        _SCOPES[endpoint] = scope
        return endpoint

    return mark


def scope_of(endpoint: Callable[..., Any]) -> Scope | None:
    """The scope that opens a route, given by its function; None where no token does."""
    return _SCOPES.get(endpoint)
