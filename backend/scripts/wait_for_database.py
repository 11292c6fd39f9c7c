"""Returns once the configured database takes connections; gives up with a sentence after a minute."""

import sys
import time

import psycopg

from app.core.config import DatabaseNotConfigured, get_settings

PATIENCE_S = 60
PAUSE_S = 0.5


def wait(conninfo: str, *, patience_s: float) -> None:
    """Raises psycopg.OperationalError when the database does not answer within `patience_s`."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            psycopg.connect(conninfo, connect_timeout=3).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)
        else:
            return


if __name__ == "__main__":
    try:
        wait(get_settings().conninfo, patience_s=PATIENCE_S)
    except DatabaseNotConfigured as error:
        sys.exit(str(error))
    except psycopg.OperationalError as error:
        sys.exit(f"The database did not answer within {PATIENCE_S} s: {error}")
