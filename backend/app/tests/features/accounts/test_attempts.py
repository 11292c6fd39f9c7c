"""Tries of passwords on a real database: counted whatever becomes of the request, in every process alike."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from app.core import security
from app.core.db import build_engine, transaction
from app.core.errors import AppError, TooManyTries
from app.features.accounts import attempts, rules
from app.features.accounts.attempts import Limiter
from app.features.accounts.rules import FREE_TRIES, CountedBy
from app.features.accounts.schemas import UpdatePassword
from app.features.accounts.service import EmailTaken
from app.models import LoginAddress, LoginCounter, User
from app.tests.conftest import SECRET_KEY, settings_for
from app.tests.factories import LONG_AGO, Factory
from app.tests.letters import WITHOUT_MAIL

PASSWORD = "buckle up, it is the law"
HASH = security.hash_password(PASSWORD)
ANN, BOB = "ann@example.com", "bob@example.com"
HOME, AWAY, EVIL = "192.0.2.1", "192.0.2.2", "203.0.113.9"

type OpenTransaction = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def conninfo(new_database: Callable[[str], str]) -> str:
    return new_database(f"attempts_{uuid4().hex}")


@pytest.fixture
def opened(conninfo: str) -> Iterator[OpenTransaction]:
    """Opens transactions that are committed, on a database with two accounts."""
    engine = build_engine(settings_for(conninfo))
    with transaction(engine) as session:
        for email in (ANN, BOB):
            Factory(session).user(email=email, password_hash=HASH)
    yield partial(transaction, engine)
    engine.dispose()


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were checked, without the time that a hash takes."""
    seen: list[str] = []

    def check(password: str, hashed: str | None) -> tuple[bool, str | None]:
        seen.append(password)
        return hashed is not None and password == PASSWORD, None

    monkeypatch.setattr(security, "verify_password", check)
    return seen


def limiter_of(
    opened: OpenTransaction, *, origin: str | None = EVIL, now: datetime = LONG_AGO, is_on: bool = True
) -> Limiter:
    return Limiter(open_transaction=opened, secret_key=SECRET_KEY, origin=origin, now=now, is_on=is_on)


def log_in(
    opened: OpenTransaction,
    email: str,
    password: str,
    *,
    origin: str | None = EVIL,
    now: datetime = LONG_AGO,
    is_on: bool = True,
) -> str:
    """`in`, or the code of what the request was refused with; refused requests are rolled back."""
    limiter = limiter_of(opened, origin=origin, now=now, is_on=is_on)
    try:
        with opened() as session:
            attempts.log_in(session, limiter=limiter, email=email, password=password)
    except AppError as error:
        return error.code
    return "in"


def counter_count(opened: OpenTransaction) -> int:
    with opened() as session:
        return session.exec(select(func.count()).select_from(LoginCounter)).one()


@pytest.mark.parametrize("email", [ANN, "nobody@example.com"])
def test_a_wrong_password_slows_the_next_tries_down_more_and_more(
    opened: OpenTransaction, checked: list[str], email: str
) -> None:
    now, waits = LONG_AGO, []
    for _ in range(20):
        outcome = log_in(opened, email, "wrong", now=now)
        if outcome == "too_many_tries":
            with opened() as session, pytest.raises(TooManyTries) as refused:
                attempts.log_in(session, limiter=limiter_of(opened, now=now), email=email, password="wrong")
            assert refused.value.retry_after_s is not None
            waits.append(refused.value.retry_after_s)
            now += timedelta(seconds=refused.value.retry_after_s)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]
    assert len(checked) == 12


def test_no_password_is_checked_of_a_try_that_comes_too_soon(opened: OpenTransaction, checked: list[str]) -> None:
    outcomes = Counter(log_in(opened, ANN, "wrong") for _ in range(100))
    assert outcomes == {"invalid_credentials": 5, "too_many_tries": 95}
    assert len(checked) == 5
    assert log_in(opened, ANN, PASSWORD) == "too_many_tries"
    assert len(checked) == 5


def test_tries_that_come_too_soon_do_not_make_the_wait_longer(opened: OpenTransaction, checked: list[str]) -> None:
    for _ in range(50):
        log_in(opened, ANN, "wrong")
    assert log_in(opened, ANN, PASSWORD, now=LONG_AGO + timedelta(seconds=1)) == "in"


def test_an_unconcerned_user_logs_in_during_a_flood(opened: OpenTransaction, checked: list[str]) -> None:
    log_in(opened, BOB, PASSWORD, origin=HOME)
    for number in range(100):
        log_in(opened, f"user{number}@example.com", "wrong")
        log_in(opened, ANN, "wrong", origin=f"198.51.100.{number}")
    assert log_in(opened, BOB, PASSWORD, origin=HOME) == "in"
    assert log_in(opened, BOB, PASSWORD, origin=AWAY) == "in"


def test_many_accounts_from_one_address_are_slowed(opened: OpenTransaction, checked: list[str]) -> None:
    for number in range(100):
        for _ in range(10):
            log_in(opened, f"user{number}@example.com", "wrong")
    assert len(checked) == FREE_TRIES[CountedBy.ADDRESS]
    assert log_in(opened, BOB, PASSWORD) == "too_many_tries"


def test_one_account_from_many_addresses_is_slowed(opened: OpenTransaction, checked: list[str]) -> None:
    for number in range(100):
        log_in(opened, ANN, "wrong", origin=f"198.51.100.{number}")
    assert len(checked) == FREE_TRIES[CountedBy.ACCOUNT]
    assert log_in(opened, ANN, PASSWORD, origin=AWAY) == "too_many_tries"


def test_an_address_that_an_account_is_known_by_lets_its_owner_in(opened: OpenTransaction, checked: list[str]) -> None:
    assert log_in(opened, ANN, PASSWORD, origin=HOME) == "in"
    for number in range(100):
        log_in(opened, ANN, "wrong", origin=f"198.51.100.{number}")
        log_in(opened, f"user{number}@example.com", "wrong", origin=HOME)
    assert log_in(opened, ANN, PASSWORD, origin=AWAY) == "too_many_tries"
    assert log_in(opened, BOB, PASSWORD, origin=HOME) == "too_many_tries"
    assert log_in(opened, ANN, PASSWORD, origin=HOME) == "in"


def test_a_known_address_may_not_guess_without_end(opened: OpenTransaction, checked: list[str]) -> None:
    log_in(opened, ANN, PASSWORD, origin=HOME)
    outcomes = Counter(log_in(opened, ANN, "wrong", origin=HOME) for _ in range(100))
    assert outcomes["invalid_credentials"] == FREE_TRIES[CountedBy.BOTH]


def test_an_own_account_does_not_wash_an_address_clean(opened: OpenTransaction, checked: list[str]) -> None:
    log_in(opened, BOB, PASSWORD)
    for number in range(FREE_TRIES[CountedBy.ADDRESS]):
        assert log_in(opened, f"user{number}@example.com", "wrong") == "invalid_credentials"
    assert log_in(opened, BOB, PASSWORD) == "in"
    assert log_in(opened, ANN, "wrong") == "too_many_tries"
    later = LONG_AGO + timedelta(seconds=1)
    assert log_in(opened, ANN, PASSWORD, now=later) == "in"
    assert log_in(opened, "more@example.com", "wrong", now=later) == "invalid_credentials"
    assert log_in(opened, "more@example.com", "wrong", now=later) == "too_many_tries"


def test_a_right_password_forgives_those_that_were_mistyped(opened: OpenTransaction, checked: list[str]) -> None:
    for _ in range(3):
        assert [log_in(opened, ANN, word) for word in ("wrong", "wrong", "wrong", PASSWORD)][-1] == "in"


def test_what_was_tried_is_forgotten_after_an_hour_of_quiet(opened: OpenTransaction, checked: list[str]) -> None:
    for _ in range(10):
        log_in(opened, ANN, "wrong")
    later = LONG_AGO + rules.TRIES_FORGOTTEN_AFTER
    outcomes = [log_in(opened, ANN, "wrong", now=later) for _ in range(6)]
    assert outcomes == ["invalid_credentials"] * 5 + ["too_many_tries"]


def test_without_an_address_the_account_alone_is_counted(opened: OpenTransaction, checked: list[str]) -> None:
    for _ in range(100):
        log_in(opened, ANN, "wrong", origin=None)
    assert len(checked) == FREE_TRIES[CountedBy.ACCOUNT]
    assert log_in(opened, BOB, PASSWORD, origin=None) == "in"
    assert log_in(opened, ANN, PASSWORD, origin=HOME) == "too_many_tries"


def test_a_limiter_that_is_off_counts_nothing(opened: OpenTransaction, checked: list[str]) -> None:
    for _ in range(100):
        log_in(opened, ANN, "wrong", is_on=False)
    assert len(checked) == 100
    assert counter_count(opened) == 0


def test_a_password_that_could_not_be_checked_is_no_try(
    opened: OpenTransaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> tuple[bool, str | None]:
        raise security.TooManyLogins

    monkeypatch.setattr(security, "verify_password", busy)
    assert {log_in(opened, ANN, PASSWORD) for _ in range(50)} == {"too_many_logins"}


def change_password(
    opened: OpenTransaction, current: str, new: str = "eight888", *, email: str = ANN, now: datetime = LONG_AGO
) -> str:
    passwords = UpdatePassword(current_password=current, new_password=new)
    try:
        with opened() as session:
            attempts.change_own_password(
                session,
                limiter=limiter_of(opened, now=now),
                letters=WITHOUT_MAIL,
                user=session.exec(select(User).where(User.email == email)).one(),
                passwords=passwords,
                by_session=uuid4(),
            )
    except AppError as error:
        return error.code
    return "changed"


def test_guesses_at_the_current_password_count(opened: OpenTransaction, checked: list[str]) -> None:
    outcomes = Counter(change_password(opened, "wrong") for _ in range(20))
    assert outcomes == {"wrong_password": 5, "too_many_tries": 15}
    assert log_in(opened, ANN, PASSWORD) == "too_many_tries"


def test_a_new_password_that_is_no_good_is_no_guess(opened: OpenTransaction, checked: list[str]) -> None:
    assert {change_password(opened, PASSWORD, PASSWORD) for _ in range(5)} == {"invalid_input"}
    assert [log_in(opened, ANN, "wrong") for _ in range(5)] == ["invalid_credentials"] * 5


@pytest.mark.parametrize(("new", "outcome"), [("eight888", "changed"), (PASSWORD, "invalid_input")])
def test_passwords_are_not_changed_without_end(
    opened: OpenTransaction, checked: list[str], monkeypatch: pytest.MonkeyPatch, new: str, outcome: str
) -> None:
    monkeypatch.setattr(security, "hash_password", lambda _: HASH)
    outcomes = Counter(change_password(opened, PASSWORD, new) for _ in range(40))
    assert outcomes == {outcome: FREE_TRIES[CountedBy.PASSWORD_CHANGES], "too_many_tries": 35}
    assert len(checked) == FREE_TRIES[CountedBy.PASSWORD_CHANGES]
    assert log_in(opened, ANN, PASSWORD) == "in"
    assert change_password(opened, PASSWORD, new, email=BOB) == outcome
    assert change_password(opened, PASSWORD, new, now=LONG_AGO + timedelta(seconds=1)) == outcome


def test_the_password_is_not_asked_for_without_end_where_it_confirms_something(
    opened: OpenTransaction, checked: list[str]
) -> None:
    def confirm() -> str:
        try:
            with opened() as session:
                user = session.exec(select(User).where(User.email == ANN)).one()
                with attempts.own_password_said(session, limiter=limiter_of(opened), user=user, password=PASSWORD):
                    pass
        except AppError as error:
            return error.code
        return "right"

    assert Counter(confirm() for _ in range(20)) == {"right": 5, "too_many_tries": 15}


def test_a_right_password_is_no_guess_where_what_it_confirms_is_refused(
    opened: OpenTransaction, checked: list[str]
) -> None:
    def refuse() -> None:
        with opened() as session:
            user = session.exec(select(User).where(User.email == ANN)).one()
            with attempts.own_password_said(session, limiter=limiter_of(opened), user=user, password=PASSWORD):
                raise EmailTaken

    for _ in range(5):
        with pytest.raises(EmailTaken):
            refuse()
    assert [log_in(opened, ANN, "wrong") for _ in range(5)] == ["invalid_credentials"] * 5


@pytest.mark.parametrize("first", [PASSWORD, "wrong"])
def test_two_tries_whose_clocks_differ_do_not_refuse_each_other(
    opened: OpenTransaction, checked: list[str], first: str
) -> None:
    log_in(opened, ANN, first)
    assert log_in(opened, ANN, PASSWORD, now=LONG_AGO - timedelta(milliseconds=5)) == "in"


def test_tries_that_are_made_at_once_in_two_processes_do_not_slip_through(
    opened: OpenTransaction, conninfo: str, checked: list[str]
) -> None:
    other_process: Engine = build_engine(settings_for(conninfo))
    barrier = Barrier(16)

    def guess(number: int) -> str:
        barrier.wait()
        return log_in((opened, partial(transaction, other_process))[number % 2], ANN, "wrong")

    with ThreadPoolExecutor(16) as pool:
        outcomes = Counter(pool.map(guess, range(16)))
    other_process.dispose()
    assert outcomes == {"invalid_credentials": 5, "too_many_tries": 11}


def test_tries_of_accounts_and_addresses_crosswise_do_not_wait_for_each_other(
    opened: OpenTransaction, checked: list[str]
) -> None:
    def guess(number: int) -> str:
        return log_in(opened, f"user{number % 3}@example.com", "wrong", origin=f"198.51.100.{number % 4}")

    with ThreadPoolExecutor(8) as pool:
        outcomes = set(pool.map(guess, range(60)))
    assert outcomes <= {"invalid_credentials", "too_many_tries"}


def test_counters_that_strangers_leave_behind_are_pruned(opened: OpenTransaction, checked: list[str]) -> None:
    for number in range(30):
        log_in(opened, f"user{number}@example.com", "wrong", origin=f"198.51.100.{number}")
    assert counter_count(opened) == 90
    later = LONG_AGO + rules.TRIES_FORGOTTEN_AFTER
    for _ in range(5):
        log_in(opened, ANN, "wrong", now=later)
    assert counter_count(opened) == 3


def test_neither_addresses_nor_accounts_can_be_read_off_the_counters(
    opened: OpenTransaction, checked: list[str]
) -> None:
    log_in(opened, ANN, PASSWORD, origin=HOME)
    log_in(opened, ANN, "wrong", origin=HOME)
    with opened() as session:
        keys = [*session.exec(select(LoginCounter.key)), *session.exec(select(LoginAddress.key))]
    assert {len(key) for key in keys} == {32}
    assert not any(word.encode() in key for key in keys for word in (ANN, HOME))


def test_an_account_is_known_by_the_addresses_that_it_last_came_from(
    opened: OpenTransaction, checked: list[str]
) -> None:
    days = [LONG_AGO + timedelta(days=day) for day in range(rules.KNOWN_ADDRESSES + 5)]
    for number, day in enumerate(days):
        log_in(opened, ANN, PASSWORD, origin=f"198.51.100.{number}", now=day)
    newest_first = select(LoginAddress.last_login_at).order_by(col(LoginAddress.last_login_at).desc())
    with opened() as session:
        assert list(session.exec(newest_first)) == days[: -rules.KNOWN_ADDRESSES - 1 : -1]
    log_in(opened, ANN, PASSWORD, origin=HOME, now=days[-1] + rules.ADDRESS_FORGOTTEN_AFTER + timedelta(seconds=1))
    with opened() as session:
        assert len(session.exec(newest_first).all()) == 1
