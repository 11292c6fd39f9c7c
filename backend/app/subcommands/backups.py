"""One file, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from app.backup import service as backups
from app.backup.archive import Contents
from app.core import clock
from app.core.config import get_settings
from app.database_access import reach_database


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to, or a folder; by default a new file in the current folder.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Try the backup: restore it beside the database, and compare.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
) -> None:
    """Write everything in the database to one file, as it is at this moment. The server may run meanwhile."""
    with reach_database(get_settings()) as database:
        made = backups.make(database, file or Path.cwd(), is_checked=check, may_replace=force, now=clock.now())
        backups.note(database, made, now=clock.now())
    typer.echo(f"{made.path}: {_in_words(made.contents)}, {made.size_bytes / 1e6:,.1f} MB.")
    if made.is_checked:
        typer.echo(
            "Checked: restored beside the database, the record of each station has the same hash, and each table as "
            "many rows."
        )
    else:
        typer.echo("Not checked: whether it can be restored was not tried.")
    typer.echo("The secret key of this server is not in it, nor are settings. Keep the file as safe as the database.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `tracker backup` wrote. Only one that you trust.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is something: that is backed up first, then replaced.")
    ] = False,
) -> None:
    """Bring a backup back into an empty database, and to the newest revision. No server may run on it meanwhile."""
    with backups.open_backup(file) as opened, reach_database(get_settings(), alone=True) as database:
        restored = backups.restore(database, opened, may_replace=replace, now=clock.now())
    if restored.replaced is not None:
        typer.echo(f"What was there is in {restored.replaced.path}: {_in_words(restored.replaced.contents)}.")
    typer.echo(f"Restored, as of {restored.made_at:%Y-%m-%d %H:%M:%S} UTC: {_in_words(restored.contents)}.")
    typer.echo("Checked: the record of each station has the same hash, and each table as many rows.")
    typer.echo("Everybody has to log in again, and API tokens have to be made anew.")
    typer.echo(
        "Press keys, members and passwords are again as they were then: revoke once more what was revoked since."
    )


def _in_words(contents: Contents) -> str:
    stations = "1 station" if len(contents.stations) == 1 else f"{len(contents.stations):,} stations"
    return f"{stations}, {contents.press_count:,} presses, {contents.correction_count:,} corrections"
