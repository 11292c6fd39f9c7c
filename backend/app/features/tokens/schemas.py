"""Shapes of API tokens."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.core.shapes import InputShape, InstantInput, Shape, line
from app.models import ApiToken, Scope, User

TokenName = Annotated[str, line(min_length=1, max_length=200)]


class ApiTokenCreate(InputShape):
    """A new API token."""

    name: TokenName = Field(examples=["Automation in Studio A"])
    scopes: set[Scope] = Field(min_length=1, description="What it opens; no more than your own role does.")
    expires_at: InstantInput | None = Field(default=None, description="By default it does not end by itself.")


class TokenMaker(Shape):
    """Who made a token, and with whom it ends. The name is the full name, or the part of the address before the @."""

    id: UUID
    name: str = Field(examples=["Dana Reyes"])


class ApiTokenPublic(Shape):
    """An API token, as it is listed. `last_used_at` is right to the minute."""

    id: UUID
    name: str = Field(examples=["Automation in Studio A"])
    prefix: str = Field(description="How the token begins, to know it by.", examples=["sdbt_Hq3vX0aL"])
    station_id: UUID
    made_by: TokenMaker
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken, maker: User) -> Self:
        """The shape of a stored token."""
        name = maker.full_name or maker.email.partition("@")[0]
        fields = token.model_dump(include=cls.model_fields.keys() - {"made_by", "scopes"})
        return cls(
            **fields,
            made_by=TokenMaker(id=maker.id, name=name),
            scopes=[Scope(scope) for scope in token.scopes],
        )


class ApiTokensPublic(Shape):
    """One page of a station's tokens; `count` is how many there are in all."""

    data: list[ApiTokenPublic]
    count: int


class ApiTokenCreated(Shape):
    """A new token. `token` goes into the Authorization header, behind `Bearer`; it is shown this once."""

    token: str = Field(examples=["sdbt_Hq3vX0aLkT9yWc7RbN2dPgQe5uZ1sM8jF4hK6oViBwYd"])
    api_token: ApiTokenPublic
