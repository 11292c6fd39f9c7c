"""What becomes of people, and of several who are one."""

from uuid import UUID

import pytest

from app.models import Role
from app.original import people_rules
from app.original.ledger import Remark
from app.original.people_rules import Person, RawUser

# Of the product's own strength, which the hashes that tests make do not have.
OWN_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"


def person(email: str, *, number: int = 1, is_superuser: bool = False, is_active: bool = True) -> Person:
    planned = people_rules.plan_person(
        RawUser(
            id=str(UUID(int=number)),
            email=email,
            hashed_password=OWN_HASH if number == 1 else None,
            full_name=None,
            is_active=is_active,
            is_superuser=is_superuser,
        )
    )
    assert not isinstance(planned, Remark)
    return planned


def test_a_hash_of_our_own_make_comes_too() -> None:
    assert person("a@wbor.org").hashed_password == OWN_HASH


def test_of_two_who_have_one_address_nobody_can_log_in_with_a_password_of_theirs() -> None:
    plain, loud, other = person("a@wbor.org"), person("A@wbor.org", number=2), person("b@wbor.org", number=1)

    told = people_rules.without_shared_passwords([plain, loud, other])

    assert [each.hashed_password for each in told] == [people_rules.NO_PASSWORD, people_rules.NO_PASSWORD, OWN_HASH]
    assert [each.remark is not None for each in told] == [True, True, False]
    # Who cannot log in there is nobody to be taken for.
    closed = person("A@wbor.org", number=2, is_active=False)
    assert people_rules.without_shared_passwords([plain, closed])[0].hashed_password == OWN_HASH


def test_of_two_spellings_whoever_can_do_more_gets_the_account() -> None:
    plain, loud = person("a@wbor.org", number=2), person("A@wbor.org", number=3, is_superuser=True)
    closed = person("a@Wbor.org", number=4, is_superuser=True, is_active=False)

    assert people_rules.first_of_each_address([closed, plain, loud]) == {"a@wbor.org": loud}


@pytest.mark.parametrize(
    ("is_superuser", "is_active", "has_buttons", "is_new", "role"),
    [
        (True, True, False, True, Role.OWNER),
        (True, True, False, False, Role.EDITOR),
        (False, True, True, True, Role.EDITOR),
        (False, True, False, True, None),
        (True, False, True, True, None),
    ],
)
def test_roles(is_superuser: bool, is_active: bool, has_buttons: bool, is_new: bool, role: Role | None) -> None:
    who = person("a@wbor.org", number=2, is_superuser=is_superuser, is_active=is_active)

    assert people_rules.role_of(who, has_buttons=has_buttons, is_new_station=is_new) == role
