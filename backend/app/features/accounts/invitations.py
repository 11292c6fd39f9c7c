"""Invitations to a station: sent by its owners, and accepted once, by whoever has the address that they were sent to.

An invitation is for an address. An account that exists accepts it by logging in, so that a link in the wrong hands opens no
account; who has none makes one with the link, which proves that they read what is sent to the address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app import crud
from app.core import security
from app.core.errors import Forbidden, NotFound
from app.features.accounts import queries, rules
from app.features.accounts.letters import Letters, invitation_link
from app.features.accounts.rules import InvitationState
from app.features.accounts.schemas import InvitationAnswer, UserCreate
from app.features.accounts.service import AlreadyMember, LinkInvalid, create_user
from app.models import Invitation, Member, Role, Station, User

LIFE = timedelta(days=7)


class InvitationNotFound(NotFound):
    """No open invitation to this station with this id."""

    code = "invitation_not_found"
    default_detail = "There is no such invitation, or it was accepted or revoked."


class InvitationForAnother(Forbidden):
    """The caller is logged in to an account that has another address than the one that was invited."""

    code = "invitation_for_another"
    default_detail = "This invitation was sent to another address. Log in with the account that has it."


@dataclass(frozen=True)
class SentInvitation:
    """An invitation and its state; `link` only where no mail could be sent, and only this once."""

    invitation: Invitation
    state: InvitationState
    link: str | None


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that can be accepted, with where to and by whom."""

    invitation: Invitation
    station: Station
    inviter: User


def invite(session: Session, *, letters: Letters, station: Station, by: User, email: str, role: Role) -> SentInvitation:
    """Ask somebody to join a station. Asked once more, they have a new link and the old one is dead.

    Whether there is an account with the address is not looked at. Raises AlreadyMember.
    """
    queries.lock_station(session, station.id)
    if queries.is_address_of_member(session, station_id=station.id, email=email):
        raise AlreadyMember
    invitation = queries.open_invitation_to(session, station_id=station.id, email=email)
    return _send(session, letters=letters, station=station, by=by, email=email, role=role, earlier=invitation)


def send_again(
    session: Session, *, letters: Letters, station: Station, by: User, invitation_id: UUID
) -> SentInvitation:
    """Send an invitation under a new link; it is `by`'s from then on. Raises InvitationNotFound."""
    queries.lock_station(session, station.id)
    earlier = _open_of_station(session, station=station, invitation_id=invitation_id)
    email, role = earlier.email, Role(earlier.role)
    return _send(session, letters=letters, station=station, by=by, email=email, role=role, earlier=earlier)


def revoke(session: Session, *, station: Station, invitation_id: UUID, now: datetime) -> None:
    """Have an invitation count no more. Raises InvitationNotFound."""
    queries.lock_station(session, station.id)
    _open_of_station(session, station=station, invitation_id=invitation_id).revoked_at = now
    session.flush()


def invited_address(session: Session, *, station: Station, invitation_id: UUID) -> str:
    """To whom an invitation is. Raises InvitationNotFound."""
    return _open_of_station(session, station=station, invitation_id=invitation_id).email


def list_open(session: Session, *, station: Station, now: datetime) -> list[tuple[Invitation, InvitationState]]:
    """The invitations to a station that were neither accepted nor revoked, in the order in which they were made."""
    found = queries.open_invitations(session, station.id)
    inviting = _who_may_invite(session, station.id, [each.invited_by for each in found])
    return [(each, _state(each, inviting=inviting, now=now)) for each in found]


def read(session: Session, *, token: str, now: datetime) -> OpenInvitation:
    """What an invitation is to, for whoever has its link. Raises LinkInvalid."""
    invitation = queries.find_invitation(session, security.hash_token(token))
    if invitation is None:
        raise LinkInvalid
    inviting = _who_may_invite(session, invitation.station_id, [invitation.invited_by])
    station = crud.get_station(session, invitation.station_id)
    if station is None or _state(invitation, inviting=inviting, now=now) != InvitationState.PENDING:
        raise LinkInvalid
    return OpenInvitation(invitation=invitation, station=station, inviter=inviting[invitation.invited_by])


def accept(session: Session, *, token: str, user: User, now: datetime) -> tuple[Station, Role]:
    """Join a station with the account that has the invited address.

    Raises LinkInvalid, InvitationForAnother, AlreadyMember.
    """
    opened = read(session, token=token, now=now)
    if opened.invitation.email != user.email:
        raise InvitationForAnother
    return _join(session, token=token, station=opened.station, user=user, now=now)


def register(session: Session, *, answer: InvitationAnswer, now: datetime) -> tuple[User, Station, Role]:
    """Make an account for the invited address, and join with it. Raises LinkInvalid, EmailTaken."""
    opened = read(session, token=answer.token, now=now)
    new = UserCreate(email=opened.invitation.email, password=answer.password, full_name=answer.full_name)
    user = create_user(session, new=new, now=now)
    station, role = _join(session, token=answer.token, station=opened.station, user=user, now=now)
    return user, station, role


def _send(
    session: Session,
    *,
    letters: Letters,
    station: Station,
    by: User,
    email: str,
    role: Role,
    earlier: Invitation | None,
) -> SentInvitation:
    token = security.new_link_token()
    invitation = earlier or Invitation(
        station_id=station.id,
        email=email,
        role=role,
        invited_by=by.id,
        token_hash=b"",
        created_at=letters.now,
        expires_at=letters.now,
    )
    invitation.role, invitation.invited_by = role, by.id
    invitation.token_hash, invitation.expires_at = security.hash_token(token), letters.now + LIFE
    session.add(invitation)
    session.flush()
    link = None
    if letters.is_mail_configured:
        letters.invitation(session, to=email, station=station, role=role, inviter=by, token=token, life=LIFE)
    else:
        link = invitation_link(letters.public_url, token)
    return SentInvitation(invitation=invitation, state=InvitationState.PENDING, link=link)


def _join(session: Session, *, token: str, station: Station, user: User, now: datetime) -> tuple[Station, Role]:
    # Of two who use a link at once the second waits here, and then finds it used; as does one whose inviter is made
    # something less than an owner meanwhile.
    queries.lock_station(session, station.id)
    invitation = read(session, token=token, now=now).invitation
    if user.id in queries.roles_of(session, station.id):
        raise AlreadyMember
    role = Role(invitation.role)
    session.add(Member(station_id=station.id, user_id=user.id, role=role, created_at=now))
    invitation.accepted_at = now
    session.add(invitation)
    session.flush()
    return station, role


def _open_of_station(session: Session, *, station: Station, invitation_id: UUID) -> Invitation:
    invitation = queries.open_invitation(session, station_id=station.id, invitation_id=invitation_id)
    if invitation is None:
        raise InvitationNotFound
    return invitation


def _who_may_invite(session: Session, station_id: UUID, user_ids: Iterable[UUID]) -> dict[UUID, User]:
    found = queries.inviters(session, station_id, set(user_ids))
    return {
        user_id: user
        for user_id, (user, role) in found.items()
        if rules.may_invite(role=role, is_active=user.is_active, is_superuser=user.is_superuser)
    }


def _state(invitation: Invitation, *, inviting: dict[UUID, User], now: datetime) -> InvitationState:
    return rules.invitation_state(
        accepted_at=invitation.accepted_at,
        revoked_at=invitation.revoked_at,
        expires_at=invitation.expires_at,
        may_inviter_invite=invitation.invited_by in inviting,
        now=now,
    )
