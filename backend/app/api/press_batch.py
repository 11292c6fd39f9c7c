"""Many presses in one request, each answered for itself."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from app.api.deps import Recorder
from app.api.errors import field_errors
from app.core import clock
from app.core.errors import AppError, FieldError, InvalidInput, TooLarge, Unavailable
from app.core.shapes import UNKNOWN_FIELD
from app.features.presses.batch import PressKeyNotFound
from app.features.presses.ingest import IncomingPress, KeyBinding, Recording, is_press_key
from app.features.presses.schemas import (
    MAX_BATCH_PRESSES,
    BatchAnswer,
    BatchAnswers,
    BatchPress,
    Problem,
    RecordedPress,
)
from app.models import Channel

# The body is read by hand: with FastAPI's validation one malformed press would refuse all the others.
OPENAPI: dict[str, Any] = {
    "security": [],
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
                            "items": {
                                key: value for key, value in BatchPress.model_json_schema().items() if key != "title"
                            },
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


async def record(
    body: bytes, *, recorder: Recorder, origin: str | None, note: Callable[[KeyBinding, datetime], None]
) -> BatchAnswers:
    """Record a batch's presses in their order, and note the keys of those that were.

    Raises InvalidInput, TooManyPresses, and Unavailable where none could be recorded, so that a simple sender needs to
    look at nothing but the status.
    """
    presses = _presses_of(body)
    found = await asyncio.gather(*(_find(number, press, recorder) for number, press in enumerate(presses)))
    # Queued only now, all at once: had each been queued when its key was found, their order would be chance.
    queued = [each if isinstance(each, AppError) else _queue(*each, recorder, origin) for each in found]
    outcomes = [each if isinstance(each, AppError) else await _outcome(each) for each in queued]
    for each, outcome in zip(found, outcomes, strict=True):
        if not isinstance(each, AppError) and not isinstance(outcome, AppError):
            note(each[1], clock.now())
    unavailable = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    if unavailable and len(unavailable) == len(outcomes):
        raise unavailable[0]
    answers = [_answer(press, outcome) for press, outcome in zip(presses, outcomes, strict=True)]
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


async def _find(number: int, raw: Any, recorder: Recorder) -> tuple[BatchPress, KeyBinding] | AppError:
    try:
        if isinstance(raw, dict) and len(raw) > MAX_FIELDS:
            # Pydantic would write a complaint about each of them, for as long as it takes; presses wait meanwhile.
            raise InvalidInput(errors=(FieldError(f"body.presses.{number}", "has too many fields"),))
        press = BatchPress.model_validate(raw)
        if not is_press_key(press.press_key):
            raise PressKeyNotFound
        return press, await recorder.find_key(press.press_key)
    except ValidationError as error:
        place = f"body.presses.{number}"
        return InvalidInput(errors=field_errors(error.errors(include_url=False, include_input=False), under=place))
    except AppError as error:
        return error


def _queue(
    press: BatchPress, binding: KeyBinding, recorder: Recorder, origin: str | None
) -> asyncio.Future[Recording] | AppError:
    incoming = IncomingPress(
        id=press.id,
        has_client_id=True,
        button_id=binding.button_id,
        press_key=press.press_key,
        press_key_id=binding.key_id,
        deck_id=binding.deck_id,
        channel=Channel.BATCH,
        received_at=clock.now(),
        claimed_at=press.pressed_at,
        sent_at=press.sent_at,
        note=press.note or None,
        origin=origin,
    )
    try:
        return recorder.submit(binding.station_id, incoming)
    except AppError as error:
        return error


async def _outcome(queued: asyncio.Future[Recording]) -> Recording | AppError:
    try:
        return await queued
    except AppError as error:
        return error


def _answer(raw: Any, outcome: Recording | AppError) -> BatchAnswer:
    claimed_id = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(claimed_id, str) or not claimed_id.isascii():
        claimed_id = None
    if isinstance(outcome, AppError):
        problem = Problem(code=outcome.code, detail=outcome.detail, errors=list(outcome.errors))
        return BatchAnswer(id=claimed_id, status_code=outcome.status, press=None, problem=problem)
    return BatchAnswer(id=claimed_id, status_code=200, press=RecordedPress.of(outcome), problem=None)
