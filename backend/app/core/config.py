"""Settings: environment variables, then an `.env` file, then defaults that work on one machine."""

import os
import secrets
import tempfile
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import BeforeValidator, EmailStr, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

type Network = IPv4Network | IPv6Network

SECRET_KEY_FILE = "secret_key"  # noqa: S105  a file name
MIN_SECRET_LENGTH = 32
# Where `tracker serve` listens unless told otherwise.
DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"
MAX_URL_LENGTH = 2000
REPOSITORY = Path(__file__).resolve().parents[3]
ENV_FILE_VARIABLE = "TRACKER_ENV_FILE"


class DatabaseNotConfigured(Exception):
    """No database was named, and only `tracker serve` owns the embedded one."""


class SecretNotOurs(Exception):
    """The file with the secret is not one that this server made, or others can get at it."""


def _split_networks(value: object) -> object:
    if isinstance(value, str):
        return [ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip()]
    return value


def _is_here(host: str) -> bool:
    """Whether what is sent there does not leave this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _can_begin_urls(value: str) -> bool:
    """Whether a key can call, and a browser open, what begins with this."""
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    # A name and a password would stand in every press URL.
    has_login = "@" in parts.netloc
    return (
        is_whole
        and not has_login
        and value.isprintable()
        and not set(value) & set(' ?#"<>')
        and len(value) <= MAX_URL_LENGTH
    )


def _env_files() -> tuple[Path, ...]:
    """The checkout's, where this is one: beside an installed program lies whatever there is. And the one that was named.

    Of the checkout, wherever a command is run from: a `.env` that happens to lie in the current folder, or above it,
    may be about something else, or be somebody else's. None at all where the null device is named: the tests' own servers
    must not find the database of a station.
    """
    named = os.environ.get(ENV_FILE_VARIABLE)
    if named == os.devnull:
        return ()
    is_checkout = (REPOSITORY / "backend" / "pyproject.toml").is_file()
    files = [REPOSITORY / ".env", REPOSITORY / "backend" / ".env"] if is_checkout else []
    return (*files, Path(named)) if named else tuple(files)


class Settings(BaseSettings):
    """Every setting of the server. Names are the environment variables' names, in lower case."""

    model_config = SettingsConfigDict(
        env_file=_env_files(),
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database_url: SecretStr | None = Field(default=None, description="PostgreSQL to use, as postgresql://…")
    database_direct_url: SecretStr | None = Field(
        default=None,
        description="The same database past a pooler, which cannot carry LISTEN; needs DATABASE_URL or POSTGRES_SERVER.",
    )
    postgres_server: str | None = Field(default=None, description="Host of PostgreSQL, when DATABASE_URL is not set.")
    postgres_port: int = Field(default=5432, description="Its port.")
    postgres_user: str = Field(default="postgres", description="Its user.")
    postgres_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    postgres_db: str = Field(default="app", description="Its database.")
    prepared_statements: bool = Field(default=True, description="Off behind a pooler that cannot carry them.")

    tracker_data_dir: Path | None = Field(default=None, description="Where the embedded database and secrets live.")
    pg_bin_dir: Path | None = Field(default=None, description="PostgreSQL binaries for the embedded server.")
    tracker_pg_user: str | None = Field(default=None, description="System user of the embedded server, under root.")

    public_url: str | None = Field(default=None, description="Base of every press URL and link, as the studio sees it.")
    trusted_proxies: Annotated[list[Network], NoDecode, BeforeValidator(_split_networks)] = Field(
        default_factory=list, description="Networks whose X-Forwarded-For is believed, separated by commas."
    )

    secret_key: SecretStr | None = Field(default=None, description="Signs tokens; made once when not given.")
    first_superuser: EmailStr | None = Field(default=None, description="E-mail address of the first account.")
    first_superuser_password: SecretStr | None = Field(default=None, description="Its password.")
    access_token_expire_minutes: int = Field(default=60 * 24 * 8, ge=1, description="Life of a login, in minutes.")
    login_limiter: bool = Field(default=True, description="Whether tries and mails that are asked for are limited.")
    email_reset_token_expire_hours: int = Field(
        default=1,
        ge=1,
        le=72,
        description="Life of a link to choose a new password, or to confirm an address, in hours.",
    )
    users_open_registration: bool = Field(default=False, description="Whether anybody may make themselves an account.")

    smtp_host: str | None = Field(default=None, description="Server that takes mail; without it none is sent.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Its port: 587 with STARTTLS, 465 with TLS.")
    smtp_user: str | None = Field(default=None, description="Name to log in to it with; without it there is no login.")
    smtp_password: SecretStr | None = Field(default=None, description="The password of that name.")
    smtp_tls: bool = Field(default=True, description="Whether to demand STARTTLS; off for a mail catcher.")
    smtp_ssl: bool = Field(
        default=False, description="Whether it speaks TLS from the first byte, in place of STARTTLS."
    )
    emails_from_email: EmailStr | None = Field(default=None, description="Address that mail comes from.")
    emails_from_name: str = Field(
        default="Stream Deck Button Tracker", max_length=100, description="Name that mail comes from."
    )

    press_buffer_size: int = Field(default=10_000, ge=1, description="Presses that may wait in one process.")

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        value = value.strip().rstrip("/")
        if not _can_begin_urls(value):
            msg = "PUBLIC_URL must look like http://192.168.1.10:8000 or https://tracker.example.org"
            raise ValueError(msg)
        return value

    @field_validator("database_url", "database_direct_url")
    @classmethod
    def _check_database_url(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            try:
                conninfo_to_dict(plain_conninfo(value.get_secret_value()))
            except ProgrammingError:
                # Not a word of it: it holds a password.
                msg = f"{(info.field_name or '').upper()} must look like postgresql://user:password@host:5432/name"
                raise ValueError(msg) from None
        return value

    @field_validator("secret_key")
    @classmethod
    def _check_secret_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < MIN_SECRET_LENGTH:
            msg = f"SECRET_KEY must have at least {MIN_SECRET_LENGTH} characters"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _check_first_superuser(self) -> "Settings":
        if (self.first_superuser is None) != (self.first_superuser_password is None):
            msg = "FIRST_SUPERUSER and FIRST_SUPERUSER_PASSWORD go together: set both, or neither"
            raise ValueError(msg)
        return self

    @field_validator("emails_from_email")
    @classmethod
    def _check_emails_from_email(cls, value: str | None) -> str | None:
        if value is not None and not value.partition("@")[0].isascii():
            msg = "EMAILS_FROM_EMAIL must have nothing but ASCII letters before the @: most mail servers know no others"
            raise ValueError(msg)
        return value

    @field_validator("emails_from_name")
    @classmethod
    def _check_emails_from_name(cls, value: str) -> str:
        if not value.isprintable():
            msg = "EMAILS_FROM_NAME must be one line"
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _check_mail(self) -> "Settings":
        if self.smtp_host is not None and self.emails_from_email is None:
            msg = "SMTP_HOST needs EMAILS_FROM_EMAIL: mail has to come from somebody"
            raise ValueError(msg)
        if (self.smtp_user is None) != (self.smtp_password is None):
            msg = "SMTP_USER and SMTP_PASSWORD go together: set both, or neither"
            raise ValueError(msg)
        is_sealed = self.smtp_tls or self.smtp_ssl
        if self.smtp_host is not None and self.smtp_user is not None and not is_sealed and not _is_here(self.smtp_host):
            msg = "SMTP_PASSWORD would cross the network in the clear: leave SMTP_TLS on, or set SMTP_SSL"
            raise ValueError(msg)
        return self

    @property
    def is_mail_configured(self) -> bool:
        """Whether mail can be sent; if not, whoever would send one says so, and offers another way."""
        return self.smtp_host is not None

    @property
    def has_database(self) -> bool:
        """Whether a database was named; if not, `tracker serve` starts its own."""
        return self.database_url is not None or self.postgres_server is not None

    @property
    def conninfo(self) -> str:
        """libpq connection string of the configured database. Raises DatabaseNotConfigured."""
        if self.database_url is not None:
            return plain_conninfo(self.database_url.get_secret_value())
        if self.postgres_server is not None:
            password = quote(self.postgres_password.get_secret_value(), safe="")
            user, database = quote(self.postgres_user, safe=""), quote(self.postgres_db, safe="")
            return f"postgresql://{user}:{password}@{self.postgres_server}:{self.postgres_port}/{database}"
        msg = (
            "No database is configured. Set DATABASE_URL (postgresql://user:password@host:5432/name), or "
            "POSTGRES_SERVER, POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB; or run `tracker serve`, "
            "which brings its own PostgreSQL."
        )
        raise DatabaseNotConfigured(msg)

    def for_listening(self) -> "Settings":
        """The same, with the database as it is reached past a pooler, when that was said."""
        if self.database_direct_url is None:
            return self
        return self.model_copy(update={"database_url": self.database_direct_url})


def plain_conninfo(url: str) -> str:
    """The URL without a SQLAlchemy driver name: `postgresql+psycopg://` is written in many guides."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql://{rest}" if separator and scheme.partition("+")[0] in ("postgres", "postgresql") else url


def load_or_create_secret(path: Path) -> str:
    """The secret in `path`, made once with mode 0600. Two processes that start at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # with mode 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link refuses to replace a file that the other process made first; a rename would not.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(temporary)
    secret = _read_private(path)
    if len(secret) < MIN_SECRET_LENGTH:
        msg = f"The secret in {path} is too short to be one. Remove the file, and a new one is made."
        raise SecretNotOurs(msg)
    return secret


def _read_private(path: Path) -> str:
    """What a file holds that nobody else can have put there, or can read.

    Under root the folder belongs to the database's user, who could put a secret, or a link, in the place of ours.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        msg = f"The secret in {path} cannot be read: {error.strerror}."
        raise SecretNotOurs(msg) from error
    with open(descriptor, encoding="ascii", errors="replace") as file:
        status = os.fstat(descriptor)
        if os.name != "nt" and (status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o077):
            msg = (
                f"The secret in {path} belongs to the user id {status.st_uid} with mode {status.st_mode & 0o777:o}. "
                "It must be this user's, with mode 600."
            )
            raise SecretNotOurs(msg)
        return file.read().strip()


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
