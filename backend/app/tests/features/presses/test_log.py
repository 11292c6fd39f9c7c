import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from app.core.errors import CursorInvalid
from app.features.presses import corrections, log, rollup
from app.features.presses.log import LogFilter, Position, read_page
from app.features.presses.schemas import PressPage, PressPublic
from app.models import (
    Button,
    ButtonVersion,
    Channel,
    CorrectionKind,
    Deck,
    Press,
    PressStatus,
    Station,
    User,
)
from app.tests.factories import LONG_AGO, Factory

MINUTE = timedelta(minutes=1)
EVERYTHING = LogFilter()


@pytest.fixture
def station(make: Factory) -> Station:
    return make.station()


@pytest.fixture
def button(make: Factory, station: Station) -> Button:
    return make.button(station=station, title="Hug")


def page(
    session: Session,
    station: Station,
    log_filter: LogFilter = EVERYTHING,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> PressPage:
    after = Position.decode(cursor) if cursor else None
    return read_page(session, station_id=station.id, log_filter=log_filter, after=after, limit=limit)


def walk(
    session: Session, station: Station, log_filter: LogFilter = EVERYTHING, *, limit: int = 50
) -> list[list[PressPublic]]:
    """Every page, to the end."""
    pages = [page(session, station, log_filter, limit=limit)]
    while pages[-1].next_cursor is not None:
        assert len(pages) < 1000
        pages.append(page(session, station, log_filter, cursor=pages[-1].next_cursor, limit=limit))
    return [each.data for each in pages]


def found(session: Session, station: Station, log_filter: LogFilter) -> list[UUID]:
    return [row.id for row in page(session, station, log_filter).data]


def correct(session: Session, press: Press, kind: CorrectionKind, user: User, *, words: str = "Why") -> PressPublic:
    # The factory leaves counts alone; a correction moves them.
    rollup.rebuild(session, station_id=press.station_id)
    return corrections.correct(
        session,
        station_id=press.station_id,
        press_id=press.id,
        kind=kind,
        words=words,
        user_id=user.id,
        now=LONG_AGO,
    )


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 11, 12, 50])
def test_pages_hold_every_press_once_newest_first(
    session: Session, make: Factory, station: Station, button: Button, limit: int
) -> None:
    # Four instants for twelve presses, received in another order: a page may end amid equal times.
    presses = [make.press(button=button, pressed_at=LONG_AGO + (number % 4) * MINUTE) for number in range(12)]
    newest_first = sorted(presses, key=lambda press: (press.pressed_at, press.seq), reverse=True)

    pages = walk(session, station, limit=limit)

    assert [row.id for rows in pages for row in rows] == [press.id for press in newest_first]
    assert all(len(rows) == limit for rows in pages[:-1])


@pytest.mark.parametrize("examined", [1, 2, 5])
def test_a_page_examines_no_more_than_it_may_and_goes_on(
    session: Session,
    make: Factory,
    station: Station,
    button: Button,
    monkeypatch: pytest.MonkeyPatch,
    examined: int,
) -> None:
    presses = [make.press(button=button, pressed_at=LONG_AGO + (number // 3) * MINUTE) for number in range(12)]
    rare = [make.press(button=button, note="needle", pressed_at=LONG_AGO + minute * MINUTE) for minute in (0, 2)]
    monkeypatch.setattr(log, "MAX_EXAMINED", examined)

    pages = walk(session, station, LogFilter(note="needle"), limit=2)

    assert [row.id for rows in pages for row in rows] == [rare[1].id, rare[0].id]
    assert len(pages) >= (len(presses) + len(rare)) // examined
    assert [] in pages


def test_a_log_that_is_read_to_its_last_row_has_no_further_page(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    make.press(button=button)

    assert page(session, station, limit=2).next_cursor is None
    assert page(session, make.station()).model_dump() == {"data": [], "next_cursor": None}


def test_a_press_that_comes_while_one_reads_moves_no_page(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    presses = [make.press(button=button, pressed_at=LONG_AGO + number * MINUTE) for number in range(4)]
    first = page(session, station, limit=2)
    make.press(button=button, pressed_at=LONG_AGO + timedelta(hours=1))
    late = make.press(button=button, pressed_at=LONG_AGO)

    second = page(session, station, cursor=first.next_cursor, limit=50)

    assert [row.id for row in second.data] == [presses[1].id, late.id, presses[0].id]


@pytest.fixture
def deck(make: Factory, station: Station) -> Deck:
    return make.deck(station=station, name="Studio B")


def test_each_filter_keeps_what_fits_it(
    session: Session, make: Factory, station: Station, button: Button, deck: Deck
) -> None:
    other = make.button(station=station, title="Wave", type="station_id")
    deck_key = make.press_key(button=button, deck=deck)
    plain = make.press(button=button)
    later = make.press(button=button, pressed_at=LONG_AGO + MINUTE)
    wave = make.press(button=other)
    on_deck = make.press(button=button, press_key=deck_key)
    void = make.press(button=button, effective_status=PressStatus.VOID)
    by_hand = make.press(button=button, channel=Channel.MANUAL)
    said = make.press(button=button, note="Aired late")
    presses = {plain.id, later.id, wave.id, on_deck.id, void.id, by_hand.id, said.id}

    def kept(**fields: Any) -> set[UUID]:
        return set(found(session, station, LogFilter(**fields)))

    assert kept() == presses
    assert kept(start=LONG_AGO + MINUTE) == {later.id}
    assert kept(end=LONG_AGO + MINUTE) == presses - {later.id}
    assert kept(start=LONG_AGO, end=LONG_AGO) == set()
    assert kept(button_id=other.id) == {wave.id}
    assert kept(type="station_id") == {wave.id}
    assert kept(deck_id=deck.id) == {on_deck.id}
    assert kept(status=PressStatus.VOID) == {void.id}
    assert kept(status=PressStatus.COUNTED) == presses - {void.id}
    assert kept(channel=Channel.MANUAL) == {by_hand.id}
    assert kept(note="LATE") == {said.id}
    assert kept(button_id=button.id, type="station_id") == set()
    assert kept(start=LONG_AGO, button_id=button.id, type="psa", status=PressStatus.COUNTED, note="late") == {said.id}
    assert kept(button_id=uuid4()) == set()


def test_text_is_looked_for_in_notes_reasons_and_later_notes(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    user = make.user()
    noted, voided, commented, _ = [
        make.press(button=button, note=note, pressed_at=LONG_AGO + number * MINUTE)
        for number, note in enumerate(["fire drill", None, "quiet", None])
    ]
    for press, kind, words in (
        (voided, CorrectionKind.VOID, "During the Fire drill"),
        (commented, CorrectionKind.NOTE, "fire drill, too"),
    ):
        correct(session, press, kind, user, words=words)

    assert found(session, station, LogFilter(note="fire DRILL")) == [commented.id, voided.id, noted.id]


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("100 %", "100 % live"),
        ("%", "100 % live"),
        ("_", "snake_case"),
        ("\\", "back\\slash"),
        ("\\%", None),
        ("e_c", "snake_case"),
        ("k_c", None),
        ("'", "O'Hara"),
        (":note", "say :note"),
        ("ÜBER", "über uns"),
    ],
)
def test_what_is_looked_for_is_taken_letter_by_letter(
    session: Session, make: Factory, station: Station, button: Button, words: str, finds: str | None
) -> None:
    notes = ["100 % live", "snake_case", "back\\slash", "O'Hara", "say :note", "über uns", "plain", None]
    for note in notes:
        make.press(button=button, note=note)

    rows = page(session, station, LogFilter(note=words)).data

    assert [row.note for row in rows] == ([finds] if finds else [])


def test_a_row_says_all_that_is_known_of_a_press(
    session: Session, make: Factory, station: Station, button: Button, deck: Deck
) -> None:
    kim = make.user(email="kim@station.test", full_name="Kim Lee")
    press = make.press(
        button=button,
        press_key=make.press_key(button=button, deck=deck),
        channel=Channel.POST,
        pressed_at=LONG_AGO - MINUTE,
        claimed_at=LONG_AGO - 3 * MINUTE,
        sent_at=LONG_AGO - 2 * MINUTE,
        clock_offset_ms=120_000,
        origin="2001:db8::1",
        note="Live",
    )
    correct(session, press, CorrectionKind.NOTE, kim, words="Aired late")

    (row,) = page(session, station).data

    assert row.model_dump(mode="json") == {
        "id": str(press.id),
        "seq": 1,
        "status": "counted",
        "recorded_status": "counted",
        "button": {
            "id": str(button.id),
            "version": 1,
            "title": "Hug",
            "type": "psa",
            "description": None,
            "duration": None,
            "source": None,
        },
        "deck": {"id": str(deck.id), "name": "Studio B"},
        "pressed_at": "2025-12-31T23:59:00Z",
        "received_at": "2026-01-01T00:00:00Z",
        "claimed_at": "2025-12-31T23:57:00Z",
        "sent_at": "2025-12-31T23:58:00Z",
        "clock_offset_ms": 120_000,
        "is_clock_suspect": False,
        "origin": "2001:db8::1",
        "channel": "post",
        "note": "Live",
        "recorded_by": None,
        "corrections": [
            {
                "seq": 2,
                "kind": "note",
                "text": "Aired late",
                "created_at": "2026-01-01T00:00:00Z",
                "created_by": {"id": str(kim.id), "name": "Kim Lee"},
            }
        ],
    }


def test_an_origin_is_an_address_without_its_mask(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    make.press(button=button, origin="192.0.2.1")

    assert page(session, station).data[0].origin == "192.0.2.1"


def test_who_recorded_or_corrected_is_named_without_an_address_even_when_gone(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    nameless = make.user(email="kim@station.test")
    for user_id in (nameless.id, uuid4()):
        make.press(button=button, channel=Channel.MANUAL, recorded_by=user_id)

    rows = page(session, station).data

    assert [row.recorded_by.name for row in rows if row.recorded_by] == ["someone who has left", "kim"]


def test_a_deck_that_is_gone_leaves_the_row_without_one(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    make.press(button=button, press_key=make.press_key(button=button, deck_id=uuid4()))

    assert page(session, station).data[0].deck is None


def test_a_renamed_button_leaves_old_rows_as_they_aired(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    make.press(button=button)
    session.add(
        ButtonVersion(
            station_id=station.id, button_id=button.id, number=2, title="Big hug", type="sfx", created_at=LONG_AGO
        )
    )
    session.flush()
    button.current_version = 2
    make.press(button=button, pressed_at=LONG_AGO + MINUTE)

    rows = page(session, station).data

    assert [(row.button.version, row.button.title, row.button.type) for row in rows] == [
        (2, "Big hug", "sfx"),
        (1, "Hug", "psa"),
    ]
    assert [row.button.title for row in page(session, station, LogFilter(type="psa")).data] == ["Hug"]


def test_other_stations_have_a_log_of_their_own(
    session: Session, make: Factory, station: Station, button: Button
) -> None:
    ours = make.press(button=button)
    elsewhere = make.station()
    theirs = make.press(button=make.button(station=elsewhere))

    assert found(session, station, EVERYTHING) == [ours.id]
    assert found(session, elsewhere, EVERYTHING) == [theirs.id]
    assert found(session, elsewhere, LogFilter(button_id=button.id)) == []


def encoded(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "=",
        "a",
        "!!!!",
        "ü",
        "\ud800",
        encoded(),
        encoded("2026-01-01T00:00:00+00:00"),
        encoded("2026-01-01T00:00:00+00:00", 1, 2),
        encoded("2026-01-01T00:00:00", 1),
        encoded("yesterday", 1),
        encoded(1, 1),
        encoded("2026-01-01T00:00:00+00:00", "1"),
        encoded("2026-01-01T00:00:00+00:00", 1.0),
        encoded("2026-01-01T00:00:00+00:00", True),
        encoded("2026-01-01T00:00:00+00:00", None),
        encoded("2026-01-01T00:00:00+00:00", -1),
        encoded("2026-01-01T00:00:00+00:00", 1 << 63),
        base64.urlsafe_b64encode(b"12").decode(),
        base64.urlsafe_b64encode(b'{"a": 1, "b": 2}').decode(),
        base64.urlsafe_b64encode(b"[" * 120).decode(),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        Position.decode(cursor)


@given(cursor=st.text(max_size=200) | st.binary(max_size=150).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
@example(cursor=base64.urlsafe_b64encode(b"\xff\xfe[\x00").decode())
@settings(derandomize=True, database=None, deadline=None)
def test_any_other_text_is_refused_or_a_place(cursor: str) -> None:
    try:
        position = Position.decode(cursor)
    except CursorInvalid:
        return
    assert position.pressed_at.tzinfo is not None


@pytest.mark.parametrize(
    "cursor",
    [
        encoded("0001-01-01T00:00:00+23:59", 0),
        encoded("9999-12-31T23:59:59.999999-23:59", (1 << 63) - 1),
        encoded("2026-01-01T00:00:00.000001-04:56:02", 1),
    ],
)
def test_a_place_at_the_ends_of_time_can_be_asked_for(
    session: Session, make: Factory, station: Station, button: Button, cursor: str
) -> None:
    make.press(button=button)

    assert len(page(session, station, cursor=cursor).data) in (0, 1)


def test_a_cursor_leads_back_to_its_place() -> None:
    position = Position(LONG_AGO + timedelta(microseconds=1), 77)

    assert Position.decode(position.encode()) == position
    assert len(position.encode()) <= 200
