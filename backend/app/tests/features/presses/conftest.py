import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from app.tests.recording import KeptDatabase, PressPath, kept_database


@pytest.fixture(scope="session")
def kept(new_database: Callable[[str], str]) -> Iterator[KeptDatabase]:
    with kept_database(new_database("tracker_presses")) as database:
        yield database


@pytest.fixture
async def path(kept: KeptDatabase) -> AsyncIterator[PressPath]:
    path = PressPath(kept.settings)
    yield path
    await path.close()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def lasting_path(kept: KeptDatabase, runner: asyncio.Runner) -> Iterator[PressPath]:
    path = PressPath(kept.settings)
    yield path
    runner.run(path.close())
