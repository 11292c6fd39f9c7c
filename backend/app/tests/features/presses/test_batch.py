"""What a batch asks, and how it takes what was read; without a database."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.features.presses.batch import Batch, GroupRead, Outcome, PressKeyNotFound
from app.features.presses.ingest import IncomingPress, Recording
from app.models import Channel, PressStatus
from app.tests.recording import NOW, SECOND

MILLISECOND = timedelta(milliseconds=1)


def press(key: str = "hug", *, button: int = 1, at_ms: int = 0, id: int | None = None) -> IncomingPress:
    return IncomingPress(
        id=UUID(int=id or 1000 + at_ms),
        has_client_id=id is not None,
        button_id=UUID(int=button),
        press_key=key,
        press_key_id=UUID(int=100 + button),
        deck_id=None,
        channel=Channel.GET,
        received_at=NOW + at_ms * MILLISECOND,
    )


def read(**fields: Any) -> GroupRead:
    plain = GroupRead(True, None, 0, 0, None, None, 1, "Hug", True, [])
    return plain._replace(**fields)


def statuses(outcomes: list[Outcome]) -> list[PressStatus | None]:
    return [outcome.status if isinstance(outcome, Recording) else None for outcome in outcomes]


def test_presses_of_one_key_within_a_second_are_one_question() -> None:
    batch = Batch([press(at_ms=ms) for ms in (0, 300, 999, 1000)], is_retry=False)

    assert [(group.first_at, group.last_at) for group in batch.groups] == [
        (NOW, NOW + 999 * MILLISECOND),
        (NOW + SECOND, NOW + SECOND),
    ]


def test_a_group_spans_presses_that_came_out_of_order() -> None:
    (group,) = Batch([press(at_ms=ms) for ms in (500, 100, 900)], is_retry=False).groups

    assert (group.first_at, group.last_at) == (NOW + 100 * MILLISECOND, NOW + 900 * MILLISECOND)


def test_two_keys_of_a_button_are_two_questions_about_one_count() -> None:
    batch = Batch([press("a", at_ms=0), press("b", at_ms=1), press("a", at_ms=2)], is_retry=False)

    assert len(batch.groups) == 2
    assert batch.take_reads([read(press_count=7), read(press_count=7)])
    assert [outcome.usage_count for outcome in batch.decide() if isinstance(outcome, Recording)] == [8, 9, 10]


def test_a_key_that_does_not_stand_spoils_none_of_its_button_s_other_presses() -> None:
    batch = Batch([press("a", at_ms=0), press("b", at_ms=1)], is_retry=False)
    batch.take_reads([read(is_key_valid=False), read()])

    refused, stored = batch.decide()

    assert isinstance(refused, PressKeyNotFound)
    assert statuses([stored]) == [PressStatus.COUNTED]
    assert [row.press.press_key for row in batch.new] == ["b"]


def test_neighbours_of_every_group_are_known_before_the_first_is_decided() -> None:
    batch = Batch([press(at_ms=0), press(at_ms=1500)], is_retry=False)
    near = NOW + 1900 * MILLISECOND
    batch.take_reads([read(dedup_window_ms=2000), read(dedup_window_ms=2000, neighbours=[near])])

    assert statuses(batch.decide()) == [PressStatus.SUPPRESSED] * 2


def test_a_button_edited_between_two_presses_of_a_group_makes_each_ask_for_itself() -> None:
    batch = Batch([press(at_ms=0), press(at_ms=600)], is_retry=False)

    assert not batch.take_reads([read(version=2, title="Squeeze", is_one_version=False)])
    batch.regroup_apart()
    assert batch.take_reads([read(), read(version=2, title="Squeeze")])
    batch.decide()

    assert [row.version for row in batch.new] == [1, 2]


def test_ids_are_asked_for_only_where_they_may_be_known() -> None:
    presses = [press(at_ms=0), press(at_ms=1, id=5)]

    assert Batch(presses, is_retry=False).known_ids == [UUID(int=5)]
    assert Batch(presses, is_retry=True).known_ids == [UUID(int=1000), UUID(int=5)]
