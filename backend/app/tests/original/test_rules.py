"""What becomes of odd rows."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.original.rules import RawButton, RawRetirement, plan_retirements, seconds_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
BUTTON_ID = str(UUID(int=5))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        ("29.5", 29.5),
        ("30 s", 30),
        ("30sec", 30),
        ("0:30", 30),
        ("2:05", 125),
        ("1:02:03", 3723),
        ("86400", 86_400),
        ("86401", None),
        ("-1", None),
        ("1e3", None),
        ("NaN", None),
        ("inf", None),
        ("half a minute", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def retired(start: float | None, end: float | None, *, is_open: bool | None = None) -> RawRetirement:
    return RawRetirement(
        id=str(uuid4()),
        button_id=BUTTON_ID,
        created_by=None,
        retired_at=None if start is None else NOW + start * DAY,
        is_open=end is None if is_open is None else is_open,
        unretired_at=None if end is None else NOW + end * DAY,
    )


def button(*, retired_at: float | None = None, is_retired: bool | None = None) -> RawButton:
    return RawButton(
        id=BUTTON_ID,
        title="Hug",
        type="PSA",
        description=None,
        duration=None,
        source=None,
        created_at=NOW,
        created_by=None,
        is_retired=retired_at is not None if is_retired is None else is_retired,
        retired_at=None if retired_at is None else NOW + retired_at * DAY,
        usage_count=0,
    )


IN_USE, RETIRED = button(), button(retired_at=-1)


@pytest.mark.parametrize(
    ("raws", "of", "spans", "remarks"),
    [
        ([], IN_USE, [], 0),
        ([(-9, -8), (-5, -4)], IN_USE, [(-9, -8), (-5, -4)], 0),
        ([(-9, -8), (-1, None)], RETIRED, [(-9, -8), (-1, None)], 0),
        ([(-9, -4), (-5, -3)], IN_USE, [(-9, -3)], 1),
        ([(-9, -2), (-5, -4)], IN_USE, [(-9, -2)], 1),
        ([(-5, -4), (-5, -3)], IN_USE, [(-5, -3)], 1),
        ([(-5, -4), (-4, -3)], IN_USE, [(-5, -3)], 1),
        ([(-4, -5)], IN_USE, [], 1),
        ([(-4, None)], IN_USE, [], 1),
        ([(-4, None), (-3, None)], RETIRED, [(-4, None)], 1),
        ([(-4, None), (-3, -2)], RETIRED, [(-4, None)], 1),
        ([], RETIRED, [(-1, None)], 1),
        ([(-5, 0)], RETIRED, [(-5, None)], 2),
        ([(None, None)], IN_USE, [], 1),
        ([(3, 4)], IN_USE, [], 1),
        ([(-3, 4)], IN_USE, [], 1),
        ([], button(is_retired=True), [(0, None)], 1),
        ([], button(retired_at=400), [(0, None)], 1),
    ],
)
def test_retirements_never_overlap_and_every_oddity_is_told(
    raws: list[tuple[float | None, float | None]],
    of: RawButton,
    spans: list[tuple[float, float | None]],
    remarks: int,
) -> None:
    planned = plan_retirements([retired(*raw) for raw in raws], button=of, now=NOW)

    assert [((span.start - NOW) / DAY, span.end and (span.end - NOW) / DAY) for span in planned.spans] == spans
    assert len(planned.remarks) == remarks
    assert (planned.retired_at is not None) == of.is_retired


def test_an_end_that_is_no_time_is_not_taken_for_none() -> None:
    planned = plan_retirements([retired(-3, None, is_open=False)], button=RETIRED, now=NOW)

    assert [(span.start, span.end) for span in planned.spans] == [(NOW - DAY, None)]
    assert len(planned.remarks) == 2
