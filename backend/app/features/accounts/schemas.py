"""Shapes of the accounts room."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from app.core.shapes import BLANK_IS_NULL, DedupWindowMs, InputShape, Shape, left_out, line, paragraph
from app.features.accounts.rules import (
    MAX_EMAIL_LENGTH,
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    InvitationState,
    normalize_email,
    zone_names,
)
from app.models import Invitation, LoginSession, Member, Purpose, Role, Station, User


def _known_zone(value: str) -> str:
    if value not in zone_names():
        msg = "must be the name of a time zone, such as America/New_York or Europe/Berlin"
        raise ValueError(msg)
    return value


Email = Annotated[EmailStr, StringConstraints(max_length=MAX_EMAIL_LENGTH), AfterValidator(normalize_email)]
Password = Annotated[str, paragraph(min_length=MIN_PASSWORD_LENGTH, max_length=MAX_PASSWORD_LENGTH)]
FullName = Annotated[Annotated[str, line(max_length=255)] | None, BLANK_IS_NULL]
StationName = Annotated[str, line(min_length=1, max_length=200)]
Zone = Annotated[
    str,
    line(min_length=1, max_length=64),
    AfterValidator(_known_zone),
    Field(json_schema_extra={"format": "time-zone"}),
]
CallSign = Annotated[Annotated[str, line(max_length=40)] | None, BLANK_IS_NULL]
Community = Annotated[Annotated[str, line(max_length=200)] | None, BLANK_IS_NULL]


class LoginForm(InputShape, extra="ignore"):
    """The form of an OAuth2 password login; what else such a form may carry means nothing here."""

    username: Annotated[str, line(min_length=1, max_length=MAX_EMAIL_LENGTH)] = Field(description="E-mail address.")
    password: Annotated[str, paragraph(min_length=1, max_length=MAX_PASSWORD_LENGTH)]
    grant_type: Literal["password"] = "password"


class AccessToken(Shape):
    """A token for the Authorization header."""

    access_token: str
    token_type: Literal["bearer"]


class UserCreate(InputShape):
    """A new account."""

    email: Email
    password: Password
    full_name: FullName = None
    is_active: bool = Field(default=True, strict=True)
    is_superuser: bool = Field(default=False, strict=True)


class UserPublic(Shape):
    """An account, as its owner and superusers see it."""

    id: UUID
    email: str
    full_name: str | None
    is_active: bool
    is_superuser: bool
    created_at: datetime


class UsersPublic(Shape):
    """One page of the accounts; `count` is how many there are in all."""

    data: list[UserPublic]
    count: int


class UserOrder(StrEnum):
    """Which accounts are listed first, by when they were made."""

    OLDEST = "oldest"
    NEWEST = "newest"


class UserUpdate(InputShape):
    """What changes of an account; what is left out stays."""

    email: Email = Field(default_factory=left_out)
    password: Password = Field(default_factory=left_out)
    full_name: FullName = None
    is_active: bool = Field(default_factory=left_out, strict=True)
    is_superuser: bool = Field(default_factory=left_out, strict=True)


class UserUpdateMe(InputShape):
    """What changes of one's own account; what is left out stays. Another address needs the current password."""

    email: Email = Field(default_factory=left_out)
    full_name: FullName = None
    current_password: Annotated[str, paragraph(max_length=MAX_PASSWORD_LENGTH)] | None = None


class UpdatePassword(InputShape):
    """One's own password, the old and the new one."""

    current_password: Annotated[str, paragraph(max_length=MAX_PASSWORD_LENGTH)]
    new_password: Password


class UserRegister(InputShape):
    """An account that somebody makes for themselves."""

    email: Email
    password: Password
    full_name: FullName = None


class Message(Shape):
    """What was done, in a sentence for a person."""

    message: str


class BrowserSession(Shape):
    """Who is logged in here, and what each changing request must carry as X-CSRF-Token."""

    user: UserPublic
    csrf_token: str


class SessionPublic(Shape):
    """A login that still lasts. `is_current` marks the one that asks."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    user_agent: str | None
    is_current: bool

    @classmethod
    def of(cls, login: LoginSession, *, current: UUID) -> Self:
        """The shape of a stored login."""
        return cls(
            id=login.id,
            created_at=login.created_at,
            expires_at=login.expires_at,
            user_agent=login.user_agent,
            is_current=login.id == current,
        )


class SessionsPublic(Shape):
    """One page of somebody's sessions; `count` is how many there are in all."""

    data: list[SessionPublic]
    count: int


class StationCreate(InputShape):
    """A new station; without `dedup_window_ms` its purpose decides."""

    name: StationName
    purpose: Purpose
    zone: Zone
    call_sign: CallSign = None
    community: Community = None
    dedup_window_ms: DedupWindowMs | None = None


class StationUpdate(InputShape):
    """What changes of a station; what is left out stays."""

    name: StationName = Field(default_factory=left_out)
    purpose: Purpose = Field(default_factory=left_out)
    zone: Zone = Field(default_factory=left_out)
    call_sign: CallSign = None
    community: Community = None
    dedup_window_ms: DedupWindowMs = Field(default_factory=left_out)


class StationPublic(Shape):
    """A station, and the caller's role in it."""

    id: UUID
    name: str
    purpose: Purpose
    zone: str
    call_sign: str | None
    community: str | None
    dedup_window_ms: int
    role: Role
    created_at: datetime

    @classmethod
    def of(cls, station: Station, *, role: Role) -> Self:
        """The shape of a stored station."""
        return cls(
            id=station.id,
            name=station.name,
            purpose=Purpose(station.purpose),
            zone=station.zone,
            call_sign=station.call_sign,
            community=station.community,
            dedup_window_ms=station.dedup_window_ms,
            role=role,
            created_at=station.created_at,
        )


class StationsPublic(Shape):
    """The caller's stations."""

    data: list[StationPublic]
    count: int


class MemberCreate(InputShape):
    """A user who becomes a member."""

    email: Email
    role: Role


class MemberUpdate(InputShape):
    """A member's new role."""

    role: Role


class MemberPublic(Shape):
    """A member of a station. The address is shown to owners; others see null."""

    user_id: UUID
    full_name: str | None
    email: str | None
    role: Role
    created_at: datetime

    @classmethod
    def of(cls, member: Member, user: User, *, with_email: bool) -> Self:
        """The shape of a stored member, whose account is `user`."""
        return cls(
            user_id=user.id,
            full_name=user.full_name,
            email=user.email if with_email else None,
            role=Role(member.role),
            created_at=member.created_at,
        )


class MembersPublic(Shape):
    """The members of a station."""

    data: list[MemberPublic]
    count: int


LinkToken = Annotated[str, line(min_length=1, max_length=200)]


class NewPassword(InputShape):
    """A new password, with the token of the link that was sent for it."""

    token: LinkToken
    new_password: Password


class Link(InputShape):
    """The token of a link."""

    token: LinkToken


class InvitationCreate(InputShape):
    """Somebody who is asked to join a station."""

    email: Email
    role: Role


class InvitationPublic(Shape):
    """An invitation that was neither accepted nor revoked, as owners see it."""

    id: UUID
    email: str
    role: Role
    state: InvitationState
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: Invitation, *, state: InvitationState) -> Self:
        """The shape of a stored invitation."""
        return cls(
            id=invitation.id,
            email=invitation.email,
            role=Role(invitation.role),
            state=state,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )


class InvitationsPublic(Shape):
    """The open invitations of a station."""

    data: list[InvitationPublic]
    count: int


class InvitationSent(InvitationPublic):
    """An invitation, with its link where this server sends no mail: it is shown once, for the owner to hand on."""

    invitation_link: str | None = Field(examples=["http://192.168.1.10:8000/invitation#token=Hq3vX0aLkT9yWc7RbN2dPg"])


class InvitationShown(Shape):
    """What an invitation is to, as whoever has its link sees it."""

    email: str
    role: Role
    station_name: str = Field(examples=["WXYZ"])
    invited_by: str = Field(examples=["Dana Reyes"])
    expires_at: datetime


class InvitationAnswer(InputShape):
    """An account that somebody makes for themselves by an invitation; its address is the one that was invited."""

    token: LinkToken
    password: Password
    full_name: FullName = None


class SetupState(Shape):
    """Whether this server still waits for its first account, and whether anybody may make one for themselves."""

    is_needed: bool
    is_registration_open: bool


class SetupRequest(InputShape):
    """The first account and the first station, with the token of the set-up link."""

    token: Annotated[str, line(max_length=200)]
    email: Email
    password: Password
    full_name: FullName = None
    station: StationCreate


class SetupDone(BrowserSession):
    """The session that was opened for the first account, and its station."""

    station: StationPublic
