"""An installation to come from, and a database to come to."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from app.core.embedded_postgres import EmbeddedPostgres
from app.tests.original.installation import Installation, installation
from app.tests.recording import KeptDatabase, kept_database


@pytest.fixture
def original(postgres: EmbeddedPostgres) -> Iterator[Installation]:
    with installation(postgres.conninfo, f"original_{uuid4().hex[:8]}") as made:
        yield made


@pytest.fixture
def kept(new_database: Callable[[str], str]) -> Iterator[KeptDatabase]:
    """Of the test's own: an import is of the whole instance."""
    with kept_database(new_database(f"import_{uuid4().hex[:8]}")) as database:
        yield database
