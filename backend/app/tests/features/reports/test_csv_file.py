import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.features.presses.schemas import LogCorrection, LogRow
from app.features.reports import csv_file
from app.features.reports.csv_file import defused, header, lines, local_time

NEW_YORK = ZoneInfo("America/New_York")
KIM = UUID(int=7)
NOON = datetime(2026, 11, 25, 17, tzinfo=UTC)
PLAIN = LogRow(
    id=UUID(int=1),
    seq=3,
    status="counted",
    recorded_status="counted",
    pressed_at=NOON,
    received_at=NOON + timedelta(milliseconds=250),
    claimed_at=None,
    sent_at=None,
    clock_offset_ms=None,
    is_clock_suspect=False,
    origin=None,
    channel="get",
    note=None,
    button_id=UUID(int=2),
    button_version=1,
    title="Buckle up",
    type="psa",
    description=None,
    duration=None,
    source=None,
    deck_id=None,
    deck_name=None,
    recorder_id=None,
    recorder_name=None,
    corrections=[],
)


def parsed(text: str) -> list[dict[str, str]]:
    """A file as a spreadsheet reads it."""
    return list(csv.DictReader(StringIO(text.removeprefix(csv_file.BYTE_ORDER_MARK), newline=""), strict=True))


def cells(*, zone: ZoneInfo = NEW_YORK, **fields: Any) -> dict[str, str]:
    (row,) = parsed(header() + lines([PLAIN._replace(**fields)], zone=zone))
    return row


def test_a_file_begins_with_a_byte_order_mark_and_the_names_of_its_columns() -> None:
    text = header()

    assert text.encode().startswith(b'\xef\xbb\xbf"pressed_at_local","pressed_at","received_at","status",')
    assert text.endswith('"button_id"\r\n')
    assert len(set(csv_file.COLUMNS)) == len(csv_file.COLUMNS)


def test_a_row_tells_all_that_is_known_of_a_press() -> None:
    told = cells(
        status="void",
        claimed_at=NOON - timedelta(seconds=3),
        sent_at=NOON - timedelta(seconds=2, microseconds=1),
        clock_offset_ms=-2_250,
        is_clock_suspect=True,
        origin="2001:db8::1",
        channel="manual",
        note="Live",
        description="Thirty seconds",
        duration=30.0,
        source="Ad Council",
        deck_id=UUID(int=4),
        deck_name="Studio B",
        recorder_id=KIM,
        recorder_name="Kim Lee",
        corrections=[
            LogCorrection(4, "note", "Asked the host", NOON, KIM, "Kim Lee"),
            LogCorrection(5, "void", "Wrong key,\nsays she", NOON + timedelta(hours=1), KIM, "Kim Lee"),
        ],
    )

    assert told == {
        "pressed_at_local": "2026-11-25 12:00:00 EST",
        "pressed_at": "2026-11-25T17:00:00.000000Z",
        "received_at": "2026-11-25T17:00:00.250000Z",
        "status": "void",
        "recorded_status": "counted",
        "title": "Buckle up",
        "type": "psa",
        "description": "Thirty seconds",
        "duration": "30",
        "source": "Ad Council",
        "version": "1",
        "deck": "Studio B",
        "channel": "manual",
        "note": "Live",
        "origin": "2001:db8::1",
        "claimed_at": "2026-11-25T16:59:57.000000Z",
        "sent_at": "2026-11-25T16:59:57.999999Z",
        "clock_offset_ms": "-2250",
        "is_clock_suspect": "true",
        "corrections": "note by Kim Lee, 2026-11-25 12:00:00 EST: Asked the host\n"
        "void by Kim Lee, 2026-11-25 13:00:00 EST: Wrong key,\nsays she",
        "recorded_by": "Kim Lee",
        "seq": "3",
        "id": "00000000-0000-0000-0000-000000000001",
        "button_id": "00000000-0000-0000-0000-000000000002",
    }


def test_what_is_not_known_is_an_empty_cell() -> None:
    empty = {name for name, cell in cells().items() if cell == ""}

    assert empty == {
        *("description", "duration", "source", "deck", "note", "origin", "claimed_at", "sent_at", "clock_offset_ms"),
        *("corrections", "recorded_by"),
    }


@pytest.mark.parametrize(("duration", "cell"), [(30.0, "30"), (29.5, "29.5"), (0.0, "0"), (0.1, "0.1")])
def test_seconds_have_only_the_digits_that_they_need(duration: float, cell: str) -> None:
    assert cells(duration=duration)["duration"] == cell


@pytest.mark.parametrize(
    ("zone", "at", "told"),
    [
        ("America/New_York", "2026-11-01T05:30:00+00:00", "2026-11-01 01:30:00 EDT"),
        ("America/New_York", "2026-11-01T06:30:00+00:00", "2026-11-01 01:30:00 EST"),
        ("America/New_York", "2026-03-08T07:00:00+00:00", "2026-03-08 03:00:00 EDT"),
        ("Europe/Berlin", "2026-10-25T00:30:00+00:00", "2026-10-25 02:30:00 CEST"),
        ("Europe/Berlin", "2026-10-25T01:30:00+00:00", "2026-10-25 02:30:00 CET"),
        ("Asia/Kathmandu", "2026-01-01T00:00:00+00:00", "2026-01-01 05:45:00 +0545"),
        ("America/Sao_Paulo", "2026-01-01T00:00:00+00:00", "2025-12-31 21:00:00 -03"),
        ("UTC", "2026-01-01T00:00:59.999999+00:00", "2026-01-01 00:00:59 UTC"),
        ("UTC", "2026-01-01T02:00:00+02:00", "2026-01-01 00:00:00 UTC"),
    ],
)
def test_a_local_time_says_its_zone(zone: str, at: str, told: str) -> None:
    assert local_time(datetime.fromisoformat(at), ZoneInfo(zone)) == told


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tplain",
        "\rplain",
        "\n\n",
        "  =1",
        "\u00a0=1",
        "\u3000=1",
        "\u200b=1",
        "\ufeff=1",
        "\x00=1",
        "\u202e=1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        " \uff1d1",
        "\ufe661",
        "\u22121",
        "'=1",
        "''=1",
        "=cmd|'/C calc'!A0",
        '=HYPERLINK("http://x.test","y")',
        '"=1',
        '" =1',
    ],
)
def test_what_could_be_a_formula_is_defused(formula: str) -> None:
    assert defused(formula) == "'" + formula


TEXT_COLUMNS = {
    **{name: name for name in ("title", "type", "description", "source", "note")},
    "deck_name": "deck",
    "recorder_name": "recorded_by",
}


@pytest.mark.parametrize("name", TEXT_COLUMNS)
def test_no_column_of_text_holds_a_formula(name: str) -> None:
    row: dict[str, Any] = {name: "=1"}

    assert cells(**row)[TEXT_COLUMNS[name]] == "'=1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a;=1", "a;'=1"),
        ("a; =1;b", "a;' =1;b"),
        ("a\t=1", "a\t'=1"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n-1\r\n+1", "a\r\n'-1\r\n'+1"),
        ("a;'=1", "a;''=1"),
        ('a;"=1', "a;'\"=1"),
        ("a;\t=1", "a;\t'=1"),
        ("\t=1", "'\t'=1"),
        ("\n;\uff1d1", "'\n;'\uff1d1"),
    ],
)
def test_what_becomes_a_cell_where_semicolons_part_them_is_defused_as_well(words: str, told: str) -> None:
    assert defused(words) == told


@pytest.mark.parametrize(
    "words",
    [
        *("", "x=1", "1-1", "a@b.example", "'", "'quoted'", '"quoted"', "(=1)", "Buckle up", "é", "#1"),
        *("a; b", "a, -1", "one\ntwo", "one\n\ntwo;", "a -1; b"),
    ],
)
def test_other_text_is_left_alone(words: str) -> None:
    assert defused(words) == words


def test_a_correction_is_no_formula_whatever_it_says() -> None:
    correction = LogCorrection(4, "note", "=1;=2\n=3", NOON, KIM, "=Kim;@Lee")

    assert cells(corrections=[correction])["corrections"] == (
        "note by =Kim;'@Lee, 2026-11-25 12:00:00 EST: =1;'=2\n'=3"
    )


def test_all_text_is_in_quotes_and_numbers_are_not() -> None:
    text = lines([PLAIN._replace(note="one; two", clock_offset_ms=-5)], zone=NEW_YORK)

    assert text.startswith('"2026-11-25 12:00:00 EST","2026-11-25T17:00:00.000000Z",')
    assert ',"one; two",' in text
    assert ',-5,"false",' in text


def test_lines_end_as_in_windows_and_line_breaks_of_a_note_stay_inside_quotes() -> None:
    text = lines([PLAIN._replace(note="one\ntwo\r\nthree"), PLAIN], zone=NEW_YORK)

    assert '"one\ntwo\r\nthree"' in text
    assert text.endswith("\r\n")
    assert len(parsed(header() + text)) == 2


def restored(cell: str) -> str:
    """The text of a cell: of what has an apostrophe before it and could be a formula, one is too many."""
    first, *rest = re.split(r"([;\t\r\n])", cell)
    if rest and rest[0] != ";" and re.fullmatch("'+", first):
        return "".join([first[1:], *map(without_apostrophe, rest)])
    return "".join(map(without_apostrophe, [first, *rest]))


def without_apostrophe(part: str) -> str:
    return part[1:] if part.startswith("'") and defused(part[1:]) == part else part


# Text as the database can hold it.
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
tricky = st.text(alphabet=" '\"=+-@\uff1d,;\t\r\n\u2028ab", max_size=12)


@given(title=texts | tricky, note=texts | tricky, source=texts | tricky)
@example(title="'=1", note="''=1", source="'")
@example(title="'\t'=1", note="';\n''=1", source="\n\t=1")
@settings(derandomize=True, database=None, deadline=None)
def test_any_text_comes_back_from_its_cell(title: str, note: str, source: str) -> None:
    told = cells(title=title, note=note, source=source)

    assert [restored(told[name]) for name in ("title", "note", "source")] == [title, note, source]
    assert told["seq"] == "3"


@given(words=texts | tricky)
@settings(derandomize=True, database=None, deadline=None)
def test_nothing_that_a_spreadsheet_may_make_a_cell_of_begins_as_a_formula_does(words: str) -> None:
    cell = cells(note=words)["note"]

    assert cell[:1] not in set("\t\r\n")
    for part in re.split(r"[;\t\r\n]", cell):
        assert part.strip().strip('" ')[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20")


@given(
    at=st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  UTC is added
    name=st.sampled_from(["America/New_York", "Asia/Kathmandu", "Europe/Berlin", "Australia/Lord_Howe"]),
)
@settings(derandomize=True, database=None, deadline=None)
def test_an_instant_comes_back_from_its_cell(at: datetime, name: str) -> None:
    told = cells(zone=ZoneInfo(name), pressed_at=at)

    assert datetime.fromisoformat(told["pressed_at"]) == at
    assert told["pressed_at_local"][:19] == str(at.astimezone(ZoneInfo(name)))[:19]
