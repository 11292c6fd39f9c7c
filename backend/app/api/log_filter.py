"""What the log is narrowed to, as the query asks for it: the same for its pages and its exports."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from app.core.shapes import InstantInput, line
from app.features.presses.log import LogFilter
from app.models import Channel, PressStatus


async def get_log_filter(
    start: Annotated[InstantInput | None, Query(description="Pressed at or after this.")] = None,
    end: Annotated[InstantInput | None, Query(description="Pressed before this.")] = None,
    button_id: UUID | None = None,
    type: Annotated[
        Annotated[str, line(max_length=40)] | None, Query(description="Type of the button as it aired.")
    ] = None,
    deck_id: UUID | None = None,
    status: Annotated[PressStatus | None, Query(description="What the press counts as now.")] = None,
    channel: Channel | None = None,
    note: Annotated[
        Annotated[str, line(max_length=200)] | None, Query(description="Text in the note, a reason or a later note.")
    ] = None,
) -> LogFilter:
    """The filters of the query, all of which a row must fit."""
    return LogFilter(
        start=start,
        end=end,
        button_id=button_id,
        type=type,
        deck_id=deck_id,
        status=status,
        channel=channel,
        note=note,
    )


LogFilterDep = Annotated[LogFilter, Depends(get_log_filter)]
