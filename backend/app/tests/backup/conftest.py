"""Databases of a test's own: to back up, and to restore into."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.backup.service import Database
from app.core.embedded_postgres import EmbeddedPostgres
from app.tests.backup.backups import database_at


@pytest.fixture
def conninfo(new_database: Callable[[str], str]) -> str:
    """A migrated, empty database of the test's own."""
    return new_database(f"backup_{uuid4().hex[:8]}")


@pytest.fixture
def database(conninfo: str, tmp_path: Path) -> Database:
    return database_at(conninfo, data_dir=tmp_path / "data")


@pytest.fixture
def other(new_database: Callable[[str], str], tmp_path: Path) -> Database:
    """Another empty one, to restore into."""
    return database_at(new_database(f"restored_{uuid4().hex[:8]}"), data_dir=tmp_path / "other")


@pytest.fixture
def embedded(conninfo: str, postgres: EmbeddedPostgres) -> Iterator[Database]:
    """The test's own database, as one that belongs to the server of a data directory."""
    yield database_at(conninfo, data_dir=postgres.data_dir, is_embedded=True)
    shutil.rmtree(postgres.data_dir / "backups", ignore_errors=True)
