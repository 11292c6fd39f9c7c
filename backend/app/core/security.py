"""Passwords, tokens and keys: made and checked here, stored elsewhere."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import jwt
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from app.core.errors import Unavailable

ALGORITHM = "HS256"
PRESS_KEY_BYTES = 16
# By its beginning a token is known from other secrets, also by those who look for secrets where none should be.
API_TOKEN_PREFIX = "sdbt_"  # noqa: S105  how each of them begins
# So much of a token stays visible; what is left is far beyond guessing.
API_TOKEN_SHOWN = len(API_TOKEN_PREFIX) + 8

BCRYPT_ROUNDS = 12
# What bcrypt looks at of a password.
BCRYPT_BYTES = 72


class _ImportedHasher(BcryptHasher):
    """Hashes that accounts of an imported installation came with. New ones are never made so."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        # As the program that made them read passwords; the library refuses longer ones with an error.
        encoded = password.encode() if isinstance(password, str) else password
        return super().verify(encoded[:BCRYPT_BYTES], hash)


_argon2, _bcrypt = Argon2Hasher(), _ImportedHasher(rounds=BCRYPT_ROUNDS)
# The first one makes new hashes; what another one made is made anew as soon as its password is known.
_passwords = PasswordHash((_argon2, _bcrypt))


@cache
def _hash_of_nobody() -> str:
    """Checked when the address is unknown, so that the answer takes as long as for a known one."""
    return _argon2.hash(secrets.token_urlsafe(16))


@cache
def _imported_hash_of_nobody() -> str:
    return _bcrypt.hash(secrets.token_urlsafe(16))


def warm_up() -> None:
    """Make what checking takes before the first login comes: made by it, it would tell that its address is unknown."""
    _hash_of_nobody()


# Each hash takes 64 MiB and a core for a fifth of a second: without a limit a flood of logins would take them all.
HASHES_AT_ONCE = 2
# Most wait in a transaction that stands still meanwhile: the database ends one that does so for too long, and then it
# would seem not to answer.
HASH_WAIT_S = 2.5
_hashing = threading.BoundedSemaphore(HASHES_AT_ONCE)


class TooManyLogins(Unavailable):
    """More passwords are being checked than this server can check at once."""

    code = "too_many_logins"
    default_detail = "Too many logins are under way. Try again shortly."


@contextmanager
def _place_to_hash() -> Iterator[None]:
    if not _hashing.acquire(timeout=HASH_WAIT_S):
        raise TooManyLogins
    try:
        yield
    finally:
        _hashing.release()


def hash_password(password: str) -> str:
    """Argon2id hash, with its parameters and salt. Raises TooManyLogins."""
    with _place_to_hash():
        return _passwords.hash(password)


def verify_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Whether the password is right, and a new hash when the stored one is of an older make.

    `hashed` is None for an unknown account, and no hash at all for one without a password: the same work is done,
    and the answer is no. Raises TooManyLogins.
    """
    with _place_to_hash():
        if hashed is not None:
            with suppress(UnknownHashError):
                return _passwords.verify_and_update(password, hashed)
        _passwords.verify(password, _hash_of_nobody())
        return False, None


def do_the_other_work(password: str, hashed: str | None) -> None:
    """Check the password the way in which `verify_password` has not: by Argon2 for an imported hash, else by bcrypt.

    While some accounts have imported hashes, the time of an answer would tell which: they take another time than those
    of Argon2, and than no account. With both done for everybody it tells nothing. Raises TooManyLogins.
    """
    is_imported = hashed is not None and _bcrypt.identify(hashed)
    hasher, of_nobody = (_argon2, _hash_of_nobody()) if is_imported else (_bcrypt, _imported_hash_of_nobody())
    with _place_to_hash():
        hasher.verify(password, of_nobody)


def new_press_key() -> str:
    """The random part of a press URL: 22 characters, 128 bits."""
    return secrets.token_urlsafe(PRESS_KEY_BYTES)


def new_session_token() -> str:
    """The secret of a browser session, 256 bits; only its hash is stored."""
    return secrets.token_urlsafe(32)


def new_link_token() -> str:
    """The secret of a link that works once, 256 bits; only its hash is stored."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """An API token: its prefix, and 256 bits; only its hash is stored."""
    return API_TOKEN_PREFIX + secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """SHA-256: enough for a secret of full entropy, and cheap on every request."""
    return hashlib.sha256(token.encode()).digest()


def sign(secret_key: str, *parts: str) -> str:
    """Hexadecimal HMAC-SHA-256 over the parts. The first part names the purpose, so signatures do not mix."""
    message = "\x00".join(parts).encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()


def is_same_secret(left: str, right: str) -> bool:
    """Equality in constant time; any text is accepted."""
    return hmac.compare_digest(left.encode(errors="surrogatepass"), right.encode(errors="surrogatepass"))


def encode_access_token(secret_key: str, *, session_id: UUID, user_id: UUID, now: datetime, life: timedelta) -> str:
    """A signed token that names a stored session, so that ending the session ends the token."""
    claims = {"sub": str(user_id), "sid": str(session_id), "iat": now, "exp": now + life}
    return jwt.encode(claims, secret_key, algorithm=ALGORITHM)


def decode_access_token(secret_key: str, token: str) -> UUID | None:
    """The session that a token names, or None when it is forged, expired or malformed."""
    try:
        claims = jwt.decode(token, secret_key, algorithms=[ALGORITHM], options={"require": ["exp", "sub", "sid"]})
        return UUID(claims["sid"])
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
        return None
