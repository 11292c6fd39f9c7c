"""Decisions about decks, with the time passed in."""

from datetime import datetime, timedelta

from app.core.errors import FieldError, InvalidInput

MAX_TEST_MODE = timedelta(hours=24)


def is_in_test_mode(test_mode_until: datetime | None, at: datetime) -> bool:
    """Whether a press of the deck at this time would be a test."""
    return test_mode_until is not None and at < test_mode_until


def check_test_mode(test_mode_until: datetime | None, *, now: datetime) -> None:
    """Raises InvalidInput when test mode would last too long: a forgotten one silently stops the count."""
    if test_mode_until is not None and test_mode_until - now > MAX_TEST_MODE:
        message = f"must be at most {MAX_TEST_MODE // timedelta(hours=1)} hours ahead"
        raise InvalidInput(errors=(FieldError("body.test_mode_until", message),))
