"""A database that two can use at once."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from app.core.db import build_engine
from app.tests.conftest import settings_for


@pytest.fixture
def committed(new_database: Callable[[str], str]) -> Iterator[Engine]:
    """An engine on an empty database of its own, for what must be seen by two at once."""
    engine = build_engine(settings_for(new_database(f"accounts_{uuid4().hex}")))
    yield engine
    engine.dispose()
