"""Accounts, for whoever may run commands where the server is."""

import sys
from datetime import timedelta
from typing import Annotated

import typer

from app.core import clock
from app.core.config import DEFAULT_PUBLIC_URL, get_settings
from app.core.db import transaction
from app.core.errors import InvalidInput
from app.database_access import open_database
from app.features.accounts import recovery
from app.features.accounts import service as accounts
from app.features.accounts.letters import in_words
from app.features.accounts.rules import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from app.features.audit import record as audit_record
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.features.buttons import addresses


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
    check_length(password)
    with open_database(get_settings()) as engine, transaction(engine) as session:
        now = clock.now()
        user = accounts.create_superuser(session, email=email, password=password, full_name=full_name, now=now)
        Audit(session, audit_record.COMMAND, now).note(Action.USER_CREATED, subject_id=user.id, is_superuser=True)
    typer.echo(f"Made the superuser {user.email}.")


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


def check_length(password: str) -> None:
    """Before a database is started only to say so, and in plainer words than a shape's."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise InvalidInput(f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters.")


def _ask_for_password() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    return password
