"""Coming over while the server runs: presses are recorded all along, by imported addresses from the first moment."""

import asyncio
import threading

import pytest

from app.loading import Progress
from app.models import Channel
from app.original import source
from app.tests.api.live import ask, live_app
from app.tests.original.installation import MANY_USES, Installation
from app.tests.original.test_service import Import
from app.tests.recording import KeptDatabase


async def test_presses_go_on_while_the_uses_come(
    kept: KeptDatabase, original: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "USES_AT_ONCE", 100)
    admin = original.user("admin@wbor.org", is_superuser=True)
    button_id = original.button(admin)
    original.button(admin)
    original.run(MANY_USES, many=2000)
    bring_over = Import(kept, original)
    loop, has_buttons, has_answer = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def report(progress: Progress) -> None:
        loop.call_soon_threadsafe(has_buttons.set)
        # The import does not end before one press has come between its batches.
        assert has_answer.wait(30)

    async with live_app(kept.settings) as app:
        before = await ask(app, "GET", f"/api/v1/buttons/{button_id}/increment")
        importing = asyncio.create_task(asyncio.to_thread(bring_over, report=report))
        await has_buttons.wait()
        answers = []
        while not importing.done():
            answers.append(await ask(app, "GET", f"/api/v1/buttons/{button_id}/increment"))
            has_answer.set()
        arrived = await importing

    assert before.status == 404
    assert {answer.status for answer in answers} == {200}
    presses = kept.presses(arrived.station_id)
    assert sum(press.channel == Channel.GET for press in presses) == len(answers) > 0
    assert sum(press.channel == Channel.IMPORT for press in presses) == 2000
    assert kept.has_no_gaps(arrived.station_id)
    assert kept.differences(arrived.station_id) == []
