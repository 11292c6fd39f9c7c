"""Who may do what, and what a station starts with: pure decisions."""

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
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


def normalize_email(email: str) -> str:
    """The one spelling under which an address is stored and looked up."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def readable_user_agent(user_agent: str | None) -> str | None:
    """What a browser calls itself, cut to what is stored, without what no column can hold."""
    if user_agent is None:
        return None
    return "".join(char for char in user_agent if char.isprintable())[:MAX_USER_AGENT_LENGTH] or None
