"""Bringing the database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text

ALEMBIC_DIR = Path(__file__).resolve().parent.parent / "alembic"
# Any number that no other program uses on this database: two servers that start at once migrate one after the other.
MIGRATION_LOCK = 7_306_021_958_117


_HAS_NO_REVISION = "SELECT to_regclass('station') IS NOT NULL AND to_regclass('alembic_version') IS NULL"


class NotMigrated(Exception):
    """The tables were made without migrations, and it is nowhere said which revision they are."""

    def __init__(self) -> None:
        super().__init__(
            "The database has tables of the tracker, made without migrations, and does not say which revision they are. "
            "Say it once, in backend: alembic stamp head"
        )


def alembic_config() -> Config:
    """A configuration that needs no alembic.ini, so that an installed wheel can migrate too."""
    config = Config()
    config.set_main_option("script_location", str(ALEMBIC_DIR))
    return config


def upgrade_to_head(engine: Engine) -> None:
    """Run the missing revisions in one transaction; a failure leaves the database as it was. Raises NotMigrated."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        if connection.scalar(text(_HAS_NO_REVISION)):
            raise NotMigrated
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def newest_revision() -> str:
    """The one that `upgrade_to_head` leads to."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        msg = f"there are no migrations in {ALEMBIC_DIR}"
        raise FileNotFoundError(msg)
    return head


def is_known(revision: str) -> bool:
    """Whether this program can bring a database of this revision to the newest one; not one of a newer program."""
    try:
        return ScriptDirectory.from_config(alembic_config()).get_revision(revision) is not None
    except CommandError:
        return False
