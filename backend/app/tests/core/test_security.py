"""Passwords, one or two at a time."""

import threading

import bcrypt
import pytest

from app.core import security
from app.core.security import TooManyLogins, hash_password, verify_password
from app.main import REQUEST_PATIENCE_S
from app.tests.conftest import REAL_PASSWORDS


@pytest.fixture(autouse=True)
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "_passwords", REAL_PASSWORDS)


def test_no_more_than_two_passwords_are_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "HASH_WAIT_S", 0.05)
    for _ in range(security.HASHES_AT_ONCE):
        assert security._hashing.acquire(timeout=5)
    try:
        with pytest.raises(TooManyLogins):
            verify_password("a", None)
        with pytest.raises(TooManyLogins):
            hash_password("a")
    finally:
        for _ in range(security.HASHES_AT_ONCE):
            security._hashing.release()
    assert verify_password("right", hash_password("right"))[0]


def test_who_waits_is_told_so_before_the_database_ends_the_transaction() -> None:
    a_hash_s = 0.3
    assert security.HASH_WAIT_S + a_hash_s < REQUEST_PATIENCE_S


def test_a_crowd_is_served_two_by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "HASH_WAIT_S", 60)
    hashed = hash_password("right")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    answers: list[bool] = []
    crowd = [threading.Thread(target=lambda: answers.append(verify_password("right", hashed)[0])) for _ in range(6)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert answers == [True] * 6


def test_what_an_unknown_account_is_checked_against_is_made_before_the_first_login() -> None:
    security._hash_of_nobody.cache_clear()
    security.warm_up()
    assert security._hash_of_nobody.cache_info().currsize == 1


def imported_hash(password: str) -> str:
    """As another program, which reads 72 bytes of a password, has it."""
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(security.BCRYPT_ROUNDS)).decode()


IMPORTED = imported_hash("right")


def test_an_imported_hash_is_checked_and_made_anew() -> None:
    assert verify_password("wrong", IMPORTED) == (False, None)
    is_right, newer = verify_password("right", IMPORTED)

    assert is_right
    assert newer is not None
    assert newer.startswith("$argon2id$")
    assert verify_password("right", newer) == (True, None)


def test_a_long_password_is_read_as_far_as_the_imported_hash_was_made_of_it() -> None:
    password = "🎙" * 20

    assert verify_password(password, imported_hash(password))[0]
    assert not verify_password("x" * 128, imported_hash(password))[0]


@pytest.mark.parametrize("hashed", [None, "!", "imported", "own"])
def test_with_the_other_work_every_account_is_checked_both_ways(
    monkeypatch: pytest.MonkeyPatch, hashed: str | None
) -> None:
    # Made beforehand, so that only the checks are heard.
    stored = {"imported": IMPORTED, "own": security._hash_of_nobody()}.get(hashed, hashed) if hashed else None
    security._imported_hash_of_nobody()
    done: list[str] = []
    for hasher in (security._argon2, security._bcrypt):
        check, name = hasher.verify, type(hasher).__name__

        def note(password: str, hashed: str, check=check, name=name) -> bool:  # type: ignore[no-untyped-def]
            done.append(name)
            return bool(check(password, hashed))

        monkeypatch.setattr(hasher, "verify", note)

    verify_password("wrong", stored)
    security.do_the_other_work("wrong", stored)

    assert sorted(done) == ["Argon2Hasher", "_ImportedHasher"]
