"""Old addresses: told from a request's headers, noted at a start, and listed with the keys that still call there."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.features.buttons import addresses
from app.features.buttons.addresses import OldAddresses
from app.features.buttons.rules import imported_address_key
from app.features.buttons.schemas import OldAddressKey, OldAddressState
from app.models import Button, PressKey, PressKeyHeard, PressKeyOldAddress, PublicUrl, Station
from app.tests.factories import LONG_AGO, Factory

OLD, NEW = "http://192.168.1.10:8000", "https://tracker.example.org"
MINUTE = timedelta(minutes=1)
CHANGED = LONG_AGO + 60 * MINUTE


def called(old: list[str], current: str, **headers: str) -> str | None:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return OldAddresses([current, *old], public_url=current).called_by([(b"user-agent", b"node"), *sent])


@pytest.mark.parametrize(
    ("old", "host"),
    [
        (OLD, "192.168.1.10:8000"),
        ("http://Studio.local", "studio.LOCAL"),
        ("http://studio.local", "studio.local:80"),
        ("https://studio.local:443", "studio.local"),
        ("http://[fd00::7]:8000", "[fd00::7]:8000"),
        ("http://bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_request_to_an_old_address_is_known_by_its_host(old: str, host: str) -> None:
    assert called([old], NEW, host=host) == old


@pytest.mark.parametrize("host", ["tracker.example.org", "192.168.1.10", "192.168.1.10:80", "elsewhere:8000", ""])
def test_the_current_address_and_strange_ones_are_not_old(host: str) -> None:
    assert called([OLD], NEW, host=host) is None


def test_where_only_the_scheme_has_changed_the_proxy_has_to_tell() -> None:
    old = "http://tracker.example.org"

    assert called([old], NEW, host="tracker.example.org", x_forwarded_proto="http") == old
    assert called([old], NEW, host="tracker.example.org", x_forwarded_proto="https") is None
    assert called([old], NEW, host="tracker.example.org") is None


@pytest.mark.parametrize("url", ["http://x:99999", "http://" + "ü" * 80])
def test_an_address_that_no_client_can_use_is_passed_over(url: str) -> None:
    assert not OldAddresses([url], public_url=NEW)
    assert OldAddresses([OLD], public_url=url)


def test_there_is_nothing_to_look_for_while_the_address_is_the_first_one() -> None:
    assert not OldAddresses([], public_url=NEW)
    assert not OldAddresses([NEW], public_url=NEW)


def urls(session: Session) -> list[str]:
    return [row.url for row in sorted(session.exec(select(PublicUrl)).all(), key=lambda row: row.since)]


def test_an_address_is_noted_when_it_changes_and_only_then(session: Session) -> None:
    for minute, url in enumerate([OLD, OLD, NEW, NEW, OLD]):
        addresses.note_public_url(session, public_url=url, now=LONG_AGO + minute * MINUTE)

    assert urls(session) == [OLD, NEW, OLD]
    assert addresses.current_public_url(session) == OLD


def test_a_clock_that_was_set_back_does_not_make_the_new_address_an_old_one(session: Session) -> None:
    addresses.note_public_url(session, public_url=OLD, now=LONG_AGO)
    addresses.note_public_url(session, public_url=NEW, now=LONG_AGO - MINUTE)

    assert addresses.current_public_url(session) == NEW


def test_of_an_address_that_changes_daily_the_latest_are_remembered(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "MAX_REMEMBERED", 3)
    for day in range(6):
        addresses.note_public_url(session, public_url=f"http://10.0.0.{day}", now=LONG_AGO + day * MINUTE)

    assert urls(session) == ["http://10.0.0.3", "http://10.0.0.4", "http://10.0.0.5"]


class Keys:
    """A station with an address that changed from OLD to NEW, and its keys."""

    def __init__(self, make: Factory) -> None:
        self.make, self.session = make, make.session
        self.station = make.station()
        self.session.add(PublicUrl(since=LONG_AGO - 60 * MINUTE, url=OLD))
        self.session.add(PublicUrl(since=CHANGED, url=NEW))

    def key(
        self,
        title: str,
        *,
        made_at: datetime = LONG_AGO,
        heard_at: datetime | None = None,
        called_at: datetime | None = None,
        old_url: str = OLD,
        station: Station | None = None,
    ) -> PressKey:
        station = station or self.station
        key = self.make.press_key(button=self.make.button(station=station, title=title))
        key.created_at = made_at
        ids = {"station_id": station.id, "press_key_id": key.id}
        if heard_at is not None:
            self.session.add(PressKeyHeard(**ids, last_heard_at=heard_at))
        if called_at is not None:
            self.session.add(PressKeyOldAddress(**ids, url=old_url, last_called_at=called_at))
        self.session.flush()
        return key

    def listed(self, *, skip: int = 0, limit: int = 100) -> list[OldAddressKey]:
        page = addresses.list_old_addresses(
            self.session, station_id=self.station.id, skip=skip, limit=limit, public_url=NEW
        )
        assert (page.public_url, page.changed_at) == (NEW, CHANGED)
        return page.data

    def states(self) -> dict[str, OldAddressState]:
        return {each.button_title: each.state for each in self.listed()}


@pytest.fixture
def keys(make: Factory) -> Keys:
    return Keys(make)


def test_a_key_whose_latest_press_came_to_an_old_address_still_calls_it(keys: Keys) -> None:
    after = CHANGED + MINUTE
    keys.key("Hug", heard_at=after, called_at=after)
    keys.key("New, on an old deck", made_at=after, heard_at=after, called_at=after)

    assert keys.states() == {"Hug": "called", "New, on an old deck": "called"}
    assert {(each.old_url, each.last_called_at, each.last_heard_at) for each in keys.listed()} == {(OLD, after, after)}


def test_a_key_that_was_heard_at_the_new_address_since_is_done(keys: Keys) -> None:
    keys.key("Never at the old one", heard_at=CHANGED + MINUTE)
    keys.key("Copied anew", called_at=CHANGED + MINUTE, heard_at=CHANGED + 2 * MINUTE)

    assert keys.states() == {}


def test_a_key_of_before_the_change_is_in_question_until_it_is_heard(keys: Keys) -> None:
    long_ago = LONG_AGO - 90 * MINUTE
    keys.key("Silent", heard_at=CHANGED - MINUTE)
    keys.key("Of today", made_at=CHANGED + MINUTE)
    keys.key("Older than the first known address", made_at=long_ago, heard_at=long_ago)

    states = keys.states()
    assert set(states) == {"Silent", "Older than the first known address"}
    assert set(states.values()) == {OldAddressState.NOT_HEARD_SINCE}


def test_a_key_that_was_never_heard_comes_last_and_is_not_counted_as_one_left_behind(keys: Keys, make: Factory) -> None:
    booth = make.deck(station=keys.station, name="Booth")
    make.press_key(button=make.button(station=keys.station, title="On a deck"), deck=booth).created_at = LONG_AGO
    keys.key("Alpha, of no deck")
    keys.key("Silent", heard_at=CHANGED - MINUTE)
    keys.key("Calls, before its press is written", called_at=CHANGED + MINUTE)

    assert keys.states() == {
        "Calls, before its press is written": "called",
        "Silent": "not_heard_since",
        "On a deck": "never_heard",
        "Alpha, of no deck": "never_heard",
    }
    assert [each.button_title for each in keys.listed()][2:] == ["On a deck", "Alpha, of no deck"]
    assert addresses.count_everywhere(keys.session) == 2


def test_keys_of_retired_buttons_are_left_out(keys: Keys) -> None:
    key = keys.key("Retired", heard_at=CHANGED + MINUTE, called_at=CHANGED + MINUTE)
    button = keys.session.get_one(Button, (key.station_id, key.button_id))
    button.retired_at = CHANGED
    keys.session.flush()
    assert keys.states() == {}
    assert addresses.count_everywhere(keys.session) == 0

    button.retired_at = None
    keys.session.flush()
    assert keys.states() == {"Retired": "called"}


def test_the_address_that_an_imported_button_had_was_never_one_of_this_server(keys: Keys) -> None:
    for title, heard_at in [("Silent", CHANGED - MINUTE), ("Never heard", None)]:
        key = keys.key(title, heard_at=heard_at)
        key.key = imported_address_key(key.button_id)
    keys.session.flush()

    assert keys.states() == {}
    assert addresses.count_everywhere(keys.session) == 0


def test_an_address_that_is_the_current_one_again_is_no_old_one(keys: Keys) -> None:
    keys.key("Called it when it was old", heard_at=CHANGED + MINUTE, called_at=CHANGED + MINUTE)
    keys.key("Handed out with it", heard_at=CHANGED - MINUTE)
    keys.key("Handed out between", made_at=CHANGED + MINUTE, heard_at=CHANGED + MINUTE)
    keys.session.add(PublicUrl(since=CHANGED + 5 * MINUTE, url=OLD))

    page = addresses.list_old_addresses(keys.session, station_id=keys.station.id, skip=0, limit=10, public_url=OLD)
    assert {(each.button_title, each.old_url) for each in page.data} == {("Handed out between", NEW)}


def test_revoked_keys_and_those_of_other_stations_are_left_out(keys: Keys, make: Factory) -> None:
    before = CHANGED - MINUTE
    keys.key("Revoked", heard_at=before).revoked_at = CHANGED
    keys.key("Theirs", station=make.station(), heard_at=before)
    mine = keys.key("Mine", heard_at=before)

    (only,) = keys.listed()
    assert (only.key_id, only.key_prefix, only.press_url) == (mine.id, mine.key[:6], f"{NEW}/p/{mine.key}")
    assert addresses.count_everywhere(keys.session) == 2


def test_the_list_goes_by_deck_and_title_and_can_be_paged(keys: Keys, make: Factory) -> None:
    booth = make.deck(station=keys.station, name="Booth")
    keys.key("Alpha")
    keys.key("beta")
    make.press_key(button=make.button(station=keys.station, title="Zulu"), deck=booth).created_at = LONG_AGO
    keys.session.flush()

    assert [(each.deck and each.deck.name, each.button_title) for each in keys.listed()] == [
        ("Booth", "Zulu"),
        (None, "Alpha"),
        (None, "beta"),
    ]
    assert [each.button_title for each in keys.listed(skip=1, limit=1)] == ["Alpha"]
    for skip, limit in [(0, 2), (0, 3), (0, 4), (2, 2), (3, 2)]:
        page = addresses.list_old_addresses(
            keys.session, station_id=keys.station.id, skip=skip, limit=limit, public_url=NEW
        )
        assert page.count == 3
    assert [each.button_title for each in addresses.every_old_address(keys.session, station_id=keys.station.id)] == [
        "Zulu",
        "Alpha",
        "beta",
    ]


def test_a_change_tells_how_many_keys_it_leaves_behind(session: Session, make: Factory) -> None:
    addresses.note_public_url(session, public_url=OLD, now=LONG_AGO)
    key = make.press_key(button=make.button(station=make.station()))
    key.created_at = LONG_AGO + MINUTE
    session.add(PressKeyHeard(station_id=key.station_id, press_key_id=key.id, last_heard_at=LONG_AGO + MINUTE))
    session.flush()

    change = addresses.note_public_url(session, public_url=NEW, now=LONG_AGO + 2 * MINUTE)

    assert change is not None
    assert (change.old_url, change.key_count) == (OLD, 1)
