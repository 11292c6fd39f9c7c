"""Telling the members of a station: of a deck that has fallen silent, and which mails they want."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from app.features.accounts.service import MemberNotFound
from app.features.alerts import service
from app.features.alerts.schemas import MailWishes
from app.features.alerts.service import Links, StopLinkInvalid
from app.models import Deck, Job, Member, PressKeyHeard, Role, RollupDeckQuarter, Station, Telling, Told, Watch
from app.tests.factories import Factory

SECRET = "a-key-for-tests-only-0123456789abcdef"
PUBLIC_URL = "http://tracker.test"
LINKS = Links(public_url=PUBLIC_URL, secret_key=SECRET)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# A Monday; the deck was used on every day of four weeks from 6 to 18, and was last heard at 8:05.
LAST_HEARD = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, 1, tzinfo=UTC)


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station(name="WXYZ")


@pytest.fixture
def deck(session: Session, make: Factory, station: Station) -> Deck:
    """A deck that is quiet at noon."""
    deck = make.deck(station=station)
    key = make.press_key(button=make.button(station=station), deck=deck)
    session.add(PressKeyHeard(station_id=station.id, press_key_id=key.id, last_heard_at=LAST_HEARD))
    midnight = LAST_HEARD.replace(hour=0, minute=0)
    for day in range(29):
        for hour in range(6, 18):
            quarter = midnight - day * DAY + hour * HOUR
            if quarter <= LAST_HEARD:
                session.add(
                    RollupDeckQuarter(station_id=station.id, deck_id=deck.id, quarter_start=quarter, press_count=1)
                )
    # A server was running all the while.
    until = NOON + 10 * DAY
    session.add(Watch(started_at=midnight - 60 * DAY, last_seen_at=until, ended_at=until))
    session.flush()
    return deck


def look(session: Session, station: Station, *, at: datetime = NOON) -> int:
    """How many silences were news."""
    before = len(told(session))
    service.tell_of_silent_decks(session, station=station, links=LINKS, now=at)
    return len(told(session)) - before


def told(session: Session) -> list[Told]:
    return list(session.exec(select(Told)))


def mails(session: Session) -> list[dict[str, object]]:
    return sorted((job.payload for job in session.exec(select(Job))), key=lambda payload: str(payload["to"]))


def test_owners_and_editors_are_told_of_a_silent_deck(
    session: Session, make: Factory, station: Station, deck: Deck
) -> None:
    for name, role in (("a-owner", Role.OWNER), ("b-editor", Role.EDITOR), ("c-viewer", Role.VIEWER)):
        make.member(station=station, user=make.user(email=f"{name}@station.test"), role=role)

    assert look(session, station) == 1

    owner, editor = mails(session)
    assert (owner["to"], editor["to"]) == ("a-owner@station.test", "b-editor@station.test")
    context = dict(owner["context"])  # type: ignore[call-overload]
    assert urlsplit(context.pop("stop_link")).path == "/stop-mail"
    assert owner["template"] == "deck_quiet"
    assert context == {
        "station": "WXYZ",
        "deck": "Studio A",
        "last_heard": "Mon 23 Nov 2026, 08:05 UTC",
        "usual": "On Mondays it is usually used from 06:00 to 18:00; nothing was heard in 3 hours in which it is "
        "usually used.",
        "link": f"{PUBLIC_URL}/station?station={station.id}&tab=decks",
    }


def test_a_silence_is_told_once_until_the_deck_is_heard_again(
    session: Session, make: Factory, station: Station, deck: Deck
) -> None:
    make.member(station=station)
    assert [look(session, station, at=NOON + minutes * timedelta(minutes=5)) for minutes in range(3)] == [1, 0, 0]

    heard = session.exec(select(PressKeyHeard)).one()
    heard.last_heard_at = NOON + HOUR
    session.add(heard)
    session.flush()

    assert look(session, station, at=NOON + 2 * HOUR) == 0
    assert look(session, station, at=NOON + 5 * HOUR) == 1
    assert len(mails(session)) == 2


def test_a_deck_that_is_heard_is_not_told_of(session: Session, make: Factory, station: Station, deck: Deck) -> None:
    make.member(station=station)
    assert look(session, station, at=LAST_HEARD + HOUR) == 0
    assert mails(session) == []


def test_a_deck_whose_presses_an_api_token_sends_is_heard_by_them(
    session: Session, make: Factory, station: Station, deck: Deck
) -> None:
    make.member(station=station)
    quarter = NOON - HOUR / 60
    session.add(RollupDeckQuarter(station_id=station.id, deck_id=deck.id, quarter_start=quarter, press_count=1))
    session.flush()
    assert look(session, station) == 0

    assert look(session, station, at=NOON + 4 * HOUR) == 1
    assert [each.moment for each in told(session)] == [quarter]


def test_closed_accounts_are_not_told(session: Session, make: Factory, station: Station, deck: Deck) -> None:
    make.member(station=station, user=make.user(is_active=False))
    assert look(session, station) == 1
    assert mails(session) == []


def test_silence_is_noted_though_nobody_wants_to_know(
    session: Session, make: Factory, station: Station, deck: Deck
) -> None:
    assert look(session, station) == 1
    assert [(each.kind, each.subject_id, each.moment) for each in told(session)] == [
        (Telling.DECK_QUIET, deck.id, LAST_HEARD)
    ]


def change(session: Session, member: Member, **wishes: bool) -> tuple[bool, bool]:
    public, _ = service.change_wishes(
        session,
        station_id=member.station_id,
        user_id=member.user_id,
        wishes=MailWishes(**wishes),
        is_mail_configured=True,
    )
    return public.weekly, public.deck_quiet


def test_a_wish_changes_one_mail_and_leaves_the_other(session: Session, make: Factory, station: Station) -> None:
    member = make.member(station=station, role=Role.VIEWER)
    assert change(session, member, weekly=True) == (True, False)
    assert change(session, member, deck_quiet=True) == (True, True)
    assert change(session, member, weekly=False) == (False, True)


def test_a_wish_is_compared_with_what_is_so_now(session: Session, make: Factory, station: Station) -> None:
    member = make.member(station=station)
    # By somebody else, after this session has read the membership.
    session.connection().execute(text("UPDATE member SET wants_weekly_mail = true"))

    assert change(session, member, weekly=False) == (False, True)

    assert session.connection().execute(text("SELECT wants_weekly_mail FROM member")).scalar_one() is False


def test_the_default_follows_the_role_until_somebody_chooses(session: Session, make: Factory, station: Station) -> None:
    member = make.member(station=station, role=Role.VIEWER)
    member.role = Role.EDITOR
    assert change(session, member) == (False, True)
    assert change(session, member, deck_quiet=False) == (False, False)


def test_who_is_no_member_gets_no_mail(session: Session, make: Factory, station: Station) -> None:
    with pytest.raises(MemberNotFound):
        service.read_wishes(session, station_id=station.id, user_id=make.user().id, is_mail_configured=True)


def token_of(member: Member, kind: Telling) -> str:
    link = LINKS.stop(station_id=member.station_id, user_id=member.user_id, kind=kind)
    return urlsplit(link).fragment


@pytest.mark.parametrize(("kind", "left"), [(Telling.WEEK, (False, True)), (Telling.DECK_QUIET, (True, False))])
def test_the_link_in_a_mail_ends_that_mail_alone(
    session: Session, make: Factory, station: Station, kind: Telling, left: tuple[bool, bool]
) -> None:
    member = make.member(station=station)
    change(session, member, weekly=True)

    service.stop(session, token=token_of(member, kind), secret_key=SECRET)

    assert change(session, member) == left


def test_the_link_of_somebody_who_has_left_does_nothing(session: Session, make: Factory, station: Station) -> None:
    member = make.member(station=station)
    token = token_of(member, Telling.WEEK)
    session.delete(member)
    session.flush()
    assert service.stop(session, token=token, secret_key=SECRET) is None


@pytest.mark.parametrize("kind", [Telling.WEEK, Telling.DECK_QUIET])
def test_a_mail_is_ended_once(session: Session, make: Factory, station: Station, kind: Telling) -> None:
    member = make.member(station=station)
    change(session, member, weekly=True)
    token = token_of(member, kind)
    ended = [service.stop(session, token=token, secret_key=SECRET) for _ in range(3)]
    assert ended == [member, None, None]


@pytest.mark.parametrize("token", ["", ".", "...", "a.b.c.d", "ü.ü.ü.ü"])
def test_a_link_that_nobody_sent_is_refused(session: Session, token: str) -> None:
    with pytest.raises(StopLinkInvalid):
        service.stop(session, token=token, secret_key=SECRET)


def test_a_link_is_good_for_nobody_else(session: Session, make: Factory, station: Station) -> None:
    member, other = make.member(station=station), make.member(station=station)
    token = token_of(member, Telling.WEEK).replace(str(member.user_id), str(other.user_id))
    with pytest.raises(StopLinkInvalid):
        service.stop(session, token=token, secret_key=SECRET)
    with pytest.raises(StopLinkInvalid):
        service.stop(session, token=token_of(member, Telling.WEEK), secret_key=f"{SECRET}x")
