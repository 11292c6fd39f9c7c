"""Links that are used at once, and the work that is done before anything is locked."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app import crud
from app.core import security
from app.core.db import transaction
from app.features.accounts import invitations, letters, queries, recovery, service, sessions, users
from app.features.accounts.schemas import InvitationAnswer
from app.features.audit.record import COMMAND, Audit
from app.models import Role, User
from app.tests.factories import LONG_AGO, Factory
from app.tests.features.accounts.races import both_at_once
from app.tests.letters import PUBLIC_URL, WITHOUT_MAIL, token_of

ANN = "ann@example.com"
HOUR = timedelta(hours=1)


def ann_with_a_link(engine: Engine) -> str:
    """The token of a link for her account."""
    with transaction(engine) as session:
        Factory(session).user(email=ANN)
        return recovery.make_password_token(session, email=ANN, life=HOUR, audit=Audit(session, COMMAND, LONG_AGO))


def test_of_two_who_use_a_link_at_once_one_wins(committed: Engine) -> None:
    token = ann_with_a_link(committed)
    passwords = ("first-password", "second-password")

    def use(number: int) -> None:
        with transaction(committed) as session:
            recovery.reset_password(session, letters=WITHOUT_MAIL, token=token, new_password=passwords[number])

    outcomes = both_at_once(use)
    assert sorted(map(str, outcomes)) == ["None", "link_invalid"]
    with transaction(committed) as session:
        sessions.check_credentials(session, email=ANN, password=passwords[outcomes.index(None)])


@pytest.mark.parametrize("email", [ANN, "nobody@example.com"])
def test_who_asks_for_a_link_waits_for_who_asked_before_whether_there_is_an_account_or_not(
    committed: Engine, email: str
) -> None:
    ann_with_a_link(committed)

    def ask(session: Session) -> None:
        session.connection().execute(text("SET LOCAL lock_timeout = '50ms'"))
        token_hash = security.hash_token(security.new_link_token())
        queries.put_password_link(session, email=email, token_hash=token_hash, expires_at=LONG_AGO)

    with transaction(committed) as first:
        ask(first)
        with pytest.raises(OperationalError, match="lock timeout"), transaction(committed) as second:
            ask(second)


def test_a_link_does_not_undo_a_password_that_was_changed_while_it_was_used(
    committed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = ann_with_a_link(committed)
    hash_password = security.hash_password

    def changed_meanwhile(password: str) -> str:
        monkeypatch.setattr(security, "hash_password", hash_password)
        with transaction(committed) as other:
            user = crud.get_user_by_email(other, ANN)
            assert user is not None
            change = {"password": "the owner's own"}
            users.update_user(
                other, letters=WITHOUT_MAIL, user_id=user.id, changes=change, by=user.id, by_session=uuid4()
            )
        return hash_password(password)

    monkeypatch.setattr(security, "hash_password", changed_meanwhile)
    with transaction(committed) as session, pytest.raises(service.LinkInvalid):
        recovery.reset_password(session, letters=WITHOUT_MAIL, token=token, new_password="eight888")


def test_no_password_is_hashed_for_a_link_that_does_not_work(
    committed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(security, "hash_password")
    answer = InvitationAnswer(token="guess", password="eight888")
    with transaction(committed) as session:
        with pytest.raises(service.LinkInvalid):
            recovery.reset_password(session, letters=WITHOUT_MAIL, token="guess", new_password="eight888")
        with pytest.raises(service.LinkInvalid):
            invitations.register(session, answer=answer, now=LONG_AGO)


def test_a_link_that_is_asked_for_while_the_account_goes_is_none(committed: Engine) -> None:
    with transaction(committed) as session:
        make = Factory(session)
        make.user(is_superuser=True)
        user_id = make.user(email=ANN).id

    def act(number: int) -> None:
        with transaction(committed) as session:
            if number:
                users.delete_user(session, user_id=user_id)
            else:
                recovery.make_password_token(session, email=ANN, life=HOUR, audit=Audit(session, COMMAND, LONG_AGO))

    asked, deleted = both_at_once(act)
    assert asked in (None, "user_not_found")
    assert deleted is None
    with transaction(committed) as session:
        assert crud.get_user_by_email(session, ANN) is None


def test_a_closed_account_is_given_no_link(committed: Engine) -> None:
    with transaction(committed) as session:
        Factory(session).user(email=ANN, is_active=False)
        with pytest.raises(service.UserNotFound):
            recovery.make_password_link(
                session, public_url=PUBLIC_URL, email=ANN, life=HOUR, audit=Audit(session, COMMAND, LONG_AGO)
            )


def station_with_a_guest(engine: Engine) -> tuple[User, str]:
    """An owner, and the token of an invitation to their station."""
    with transaction(engine) as session:
        make = Factory(session)
        station, owner = make.station(), make.user()
        make.member(station=station, user=owner)
        make.member(station=station)
        sent = invitations.invite(session, letters=WITHOUT_MAIL, station=station, by=owner, email=ANN, role=Role.VIEWER)
        return owner, token_of(sent.link or "")


def test_of_two_who_accept_an_invitation_at_once_one_joins(committed: Engine) -> None:
    _, token = station_with_a_guest(committed)

    def register(number: int) -> None:
        answer = InvitationAnswer(token=token, password=f"password-{number}")
        with transaction(committed) as session:
            invitations.register(session, answer=answer, now=LONG_AGO)

    outcomes = both_at_once(register)
    assert outcomes.count(None) == 1
    assert set(outcomes) <= {None, "email_taken", "link_invalid"}


def test_of_two_uses_by_one_account_at_once_one_joins(committed: Engine) -> None:
    _, token = station_with_a_guest(committed)
    with transaction(committed) as session:
        guest = Factory(session).user(email=ANN)

    def accept(number: int) -> None:
        with transaction(committed) as session:
            invitations.accept(session, token=token, user=guest, now=LONG_AGO)

    assert sorted(map(str, both_at_once(accept))) == ["None", "link_invalid"]


def test_an_inviter_who_is_demoted_while_it_is_accepted_lets_nobody_in(
    committed: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, token = station_with_a_guest(committed)
    hash_password = security.hash_password

    def demoted_meanwhile(password: str) -> str:
        with transaction(committed) as other:
            (station, _), *_ = queries.stations_of(other, owner.id)
            service.change_role(other, station=station, user_id=owner.id, role=Role.EDITOR)
        return hash_password(password)

    monkeypatch.setattr(security, "hash_password", demoted_meanwhile)
    answer = InvitationAnswer(token=token, password="eight888")
    with pytest.raises(service.LinkInvalid), transaction(committed) as session:
        invitations.register(session, answer=answer, now=LONG_AGO)
    with transaction(committed) as session:
        assert crud.get_user_by_email(session, ANN) is None


@pytest.mark.parametrize(
    ("life", "said"),
    [(HOUR, "1 hour"), (2 * HOUR, "2 hours"), (72 * HOUR, "72 hours"), (timedelta(days=7), "7 days")],
)
def test_how_long_a_link_works_is_said_in_words(life: timedelta, said: str) -> None:
    assert letters.in_words(life) == said
