"""The supervisor of the embedded PostgreSQL, against real servers, real kills and real folders.

As root all of it runs once more as an ordinary user; what needs root is then reported as skipped, with the reason.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.postgres_binaries import find_binaries
from app.core.postgres_cluster import choose_user
from app.tests.core.embedded_postgres.supervised import (
    SpareCluster,
    link_or_copy,
    need_root,
    processes_below,
    short_folder,
)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Whatever the shell's: other users must be able to pass through the folders that tests make."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def area() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def spare_cluster() -> Iterator[SpareCluster]:
    with short_folder() as folder:
        yield SpareCluster(folder / "data")


@pytest.fixture
def spare(spare_cluster: SpareCluster, area: Path) -> Iterator[SpareCluster]:
    yield spare_cluster
    if not list(processes_below(area)):
        spare_cluster.take_back()


@pytest.fixture
def data_dir(spare: SpareCluster, area: Path) -> Path:
    """One that was started and stopped before."""
    return spare.lend(area / "data")


@pytest.fixture
def private_programs(area: Path, data_dir: Path) -> Path:
    """The wheel's programs as in a checkout below a private home."""
    need_root()
    for copy in data_dir.glob("postgresql-*"):
        shutil.rmtree(copy)
    installed = find_binaries(None, user=choose_user(None, data_dir=data_dir)).folder.parent
    home = area / "home"
    home.mkdir(mode=0o700)
    package = home / "site" / installed.parent.name
    shutil.copytree(installed, package / installed.name, symlinks=True, copy_function=link_or_copy)
    libraries = f"{package.name}.libs"
    shutil.copytree(installed.parent.with_name(libraries), package.with_name(libraries), copy_function=link_or_copy)
    return package / installed.name / "bin"
