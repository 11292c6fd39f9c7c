"""The `tracker` command."""

import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from app import serve as server
from app.core.config import DatabaseNotConfigured, SecretNotOurs, get_settings
from app.core.embedded_postgres import EmbeddedPostgresError
from app.core.log import configure_logging

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

__all__ = ["app", "main"]


@app.callback()
def tracker() -> None:
    """Each use of a Stream Deck key, durably on the record."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any that is free.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
) -> None:
    """Run the server, with a PostgreSQL of its own unless DATABASE_URL or POSTGRES_SERVER names one."""
    server.serve(get_settings(), host=host, port=port, worker_count=workers, say=typer.echo)


def main() -> None:
    """Entry of the `tracker` command: an error that an operator can mend is one sentence, not a traceback."""
    configure_logging()
    try:
        app()
    except (server.CannotServe, EmbeddedPostgresError, DatabaseNotConfigured, SecretNotOurs) as error:
        sys.exit(str(error))
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()]
        sys.exit("A setting is not valid.\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
