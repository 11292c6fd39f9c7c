"""What becomes of the original's users: decided here, with everything passed in. Rows may hold anything."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from app.features.accounts.schemas import Email
from app.models import Role
from app.original.ledger import Fate, Remark
from app.original.rules import as_uuid, one_line

# Stands for deleted users in the original.
NOBODY = UUID(int=0)
MAX_FULL_NAME_LENGTH = 255
NO_PASSWORD = "!"  # noqa: S105  no hash at all: nobody can log in with it

# As the original and the template make them, and nothing else: a hash that says of itself that it takes an hour would
# take that from every login, and one that takes another time than the rest would tell that the account exists.
_HASH = re.compile(r"\$2[aby]\$12\$[A-Za-z0-9+/.]{53}|\$argon2id\$v=19\$m=65536,t=3,p=4\$[\w+/]{16,88}\$[\w+/]{16,88}")

_email = TypeAdapter[str](Email)


@dataclass(frozen=True, kw_only=True, slots=True)
class RawUser:
    """A row of `user`, as text."""

    id: str | None
    email: str | None
    hashed_password: str | None
    full_name: str | None
    is_active: bool
    is_superuser: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who comes over. `remark` says what could not be kept."""

    id: UUID
    email: str
    hashed_password: str
    full_name: str | None
    is_active: bool
    is_superuser: bool
    is_plainly_spelt: bool
    remark: Remark | None


def plan_person(raw: RawUser) -> Person | Remark:
    """Who comes, with the address in our spelling; or why nobody does."""
    user_id = as_uuid(raw.id)
    if user_id is None:
        return Remark(Fate.LEFT, "the id is no UUID", raw.email or "")
    if user_id == NOBODY:
        return Remark(Fate.LEFT, "the original's stand-in for deleted users", raw.email or "")
    try:
        email = _email.validate_python(raw.email)
    except ValidationError:
        return Remark(Fate.LEFT, "the e-mail address is not a valid one", raw.email or "")
    has_password = raw.hashed_password is not None and _HASH.fullmatch(raw.hashed_password) is not None
    return Person(
        id=user_id,
        email=email,
        hashed_password=raw.hashed_password if raw.hashed_password and has_password else NO_PASSWORD,
        full_name=one_line(raw.full_name)[:MAX_FULL_NAME_LENGTH] or None,
        is_active=raw.is_active,
        is_superuser=raw.is_superuser,
        is_plainly_spelt=raw.email == email,
        remark=None
        if has_password
        else Remark(Fate.CHANGED, "without a password: its hash is of no known make", email),
    )


def without_shared_passwords(people: Iterable[Person]) -> list[Person]:
    """The same people; those whose address somebody else has too, in another spelling, without a password.

    The original took `jane@…` beside `Jane@…`, and never asked whether an address is one's own: the account here goes to
    whoever reads its mail, or to whom the server's operator gives a link.
    """
    people = list(people)
    users = Counter(person.email for person in people if person.is_active)
    return [
        replace(
            person,
            hashed_password=NO_PASSWORD,
            remark=Remark(Fate.CHANGED, "without a password: somebody else has the same address", person.email),
        )
        if users[person.email] > 1
        else person
        for person in people
    ]


def first_of_each_address(people: Iterable[Person]) -> dict[str, Person]:
    """Who gets the account, where addresses differ in case only: who can do most, then who is spelt as the account."""
    chosen: dict[str, Person] = {}
    ranked = sorted(
        people,
        key=lambda each: (not each.is_active, not each.is_superuser, not each.is_plainly_spelt, each.id),
    )
    for person in ranked:
        chosen.setdefault(person.email, person)
    return chosen


def role_of(person: Person, *, has_buttons: bool, is_new_station: bool) -> Role | None:
    """What somebody may do in the station, or None.

    Who could see no more than their own buttons, and has none, sees nothing here either. An existing station keeps to
    its own owners.
    """
    if not person.is_active:
        return None
    if person.is_superuser:
        return Role.OWNER if is_new_station else Role.EDITOR
    return Role.EDITOR if has_buttons else None
