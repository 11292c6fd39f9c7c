"""Use cases of the accounts room on a real database."""

import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from app import crud
from app.core.config import Settings
from app.core.db import transaction
from app.core.errors import InvalidInput
from app.features.accounts import queries, rules, service, sessions, users
from app.features.accounts.schemas import StationCreate, UserCreate
from app.models import Member, Purpose, Role, Station, StationHead, User
from app.tests.conftest import SECRET_KEY
from app.tests.factories import LONG_AGO, Factory
from app.tests.features.accounts.races import both_at_once
from app.tests.letters import WITHOUT_MAIL

PASSWORD = "buckle up, it is the law"
ADDRESS = "chief@example.com"


def first_superuser_settings(*, password: str = PASSWORD) -> Settings:
    return Settings(
        _env_file=None,
        secret_key=SecretStr(SECRET_KEY),
        first_superuser=ADDRESS,
        first_superuser_password=SecretStr(password),
    )


def no_superuser_settings() -> Settings:
    return Settings(
        _env_file=None, secret_key=SecretStr(SECRET_KEY), first_superuser=None, first_superuser_password=None
    )


# Secret key


def test_a_configured_secret_key_is_used_as_it_is(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, secret_key=SecretStr(SECRET_KEY), tracker_data_dir=tmp_path)
    assert service.load_secret_key(settings) == SECRET_KEY
    assert list(tmp_path.iterdir()) == []


def test_a_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, secret_key=None, tracker_data_dir=tmp_path / "data")
    made = service.load_secret_key(settings)
    assert len(made) >= 32
    assert service.load_secret_key(settings) == made
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600


# Stations of a request


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("minimum", list(Role))
def test_a_station_opens_to_the_roles_that_reach(session: Session, make: Factory, role: Role, minimum: Role) -> None:
    station, user = make.station(), make.user()
    make.member(station=station, user=user, role=role)
    if rules.is_at_least(role, minimum):
        assert service.open_station(session, user=user, station_id=station.id, minimum=minimum) == (station, role)
    else:
        with pytest.raises(service.RoleTooLow):
            service.open_station(session, user=user, station_id=station.id, minimum=minimum)


def test_a_strangers_station_looks_like_one_that_does_not_exist(session: Session, make: Factory) -> None:
    user, theirs = make.user(), make.station()
    make.member(station=make.station(), user=user)
    with pytest.raises(service.StationNotFound) as of_stranger:
        service.open_station(session, user=user, station_id=theirs.id, minimum=Role.OWNER)
    with pytest.raises(service.StationNotFound) as of_nobody:
        service.open_station(session, user=user, station_id=uuid4(), minimum=Role.OWNER)
    assert of_stranger.value.detail == of_nobody.value.detail


def test_the_only_station_need_not_be_named(session: Session, make: Factory) -> None:
    station, user = make.station(), make.user()
    make.member(station=station, user=user, role=Role.VIEWER)
    make.member(station=make.station())
    assert service.open_station(session, user=user, station_id=None, minimum=Role.VIEWER) == (station, Role.VIEWER)


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("count", [0, 2])
def test_none_or_several_stations_must_be_named(
    session: Session, make: Factory, count: int, is_superuser: bool
) -> None:
    user = make.user(is_superuser=is_superuser)
    for _ in range(count):
        make.member(station=make.station(), user=user)
    with pytest.raises(service.StationRequired) as refused:
        service.open_station(session, user=user, station_id=None, minimum=Role.VIEWER)
    [error] = refused.value.errors
    assert error.field == "query.station_id"
    assert error.message == "is required: you are a member of several stations, or of none"


def test_a_superuser_acts_as_owner_everywhere(session: Session, make: Factory) -> None:
    user, theirs, own = make.user(is_superuser=True), make.station(), make.station()
    make.member(station=own, user=user, role=Role.VIEWER)
    assert service.open_station(session, user=user, station_id=theirs.id, minimum=Role.OWNER) == (theirs, Role.OWNER)
    assert service.open_station(session, user=user, station_id=None, minimum=Role.OWNER) == (own, Role.OWNER)
    with pytest.raises(service.StationNotFound):
        service.open_station(session, user=user, station_id=uuid4(), minimum=Role.VIEWER)


# Users


def test_an_address_has_one_account_in_every_spelling(session: Session) -> None:
    service.create_user(session, new=UserCreate(email="ann@example.com", password=PASSWORD), now=LONG_AGO)
    with pytest.raises(service.EmailTaken):
        service.create_user(session, new=UserCreate(email="ANN@example.com", password=PASSWORD), now=LONG_AGO)


def test_of_two_accounts_with_one_address_made_at_once_one_is_made(committed: Engine) -> None:
    def create(_: int) -> str:
        with transaction(committed) as session:
            return service.create_user(session, new=UserCreate(email=ADDRESS, password=PASSWORD), now=LONG_AGO).email

    assert sorted(map(str, both_at_once(create))) == [ADDRESS, "email_taken"]


def test_a_superuser_can_be_made_from_plain_text(session: Session) -> None:
    user = service.create_superuser(session, email="Chief@Example.com", password=PASSWORD, full_name=None, now=LONG_AGO)
    assert (user.email, user.is_superuser, user.is_active) == (ADDRESS, True, True)
    assert sessions.check_credentials(session, email=ADDRESS, password=PASSWORD) == user


def test_making_a_superuser_changes_no_existing_account(session: Session, make: Factory) -> None:
    existing = make.user(email=ADDRESS)
    with pytest.raises(service.EmailTaken):
        service.create_superuser(session, email=ADDRESS, password=PASSWORD, full_name=None, now=LONG_AGO)
    session.refresh(existing)
    assert (existing.is_superuser, existing.hashed_password) == (False, "!")


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("nonsense", PASSWORD, "email"),
        ("a\x00@example.com", PASSWORD, "email"),
        (ADDRESS, "seven77", "password"),
        (ADDRESS, "x" * 129, "password"),
        (ADDRESS, "eight888\x00", "password"),
    ],
)
def test_a_superuser_needs_an_address_and_a_password_that_log_in(
    session: Session, email: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.create_superuser(session, email=email, password=password, full_name=None, now=LONG_AGO)
    assert [error.field for error in refused.value.errors] == [field]
    assert password not in refused.value.detail


def _two_superusers(engine: Engine) -> list[UUID]:
    with transaction(engine) as session:
        make = Factory(session)
        return [make.user(is_superuser=True).id for _ in range(2)]


@pytest.mark.parametrize("is_deleted", [True, False])
def test_of_two_superusers_who_go_at_once_one_stays(committed: Engine, is_deleted: bool) -> None:
    user_ids = _two_superusers(committed)

    def go(number: int) -> None:
        with transaction(committed) as session:
            if is_deleted:
                users.delete_user(session, user_id=user_ids[number])
            else:
                users.update_user(
                    session,
                    letters=WITHOUT_MAIL,
                    user_id=user_ids[number],
                    changes={"is_active": False},
                    by=uuid4(),
                    by_session=uuid4(),
                )

    assert sorted(map(str, both_at_once(go))) == ["None", "last_superuser"]


def test_of_two_owners_who_are_deleted_at_once_one_stays(committed: Engine) -> None:
    station_id, user_ids = _station_with_two_owners(committed)

    def go(number: int) -> None:
        with transaction(committed) as session:
            users.delete_user(session, user_id=user_ids[number])

    assert sorted(map(str, both_at_once(go))) == ["None", "last_owner"]
    with transaction(committed) as session:
        assert len(queries.roles_of(session, station_id)) == 1


# Stations


@pytest.mark.parametrize("change", [{"zone": "Europe/Berlin"}, {"dedup_window_ms": 0}])
def test_a_change_of_what_presses_are_counted_by_waits_for_the_batch_under_way(
    committed: Engine, change: dict[str, Any]
) -> None:
    station_id, _ = _station_with_two_owners(committed)
    with transaction(committed) as batch:
        crud.lock_station_head(batch, station_id)
        with pytest.raises(OperationalError, match="lock timeout"):
            _update_without_patience(committed, station_id, change)


def test_a_new_name_waits_for_no_press(committed: Engine) -> None:
    station_id, _ = _station_with_two_owners(committed)
    with transaction(committed) as batch:
        crud.lock_station_head(batch, station_id)
        _update_without_patience(committed, station_id, {"name": "New"})


def test_only_another_zone_asks_for_new_days(session: Session, make: Factory) -> None:
    station = make.station(zone="UTC")
    assert not service.update_station(session, station=station, changes={"zone": "UTC", "name": "New"})
    assert service.update_station(session, station=station, changes={"zone": "Europe/Berlin"})


# Members


def test_two_owners_who_leave_at_once_leave_one_behind(committed: Engine) -> None:
    station_id, owner_ids = _station_with_two_owners(committed)

    def leave(number: int) -> None:
        with transaction(committed) as session:
            station, role, user = _open(session, station_id, owner_ids[number])
            service.remove_member(session, station=station, by=user, role=role, user_id=user.id, now=LONG_AGO)

    assert sorted(map(str, both_at_once(leave))) == ["None", "last_owner"]
    assert len(_roles(committed, station_id)) == 1


def test_two_owners_who_demote_each_other_at_once_leave_one_owner(committed: Engine) -> None:
    station_id, owner_ids = _station_with_two_owners(committed)

    def demote_the_other(number: int) -> str:
        with transaction(committed) as session:
            station, _, _ = _open(session, station_id, owner_ids[number])
            member, *_ = service.change_role(session, station=station, user_id=owner_ids[1 - number], role=Role.VIEWER)
            return member.role

    assert sorted(map(str, both_at_once(demote_the_other))) == ["last_owner", "viewer"]
    assert sorted(_roles(committed, station_id)) == [Role.OWNER, Role.VIEWER]


def test_a_user_who_is_added_twice_at_once_is_one_member(committed: Engine) -> None:
    station_id, owner_ids = _station_with_two_owners(committed)
    with transaction(committed) as session:
        Factory(session).user(email=ADDRESS)

    def add(number: int) -> str:
        with transaction(committed) as session:
            station, _, _ = _open(session, station_id, owner_ids[number])
            service.add_member(session, station=station, email=ADDRESS, role=Role.EDITOR, now=LONG_AGO)
            return "added"

    assert sorted(map(str, both_at_once(add))) == ["added", "already_member"]


def test_who_is_deleted_while_they_are_added_is_not_found(committed: Engine) -> None:
    station_id, (owner_id, _) = _station_with_two_owners(committed)
    with transaction(committed) as session:
        user_id = Factory(session).user(email=ADDRESS).id

    def add() -> None:
        with transaction(committed) as session:
            station, _, _ = _open(session, station_id, owner_id)
            service.add_member(session, station=station, email=ADDRESS, role=Role.EDITOR, now=LONG_AGO)

    with ThreadPoolExecutor(1) as pool:
        with transaction(committed) as session:
            users.delete_user(session, user_id=user_id)
            adding = pool.submit(add)
            _wait_for_a_lock(session)
        with pytest.raises(service.UserNotFound):
            adding.result()


# First start


def test_a_configured_first_start_makes_the_account_and_a_station(session: Session) -> None:
    done = service.bootstrap(session, first_superuser_settings(), zone="Europe/Berlin", now=LONG_AGO)
    assert done.created_user is not None
    assert done.created_station is not None
    assert not done.is_setup_needed
    assert (done.created_user.email, done.created_user.is_superuser) == (ADDRESS, True)
    station = done.created_station
    assert (station.name, station.purpose, station.zone) == ("My station", Purpose.RADIO, "Europe/Berlin")
    assert station.dedup_window_ms == 2000
    assert session.get_one(StationHead, station.id).last_seq == 0
    assert session.get_one(Member, (station.id, done.created_user.id)).role == Role.OWNER


def test_a_second_start_changes_nothing(session: Session) -> None:
    service.bootstrap(session, first_superuser_settings(), zone="UTC", now=LONG_AGO)
    changed = first_superuser_settings(password="another password")
    again = service.bootstrap(session, changed, zone="UTC", now=LONG_AGO)
    assert again == service.BootstrapResult(created_user=None, created_station=None, is_setup_needed=False)
    assert sessions.check_credentials(session, email=ADDRESS, password=PASSWORD).email == ADDRESS


def test_a_first_start_never_changes_an_existing_account(session: Session, make: Factory) -> None:
    existing = make.user(email=ADDRESS)
    done = service.bootstrap(session, first_superuser_settings(), zone="UTC", now=LONG_AGO)
    assert done.created_user is None
    session.refresh(existing)
    assert (existing.is_superuser, existing.hashed_password) == (False, "!")


def test_a_first_start_adds_no_station_beside_another(session: Session, make: Factory) -> None:
    make.station()
    done = service.bootstrap(session, first_superuser_settings(), zone="UTC", now=LONG_AGO)
    assert done.created_user is not None
    assert done.created_station is None


@pytest.mark.parametrize("zone", ["localtime", "", "CET", "\x00", "Mars/Olympus_Mons"])
def test_a_machine_with_a_strange_zone_starts_in_utc(session: Session, zone: str) -> None:
    done = service.bootstrap(session, first_superuser_settings(), zone=zone, now=LONG_AGO)
    assert done.created_station is not None
    assert done.created_station.zone == "UTC"


def test_a_first_password_that_nobody_could_log_in_with_is_refused(session: Session) -> None:
    settings = first_superuser_settings(password="short")
    with pytest.raises(InvalidInput, match="password"):
        service.bootstrap(session, settings, zone="UTC", now=LONG_AGO)


def test_without_a_configured_account_the_set_up_link_is_needed_until_there_is_one(
    session: Session, make: Factory
) -> None:
    assert service.bootstrap(session, no_superuser_settings(), zone="UTC", now=LONG_AGO).is_setup_needed
    make.user()
    assert not service.bootstrap(session, no_superuser_settings(), zone="UTC", now=LONG_AGO).is_setup_needed


def test_two_servers_that_start_at_once_make_one_account_and_one_station(committed: Engine) -> None:
    def start(_: int) -> bool:
        with transaction(committed) as session:
            done = service.bootstrap(session, first_superuser_settings(), zone="UTC", now=LONG_AGO)
            return done.created_user is not None and done.created_station is not None

    assert sorted(map(str, both_at_once(start))) == ["False", "True"]
    with transaction(committed) as session:
        assert len(queries.every_station(session)) == 1
        assert len(session.exec(select(User.id)).all()) == 1


def test_two_browsers_that_set_up_at_once_make_one_account(committed: Engine) -> None:
    def set_up(number: int) -> str:
        with transaction(committed) as session:
            service.set_up(
                session,
                token=service.setup_token(SECRET_KEY),
                user=UserCreate(email=f"chief{number}@example.com", password=PASSWORD, is_superuser=True),
                station=StationCreate(name="WXYZ", purpose=Purpose.RADIO, zone="UTC"),
                secret_key=SECRET_KEY,
                now=LONG_AGO,
            )
            return "made"

    assert sorted(map(str, both_at_once(set_up))) == ["already_set_up", "made"]
    with transaction(committed) as session:
        assert len(queries.every_station(session)) == 1


def test_the_set_up_link_keeps_its_token_out_of_what_a_browser_sends() -> None:
    address, _, token = service.setup_url("http://10.0.0.5:8000", SECRET_KEY).partition("#")
    assert address == "http://10.0.0.5:8000/setup"
    assert token == service.setup_token(SECRET_KEY)
    assert token != service.setup_token("another key of the same length 00000000")


def _station_with_two_owners(engine: Engine) -> tuple[UUID, list[UUID]]:
    with transaction(engine) as session:
        make = Factory(session)
        station = make.station()
        return station.id, [make.member(station=station).user_id for _ in range(2)]


def _open(session: Session, station_id: UUID, user_id: UUID) -> tuple[Station, Role, User]:
    user = crud.get_user(session, user_id)
    assert user is not None
    station, role = service.open_station(session, user=user, station_id=station_id, minimum=Role.VIEWER)
    return station, role, user


def _update_without_patience(engine: Engine, station_id: UUID, changes: dict[str, Any]) -> None:
    with transaction(engine) as session:
        session.connection().execute(text("SET LOCAL lock_timeout = '50ms'"))
        service.update_station(session, station=session.get_one(Station, station_id), changes=changes)


def _wait_for_a_lock(session: Session) -> None:
    """Return once another transaction of the same database waits for this one."""
    query = text("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
    for _ in range(1000):
        if session.connection().scalar(query):
            return
        time.sleep(0.01)
    pytest.fail("nobody waits")


def _roles(engine: Engine, station_id: UUID) -> list[str]:
    with transaction(engine) as session:
        return list(session.exec(select(Member.role).where(col(Member.station_id) == station_id)))
