"""The `tracker` command: what it can do, and how it says what went wrong."""

import sys

import typer
from pydantic import ValidationError

from app.backup.errors import BackupError
from app.core.config import DatabaseNotConfigured
from app.core.embedded_postgres import EmbeddedPostgresError
from app.core.errors import AppError
from app.core.log import configure_logging
from app.core.migrations import NotMigrated
from app.database_access import DatabaseUnreachable
from app.original.source import OriginalUnreadable
from app.serve import CannotServe
from app.service.plan import ServiceError
from app.subcommands import accounts, backups, filling, serving, upkeep

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

__all__ = ["app", "main"]

# In the order in which `tracker --help` lists them.
COMMANDS = (
    serving.serve,
    accounts.create_superuser,
    accounts.reset_link,
    upkeep.rebuild_rollups,
    upkeep.public_url,
    filling.demo,
    filling.import_original,
    backups.backup,
    backups.restore,
    serving.install_service,
    serving.uninstall_service,
)
EXPLAINED = (
    CannotServe,
    EmbeddedPostgresError,
    DatabaseNotConfigured,
    DatabaseUnreachable,
    NotMigrated,
    BackupError,
    ServiceError,
    OriginalUnreadable,
    AppError,
)


@app.callback()
def tracker() -> None:
    """Each use of a Stream Deck key, durably on the record."""


for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Entry of the `tracker` command: an error that an operator can mend is one sentence, not a traceback."""
    configure_logging()
    try:
        app()
    except EXPLAINED as error:
        sys.exit(str(error))
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]
        sys.exit("A setting is not valid.\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
