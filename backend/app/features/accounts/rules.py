"""Who may do what, and what a station starts with: pure decisions."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from app.models import Purpose, Role

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 128
MAX_EMAIL_LENGTH = 320
MAX_USER_AGENT_LENGTH = 400

DEFAULT_DEDUP_WINDOW_MS = {Purpose.RADIO: 2000, Purpose.DESK: 2000, Purpose.STREAM: 0, Purpose.RESEARCH: 0}

_RANKS = {Role.VIEWER: 0, Role.EDITOR: 1, Role.OWNER: 2}

# Files of a zone database that name no place.
_NOT_ZONES = frozenset({"Factory", "localtime", "posixrules"})
_NOT_ZONE_FOLDERS = ("posix/", "right/", "SystemV/")
# PostgreSQL reads these as abbreviations with a fixed offset, without the summer time that the zone of the same name
# has: a day cut in SQL would not be the day that is printed.
_ABBREVIATIONS = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})


def is_at_least(role: Role, minimum: Role) -> bool:
    """Whether `role` may do what `minimum` may."""
    return _RANKS[role] >= _RANKS[minimum]


def leaves_an_owner(roles: Mapping[UUID, Role], *, user_id: UUID, new_role: Role | None) -> bool:
    """Whether a station still has an owner after a member's role becomes `new_role`, or the member goes (None)."""
    after = {**roles, user_id: new_role}
    return Role.OWNER in after.values()


def may_read_user(*, reader_id: UUID, is_superuser: bool, user_id: UUID) -> bool:
    """Whether somebody sees an account: everybody their own, a superuser all."""
    return is_superuser or reader_id == user_id


def may_end_superuser(changes: Mapping[str, Any]) -> bool:
    """Whether an account that is changed so is no active superuser afterwards, whatever it was before."""
    return changes.get("is_active") is False or changes.get("is_superuser") is False


class InvitationState(StrEnum):
    """What has become of an invitation."""

    PENDING = "pending"
    EXPIRED = "expired"
    WITHOUT_INVITER = "without_inviter"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


def invitation_state(
    *,
    accepted_at: datetime | None,
    revoked_at: datetime | None,
    expires_at: datetime,
    may_inviter_invite: bool,
    now: datetime,
) -> InvitationState:
    """Whether an invitation still opens the station: one counts only while whoever sent it may send one."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    if not may_inviter_invite:
        return InvitationState.WITHOUT_INVITER
    return InvitationState.PENDING if now < expires_at else InvitationState.EXPIRED


def may_invite(*, role: Role | None, is_active: bool, is_superuser: bool) -> bool:
    """Whether an account with this role in a station may ask others to join it."""
    return is_active and (is_superuser or role == Role.OWNER)


def ends_sessions(changes: Mapping[str, Any]) -> bool:
    """Whether logins that were made before this change of an account must not outlive it."""
    return "password" in changes or changes.get("is_active") is False


def leaves_a_superuser(active_superusers: Collection[UUID], *, user_id: UUID) -> bool:
    """Whether somebody still runs the instance when this user no longer does."""
    return user_id not in active_superusers or len(active_superusers) > 1


def stations_left_ownerless(owners: Mapping[UUID, Collection[UUID]], *, user_id: UUID) -> list[UUID]:
    """Which of these stations, each with its owners, would have no owner without this user."""
    return [station_id for station_id, owner_ids in owners.items() if set(owner_ids) <= {user_id}]


@lru_cache
def zone_names() -> frozenset[str]:
    """Every zone name that a station may have, as far as this machine knows zones."""
    return frozenset(
        name for name in available_timezones() - _NOT_ZONES - _ABBREVIATIONS if not name.startswith(_NOT_ZONE_FOLDERS)
    )


def is_session_live(*, expires_at: datetime, is_user_active: bool, now: datetime) -> bool:
    """Whether a login still opens anything: it ends at `expires_at`, and with the closing of its account."""
    return is_user_active and now < expires_at


class CountedBy(StrEnum):
    """What tries are counted by."""

    ACCOUNT = "account"
    ADDRESS = "address"
    BOTH = "both"
    SIGN_UP = "sign_up"
    LINK = "link"
    MAIL_ASKED_FROM = "mail_asked_from"
    MAIL_TO = "mail_to"
    INVITATIONS_OF = "invitations_of"
    PASSWORD_CHANGES = "password_changes"  # noqa: S105  a counter


# So many tries may go wrong before the next one has to wait. An address may be that of a whole house.
FREE_TRIES = {
    CountedBy.BOTH: 5,
    CountedBy.ACCOUNT: 10,
    CountedBy.ADDRESS: 30,
    CountedBy.SIGN_UP: 10,
    CountedBy.LINK: 20,
    CountedBy.MAIL_ASKED_FROM: 10,
    CountedBy.MAIL_TO: 3,
    CountedBy.INVITATIONS_OF: 30,
    CountedBy.PASSWORD_CHANGES: 5,
}
# What a counter that has never held anything up is held until: clocks of processes differ, and so "now" would not do.
NEVER_HELD = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_HOLD = timedelta(seconds=1)
# A mail that is asked for lands in somebody's mailbox, who has not asked for it perhaps.
FIRST_HOLD_OF_MAIL = timedelta(minutes=1)
COUNTS_MAIL = frozenset({CountedBy.MAIL_ASKED_FROM, CountedBy.MAIL_TO, CountedBy.INVITATIONS_OF})
LONGEST_HOLD = timedelta(minutes=15)
TRIES_FORGOTTEN_AFTER = timedelta(hours=1)
# Addresses of right logins that an account is known by.
KNOWN_ADDRESSES = 20
ADDRESS_FORGOTTEN_AFTER = timedelta(days=90)
# Of IPv6, where whoever has one address has as many as this leaves open.
IPV6_PREFIX = 64


@dataclass(frozen=True)
class TryCount:
    """How often something was tried, and until when it must not be tried again."""

    try_count: int
    held_until: datetime
    expires_at: datetime


def counted_names(*, email: str, origin: str | None) -> dict[CountedBy, tuple[str, ...]]:
    """What a login is counted by: its account, its address, and both. A request without an address has the account."""
    account, address = normalize_email(email), address_of_origin(origin)
    if address is None:
        return {CountedBy.ACCOUNT: (account,)}
    return {
        CountedBy.ACCOUNT: (account,),
        CountedBy.ADDRESS: (address,),
        CountedBy.BOTH: (account, address),
    }


def mail_counted_names(what: str, *, email: str, origin: str | None) -> dict[CountedBy, tuple[str, ...]]:
    """What a mail is counted by that somebody asks for: its mailbox, for this kind of mail, and where that is asked."""
    address = address_of_origin(origin)
    named: dict[CountedBy, tuple[str, ...]] = {CountedBy.MAIL_TO: (what, normalize_email(email))}
    return named if address is None else named | {CountedBy.MAIL_ASKED_FROM: (address,)}


def address_of_origin(origin: str | None) -> str | None:
    """What counts as one address: of IPv6 the network that one household or server is given."""
    if origin is None:
        return None
    address = ip_address(origin.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, IPV6_PREFIX), strict=False))
    return str(address)


def counters_that_bind(*, is_known: bool) -> frozenset[CountedBy]:
    """Which counters hold a login up, and count it.

    An account that has been logged in to from this address is counted with it alone: floods on other accounts, or from
    other addresses, do not keep its owner out.
    """
    if is_known:
        return frozenset({CountedBy.BOTH})
    return frozenset({CountedBy.ACCOUNT, CountedBy.ADDRESS, CountedBy.BOTH})


def hold_after(try_count: int, *, counted_by: CountedBy) -> timedelta:
    """How long the next try has to wait after so many: from a second on, or for mail a minute, twice as long each time."""
    excess = try_count - FREE_TRIES[counted_by]
    if excess < 0:
        return timedelta()
    first = FIRST_HOLD_OF_MAIL if counted_by in COUNTS_MAIL else FIRST_HOLD
    # So many doublings are longer than the longest anyhow.
    return min(first * (1 << min(excess, 20)), LONGEST_HOLD)


def after_one_more_try(before: TryCount | None, *, counted_by: CountedBy, now: datetime) -> TryCount:
    """The counter once this try is counted as well, as one that goes wrong."""
    earlier = before.try_count if before is not None and now < before.expires_at else 0
    hold = hold_after(earlier + 1, counted_by=counted_by)
    held_until = before.held_until if before is not None else NEVER_HELD
    if hold:
        held_until = max(held_until, now + hold)
    return TryCount(
        try_count=earlier + 1, held_until=held_until, expires_at=max(held_until, now + TRIES_FORGOTTEN_AFTER)
    )


def without_one_try(now_is: TryCount, *, before: TryCount, after: TryCount) -> TryCount:
    """The counter once a try that left it as `after` is not counted; what others have tried since stays."""
    held_until = before.held_until if now_is.held_until == after.held_until else now_is.held_until
    return replace(now_is, try_count=max(now_is.try_count - 1, 0), held_until=held_until)


def wait_of(counters: Iterable[TryCount], *, now: datetime) -> timedelta:
    """How long a try that these counters bind has to wait; nothing when it may be made now."""
    longest: timedelta = max((each.held_until - now for each in counters), default=timedelta())
    return max(longest, timedelta())


def normalize_email(email: str) -> str:
    """The one spelling under which an address is stored and looked up."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def readable_user_agent(user_agent: str | None) -> str | None:
    """What a browser calls itself, cut to what is stored, without what no column can hold."""
    if user_agent is None:
        return None
    return "".join(char for char in user_agent if char.isprintable())[:MAX_USER_AGENT_LENGTH] or None
