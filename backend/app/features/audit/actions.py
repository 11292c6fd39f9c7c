"""What can be noted, as `source:subject:action`: whose affair it is, what it is done to, and what is done."""

from enum import StrEnum


class Action(StrEnum):
    """Everything that is noted. A value never changes its meaning: there are rows with it."""

    LOGIN = "account:login:success"
    LOGIN_REFUSED = "account:login:refuse"
    LOGOUT = "account:session:close"
    SESSION_ENDED = "account:session:end"
    OTHER_SESSIONS_ENDED = "account:session:end_others"
    PASSWORD_CHANGED = "account:password:change"  # noqa: S105  what was done
    PASSWORD_REFUSED = "account:password:refuse"  # noqa: S105  what was done
    PASSWORD_LINK_ASKED = "account:password_link:ask"  # noqa: S105  what was done
    PASSWORD_LINK_MADE = "account:password_link:make"  # noqa: S105  what was done
    PASSWORD_RESET = "account:password:reset"  # noqa: S105  what was done
    ADDRESS_LINK_ASKED = "account:address_link:ask"
    ADDRESS_CONFIRMED = "account:address:confirm"
    USER_CREATED = "account:user:create"
    USER_SIGNED_UP = "account:user:sign_up"
    # Somebody wanted an account for an address that has one.
    USER_SIGNED_UP_AGAIN = "account:user:sign_up_again"
    USER_UPDATED = "account:user:update"
    USER_DELETED = "account:user:delete"

    STATION_CREATED = "station:station:create"
    STATION_UPDATED = "station:station:update"
    MEMBER_ADDED = "station:member:add"
    MEMBER_UPDATED = "station:member:update"
    MEMBER_REMOVED = "station:member:remove"
    INVITATION_SENT = "station:invitation:send"
    INVITATION_REVOKED = "station:invitation:revoke"
    INVITATION_ACCEPTED = "station:invitation:accept"
    MAILS_CHOSEN = "station:mails:choose"
    MAIL_STOPPED = "station:mails:stop"
    BUTTON_CREATED = "station:button:create"
    BUTTON_UPDATED = "station:button:update"
    BUTTON_DUPLICATED = "station:button:duplicate"
    BUTTON_RETIRED = "station:button:retire"
    BUTTON_UNRETIRED = "station:button:unretire"
    BUTTON_DELETED = "station:button:delete"
    PRESS_KEY_CREATED = "station:press_key:create"
    PRESS_KEY_ROTATED = "station:press_key:rotate"
    PRESS_KEY_REVOKED = "station:press_key:revoke"
    DECK_CREATED = "station:deck:create"
    DECK_UPDATED = "station:deck:update"
    DECK_DELETED = "station:deck:delete"
    API_TOKEN_CREATED = "station:api_token:create"  # noqa: S105  what was done
    API_TOKEN_REVOKED = "station:api_token:revoke"  # noqa: S105  what was done
    PRESS_ENTERED = "station:press:enter"
    PRESS_VOIDED = "station:press:void"
    PRESS_RESTORED = "station:press:restore"
    PRESS_NOTED = "station:press:note"
    ROLLUPS_REBUILT = "station:rollups:rebuild"

    SET_UP = "instance:setup:complete"
    TEST_MAIL_ASKED = "instance:test_mail:ask"
    DEMO_LOADED = "instance:demo:load"
    ORIGINAL_IMPORTED = "station:original:import"
    BACKUP_MADE = "instance:backup:make"
    BACKUP_RESTORED = "instance:backup:restore"


# Names under which no detail is ever kept: whoever reads the events must not be able to act by them.
SECRET_NAMES = frozenset(
    {"password", "current_password", "new_password", "hashed_password", "token", "token_hash", "key", "press_key"}
    | {"press_url", "secret", "cookie", "csrf_token"}
)


def changes_of(before: dict[str, object], after: dict[str, object]) -> dict[str, list[object]]:
    """Each field that is another one now, with what it was and what it is. For fields that are no secret."""
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
