"""Tries of passwords and links, counted per account and per address, so that guessing takes too long; and mails that are
asked for, so that no mailbox is flooded.

A try is counted before it is checked, in a transaction of its own, and taken back when it was none or turned out right:
so tries that are made at once, in several processes, do not all pass before the first of them has failed, and a request
that is refused takes nothing back. Whether there is such an account is never looked at.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlmodel import Session

from app import crud
from app.core import security
from app.core.errors import AppError, FieldError, InvalidInput, TooManyTries
from app.features.accounts import counters, rules, users
from app.features.accounts.letters import Letters
from app.features.accounts.queries import SignUp
from app.features.accounts.rules import CountedBy, TryCount
from app.features.accounts.schemas import UpdatePassword, UserRegister
from app.features.accounts.service import LinkInvalid
from app.features.accounts.sessions import InvalidCredentials, check_credentials
from app.features.audit import record
from app.features.audit.actions import Action
from app.features.audit.record import Actor
from app.models import ActorKind, LoginCounter, User

# Each try adds three at most, so that what strangers leave behind is gone sooner than it came.
PRUNED_AT_ONCE = 20

type Keys = dict[CountedBy, bytes]


@dataclass(frozen=True)
class Limiter:
    """Counts what is tried from one address, at one time. Its transactions are apart from the request's."""

    open_transaction: Callable[[], AbstractContextManager[Session]]
    secret_key: str
    origin: str | None
    now: datetime
    is_on: bool

    def keys(self, named: Mapping[CountedBy, tuple[str, ...]]) -> Keys:
        """The counters of what has these names."""
        return {counted_by: self.key(counted_by, *names) for counted_by, names in named.items()}

    def key(self, counted_by: CountedBy, *names: str) -> bytes:
        """What a counter is found by: a hash that nobody without the server's secret can compute."""
        return bytes.fromhex(security.sign(self.secret_key, "tries", counted_by, *names))


def log_in(session: Session, *, limiter: Limiter, email: str, password: str) -> User:
    """The account with this address and password. A refusal is noted. Raises InvalidCredentials, TooManyTries."""
    stranger = Actor(ActorKind.STRANGER, origin=limiter.origin)
    with (
        _refusal_noted(limiter=limiter, action=Action.LOGIN_REFUSED, actor=stranger, email=email),
        _counted(session, limiter=limiter, email=email),
    ):
        return check_credentials(session, email=email, password=password)


def change_own_password(
    session: Session, *, limiter: Limiter, letters: Letters, user: User, passwords: UpdatePassword, by_session: UUID
) -> None:
    """Change a password; guesses at the current one count as guesses at a login, and are noted.

    Raises also TooManyTries.
    """
    with _own_password_tried(session, limiter=limiter, user=user):
        users.change_password(session, letters=letters, user=user, passwords=passwords, by_session=by_session)


@contextmanager
def own_password_said(session: Session, *, limiter: Limiter, user: User, password: str | None) -> Iterator[None]:
    """Something that a stolen session must not do: the caller says the password again. Where it is refused for another
    reason, a right password is no try.

    Raises InvalidInput, WrongPassword, TooManyTries.
    """
    if password is None:
        raise InvalidInput(errors=(FieldError("body.current_password", "is needed for another address"),))
    with _own_password_tried(session, limiter=limiter, user=user):
        users.require_password(session, user=user, password=password)
        yield


@contextmanager
def _own_password_tried(session: Session, *, limiter: Limiter, user: User) -> Iterator[None]:
    """A try of the password of an account by whoever is logged in to it.

    Right ones are counted too, apart: each takes the time of a hash or two, and its owner is told by mail of what follows.
    """
    caller = Actor(ActorKind.USER, user_id=user.id, origin=limiter.origin)
    with (
        _refusal_noted(limiter=limiter, action=Action.PASSWORD_REFUSED, actor=caller, email=user.email),
        _counted(session, limiter=limiter, email=user.email),
    ):
        _count(limiter, {CountedBy.PASSWORD_CHANGES: (str(user.id),)})
        yield


def sign_up(session: Session, *, limiter: Limiter, new: UserRegister, is_open: bool) -> SignUp:
    """Make an account for whoever asks; each counts for the address, whether it made one or not.

    What comes of it is for the record alone. Raises RegistrationClosed, TooManyTries.
    """
    users.require_open_registration(is_open=is_open)
    address = rules.address_of_origin(limiter.origin)
    if address is not None:
        _count(limiter, {CountedBy.SIGN_UP: (address,)})
    return users.sign_up(session, new=new, now=limiter.now)


@contextmanager
def _refusal_noted(*, limiter: Limiter, action: Action, actor: Actor, email: str) -> Iterator[None]:
    """Note a wrong password, in a transaction apart from the one that is rolled back for it.

    Who is told to wait has tried nothing: that leaves no event, so a flood leaves one for each hold at most.
    """
    try:
        yield
    except (InvalidCredentials, users.WrongPassword):
        with limiter.open_transaction() as apart:
            # Whether there is such an account or not, the same is done. What was typed is not kept: it may be a password.
            tried = crud.get_user_by_email(apart, rules.normalize_email(email))
            subject_id = tried.id if tried is not None else None
            record.note_refusal(apart, action, actor=actor, subject_id=subject_id, now=limiter.now)
        raise


def count_mail(limiter: Limiter, what: str, *, email: str) -> None:
    """Count a mail of a kind that somebody asks for, whether one is sent or not. Raises TooManyTries."""
    _count(limiter, rules.mail_counted_names(what, email=email, origin=limiter.origin))


def count_invitation(limiter: Limiter, *, station_id: UUID, email: str) -> None:
    """Count an invitation, for its station and for whom it is. Raises TooManyTries."""
    mailbox = ("invitation", str(station_id), rules.normalize_email(email))
    _count(limiter, {CountedBy.MAIL_TO: mailbox, CountedBy.INVITATIONS_OF: (str(station_id),)})


@contextmanager
def link_tried(session: Session, *, limiter: Limiter) -> Iterator[None]:
    """A try of a link that works once; for its address it stays counted when there is no such link.

    Raises TooManyTries.
    """
    address = rules.address_of_origin(limiter.origin)
    if not limiter.is_on or address is None:
        yield
        return
    with limiter.open_transaction() as apart:
        counted = _admit(apart, limiter.keys({CountedBy.LINK: (address,)}), now=limiter.now)
    with _taken_back_unless(LinkInvalid, session=session, counted=counted, limiter=limiter):
        yield


def _count(limiter: Limiter, named: Mapping[CountedBy, tuple[str, ...]]) -> None:
    if limiter.is_on:
        with limiter.open_transaction() as apart:
            _admit(apart, limiter.keys(named), now=limiter.now)


@dataclass(frozen=True)
class _Counted:
    """A counter, and how this try has left it."""

    key: bytes
    before: TryCount
    after: TryCount


@contextmanager
def _counted(session: Session, *, limiter: Limiter, email: str) -> Iterator[None]:
    """A try of the password of an account. What goes wrong in it stays counted when it is the password."""
    if not limiter.is_on:
        yield
        return
    keys = limiter.keys(rules.counted_names(email=email, origin=limiter.origin))
    with limiter.open_transaction() as apart:
        counted = _admit(apart, _binding(apart, keys), now=limiter.now)
    wrong = (InvalidCredentials, users.WrongPassword)
    with _taken_back_unless(*wrong, session=session, counted=counted, limiter=limiter):
        yield
    _remember(session, keys, email=email, now=limiter.now)


@contextmanager
def _taken_back_unless(
    *wrong: type[AppError], session: Session, counted: list[_Counted], limiter: Limiter
) -> Iterator[None]:
    try:
        yield
    except wrong:
        raise
    except Exception:
        # Nothing was learnt about the secret: the server was busy, or the new password was no good.
        with limiter.open_transaction() as apart:
            _take_back(apart, counted, now=limiter.now)
        raise
    _take_back(session, counted, now=limiter.now)


def _binding(session: Session, keys: Keys) -> Keys:
    both = keys.get(CountedBy.BOTH)
    is_known = both is not None and counters.is_login_address(session, both)
    binding = rules.counters_that_bind(is_known=is_known)
    return {counted_by: key for counted_by, key in keys.items() if counted_by in binding}


def _admit(session: Session, keys: Keys, *, now: datetime) -> list[_Counted]:
    """Count a try, unless it comes too soon: then nothing is written, and TooManyTries raised."""
    _check_wait([_try_count(row) for row in counters.read_login_counters(session, keys.values()).values()], now=now)
    rows = counters.lock_login_counters(session, keys.values(), now=now)
    # Others may have tried since they were read.
    _check_wait([_try_count(row) for row in rows.values()], now=now)
    counted = []
    for counted_by, key in keys.items():
        before = _try_count(rows[key])
        after = rules.after_one_more_try(before, counted_by=counted_by, now=now)
        _write(session, key, after)
        counted.append(_Counted(key=key, before=before, after=after))
    counters.prune_login_counters(session, now=now, most=PRUNED_AT_ONCE)
    return counted


def _take_back(session: Session, counted: list[_Counted], *, now: datetime) -> None:
    rows = counters.lock_login_counters(session, [each.key for each in counted], now=now)
    for each in counted:
        _write(
            session, each.key, rules.without_one_try(_try_count(rows[each.key]), before=each.before, after=each.after)
        )


def _remember(session: Session, keys: Keys, *, email: str, now: datetime) -> None:
    """After a right password: who mistyped it before is not held to it, and the address is known from now on."""
    key = keys.get(CountedBy.BOTH)
    user = crud.get_user_by_email(session, rules.normalize_email(email))
    if key is None or user is None:
        return
    counters.delete_login_counter(session, key)
    counters.keep_login_address(session, key, user_id=user.id, now=now)
    counters.prune_login_addresses(
        session, user_id=user.id, before=now - rules.ADDRESS_FORGOTTEN_AFTER, most=rules.KNOWN_ADDRESSES
    )


def _check_wait(counters: list[TryCount], *, now: datetime) -> None:
    wait = rules.wait_of(counters, now=now)
    if wait > timedelta():
        raise TooManyTries(retry_after_s=math.ceil(wait.total_seconds()))


def _try_count(row: LoginCounter | Row[Any]) -> TryCount:
    return TryCount(try_count=row.try_count, held_until=row.held_until, expires_at=row.expires_at)


def _write(session: Session, key: bytes, count: TryCount) -> None:
    counters.write_login_counter(
        session, key, try_count=count.try_count, held_until=count.held_until, expires_at=count.expires_at
    )
