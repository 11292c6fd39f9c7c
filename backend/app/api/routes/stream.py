"""A station, live."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.api.deps import CallerDep, RuntimeDep, ViewerDep
from app.api.event_stream import EventStream
from app.api.open_to import open_to
from app.api.problems import problems
from app.api.stream_openapi import EVENTS_RESPONSE
from app.features.stream.hub import HubClosed, TooManyReaders
from app.models import Scope

router = APIRouter()

MAX_SEQ = (1 << 63) - 1
LAST_EVENT_ID = "Where to go on: the `id` of the last event that was received."


@router.get(
    "",
    status_code=200,
    response_class=EventStream,
    responses={200: EVENTS_RESPONSE, **problems(TooManyReaders, HubClosed)},
)
@open_to(Scope.PRESSES_READ)
async def read_stream(
    access: ViewerDep,
    caller: CallerDep,
    runtime: RuntimeDep,
    last_event_id_header: Annotated[
        # A header that is left out is not null, which would be the text "null".
        Annotated[int, Field(ge=0, le=MAX_SEQ)] | SkipJsonSchema[None],
        Header(alias="Last-Event-ID", description=LAST_EVENT_ID),
    ] = None,
    last_event_id: Annotated[
        int | None, Query(ge=0, le=MAX_SEQ, description=f"{LAST_EVENT_ID} The header wins.")
    ] = None,
) -> EventStream:
    """The station's presses, corrections, decks and gaps as they happen, as server-sent events.

    It begins with `ready`, whose `id` is where it goes on. With a last event id every `press` and `correction` behind
    that is sent first, none left out and none twice; when that is impossible, since more than 10,000 came meanwhile or
    the record does not reach that far, a `reset` comes before `ready` and asks to fetch everything anew. Without one it
    begins with what comes next. `deck` and `watch` are not made up for: fetch decks and gaps at each `ready`.

    A comment every 15 seconds keeps the connection alive. The stream ends with the login or the membership that opened
    it, when the server stops, and for a reader that is too slow; who connects again with the last id misses nothing.
    """
    last_id = last_event_id if last_event_id_header is None else last_event_id_header
    return EventStream(
        partial(
            runtime.streams.open,
            station_id=access.station.id,
            user_id=caller.user.id,
            login_id=caller.by.id,
            last_event_id=last_id,
        )
    )
