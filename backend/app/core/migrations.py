"""Bringing the database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

ALEMBIC_DIR = Path(__file__).resolve().parent.parent / "alembic"
# Any number that no other program uses on this database: two servers that start at once migrate one after the other.
MIGRATION_LOCK = 7_306_021_958_117


def alembic_config() -> Config:
    """A configuration that needs no alembic.ini, so that an installed wheel can migrate too."""
    config = Config()
    config.set_main_option("script_location", str(ALEMBIC_DIR))
    return config


def upgrade_to_head(engine: Engine) -> None:
    """Run the missing revisions in one transaction; a failure leaves the database as it was."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
