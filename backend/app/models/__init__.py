"""Every table, and only tables.

A table of a station carries `station_id` first in its primary key, unique constraints and foreign keys, so that the
same schema can be distributed by it. `user_account`, `station`, `member`'s users, `press_key`, `login_session`,
`login_counter`, `login_address`, `account_link`, `invitation`, `api_token`, `watch`, `job`, `round` and `public_url` belong to no one
station or are looked up before the station is known; they are small reference tables.
There are no relationships between tables: rows are joined where they are read.
"""

from app.models.accounts import (
    AccountLink,
    ApiToken,
    LinkPurpose,
    LoginAddress,
    LoginCounter,
    LoginSession,
    Scope,
    User,
)
from app.models.buttons import (
    Button,
    ButtonRetirement,
    ButtonVersion,
    PressKey,
    PressKeyHeard,
    PressKeyOldAddress,
    PublicUrl,
)
from app.models.counts import (
    NO_DECK,
    ButtonTally,
    RollupDay,
    RollupDeckDay,
    RollupDeckQuarter,
    RollupHour,
    RollupQuarter,
)
from app.models.presses import (
    Channel,
    Correction,
    CorrectionKind,
    ImportedSpan,
    Press,
    PressStatus,
    Watch,
)
from app.models.stations import (
    Deck,
    Invitation,
    Member,
    Purpose,
    Role,
    Station,
    StationHead,
    Telling,
    Told,
)
from app.models.work import (
    NO_STATION,
    ActorKind,
    AuditEvent,
    Job,
    JobKind,
    Round,
)

__all__ = [
    "NO_DECK",
    "NO_STATION",
    "AccountLink",
    "ActorKind",
    "ApiToken",
    "AuditEvent",
    "Button",
    "ButtonRetirement",
    "ButtonTally",
    "ButtonVersion",
    "Channel",
    "Correction",
    "CorrectionKind",
    "Deck",
    "ImportedSpan",
    "Invitation",
    "Job",
    "JobKind",
    "LinkPurpose",
    "LoginAddress",
    "LoginCounter",
    "LoginSession",
    "Member",
    "Press",
    "PressKey",
    "PressKeyHeard",
    "PressKeyOldAddress",
    "PressStatus",
    "PublicUrl",
    "Purpose",
    "Role",
    "RollupDay",
    "RollupDeckDay",
    "RollupDeckQuarter",
    "RollupHour",
    "RollupQuarter",
    "Round",
    "Scope",
    "Station",
    "StationHead",
    "Telling",
    "Told",
    "User",
    "Watch",
]
