"""Demo stations of some weeks, loaded once for the tests that look at them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.core.db import build_engine, transaction
from app.demo.load import DemoOrder, DemoReport, load_demo
from app.loading import Progress
from app.tests.conftest import settings_for

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ORDER = DemoOrder(
    name="WDMO Demo",
    seed=7,
    until=date(2026, 11, 23),
    years=0.12,
    email="demo@example.com",
    password=None,
)
# Three times the presses that such a station has, of three times its buttons.
CROWDED = replace(ORDER, presses=20_000, buttons=200)


def ignore(_: Progress) -> None:
    """For whoever does not want to hear of progress."""


def load(engine: Engine, order: DemoOrder = ORDER) -> DemoReport:
    with transaction(engine) as session:
        return load_demo(session, order=order, now=NOW, report=ignore)


@pytest.fixture(scope="session")
def new_engine(new_database: Callable[[str], str]) -> Iterator[Callable[[str], Engine]]:
    engines: list[Engine] = []

    def create(name: str) -> Engine:
        engines.append(build_engine(settings_for(new_database(name)), pool_size=1))
        return engines[-1]

    yield create
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def loaded(new_engine: Callable[[str], Engine]) -> Engine:
    engine = new_engine("demo_loaded")
    load(engine)
    return engine


@pytest.fixture(scope="session")
def crowded(new_engine: Callable[[str], Engine]) -> Engine:
    engine = new_engine("demo_crowded")
    load(engine, CROWDED)
    return engine


@pytest.fixture(params=["loaded", "crowded"])
def demo(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A look at the rows of a demo: of the usual one, and of one that was made larger."""
    with Session(request.getfixturevalue(request.param)) as session:
        yield session
