"""Passwords, one or two at a time."""

import threading

import pytest

from app.core import security
from app.core.security import TooManyLogins, hash_password, verify_password
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


def test_a_crowd_is_served_two_by_two() -> None:
    hashed = hash_password("right")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    answers: list[bool] = []
    crowd = [threading.Thread(target=lambda: answers.append(verify_password("right", hashed)[0])) for _ in range(6)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert answers == [True] * 6
