"""The `tracker` command."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import Engine
from sqlmodel import Session

from app import crud
from app import serve as server
from app.backup import service as backups
from app.backup.archive import Contents
from app.backup.errors import BackupError
from app.core import clock
from app.core.config import DEFAULT_PUBLIC_URL, DatabaseNotConfigured, get_settings
from app.core.db import transaction
from app.core.embedded_postgres import EmbeddedPostgresError
from app.core.errors import AppError, InvalidInput
from app.core.log import configure_logging
from app.database_access import DatabaseUnreachable, open_database, reach_database
from app.demo import load as demo_loading
from app.demo import record as demo_record
from app.demo.record import MAX_PRESSES, MIN_PRESSES
from app.demo.station import MAX_YEARS, MIN_YEARS
from app.demo.variations import MAX_BUTTONS, MIN_BUTTONS
from app.features.accounts import queries as account_queries
from app.features.accounts import recovery
from app.features.accounts import service as accounts
from app.features.accounts.letters import in_words
from app.features.accounts.rules import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from app.features.audit import record as audit_record
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.features.buttons import addresses
from app.features.buttons.schemas import OldAddressKey, OldAddressState
from app.features.presses import rollup
from app.features.presses.rollup import Difference
from app.models import NO_DECK, Station
from app.original import service as original_import
from app.original.ledger import Ledger
from app.original.report_file import report_to
from app.original.service import Arrived, Destination
from app.original.source import OriginalUnreadable, open_original
from app.service import install as service
from app.service.install import ServiceOrder
from app.service.plan import Scope, ServiceError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

__all__ = ["app", "main"]

SHOWN_DIFFERENCES = 200
EXPLAINED = (
    server.CannotServe,
    EmbeddedPostgresError,
    DatabaseNotConfigured,
    DatabaseUnreachable,
    BackupError,
    ServiceError,
    OriginalUnreadable,
    AppError,
)


@app.callback()
def tracker() -> None:
    """Each use of a Stream Deck key, durably on the record."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any that is free.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
    data_dir: Annotated[Path | None, typer.Option(help="In the place of TRACKER_DATA_DIR.")] = None,
    env_file: Annotated[Path | None, typer.Option(help="File with settings; those of the environment win.")] = None,
    log_file: Annotated[Path | None, typer.Option(help="Write here what would be said on the terminal.")] = None,
) -> None:
    """Run the server, with a PostgreSQL of its own unless DATABASE_URL or POSTGRES_SERVER names one."""
    del data_dir, env_file, log_file  # `app.command` has taken them, before the first process was started
    server.serve(get_settings(), host=host, port=port, worker_count=workers, say=typer.echo)


@app.command()
def create_superuser(
    email: Annotated[str | None, typer.Option(help="E-mail address to log in with; asked for when left out.")] = None,
    full_name: Annotated[str | None, typer.Option(help="Name that others see.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from one line of input, and ask for nothing.")
    ] = False,
) -> None:
    """Make an account that runs this instance."""
    if password_stdin and email is None:
        raise typer.BadParameter("--password-stdin asks for nothing, so name the account with --email.")
    if email is None:
        email = typer.prompt("E-mail address")
        full_name = full_name if full_name is not None else typer.prompt("Full name", default="", show_default=False)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask_for_password()
    _check_length(password)
    with open_database(get_settings()) as engine, transaction(engine) as session:
        now = clock.now()
        user = accounts.create_superuser(session, email=email, password=password, full_name=full_name, now=now)
        Audit(session, audit_record.COMMAND, now).note(Action.USER_CREATED, subject_id=user.id, is_superuser=True)
    typer.echo(f"Made the superuser {user.email}.")


@app.command()
def reset_link(
    email: Annotated[str, typer.Argument(help="E-mail address of the account.")],
) -> None:
    """Make a link to choose a new password for an account. It works once; earlier ones work no more."""
    settings = get_settings()
    life = timedelta(hours=settings.email_reset_token_expire_hours)
    with open_database(settings) as engine, transaction(engine) as session:
        public_url = settings.public_url or addresses.current_public_url(session) or DEFAULT_PUBLIC_URL
        audit = Audit(session, audit_record.COMMAND, clock.now())
        link = recovery.make_password_link(session, audit=audit, public_url=public_url, email=email, life=life)
    typer.echo(link)
    typer.echo(f"It works once, within {in_words(life)}. Give it to nobody but the owner of the account.", err=True)


def _check_length(password: str) -> None:
    """Before a database is started only to say so, and in plainer words than a shape's."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise InvalidInput(f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters.")


def _ask_for_password() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    return password


@app.command()
def rebuild_rollups(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 when a count is wrong.")] = False,
    station: Annotated[UUID | None, typer.Option(help="Id of the one station to do; every station by default.")] = None,
) -> None:
    """Count tallies and rollups again from the presses. A station's presses wait while its counts are rebuilt."""
    difference_count = 0
    with open_database(get_settings()) as engine:
        with transaction(engine) as session:
            stations = _stations(session, station)
        for each in stations:
            if check:
                difference_count += _check_rollups(engine, each)
            else:
                _rebuild_rollups(engine, each)
    if difference_count:
        raise typer.Exit(1)


def _stations(session: Session, station_id: UUID | None) -> list[Station]:
    if station_id is None:
        return account_queries.every_station(session)
    station = crud.get_station(session, station_id)
    if station is None:
        raise accounts.StationNotFound(f"There is no station {station_id}.")
    return [station]


def _rebuild_rollups(engine: Engine, station: Station) -> None:
    with transaction(engine) as session:
        crud.lock_station_head(session, station.id)
        rollup.rebuild(session, station_id=station.id)
        audit = Audit(session, audit_record.COMMAND, clock.now())
        audit.note(Action.ROLLUPS_REBUILT, station_id=station.id, subject_id=station.id)
    typer.echo(f"{station.name}: counted again.")


def _check_rollups(engine: Engine, station: Station) -> int:
    """Print where the counts differ, and return how many do."""
    # Without the station's lock: each comparison is one statement, whose snapshot has a press and its counts or
    # neither. With it, presses would wait for a long check, and those that nobody keeps would be lost.
    with transaction(engine) as session:
        found = rollup.differences(session, station_id=station.id)
        names = {each.owner_id: _name_of(session, station, each.owner_id) for each in found[:SHOWN_DIFFERENCES]}
    if not found:
        typer.echo(f"{station.name}: equal to a recount.")
        return 0
    Console().print(_difference_table(station, found, names))
    if len(found) > SHOWN_DIFFERENCES:
        typer.echo(f"... and {len(found) - SHOWN_DIFFERENCES:,} more.")
    return len(found)


def _name_of(session: Session, station: Station, owner_id: UUID) -> str:
    """What a button or a deck is called today."""
    if owner_id == NO_DECK:
        return "(no deck)"
    button = crud.get_button(session, station_id=station.id, button_id=owner_id)
    if button is None:
        deck = crud.get_deck(session, station_id=station.id, deck_id=owner_id)
        return deck.name if deck else str(owner_id)
    version = crud.get_button_version(session, station_id=station.id, button_id=owner_id, number=button.current_version)
    return version.title if version else str(owner_id)


def _difference_table(station: Station, found: list[Difference], names: dict[UUID, str]) -> Table:
    title = f"{station.name}: {len(found):,} counts differ from a recount"
    table = Table("Count", "Button or deck", "Place", title=title)
    table.add_column("Stored", justify="right")
    table.add_column("Counted", justify="right")
    for each in found[:SHOWN_DIFFERENCES]:
        table.add_row(each.table, names[each.owner_id], each.place, _number(each.stored), _number(each.counted))
    return table


def _number(count: int | None) -> str:
    return "none" if count is None else f"{count:,}"


@app.command()
def public_url(
    station: Annotated[UUID | None, typer.Option(help="Id of the one station to do; every station by default.")] = None,
) -> None:
    """List the press keys that may still call an address that this server had before PUBLIC_URL was changed."""
    found: list[OldAddressKey] = []
    with open_database(get_settings()) as engine, transaction(engine) as session:
        current = addresses.current_public_url(session)
        if current is None:
            typer.echo("No server has been started on this database yet, so press URLs have had no address.")
            return
        typer.echo(f"Press URLs begin with {current}.")
        for each in _stations(session, station):
            listed = addresses.every_old_address(session, station_id=each.id)
            found += listed
            if listed:
                Console().print(_old_address_table(each, listed))
    for line in _what_to_do(found):
        typer.echo(line)


def _what_to_do(keys: list[OldAddressKey]) -> list[str]:
    never_heard = sum(each.state is OldAddressState.NEVER_HEARD for each in keys)
    if never_heard < len(keys):
        lines = ["Give these decks the press URLs that the buttons show now."]
    else:
        lines = ["No key that was ever heard calls an old address." if never_heard else "No key calls an old address."]
    if never_heard:
        lines.append(f"Never heard at any address: {never_heard:,}. Revoke those that no deck has.")
    return lines


def _old_address_table(station: Station, keys: list[OldAddressKey]) -> Table:
    table = Table("Deck", "Button", "Key", title=escape(station.name))
    table.add_column("Old address", no_wrap=True)
    table.add_column("Last press")
    for each in keys:
        deck = escape(each.deck.name) if each.deck else "(no deck)"
        came = "to it" if each.last_called_at is not None else "before the change"
        last = f"{_instant(each.last_heard_at)}, {came}" if each.last_heard_at else "never"
        table.add_row(deck, escape(each.button_title), f"{each.key_prefix}...", each.old_url, last)
    return table


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Equal seeds make equal stations.")] = 7,
    name: Annotated[str, typer.Option(help="What the station is called.")] = "WDMO Demo",
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The record ends with the midnight before this day; today by default."),
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
        _check_length(password)
    now = clock.now()
    order = demo_loading.DemoOrder(
        name=name,
        seed=seed,
        until=until.date() if until else demo_loading.today(now),
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
            demo_loading.vacuum(connection)
    typer.echo(
        f"{made.station.name}: {made.press_count:,} presses and {made.correction_count:,} corrections "
        f"since {made.first_day}."
    )
    if made.password is None:
        typer.echo(f"Its owner is {made.owner.email}, with the password that this account has.")
    else:
        typer.echo(f"Its owner is {made.owner.email}, with the password {made.password} (it is not shown again).")


@app.command()
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
                    report=lambda seen, total: progress(demo_record.Progress(seen / max(total, 1), seen)),
                    now=clock.now,
                )
            if arrived.use_count:
                with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    demo_loading.vacuum(connection)
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


@app.command()
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


@app.command()
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


@app.command()
def install_service(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
    scope: Annotated[
        Scope | None, typer.Option(help="Of the whole machine, or yours; by default the machine's under root.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Account that a service of the whole machine runs as.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the record is kept.")] = None,
    env_file: Annotated[Path | None, typer.Option(help="File with settings, secrets too: NAME=value lines.")] = None,
    print_only: Annotated[bool, typer.Option("--print", help="Show the definition, and do nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Also where there is a different one.")] = False,
    start: Annotated[bool, typer.Option("--start/--no-start", help="Start it now, and with the machine.")] = True,
) -> None:
    """Have the system start the server and keep it running: systemd, launchd or Windows' Task Scheduler."""
    machine = service.this_machine()
    order = ServiceOrder(
        host=host, port=port, workers=workers, scope=scope, user=user, data_dir=data_dir, env_file=env_file
    )
    plan = service.plan_for(order, machine)
    place = service.place_of(plan.scope, machine)
    if print_only:
        typer.echo(service.definition(plan, machine), nl=False)
    else:
        service.install(plan, machine, place=place, may_replace=replace, starts=start, say=typer.echo)


@app.command()
def uninstall_service(
    scope: Annotated[
        Scope | None, typer.Option(help="Of the whole machine, or yours; by default the machine's under root.")
    ] = None,
) -> None:
    """Stop the service that `tracker install-service` made, and take it away. What was recorded stays."""
    machine = service.this_machine()
    which = scope or service.default_scope(machine)
    service.uninstall(which, machine, place=service.place_of(which, machine), say=typer.echo)


@contextmanager
def _progress() -> Iterator[Callable[[demo_record.Progress], None]]:
    """A bar on a terminal, a line for each tenth elsewhere; on standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tenths()
        return
    columns = (TextColumn("Recording"), BarColumn(), TextColumn("{task.fields[presses]:,} presses"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0, presses=0)
        yield lambda now: bar.update(task, completed=now.part, presses=now.press_count)


def _tenths() -> Callable[[demo_record.Progress], None]:
    said = 0

    def report(progress: demo_record.Progress) -> None:
        nonlocal said
        tenth = int(progress.part * 10)
        if tenth > said:
            said = tenth
            typer.echo(f"{tenth * 10} %: {progress.press_count:,} presses", err=True)

    return report


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
