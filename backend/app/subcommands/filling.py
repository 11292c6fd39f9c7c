"""What fills a station with years of record: an invented one, or what another installation has recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app import loading
from app.core import clock
from app.core.config import get_settings
from app.core.db import transaction
from app.database_access import open_database
from app.demo import load as demo_loading
from app.demo.record import MAX_PRESSES, MIN_PRESSES
from app.demo.station import MAX_YEARS, MIN_YEARS
from app.demo.variations import MAX_BUTTONS, MIN_BUTTONS
from app.original import service as original_import
from app.original.ledger import Ledger
from app.original.report_file import report_to
from app.original.service import Arrived, Destination
from app.original.source import open_original
from app.subcommands.accounts import check_length


def demo(
    seed: Annotated[int, typer.Option(help="Equal seeds make equal stations.")] = 7,
    name: Annotated[str, typer.Option(help="What the station is called.")] = "WDMO Demo",
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The record ends with the midnight before this day; by default it ends now."
        ),
    ] = None,
    years: Annotated[float, typer.Option(min=MIN_YEARS, max=MAX_YEARS, help="How far the record reaches back.")] = 2.0,
    email: Annotated[str, typer.Option(help="Account that owns the station; made if missing.")] = "demo@example.com",
    password: Annotated[str | None, typer.Option(help="Its password; by default one is made, and shown once.")] = None,
    presses: Annotated[
        int | None,
        typer.Option(min=MIN_PRESSES, max=MAX_PRESSES, help="About how many presses; by default as a station has."),
    ] = None,
    buttons: Annotated[
        int, typer.Option(min=MIN_BUTTONS, max=MAX_BUTTONS, help="How many buttons they are of.")
    ] = MIN_BUTTONS,
) -> None:
    """Make a station with years of presses, to look around in. Its press URLs are no secret."""
    if password is not None:
        check_length(password)
    now = clock.now()
    order = demo_loading.DemoOrder(
        name=name,
        seed=seed,
        until=until.date() if until else None,
        years=years,
        email=email,
        password=password,
        presses=presses,
        buttons=buttons,
    )
    with open_database(get_settings()) as engine:
        with _progress() as report, transaction(engine) as session:
            made = demo_loading.load_demo(session, order=order, now=now, report=report)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            loading.vacuum(connection)
    typer.echo(
        f"{made.station.name}: {made.press_count:,} presses and {made.correction_count:,} corrections "
        f"since {made.first_day}."
    )
    if made.password is None:
        typer.echo(f"Its owner is {made.owner.email}, with the password that this account has.")
    else:
        typer.echo(f"Its owner is {made.owner.email}, with the password {made.password} (it is not shown again).")


def import_original(
    from_url: Annotated[
        str,
        typer.Option(
            envvar="ORIGINAL_DATABASE_URL",
            show_envvar=True,
            help="Database of the other installation: postgresql://user:password@host/name. It is only read.",
        ),
    ],
    station: Annotated[str | None, typer.Option(help="Id or name of the station that it is brought into.")] = None,
    new_station: Annotated[str | None, typer.Option(help="Name of a station that is made for it.")] = None,
    zone: Annotated[str | None, typer.Option(help="Its time zone, such as America/New_York.")] = None,
    keep_superusers: Annotated[
        bool, typer.Option("--keep-superusers", help="Who ran the other installation runs this one too.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="A new CSV file with each thing that did not simply come.")
    ] = None,
) -> None:
    """Bring over what mdrxy/streamdeck-buttons has recorded. Again, it brings what is new; the server may run meanwhile."""
    if station is not None and new_station is not None:
        raise typer.BadParameter("Say --station or --new-station, not both.")
    if (new_station is None) != (zone is None):
        raise typer.BadParameter("A new station needs both --new-station and --zone.")
    destination = Destination(station=station, new_name=new_station, zone=zone)
    with open_original(from_url) as original, report_to(report) as tell:
        ledger = Ledger(tell)
        with open_database(get_settings()) as engine:
            with _progress() as progress:
                arrived = original_import.bring_over(
                    partial(transaction, engine),
                    original,
                    destination=destination,
                    keep_superusers=keep_superusers,
                    ledger=ledger,
                    report=progress,
                    now=clock.now,
                )
            if arrived.use_count:
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    loading.vacuum(connection)
    _tell_of_import(ledger, arrived)


def _tell_of_import(ledger: Ledger, arrived: Arrived) -> None:
    table = Table("What", "Became", "Number", "Why", title="What came, and what did not")
    table.columns[2].justify = "right"
    for line in ledger.lines():
        table.add_row(line.thing, line.fate, f"{line.number:,}", line.why)
    Console().print(table)
    typer.echo(f"Station {arrived.station_name}, {arrived.station_id}{' (new)' if arrived.is_new else ''}.")
    if not arrived.has_superuser:
        typer.echo("Nobody runs this server yet: make an account that does with tracker create-superuser.")


@contextmanager
def _progress() -> Iterator[loading.Report]:
    """A bar on a terminal, a line for each tenth elsewhere; on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tenths()
        return
    columns = (TextColumn("Recording"), BarColumn(), TextColumn("{task.fields[presses]:,} presses"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0, presses=0)
        yield lambda now: bar.update(task, completed=now.part, presses=now.press_count)


def _tenths() -> loading.Report:
    said = 0

    def report(progress: loading.Progress) -> None:
        nonlocal said
        tenth = int(progress.part * 10)
        if tenth > said:
            said = tenth
            typer.echo(f"{tenth * 10} %: {progress.press_count:,} presses", err=True)

    return report
