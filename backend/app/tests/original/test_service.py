"""Coming over: from a database as the other program makes it, into one that keeps what is recorded."""

from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import bcrypt
import psycopg
import pytest
from sqlmodel import col, select

from app.core import clock, security
from app.core.db import transaction
from app.core.errors import InvalidInput
from app.features.accounts import sessions
from app.features.audit.actions import Action
from app.features.buttons.rules import imported_address_key
from app.features.presses import imported, watch
from app.features.stats.view import look_at
from app.loading import Progress, Report
from app.models import (
    ActorKind,
    AuditEvent,
    Button,
    ButtonRetirement,
    ButtonTally,
    ButtonVersion,
    Member,
    Press,
    PressKey,
    Role,
    Station,
    User,
)
from app.original import service, source
from app.original.ledger import Entry, Fate, Ledger, Thing
from app.original.report_file import report_to
from app.original.service import Arrived, Destination
from app.original.source import OriginalUnreadable, open_original
from app.tests.original.installation import MANY_USES, WITHOUT_RULES, Installation
from app.tests.recording import KeptDatabase

PASSWORD = "buckle up, it is the law"
NEW = Destination(station=None, new_name="WBOR", zone="America/New_York")
AGAIN = Destination(station=None, new_name=None, zone=None)


class Import:
    """Runs it, and keeps what was told of the last run."""

    def __init__(self, kept: KeptDatabase, original: Installation) -> None:
        self.kept = kept
        self.original = original
        self.told: list[Entry] = []
        self.ledger = Ledger(self.told.append)

    def __call__(
        self, destination: Destination = NEW, *, keep_superusers: bool = False, report: Report | None = None
    ) -> Arrived:
        self.told.clear()
        self.ledger = Ledger(self.told.append)
        with open_original(self.original.url) as original:
            return service.bring_over(
                partial(transaction, self.kept.engine),
                original,
                destination=destination,
                keep_superusers=keep_superusers,
                ledger=self.ledger,
                report=report or (lambda progress: None),
                now=clock.now,
            )

    def counts(self, thing: Thing) -> dict[tuple[Fate, str], int]:
        return {(line.fate, line.why): line.number for line in self.ledger.lines() if line.thing is thing}

    def reasons(self, thing: Thing) -> Counter[str]:
        return Counter(
            entry.remark.why for entry in self.told if entry.thing is thing and entry.remark.fate is not Fate.CAME
        )


@pytest.fixture
def bring_over(kept: KeptDatabase, original: Installation) -> Import:
    return Import(kept, original)


@pytest.fixture
def admin(original: Installation) -> UUID:
    return original.user("Admin@WBOR.org", is_superuser=True, hashed_password=bcrypt_hash(PASSWORD), full_name="Ada")


def bcrypt_hash(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(12)).decode()


def rows[Row](kept: KeptDatabase, table: type[Row], *order: Any) -> list[Row]:
    with transaction(kept.engine) as session:
        return list(session.exec(select(table).order_by(*order)))


def noted(kept: KeptDatabase) -> list[dict[str, Any]]:
    return [event.details for event in rows(kept, AuditEvent, col(AuditEvent.id))]


def fingerprint(kept: KeptDatabase) -> dict[str, str]:
    """A hash of each table."""
    with psycopg.connect(kept.settings.conninfo) as connection:
        names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        query = "SELECT md5(COALESCE(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} AS t"
        hashes = {}
        for name in names:
            row = connection.execute(query.format(name).encode()).fetchone()
            assert row is not None
            hashes[name] = row[0]
        return hashes


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_a_hundred_thousand_uses_come_with_equal_counts(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    for number in range(20):
        original.button(admin, f"Button {number}")
    original.run(MANY_USES, many=100_000)

    arrived = bring_over()

    assert arrived.use_count == 100_000
    there = original.rows(
        "SELECT button_id, date_trunc('month', timestamp AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')::date,"
        " count(*) FROM buttonuse GROUP BY 1, 2 ORDER BY 1, 2"
    )
    with psycopg.connect(kept.settings.conninfo) as connection:
        here = connection.execute(
            "SELECT button_id, date_trunc('month', day)::date, sum(press_count)::bigint FROM rollup_day"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    assert here == there
    assert kept.differences(arrived.station_id) == []
    assert kept.has_no_gaps(arrived.station_id)
    counters = original.rows("SELECT id, usage_count FROM button ORDER BY id")
    tallies = rows(kept, ButtonTally, ButtonTally.button_id)
    assert [(tally.button_id, tally.press_count) for tally in tallies] == counters

    before = fingerprint(kept)
    bring_over(AGAIN)
    assert changed(before, fingerprint(kept)) == {"audit_event"}
    assert bring_over.counts(Thing.USE) == {(Fate.BEFORE, ""): 100_000}

    (button_id, _) = counters[0]
    assert isinstance(button_id, UUID)
    new = {original.use(button_id, f"2026-09-0{day} 12:00:00.25") for day in (1, 2)}
    bring_over()
    assert {press.id for press in kept.presses(arrived.station_id)[100_000:]} == new
    assert bring_over.counts(Thing.USE)[Fate.CAME, ""] == 2
    assert changed(before, fingerprint(kept)) == {
        *("press", "station_head", "button_tally", "rollup_quarter", "rollup_hour", "rollup_day"),
        *("rollup_deck_quarter", "rollup_deck_day", "imported_span", "audit_event"),
    }
    assert kept.differences(arrived.station_id) == []


def test_a_use_becomes_a_counted_press_that_says_where_it_is_from(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    button_id = original.button(admin, usage_count=3)
    first = original.use(button_id, "2025-04-01 03:00:00.5", origin="192.0.2.7")
    original.use(button_id, "2025-04-01 03:00:00.9", origin="a proxy, somewhere")

    arrived = bring_over()

    press, soon_after = kept.presses(arrived.station_id)
    assert (press.id, press.button_id, press.button_version, press.seq) == (first, button_id, 1, 1)
    assert (press.status, press.effective_status, press.channel) == ("counted", "counted", "import")
    assert press.pressed_at == press.claimed_at == datetime(2025, 4, 1, 3, 0, 0, 500_000, tzinfo=UTC)
    assert press.received_at > press.pressed_at
    assert (str(press.origin), press.press_key_id, press.recorded_by) == ("192.0.2.7", None, None)
    # What the original counted is not de-duplicated once more.
    assert (soon_after.status, soon_after.origin) == ("counted", None)
    assert bring_over.counts(Thing.USE) == {
        (Fate.CAME, ""): 2,
        (Fate.CHANGED, "without its origin, which is no IP address"): 1,
        (Fate.UNKNOWN, "counted there without a time: the counter is ahead of the uses"): 1,
    }


def test_a_run_that_was_interrupted_is_gone_on_with(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "USES_AT_ONCE", 100)
    original.button(admin)
    original.button(admin)
    original.run(MANY_USES, many=1000)

    def stop(progress: Progress) -> None:
        if progress.press_count == 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_over(report=stop)
    assert len(rows(kept, Press)) == 300
    arrived = bring_over()

    assert len(rows(kept, Station)) == 1
    assert [press.id for press in kept.presses(arrived.station_id)] == [
        id for (id,) in original.rows("SELECT id FROM buttonuse ORDER BY timestamp, id")
    ]
    assert kept.differences(arrived.station_id) == []
    assert bring_over.counts(Thing.USE) == {(Fate.CAME, ""): 700, (Fate.BEFORE, ""): 300}


def test_a_batch_that_fails_leaves_nothing_of_itself(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    original.use(original.button(admin), "2025-04-01")
    monkeypatch.setattr(imported, "VERSION", 2)

    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        bring_over()

    (station,) = rows(kept, Station)
    assert kept.presses(station.id) == []
    assert kept.has_no_gaps(station.id)


def test_people_come_with_their_ids_and_passwords_and_do_not_run_this_server(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    host = original.user("host@wbor.org", hashed_password=bcrypt_hash(PASSWORD))
    original.user("listener@wbor.org")
    gone = original.user("gone@wbor.org", is_active=False)
    for owner in (admin, host, gone):
        original.button(owner)

    arrived = bring_over()

    users = {user.email: user for user in rows(kept, User)}
    assert users.keys() == {"admin@wbor.org", "host@wbor.org", "listener@wbor.org", "gone@wbor.org"}
    assert (users["admin@wbor.org"].id, users["admin@wbor.org"].full_name) == (admin, "Ada")
    assert not any(user.is_superuser for user in users.values())
    assert not arrived.has_superuser
    assert not users["gone@wbor.org"].is_active
    members = {member.user_id: member.role for member in rows(kept, Member)}
    assert members == {admin: Role.OWNER, host: Role.EDITOR}

    with transaction(kept.engine) as session:
        assert sessions.check_credentials(session, email="HOST@wbor.org", password=PASSWORD).id == host
    with transaction(kept.engine) as session:
        user = session.get_one(User, host)
        assert user.hashed_password.startswith("$argon2id$")
        assert sessions.check_credentials(session, email="host@wbor.org", password=PASSWORD).id == host
        with pytest.raises(sessions.InvalidCredentials):
            sessions.check_credentials(session, email="listener@wbor.org", password="x")


def test_who_ran_the_other_installation_runs_this_one_when_that_is_asked_for(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.button(admin)

    assert bring_over(keep_superusers=True).has_superuser
    assert [user.is_superuser for user in rows(kept, User)] == [True]


def test_each_run_is_noted_with_the_people_that_it_brought_and_with_its_uses(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    button_id = original.button(admin)
    original.button(original.user("host@wbor.org"))
    original.user("former@wbor.org", is_active=False, is_superuser=True)
    original.use(button_id, "2025-04-01")

    arrived = bring_over(keep_superusers=True)
    original.user("late@wbor.org", is_superuser=True)
    bring_over(AGAIN)

    assert noted(kept) == [
        {"is_new_station": True, "account_count": 3, "member_count": 2, "superuser_count": 2},
        {"use_count": 1},
        {"is_new_station": False, "account_count": 1, "member_count": 1, "superuser_count": 0},
        {"use_count": 0},
    ]
    events = rows(kept, AuditEvent)
    assert {(event.action, event.actor) for event in events} == {(Action.ORIGINAL_IMPORTED, ActorKind.COMMAND)}
    assert {(event.station_id, event.subject_id) for event in events} == {(arrived.station_id, arrived.station_id)}


def test_superusers_that_came_before_a_run_broke_off_are_noted(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.use(original.button(admin), "2025-04-01")

    def report(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_over(keep_superusers=True, report=report)

    assert [user.is_superuser for user in rows(kept, User)] == [True]
    assert noted(kept) == [{"is_new_station": True, "account_count": 1, "member_count": 1, "superuser_count": 1}]


def test_a_run_that_is_refused_is_not_noted(bring_over: Import, kept: KeptDatabase, original: Installation) -> None:
    original.user("host@wbor.org")

    with pytest.raises(service.NoOwner):
        bring_over(keep_superusers=True)

    assert (rows(kept, User), noted(kept)) == ([], [])


def test_somebody_who_is_here_already_keeps_their_account(
    bring_over: Import, kept: KeptDatabase, original: Installation
) -> None:
    with kept.make() as make:
        here, station = make.user(email="ada@wbor.org", password_hash="own"), make.station(name="WXYZ")
        make.member(station=station)
    there = original.user("Ada@wbor.org", is_superuser=True)
    button_id = original.button(there)
    original.retirement(button_id, "2025-04-01", "2025-05-01", by=there)

    bring_over(Destination(station="WXYZ", new_name=None, zone=None), keep_superusers=True)

    (button,), (retirement,) = rows(kept, Button), rows(kept, ButtonRetirement)
    assert button.created_by == retirement.retired_by == here.id
    with transaction(kept.engine) as session:
        user = session.get_one(User, here.id)
        assert (user.hashed_password, user.is_superuser) == ("own", False)
        # An existing station keeps to its own owners.
        assert session.get_one(Member, (station.id, here.id)).role == Role.EDITOR


def test_whoever_was_taken_out_of_the_station_is_not_brought_back(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    host = original.user("host@wbor.org")
    original.button(host)
    arrived = bring_over()
    with transaction(kept.engine) as session:
        session.delete(session.get_one(Member, (arrived.station_id, host)))
    original.button(host)

    bring_over()

    assert {member.user_id for member in rows(kept, Member)} == {admin}
    assert len(rows(kept, Button)) == 2


def test_a_hash_that_would_cost_more_than_others_is_no_password(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.button(admin)
    salt = "A" * 53
    costly = [
        f"$2b$31${salt}", f"$2b$04${salt}", "$argon2id$v=19$m=4194304,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43, "x", "",
    ]  # fmt: skip
    for number, hashed in enumerate(costly):
        original.user(f"user{number}@wbor.org", hashed_password=hashed)

    bring_over()

    stored = {user.email: user.hashed_password for user in rows(kept, User)}
    assert stored.pop("admin@wbor.org").startswith("$2b$12$")
    assert set(stored.values()) == {"!"}
    assert bring_over.reasons(Thing.USER)["without a password: its hash is of no known make"] == len(costly)


def test_buttons_come_with_an_address_to_copy_and_their_imported_one(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    button_id = original.button(admin, "Hug", description="Kind", duration=30, source="Day", created_at="2025-03-31Z")

    bring_over()

    (version,) = rows(kept, ButtonVersion)
    assert (version.button_id, version.number, version.created_by) == (button_id, 1, admin)
    assert (version.title, version.type, version.description) == ("Hug", "PSA", "Kind")
    assert (version.duration, version.source, version.created_at) == (30, "Day", datetime(2025, 3, 31, tzinfo=UTC))
    keys = {key.key for key in rows(kept, PressKey)}
    assert len(keys) == 2
    assert imported_address_key(button_id) in keys


def test_odd_rows_come_as_far_as_they_can_and_none_is_dropped_silently(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID, tmp_path: Path
) -> None:
    original.run(WITHOUT_RULES)
    original.run("ALTER TABLE button ALTER description TYPE text")
    original.user("not an address")
    original.user(None)
    original.user("deleted@wbor.org", id=UUID(int=0))
    original.user("ADMIN@wbor.org")
    long = "L" * 255
    kinds = {
        original.button(admin, long, description="Below"): ("L" * 199 + "…", f"{long}\n\nBelow", "PSA", None),
        original.button(admin, None, type=None, duration="-3"): ("(untitled)", None, "other", None),
        original.button(admin, " a\tb\x01\n", type="T" * 50, duration="1:02:03"): ("a b", None, "T" * 40, 3723),
        original.button(uuid4(), "=cmd()", duration="0:30"): ("=cmd()", None, "PSA", 30),
        original.button(admin, "NaN", duration="NaN", created_at="infinity"): ("NaN", None, "PSA", None),
        original.button(admin, "Long", description="D" * 5000): ("Long", "D" * 4000, "PSA", None),
    }
    button_id = next(iter(kinds))
    for at in ("1969-12-31", "2000-12-31", "2999-01-01", "infinity", "-infinity", "0044-03-15 BC", None):
        original.use(button_id, at)
    original.use(uuid4(), "2025-04-01")
    original.use(None, "2025-04-01")
    original.use(button_id, "2025-04-01", origin="=cmd()")

    with report_to(tmp_path / "report.csv") as tell:
        bring_over()
        for entry in bring_over.told:
            tell(entry)

    versions = {
        version.button_id: (version.title, version.description, version.type, version.duration)
        for version in rows(kept, ButtonVersion)
    }
    assert versions == kinds
    assert bring_over.reasons(Thing.USER) == {
        "the e-mail address is not a valid one": 2,
        "the original's stand-in for deleted users": 1,
        "another user's address differs in case only: as that one": 1,
        "without a password: somebody else has the same address": 1,
        "superusers there, and not here": 1,
    }
    assert bring_over.counts(Thing.USE) == {
        (Fate.CAME, ""): 1,
        (Fate.CHANGED, "without its origin, which is no IP address"): 1,
        (Fate.LEFT, "it is from before 2001, when there were no Stream Decks"): 2,
        (Fate.LEFT, "it lies in the future"): 1,
        (Fate.LEFT, "it has no time, or none that can be written down"): 4,
        (Fate.LEFT, "its button is not there, or did not come"): 2,
    }
    assert bring_over.counts(Thing.BUTTON)[Fate.CAME, ""] == len(kinds)
    told = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert told.count("\n") == len(bring_over.told) + 1
    assert '"\'=cmd()"' in told
    assert (tmp_path / "report.csv").stat().st_mode & 0o777 == 0o600


def test_ids_of_uses_that_are_no_uuids_are_the_same_in_every_run(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.use(original.button(admin), "2025-04-01")
    original.run("ALTER TABLE buttonuse DROP COLUMN id; ALTER TABLE buttonuse ADD COLUMN id serial PRIMARY KEY")

    bring_over()
    bring_over()

    namespace = uuid5(NAMESPACE_URL, "https://github.com/mdrxy/streamdeck-buttons#buttonuse")
    assert [press.id for press in rows(kept, Press)] == [uuid5(namespace, "1")]


def test_times_with_a_zone_are_read_as_what_they_are(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.run("ALTER TABLE buttonuse ALTER timestamp TYPE timestamptz USING timestamp AT TIME ZONE 'UTC'")
    original.use(original.button(admin), "2025-04-01 00:00:00-04")

    bring_over()

    assert [press.pressed_at for press in rows(kept, Press)] == [datetime(2025, 4, 1, 4, tzinfo=UTC)]


def test_what_the_original_recorded_is_not_shown_as_not_recording(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    button_id = original.button(admin)
    for day in ("2025-04-01", "2025-04-10"):
        original.use(button_id, f"{day} 12:00")

    arrived = bring_over()

    first, last = datetime(2025, 4, 1, 12, tzinfo=UTC), datetime(2025, 4, 10, 12, tzinfo=UTC)
    start, end = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)
    with transaction(kept.engine) as session:
        view = look_at(session, station=session.get_one(Station, arrived.station_id), now=clock.now(), tz=None)
        assert view.gaps(start, end) == [(start, first), (last, end)]
        # Everybody else's record knows nothing of it.
        (gap,) = watch.read_gaps(session, start=start, end=end)
        assert (gap.started_at, gap.ended_at) == (start, end)


def test_the_same_command_again_goes_on_in_the_station_that_it_made(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.button(admin)

    assert bring_over(NEW).station_id == bring_over(NEW).station_id == bring_over(AGAIN).station_id
    assert len(rows(kept, Station)) == 1


@pytest.mark.parametrize(
    ("destination", "error"),
    [
        (AGAIN, service.StationUnclear),
        (Destination(station="WXYZ", new_name=None, zone=None), service.StationUnclear),
        (Destination(station=None, new_name="Taken", zone="UTC"), service.StationNameTaken),
        (Destination(station=None, new_name="W", zone="Mars/Olympus"), InvalidInput),
    ],
)
def test_a_station_that_does_not_follow_from_what_was_asked_is_asked_for(
    bring_over: Import,
    kept: KeptDatabase,
    original: Installation,
    admin: UUID,
    destination: Destination,
    error: type[Exception],
) -> None:
    original.button(admin)
    with kept.make() as make:
        make.station(name="Taken")

    with pytest.raises(error):
        bring_over(destination)
    assert rows(kept, User) == []


def test_an_installation_is_not_brought_into_two_stations(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.button(admin)
    bring_over()
    with kept.make() as make:
        make.station(name="Other")

    for other in (
        Destination(station="Other", new_name=None, zone=None),
        Destination(station=None, new_name="Another", zone="UTC"),
    ):
        with pytest.raises(service.ImportedElsewhere, match="WBOR"):
            bring_over(other)


def test_a_new_station_needs_somebody_to_own_it(bring_over: Import, kept: KeptDatabase, original: Installation) -> None:
    original.button(original.user("host@wbor.org"))

    with pytest.raises(service.NoOwner):
        bring_over()
    assert rows(kept, User) == []


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("DROP TABLE buttonuse", 'It has no table "buttonuse".'),
        (
            'ALTER TABLE "user" DROP email, DROP hashed_password',
            'Its table "user" has no column email, hashed_password.',
        ),
        ("ALTER TABLE buttonuse ALTER timestamp TYPE text", 'In its table "buttonuse" timestamp is no time.'),
    ],
)
def test_another_database_is_refused_with_what_it_lacks(original: Installation, damage: str, sentence: str) -> None:
    original.run(damage)

    with pytest.raises(OriginalUnreadable) as refused, open_original(original.url):
        pass
    assert str(refused.value) == f"This is not the database of a streamdeck-buttons installation. {sentence}"


@pytest.mark.parametrize("url", ["postgresql://user:pa%ss@host/name", "host=nowhere password=pass port=x", "pass"])
def test_an_address_that_is_none_is_not_repeated(url: str) -> None:
    with pytest.raises(OriginalUnreadable) as refused, open_original(url):
        pass
    assert "pa%ss" not in str(refused.value)
    assert "pass port" not in str(refused.value)


def test_the_original_is_only_read(original: Installation) -> None:
    with open_original(original.url) as opened, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        opened.connection.execute("DELETE FROM buttonuse")


def test_columns_that_an_older_version_did_not_have_may_be_missing(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    original.use(original.button(admin), "2025-04-01")
    original.run("ALTER TABLE buttonretirement DROP created_by; ALTER TABLE buttonuse DROP origin")
    original.run("ALTER TABLE button DROP source, DROP duration, DROP created_at")

    assert bring_over().use_count == 1


def test_who_did_not_come_keeps_the_id_on_what_they_made(
    bring_over: Import, kept: KeptDatabase, original: Installation, admin: UUID
) -> None:
    nameless = original.user("not an address")
    original.button(nameless)

    bring_over()

    assert [button.created_by for button in rows(kept, Button, col(Button.id))] == [nameless]


def test_security_reads_the_hashes_that_the_import_lets_in() -> None:
    assert security.BCRYPT_ROUNDS == 12
