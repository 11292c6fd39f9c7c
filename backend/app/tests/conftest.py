"""A real PostgreSQL, brought to the newest revision once; each test gets a transaction that is rolled back."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import SecretStr
from sqlalchemy import Connection, Engine
from sqlmodel import Session
from xdist.remote import Producer

from app.api.deps import Runtime, get_later_transactions, open_transaction
from app.core import migrations, security
from app.core.config import ENV_FILE_VARIABLE, Settings
from app.core.db import build_engine
from app.core.embedded_postgres import EmbeddedPostgres
from app.main import Tracker, create_app
from app.tests.factories import Factory
from app.tests.sharing_out import SharingOut
from app.tests.stand_ins import NoRecorder, NoStreams, announce_nothing

# Only the backend is mounted into a container, and these are about what lies around it.
ABOUT_THE_CHECKOUT = [
    "test_containers.py",
    "test_contract.py",
    "test_readme.py",
    "test_scripts.py",
    "test_wheel.py",
    "test_workflows.py",
]
collect_ignore = [] if (Path(__file__).parents[3] / "docker-compose.yml").exists() else ABOUT_THE_CHECKOUT

# Nor do the settings of whoever runs the tests concern them: in a container they name a database with somebody's record.
# In a checkout its `.env` does.
for setting in Settings.model_fields:
    os.environ.pop(setting.upper(), None)
Settings.model_config["env_file"] = ()
os.environ[ENV_FILE_VARIABLE] = os.devnull

# A hash takes a fifth of a second, and should; core/test_security.py sees to that.
REAL_PASSWORDS = security._passwords
security._passwords = PasswordHash(
    (Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1), *REAL_PASSWORDS.hashers[1:])
)

SECRET_KEY = "a-key-for-tests-only-0123456789abcdef"
TEMPLATE = "tracker_template"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharingOut:
    return SharingOut(config, log)


def pytest_collection() -> None:
    """Coverage measures pytest, in all its processes; by now they run. What tests start is left alone: it is killed."""
    os.environ.pop("COVERAGE_PROCESS_START", None)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The product's own embedded server, on a new data directory with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-test-"))
    folder.chmod(0o755)
    try:
        with EmbeddedPostgres(data_dir=folder / "data") as server:
            # It is thrown away, so nobody waits for the disk. The product refuses to start with this.
            with psycopg.connect(server.conninfo, autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settings_for(conninfo: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=SecretStr(conninfo),
        secret_key=SecretStr(SECRET_KEY),
        public_url="http://tracker.test",
    )


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A migrated, empty database that others are copied from."""
    with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    engine = build_engine(settings_for(make_conninfo(postgres.conninfo, dbname=TEMPLATE)))
    migrations.upgrade_to_head(engine)
    engine.dispose()
    return TEMPLATE


@pytest.fixture(scope="session")
def new_database(postgres: EmbeddedPostgres, template: str) -> Callable[[str], str]:
    """Makes a database of its own for tests that must commit; returns its connection string."""

    def create(name: str) -> str:
        with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return make_conninfo(postgres.conninfo, dbname=name)

    return create


@pytest.fixture(scope="session")
def settings(new_database: Callable[[str], str]) -> Settings:
    return settings_for(new_database("tracker_rolled_back"))


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    engine = build_engine(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session in a transaction that is rolled back after the test."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        yield session


@pytest.fixture
def make(session: Session) -> Factory:
    return Factory(session)


@pytest.fixture
def runtime(settings: Settings, engine: Engine) -> Runtime:
    return Runtime(
        settings=settings,
        engine=engine,
        secret_key=SECRET_KEY,
        public_url="http://tracker.test",
        recorder=NoRecorder(),
        streams=NoStreams(),
        announce=announce_nothing,
    )


@pytest.fixture(scope="session")
def application() -> Tracker:
    """The application, built once: its many routes take longer than a test."""
    return create_app()


@pytest.fixture
def client(application: Tracker, runtime: Runtime, connection: Connection) -> Iterator[TestClient]:
    """The application without its lifespan. Requests share the test's transaction; each commits to a savepoint."""
    application.state.runtime = runtime

    def open_in_savepoint() -> Iterator[Session]:
        with (
            Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    application.dependency_overrides[open_transaction] = open_in_savepoint
    application.dependency_overrides[get_later_transactions] = lambda: contextmanager(open_in_savepoint)
    yield TestClient(application)
    application.dependency_overrides.clear()
