from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from app.background.press_writer import PressWriter
from app.models import PressKey
from app.tests.background.gate import Gate
from app.tests.recording import KeptDatabase, kept_database


@pytest.fixture(scope="session")
def kept(new_database: Callable[[str], str]) -> Iterator[KeptDatabase]:
    with kept_database(new_database("tracker_background")) as database:
        yield database


@pytest.fixture
async def writer(kept: KeptDatabase) -> AsyncIterator[PressWriter]:
    async with PressWriter(kept.settings) as writer:
        yield writer


@pytest.fixture
async def gate(kept: KeptDatabase) -> AsyncIterator[Gate]:
    async with Gate(kept.settings) as gate:
        yield gate


@pytest.fixture
def key(kept: KeptDatabase) -> PressKey:
    """A key of a button that counts every press, in a station of its own."""
    with kept.make() as make:
        return make.press_key(button=make.button(station=make.station(dedup_window_ms=0)))
