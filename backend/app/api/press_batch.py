"""Many presses in one request, each answered for itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.api.deps import Recorder, TokenPresses
from app.api.errors import field_errors
from app.core import clock
from app.core.errors import AppError, FieldError, Forbidden, InvalidInput, NotAuthenticated, TooLarge, Unavailable
from app.core.shapes import UNKNOWN_FIELD
from app.features.buttons.service import DeckNotFound
from app.features.presses.batch import ButtonOfPressNotFound, PressKeyNotFound
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording, is_press_key
from app.features.presses.schemas import (
    MAX_BATCH_PRESSES,
    BatchAnswer,
    BatchAnswers,
    BatchPress,
    ButtonBatchPress,
    Problem,
    RecordedPress,
)
from app.models import Channel

type FindTokenPresses = Callable[[Collection[UUID]], Awaitable[TokenPresses]]


def _schema(shape: type[BatchPress | ButtonBatchPress]) -> dict[str, Any]:
    return {key: value for key, value in shape.model_json_schema().items() if key != "title"}


# The body is read by hand: with FastAPI's validation one malformed press would refuse all the others.
OPENAPI: dict[str, Any] = {
    # Press keys need no login; `open_to` adds what an API token opens.
    "security": [{}],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["presses"],
                    "additionalProperties": False,
                    "properties": {
                        "presses": {
                            "type": "array",
                            "maxItems": MAX_BATCH_PRESSES,
                            "items": {"anyOf": [_schema(BatchPress), _schema(ButtonBatchPress)]},
                        }
                    },
                }
            }
        },
    },
}


MAX_FIELDS = 16


class TooManyPresses(TooLarge):
    """More presses than one request may carry."""

    code = "too_many_presses"
    default_detail = f"A batch carries at most {MAX_BATCH_PRESSES} presses. Send the rest in further batches."


# What a sender is told of the whole batch, when nothing else came of any of it.
TOLD_OF_ALL = (Unavailable, NotAuthenticated, Forbidden)

type NoteKey = Callable[[KeyBinding, datetime], None]


async def record(
    body: bytes, *, recorder: Recorder, origin: str | None, find_token_presses: FindTokenPresses, note: NoteKey
) -> BatchAnswers:
    """Record a batch's presses in their order, and note the keys of those that were.

    Raises InvalidInput, TooManyPresses; and Unavailable, NotAuthenticated or Forbidden where none could be recorded for
    that, so that a simple sender needs to look at nothing but the status.
    """
    raw_presses = _presses_of(body)
    parsed = [_parse(number, raw) for number, raw in enumerate(raw_presses)]
    by_token = await _by_token(parsed, find_token_presses)
    found = await asyncio.gather(*(_find(press, recorder, by_token) for press in parsed))
    # Queued only now, all at once: had each been queued when its key was found, their order would be chance.
    queued = [each if isinstance(each, AppError) else _queue(each, recorder, origin) for each in found]
    outcomes = [each if isinstance(each, AppError) else await _outcome(each) for each in queued]
    for each, outcome in zip(found, outcomes, strict=True):
        if not isinstance(each, AppError) and not isinstance(outcome, AppError) and each.binding is not None:
            note(each.binding, clock.now())
    told = [outcome for outcome in outcomes if isinstance(outcome, TOLD_OF_ALL)]
    if told and len(told) == len(outcomes):
        # What may go well the next time says more than what will not.
        raise min(told, key=lambda each: not isinstance(each, Unavailable))
    answers = [
        _answer(raw, _as_asked(press, outcome))
        for raw, press, outcome in zip(raw_presses, parsed, outcomes, strict=True)
    ]
    return BatchAnswers(data=answers, count=len(answers))


def _presses_of(body: bytes) -> list[Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidInput(errors=(FieldError("body", "is not JSON in UTF-8"),)) from None
    presses = document.get("presses") if isinstance(document, dict) else None
    if not isinstance(presses, list):
        raise InvalidInput(errors=(FieldError("body.presses", "must be a list of presses"),))
    unknown = sorted(document.keys() - {"presses"})
    if unknown:
        raise InvalidInput(errors=tuple(FieldError(f"body.{name}", UNKNOWN_FIELD) for name in unknown))
    if len(presses) > MAX_BATCH_PRESSES:
        raise TooManyPresses
    return presses


def _parse(number: int, raw: Any) -> BatchPress | ButtonBatchPress | InvalidInput:
    place = f"body.presses.{number}"
    if isinstance(raw, dict) and len(raw) > MAX_FIELDS:
        # Pydantic would write a complaint about each of them, for as long as it takes; presses wait meanwhile.
        return InvalidInput(errors=(FieldError(place, "has too many fields"),))
    names_button = isinstance(raw, dict) and "button_id" in raw
    try:
        return ButtonBatchPress.model_validate(raw) if names_button else BatchPress.model_validate(raw)
    except ValidationError as error:
        return InvalidInput(errors=field_errors(error.errors(include_url=False, include_input=False), under=place))


async def _by_token(
    parsed: Sequence[BatchPress | ButtonBatchPress | AppError], find: FindTokenPresses
) -> TokenPresses | AppError | None:
    """What the API token allows, where a press needs one."""
    named = [press for press in parsed if isinstance(press, ButtonBatchPress)]
    if not named:
        return None
    try:
        return await find({press.deck_id for press in named if press.deck_id is not None})
    except AppError as error:
        return error


@dataclass(frozen=True, slots=True)
class _Found:
    """A press, and what it is a press of."""

    press: BatchPress | ButtonBatchPress
    station_id: UUID
    button_id: UUID
    deck_id: UUID | None
    binding: KeyBinding | None = None
    press_key: str | None = None
    recorded_by: UUID | None = None


async def _find(
    press: BatchPress | ButtonBatchPress | AppError, recorder: Recorder, by_token: TokenPresses | AppError | None
) -> _Found | AppError:
    if isinstance(press, AppError):
        return press
    if isinstance(press, ButtonBatchPress):
        return _find_by_token(press, by_token)
    try:
        if not is_press_key(press.press_key):
            raise PressKeyNotFound
        binding = await recorder.find_key(press.press_key)
    except AppError as error:
        return error
    return _Found(press, binding.station_id, binding.button_id, binding.deck_id, binding, press_key=press.press_key)


def _find_by_token(press: ButtonBatchPress, by_token: TokenPresses | AppError | None) -> _Found | AppError:
    """Whether the station has such a button, the batch that records the press finds out."""
    if by_token is None or isinstance(by_token, AppError):
        return by_token or NotAuthenticated()
    if press.deck_id is not None and press.deck_id not in by_token.deck_ids:
        return DeckNotFound()
    return _Found(press, by_token.station_id, press.button_id, press.deck_id, recorded_by=by_token.user_id)


def _queue(found: _Found, recorder: Recorder, origin: str | None) -> asyncio.Future[Recording] | AppError:
    press = found.press
    incoming = IncomingPress(
        id=press.id,
        has_client_id=True,
        button_id=found.button_id,
        press_key=found.press_key,
        press_key_id=found.binding.key_id if found.binding is not None else None,
        deck_id=found.deck_id,
        channel=Channel.BATCH,
        received_at=clock.now(),
        claimed_at=press.pressed_at,
        sent_at=press.sent_at,
        note=press.note or None,
        origin=origin,
        recorded_by=found.recorded_by,
    )
    try:
        return recorder.submit(found.station_id, incoming)
    except AppError as error:
        return error


async def _outcome(queued: asyncio.Future[Recording]) -> Recording | AppError:
    try:
        return await queued
    except AppError as error:
        return error


def _as_asked(press: object, outcome: Recording | AppError) -> Recording | AppError:
    """Who named a button is not told of a press key."""
    if isinstance(press, ButtonBatchPress) and isinstance(outcome, PressKeyNotFound):
        return ButtonOfPressNotFound()
    return outcome


def _answer(raw: Any, outcome: Recording | AppError) -> BatchAnswer:
    claimed_id = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(claimed_id, str) or not claimed_id.isascii():
        claimed_id = None
    if isinstance(outcome, AppError):
        problem = Problem(code=outcome.code, detail=outcome.detail, errors=list(outcome.errors))
        return BatchAnswer(id=claimed_id, status_code=outcome.status, press=None, problem=problem)
    return BatchAnswer(id=claimed_id, status_code=200, press=RecordedPress.of(outcome), problem=None)
