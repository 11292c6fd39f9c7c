"""Upkeep of what is on record: counts that are made anew, and press keys that may still call an old address."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine
from sqlmodel import Session

from app import crud
from app.core import clock
from app.core.config import get_settings
from app.core.db import transaction
from app.database_access import open_database
from app.features.accounts import queries as account_queries
from app.features.accounts.service import StationNotFound
from app.features.audit import record as audit_record
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.features.buttons import addresses
from app.features.buttons.schemas import OldAddressKey, OldAddressState
from app.features.presses import rollup
from app.features.presses.rollup import Difference
from app.models import NO_DECK, Station

SHOWN_DIFFERENCES = 200


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
        raise StationNotFound(f"There is no station {station_id}.")
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
    title = f"{escape(station.name)}: {len(found):,} counts differ from a recount"
    table = Table("Count", "Button or deck", "Place", title=title)
    table.add_column("Stored", justify="right")
    table.add_column("Counted", justify="right")
    for each in found[:SHOWN_DIFFERENCES]:
        name = escape(names[each.owner_id])
        table.add_row(each.table, name, each.place, _number(each.stored), _number(each.counted))
    return table


def _number(count: int | None) -> str:
    return "none" if count is None else f"{count:,}"


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
        table.add_row(deck, escape(each.button_title), f"{each.key_prefix}...", escape(each.old_url), last)
    return table


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
