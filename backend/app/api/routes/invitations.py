"""Invitations: sent by a station's owners, and accepted by whoever has the link."""

# `station_id` stands in the paths and is read by the dependency that opens the station.
# ruff: noqa: FAST003

from uuid import UUID

from fastapi import APIRouter, Response

from app.api.deps import AuditDep, CallerDep, LettersDep, LimiterDep, NowDep, OpenAuditDep, SessionDep
from app.api.problems import link_problems, problems
from app.api.routes.stations import NamedAsOwner
from app.core.errors import TooManyTries
from app.core.security import TooManyLogins
from app.features.accounts import attempts, invitations
from app.features.accounts.invitations import InvitationForAnother, SentInvitation
from app.features.accounts.schemas import (
    InvitationAnswer,
    InvitationCreate,
    InvitationPublic,
    InvitationSent,
    InvitationShown,
    InvitationsPublic,
    Link,
    StationPublic,
    UserPublic,
)
from app.features.accounts.service import AlreadyMember, EmailTaken, LinkInvalid, RoleTooLow
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.models import Invitation, Role

router = APIRouter()
of_station_router = APIRouter()


def _sent(sent: SentInvitation, response: Response) -> InvitationSent:
    # It may hold the link.
    response.headers["Cache-Control"] = "no-store"
    shown = InvitationPublic.of(sent.invitation, state=sent.state)
    return InvitationSent(**dict(shown), invitation_link=sent.link)


def _note(audit: Audit, action: Action, invitation: Invitation) -> None:
    audit.note(action, station_id=invitation.station_id, subject_id=invitation.id, role=invitation.role)


@of_station_router.get("/{station_id}/invitations", responses=problems(RoleTooLow))
def list_invitations(session: SessionDep, access: NamedAsOwner, now: NowDep) -> InvitationsPublic:
    """The invitations that were neither accepted nor revoked, in the order in which they were made. For owners."""
    found = invitations.list_open(session, station=access.station, now=now)
    data = [InvitationPublic.of(invitation, state=state) for invitation, state in found]
    return InvitationsPublic(data=data, count=len(data))


@of_station_router.post("/{station_id}/invitations", status_code=201, responses=problems(AlreadyMember, TooManyTries))
def create_invitation(
    new: InvitationCreate,
    session: SessionDep,
    access: NamedAsOwner,
    limiter: LimiterDep,
    letters: LettersDep,
    audit: AuditDep,
    response: Response,
) -> InvitationSent:
    """Ask somebody to join, with or without an account. Who was asked before has a new link, and the old one is dead."""
    attempts.count_invitation(limiter, station_id=access.station.id, email=new.email)
    sent = invitations.invite(
        session, letters=letters, station=access.station, by=access.user, email=new.email, role=new.role
    )
    _note(audit, Action.INVITATION_SENT, sent.invitation)
    return _sent(sent, response)


@of_station_router.post("/{station_id}/invitations/{invitation_id}/send", responses=problems(TooManyTries))
def send_invitation_again(
    invitation_id: UUID,
    session: SessionDep,
    access: NamedAsOwner,
    limiter: LimiterDep,
    letters: LettersDep,
    audit: AuditDep,
    response: Response,
) -> InvitationSent:
    """Send an invitation once more, under a new link; the old one is dead."""
    email = invitations.invited_address(session, station=access.station, invitation_id=invitation_id)
    attempts.count_invitation(limiter, station_id=access.station.id, email=email)
    sent = invitations.send_again(
        session, letters=letters, station=access.station, by=access.user, invitation_id=invitation_id
    )
    _note(audit, Action.INVITATION_SENT, sent.invitation)
    return _sent(sent, response)


@of_station_router.delete("/{station_id}/invitations/{invitation_id}", status_code=204)
def delete_invitation(
    invitation_id: UUID, session: SessionDep, access: NamedAsOwner, audit: AuditDep, now: NowDep
) -> None:
    """Revoke an invitation. Its link is dead."""
    invitations.revoke(session, station=access.station, invitation_id=invitation_id, now=now)
    audit.note(Action.INVITATION_REVOKED, station_id=access.station.id, subject_id=invitation_id)


@router.post("/read", responses=link_problems(LinkInvalid, TooManyTries))
def read_invitation(link: Link, session: SessionDep, limiter: LimiterDep, now: NowDep) -> InvitationShown:
    """What an invitation is to, for whoever has its link."""
    with attempts.link_tried(session, limiter=limiter):
        opened = invitations.read(session, token=link.token, now=now)
    return InvitationShown(
        email=opened.invitation.email,
        role=Role(opened.invitation.role),
        station_name=opened.station.name,
        invited_by=opened.inviter.full_name or opened.inviter.email,
        expires_at=opened.invitation.expires_at,
    )


@router.post("/accept", responses=link_problems(LinkInvalid, InvitationForAnother, AlreadyMember, TooManyTries))
def accept_invitation(
    link: Link, session: SessionDep, caller: CallerDep, limiter: LimiterDep, audit: AuditDep, now: NowDep
) -> StationPublic:
    """Join the station, with the account that has the invited address."""
    with attempts.link_tried(session, limiter=limiter):
        station, role = invitations.accept(session, token=link.token, user=caller.user, now=now)
    audit.note(Action.INVITATION_ACCEPTED, station_id=station.id, subject_id=caller.user.id, role=role)
    return StationPublic.of(station, role=role)


@router.post(
    "/register", status_code=201, responses=link_problems(LinkInvalid, EmailTaken, TooManyTries, TooManyLogins)
)
def register_by_invitation(
    answer: InvitationAnswer, session: SessionDep, limiter: LimiterDep, audit: OpenAuditDep, now: NowDep
) -> UserPublic:
    """Make an account for the invited address, and join the station with it; also where nobody else may make one."""
    with attempts.link_tried(session, limiter=limiter):
        user, station, role = invitations.register(session, answer=answer, now=now)
    by_themselves = audit.known_as(user.id)
    by_themselves.note(Action.USER_CREATED, subject_id=user.id, is_superuser=False)
    by_themselves.note(Action.INVITATION_ACCEPTED, station_id=station.id, subject_id=user.id, role=role)
    return UserPublic.model_validate(user)
