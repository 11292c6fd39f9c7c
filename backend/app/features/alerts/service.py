"""Telling the members of a station by mail: what they want to be told, and a deck that has fallen silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

from app import crud
from app.core import security
from app.core.errors import AppError
from app.features.accounts import mail
from app.features.accounts.mail import Template
from app.features.accounts.service import MemberNotFound
from app.features.alerts import queries, rules
from app.features.alerts.queries import Recipient
from app.features.alerts.schemas import MailWishes, MailWishesPublic
from app.features.decks import service as decks
from app.features.decks.rules import REACH
from app.features.decks.schemas import DeckPublic
from app.features.presses import watch
from app.models import Member, Role, Station, Telling

PURPOSE = "stop-mail"
# Far beyond what a station has.
MAX_DECKS = 1_000

log = structlog.get_logger(__name__)


class StopLinkInvalid(AppError):
    """Not a link of a mail that this server sent."""

    status, code = 400, "stop_link_invalid"
    default_detail = "This link is not whole. Open it from the mail again, or log in and change which mails you get."


# What a member wants


def read_wishes(session: Session, *, station_id: UUID, user_id: UUID, is_mail_configured: bool) -> MailWishesPublic:
    """Which mails of a station a member gets. Raises MemberNotFound."""
    member = crud.get_member(session, station_id=station_id, user_id=user_id)
    return _public(_known(member), is_mail_configured=is_mail_configured)


def change_wishes(
    session: Session, *, station_id: UUID, user_id: UUID, wishes: MailWishes, is_mail_configured: bool
) -> tuple[MailWishesPublic, dict[str, bool]]:
    """Get, or get no more, some mails of a station; and which of these wishes are other ones now. Raises MemberNotFound."""
    member = _known(queries.lock_member(session, station_id=station_id, user_id=user_id))
    before = {"weekly": member.wants_weekly_mail, "deck_quiet": member.wants_deck_mail}
    wanted = wishes.model_dump(exclude_unset=True)
    changed = {name: wish for name, wish in wanted.items() if wish != before[name]}
    member.wants_weekly_mail = changed.get("weekly", member.wants_weekly_mail)
    member.wants_deck_mail = changed.get("deck_quiet", member.wants_deck_mail)
    session.add(member)
    session.flush()
    return _public(member, is_mail_configured=is_mail_configured), changed


def _known(member: Member | None) -> Member:
    if member is None:
        raise MemberNotFound("You are not a member of this station, so you get no mail of it.")
    return member


def _public(member: Member, *, is_mail_configured: bool) -> MailWishesPublic:
    return MailWishesPublic(
        weekly=member.wants_weekly_mail,
        deck_quiet=rules.gets_deck_mail(member.wants_deck_mail, role=Role(member.role)),
        is_mail_configured=is_mail_configured,
    )


@dataclass(frozen=True, kw_only=True)
class Links:
    """What the links of mails are made with."""

    public_url: str
    secret_key: str

    def stop(self, *, station_id: UUID, user_id: UUID, kind: Telling) -> str:
        """Where this member ends this mail without logging in. The token stands in the fragment, which no log has."""
        parts = (str(station_id), str(user_id), kind)
        signature = security.sign(self.secret_key, PURPOSE, *parts)
        return f"{self.public_url}/stop-mail#{'.'.join((*parts, signature))}"


def stop(session: Session, *, token: str, secret_key: str) -> Member | None:
    """End the mail that a link stands for, of the member who is returned; None where nothing changes by it: the member
    has left, or has ended it before.

    Raises StopLinkInvalid.
    """
    station_id, user_id, kind = _read_token(token, secret_key=secret_key)
    member = queries.lock_member(session, station_id=station_id, user_id=user_id)
    if member is None:
        return None
    wish = member.wants_weekly_mail if kind is Telling.WEEK else member.wants_deck_mail
    # One that was never made (None) is made by this: it may be that of an owner, whom it would be sent to.
    if wish is False:
        return None
    if kind is Telling.WEEK:
        member.wants_weekly_mail = False
    else:
        member.wants_deck_mail = False
    session.add(member)
    session.flush()
    return member


def _read_token(token: str, *, secret_key: str) -> tuple[UUID, UUID, Telling]:
    parts, _, signature = token.rpartition(".")
    station_id, _, rest = parts.partition(".")
    user_id, _, kind = rest.partition(".")
    if not security.is_same_secret(signature, security.sign(secret_key, PURPOSE, station_id, user_id, kind)):
        raise StopLinkInvalid
    return UUID(station_id), UUID(user_id), Telling(kind)


# A deck that has fallen silent


def tell_of_silent_decks(session: Session, *, station: Station, links: Links, now: datetime) -> None:
    """Tell the members who want to know of each deck that is quiet, once until it is heard again."""
    gaps = [(gap.started_at, gap.ended_at) for gap in watch.read_gaps(session, start=now - REACH, end=now)]
    listening = decks.listen(session, station=station, gaps=gaps, now=now)
    found = decks.read_decks(session, station_id=station.id, listening=listening, skip=0, limit=MAX_DECKS, now=now)
    for deck in found:
        if deck.is_quiet and _is_news(session, deck, now=now):
            _mail_about(session, deck, station=station, links=links, now=now)


def _is_news(session: Session, deck: DeckPublic, *, now: datetime) -> bool:
    # Never heard is never quiet.
    assert deck.last_heard_at is not None  # noqa: S101
    return queries.tell(
        session,
        station_id=deck.station_id,
        kind=Telling.DECK_QUIET,
        subject_id=deck.id,
        moment=deck.last_heard_at,
        now=now,
    )


def _mail_about(session: Session, deck: DeckPublic, *, station: Station, links: Links, now: datetime) -> None:
    zone = ZoneInfo(station.zone)
    assert deck.last_heard_at is not None  # noqa: S101  as above
    said = {
        "station": station.name,
        "deck": deck.name,
        "last_heard": rules.local_text(deck.last_heard_at, zone),
        "usual": rules.usual_text(
            deck.usual_hours, weekday=now.astimezone(zone).weekday(), silent_h=deck.silent_usual_hours
        ),
        "link": f"{links.public_url}/station?station={station.id}&tab=decks",
    }
    members = queries.members_of(session, station.id, is_weekly=False)
    send(
        session,
        kind=Telling.DECK_QUIET,
        template=Template.DECK_QUIET,
        station_id=station.id,
        members=[each for each in members if rules.gets_deck_mail(each.wants_deck_mail, role=each.role)],
        said=said,
        links=links,
        now=now,
    )
    log.info("deck_is_quiet", station=station.name, deck=deck.name)


def send(
    session: Session,
    *,
    kind: Telling,
    template: Template,
    station_id: UUID,
    members: Iterable[Recipient],
    said: Mapping[str, Any],
    links: Links,
    now: datetime,
) -> None:
    """Queue a mail for each of these members, with a link by which they get no more of its kind."""
    for member in members:
        stop = links.stop(station_id=station_id, user_id=member.user_id, kind=kind)
        mail.queue(session, template=template, to=member.email, context={**said, "stop_link": stop}, now=now)
