"""What an event looks like, and where a reader goes on."""

import pytest

from app.features.stream import rules
from app.features.stream.rules import encode_event, must_start_anew


def test_an_event_is_four_lines_and_an_empty_one() -> None:
    assert encode_event("press", seq=7, data='{"title":"Umarmung ♥"}') == (
        'event: press\nid: 7\ndata: {"title":"Umarmung ♥"}\n\n'.encode()
    )


@pytest.mark.parametrize(
    ("last_event_id", "is_anew"),
    [(None, False), (0, True), (89, True), (90, False), (99, False), (100, False), (101, True)],
)
def test_a_place_is_of_no_use_when_it_is_too_far_back_or_beyond_the_end(
    last_event_id: int | None, is_anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_REPLAY", 10)

    assert must_start_anew(last_event_id, last_seq=100) is is_anew


def test_a_young_record_is_replayed_from_its_beginning() -> None:
    assert must_start_anew(0, last_seq=0) is False
    assert must_start_anew(0, last_seq=rules.MAX_REPLAY) is False
