"""The server: run it, or have the system run it."""

from pathlib import Path
from typing import Annotated

import typer

from app import serve as server
from app.core.config import get_settings
from app.service import install as service
from app.service.install import ServiceOrder
from app.service.plan import Scope


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


def uninstall_service(
    scope: Annotated[
        Scope | None, typer.Option(help="Of the whole machine, or yours; by default the machine's under root.")
    ] = None,
) -> None:
    """Stop the service that `tracker install-service` made, and take it away. What was recorded stays."""
    machine = service.this_machine()
    which = scope or service.default_scope(machine)
    service.uninstall(which, machine, place=service.place_of(which, machine), say=typer.echo)
