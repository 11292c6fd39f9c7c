"""The accounts room's decisions, without a database."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from app.features.accounts import rules
from app.features.accounts.rules import CountedBy, InvitationState, TryCount
from app.models import Purpose, Role
from app.tests.factories import LONG_AGO


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, [Role.VIEWER]),
        (Role.EDITOR, [Role.VIEWER, Role.EDITOR]),
        (Role.OWNER, [Role.VIEWER, Role.EDITOR, Role.OWNER]),
    ],
)
def test_each_role_may_do_what_the_ones_below_it_may(role: Role, allowed: list[Role]) -> None:
    assert [minimum for minimum in reversed(Role) if rules.is_at_least(role, minimum)] == allowed


def test_every_purpose_has_a_default_window() -> None:
    assert {purpose: rules.DEFAULT_DEDUP_WINDOW_MS[purpose] for purpose in Purpose} == {
        Purpose.RADIO: 2000,
        Purpose.DESK: 2000,
        Purpose.STREAM: 0,
        Purpose.RESEARCH: 0,
    }


def test_the_last_owner_can_neither_go_nor_become_something_else() -> None:
    owner, editor = uuid4(), uuid4()
    roles = {owner: Role.OWNER, editor: Role.EDITOR}
    assert not rules.leaves_an_owner(roles, user_id=owner, new_role=None)
    assert not rules.leaves_an_owner(roles, user_id=owner, new_role=Role.EDITOR)
    assert rules.leaves_an_owner(roles, user_id=owner, new_role=Role.OWNER)


def test_one_of_two_owners_can_go() -> None:
    owner, other = uuid4(), uuid4()
    roles = {owner: Role.OWNER, other: Role.OWNER}
    assert rules.leaves_an_owner(roles, user_id=owner, new_role=None)
    assert rules.leaves_an_owner(roles, user_id=owner, new_role=Role.VIEWER)


ANN, BOB, EVE = uuid4(), uuid4(), uuid4()


@pytest.mark.parametrize(
    ("reader_id", "is_superuser", "is_shown"),
    [(ANN, False, True), (BOB, False, False), (ANN, True, True), (BOB, True, True)],
)
def test_an_account_is_shown_to_its_owner_and_to_superusers(
    reader_id: UUID, is_superuser: bool, is_shown: bool
) -> None:
    assert rules.may_read_user(reader_id=reader_id, is_superuser=is_superuser, user_id=ANN) is is_shown


@pytest.mark.parametrize(
    ("changes", "may_end_superuser", "ends_sessions"),
    [
        ({}, False, False),
        ({"email": "ann@example.com", "full_name": None}, False, False),
        ({"is_active": True, "is_superuser": True}, False, False),
        ({"is_superuser": False}, True, False),
        ({"is_active": False}, True, True),
        ({"password": "eight888"}, False, True),
    ],
)
def test_what_a_change_of_an_account_brings_with_it(
    changes: dict[str, Any], may_end_superuser: bool, ends_sessions: bool
) -> None:
    assert rules.may_end_superuser(changes) is may_end_superuser
    assert rules.ends_sessions(changes) is ends_sessions


@pytest.mark.parametrize(
    ("superusers", "user_id", "is_left"),
    [
        ({ANN}, ANN, False),
        ({ANN, BOB}, ANN, True),
        ({ANN}, BOB, True),
        (set(), BOB, True),
    ],
)
def test_the_last_superuser_cannot_go(superusers: set[UUID], user_id: UUID, is_left: bool) -> None:
    assert rules.leaves_a_superuser(superusers, user_id=user_id) is is_left


@pytest.mark.parametrize(
    ("owners", "left"),
    [
        ({}, []),
        ({ANN: [EVE]}, [ANN]),
        ({ANN: [EVE, BOB]}, []),
        ({ANN: [EVE], BOB: [EVE, ANN], EVE: [EVE]}, [ANN, EVE]),
    ],
)
def test_a_station_without_another_owner_would_be_left_ownerless(
    owners: dict[UUID, list[UUID]], left: list[UUID]
) -> None:
    assert rules.stations_left_ownerless(owners, user_id=EVE) == left


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Etc/GMT+5"])
def test_places_are_zones(zone: str) -> None:
    assert zone in rules.zone_names()


@pytest.mark.parametrize(
    "zone",
    [
        "localtime",
        "Factory",
        "posixrules",
        "posix/Europe/Berlin",
        "right/UTC",
        "SystemV/EST5",
        "europe/berlin",
        "Europe",
        "../../etc/passwd",
        "",
    ],
)
def test_what_names_no_place_is_not_a_zone(zone: str) -> None:
    assert zone not in rules.zone_names()


@pytest.mark.parametrize("zone", ["CET", "EET", "EST", "HST", "MET", "MST", "WET"])
def test_names_that_the_database_reads_as_abbreviations_are_not_zones(zone: str) -> None:
    assert zone not in rules.zone_names()


def test_every_zone_name_can_be_opened() -> None:
    assert len([ZoneInfo(name) for name in rules.zone_names()]) > 400


def test_a_session_ends_at_the_moment_it_expires() -> None:
    moment = timedelta(microseconds=1)
    assert rules.is_session_live(expires_at=LONG_AGO, is_user_active=True, now=LONG_AGO - moment)
    assert not rules.is_session_live(expires_at=LONG_AGO, is_user_active=True, now=LONG_AGO)


def test_a_closed_account_has_no_live_session() -> None:
    assert not rules.is_session_live(expires_at=LONG_AGO, is_user_active=False, now=LONG_AGO - timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        ("  ann@example.com\n", "ann@example.com"),
        ("Rene\u0301@example.com", "ren\u00e9@example.com"),
    ],
)
def test_an_address_has_one_spelling(typed: str, stored: str) -> None:
    assert rules.normalize_email(typed) == stored


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (None, None),
        ("", None),
        ("Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"),
        ("a\x00b\x1bc", "abc"),
        ("x" * 1000, "x" * rules.MAX_USER_AGENT_LENGTH),
        ("\x07", None),
        ("a\ud800b", "ab"),
    ],
)
def test_a_user_agent_is_cut_to_what_can_be_stored(sent: str | None, stored: str | None) -> None:
    assert rules.readable_user_agent(sent) == stored


# Tries


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        (None, None),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_an_address_counts_with_those_that_its_holder_has_as_well(origin: str | None, address: str | None) -> None:
    assert rules.address_of_origin(origin) == address


def test_a_login_is_counted_by_its_account_its_address_and_both() -> None:
    assert rules.counted_names(email=" Ann@Example.com", origin="192.0.2.1") == {
        CountedBy.ACCOUNT: ("ann@example.com",),
        CountedBy.ADDRESS: ("192.0.2.1",),
        CountedBy.BOTH: ("ann@example.com", "192.0.2.1"),
    }
    assert rules.counted_names(email="ann@example.com", origin=None) == {CountedBy.ACCOUNT: ("ann@example.com",)}


def test_an_account_that_is_known_by_its_address_is_held_up_by_nobody_else() -> None:
    assert rules.counters_that_bind(is_known=True) == {CountedBy.BOTH}
    assert rules.counters_that_bind(is_known=False) == {CountedBy.ACCOUNT, CountedBy.ADDRESS, CountedBy.BOTH}


@pytest.mark.parametrize("counted_by", sorted(rules.COUNTS_MAIL))
def test_a_hold_of_mail_begins_with_a_minute(counted_by: CountedBy) -> None:
    free = rules.FREE_TRIES[counted_by]
    holds = [rules.hold_after(free + more, counted_by=counted_by) for more in (-1, 0, 1, 2, 3, 4, 10_000_000)]
    assert [hold.total_seconds() for hold in holds] == [0, 60, 120, 240, 480, 900, 900]


@pytest.mark.parametrize("counted_by", sorted(set(CountedBy) - rules.COUNTS_MAIL))
def test_a_hold_doubles_up_to_a_quarter_of_an_hour(counted_by: CountedBy) -> None:
    free = rules.FREE_TRIES[counted_by]
    holds = [rules.hold_after(free + more, counted_by=counted_by) for more in (-1, 0, 1, 2, 9, 10, 11, 10_000_000)]
    assert [hold.total_seconds() for hold in holds] == [0, 1, 2, 4, 512, 900, 900, 900]


SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, TryCount(1, rules.NEVER_HELD, LONG_AGO + HOUR)),
        (TryCount(3, LONG_AGO - HOUR, LONG_AGO + SECOND), TryCount(4, LONG_AGO - HOUR, LONG_AGO + HOUR)),
        (TryCount(4, LONG_AGO, LONG_AGO + SECOND), TryCount(5, LONG_AGO + SECOND, LONG_AGO + HOUR)),
        (TryCount(9, LONG_AGO, LONG_AGO), TryCount(1, LONG_AGO, LONG_AGO + HOUR)),
        (TryCount(1, LONG_AGO + HOUR, LONG_AGO + 2 * HOUR), TryCount(2, LONG_AGO + HOUR, LONG_AGO + HOUR)),
    ],
)
def test_a_try_is_counted_as_one_that_goes_wrong(before: TryCount | None, after: TryCount) -> None:
    assert rules.after_one_more_try(before, counted_by=CountedBy.BOTH, now=LONG_AGO) == after


def test_a_try_that_holds_nothing_up_does_not_refuse_one_whose_clock_is_behind() -> None:
    first = rules.after_one_more_try(None, counted_by=CountedBy.BOTH, now=LONG_AGO)
    assert rules.wait_of([first], now=LONG_AGO - timedelta(milliseconds=5)) == timedelta()


def test_a_try_that_is_taken_back_leaves_what_others_have_tried_since() -> None:
    before, after = TryCount(4, LONG_AGO, LONG_AGO + HOUR), TryCount(5, LONG_AGO + SECOND, LONG_AGO + HOUR)
    assert rules.without_one_try(after, before=before, after=after) == before
    since = TryCount(6, LONG_AGO + 3 * SECOND, LONG_AGO + HOUR)
    left = TryCount(5, LONG_AGO + 3 * SECOND, LONG_AGO + HOUR)
    assert rules.without_one_try(since, before=before, after=after) == left
    gone = TryCount(0, LONG_AGO, LONG_AGO)
    assert rules.without_one_try(gone, before=before, after=after) == gone


def test_a_try_waits_for_the_last_of_its_counters() -> None:
    counters = [TryCount(9, LONG_AGO + wait, LONG_AGO + HOUR) for wait in (-HOUR, 2 * SECOND, SECOND)]
    assert rules.wait_of(counters, now=LONG_AGO) == 2 * SECOND
    assert rules.wait_of(counters, now=LONG_AGO + 2 * SECOND) == timedelta()
    assert rules.wait_of([], now=LONG_AGO) == timedelta()


@pytest.mark.parametrize(
    ("ends", "may_inviter_invite", "state"),
    [
        ({}, True, InvitationState.PENDING),
        ({"expires_at": LONG_AGO}, True, InvitationState.EXPIRED),
        ({}, False, InvitationState.WITHOUT_INVITER),
        ({"expires_at": LONG_AGO}, False, InvitationState.WITHOUT_INVITER),
        ({"accepted_at": LONG_AGO}, False, InvitationState.ACCEPTED),
        ({"revoked_at": LONG_AGO}, True, InvitationState.REVOKED),
    ],
)
def test_an_invitation_counts_in_its_time_while_its_inviter_may_invite(
    ends: dict[str, datetime], may_inviter_invite: bool, state: InvitationState
) -> None:
    stored: dict[str, Any] = {"accepted_at": None, "revoked_at": None, "expires_at": LONG_AGO + SECOND} | ends
    assert rules.invitation_state(**stored, may_inviter_invite=may_inviter_invite, now=LONG_AGO) == state


@pytest.mark.parametrize(
    ("role", "is_active", "is_superuser", "may_invite"),
    [
        (Role.OWNER, True, False, True),
        (Role.OWNER, False, False, False),
        (Role.EDITOR, True, False, False),
        (None, True, False, False),
        (None, True, True, True),
        (None, False, True, False),
    ],
)
def test_owners_and_superusers_invite(role: Role | None, is_active: bool, is_superuser: bool, may_invite: bool) -> None:
    assert rules.may_invite(role=role, is_active=is_active, is_superuser=is_superuser) == may_invite
