"""Decisions about buttons."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import FieldError, InvalidInput
from app.features.buttons.rules import (
    MAX_TITLE_LENGTH,
    check_life,
    copy_title,
    distinct_tags,
    retirement_time,
    version_time,
)

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

words = st.lists(st.text(min_size=1, max_size=8))
titles = st.text(min_size=1, max_size=MAX_TITLE_LENGTH)


def test_of_two_tags_that_differ_in_case_the_first_stays() -> None:
    assert distinct_tags(["News", "promo", "NEWS", "Promo", "weather"]) == ["News", "promo", "weather"]


@given(words)
def test_distinct_tags_are_distinct_in_any_case(tags: list[str]) -> None:
    folded = [tag.casefold() for tag in distinct_tags(tags)]
    assert len(folded) == len(set(folded))


@given(words)
def test_distinct_tags_lose_no_tag_and_keep_the_order(tags: list[str]) -> None:
    kept = distinct_tags(tags)
    assert {tag.casefold() for tag in kept} == {tag.casefold() for tag in tags}
    rest = iter(tags)
    assert all(tag in rest for tag in kept)


@given(words)
def test_distinct_tags_stay_as_they_are(tags: list[str]) -> None:
    assert distinct_tags(distinct_tags(tags)) == distinct_tags(tags)


def test_a_copy_is_marked_as_one() -> None:
    assert copy_title("Buckle up") == "Buckle up (copy)"


def test_a_long_title_is_shortened_at_a_word_so_that_the_mark_fits() -> None:
    title = "a" * 192 + " " + "b" * 7
    assert copy_title(title) == "a" * 192 + " (copy)"


@given(titles)
def test_the_title_of_a_copy_always_fits(title: str) -> None:
    assert len(copy_title(title)) <= MAX_TITLE_LENGTH
    assert copy_title(title).endswith(" (copy)")


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (None, None),
        (date(2026, 1, 1), None),
        (None, date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date.min, date.max),
    ],
)
def test_a_life_may_be_open_or_one_day_long(starts_on: date | None, ends_on: date | None) -> None:
    check_life(starts_on=starts_on, ends_on=ends_on)


def test_a_life_that_ends_before_it_starts_is_refused_at_its_end() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_life(starts_on=date(2026, 1, 2), ends_on=date(2026, 1, 1))
    assert refused.value.errors == (FieldError("body.ends_on", "must not be before starts_on (2026-01-02)"),)


def test_a_version_begins_when_it_is_made() -> None:
    assert version_time(NOON, previous=NOON - SECOND) == NOON


def test_a_version_never_begins_before_the_one_that_it_follows() -> None:
    assert version_time(NOON - SECOND, previous=NOON) == NOON


def test_a_first_retirement_begins_when_it_is_asked_for() -> None:
    assert retirement_time(NOON, last_unretired_at=None) == NOON


@given(st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_a_retirement_begins_after_the_end_of_the_one_before(passed: timedelta) -> None:
    begins = retirement_time(NOON + passed, last_unretired_at=NOON)
    assert begins > NOON
    assert passed <= timedelta(0) or begins == NOON + passed
