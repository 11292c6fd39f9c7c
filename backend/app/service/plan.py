"""What a service is to run, and as whom; the same for every system. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from app.core.embedded_postgres import APP_NAME

NAME = APP_NAME
DESCRIPTION = "Stream Deck Button Tracker"
# `serve` gives its workers 12 s to answer what they hold, and the database 30 + 10 + 10 s to end, before it ends them.
STOP_WITHIN_S = 90
FIRST_UNPRIVILEGED_PORT = 1024


class Scope(StrEnum):
    """Whose service it is: one that starts with the machine, or one of the user who installs it."""

    SYSTEM = "system"
    USER = "user"


class ServiceError(Exception):
    """A service cannot be installed, or taken away; the message says why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """Everything that a definition is written from. Paths are absolute, and none of it is a secret.

    `user` is the account that a service of the whole machine runs as; None has systemd make one for it.
    """

    python: PurePath
    scope: Scope
    user: str | None
    host: str
    port: int
    workers: int
    data_dir: PurePath
    env_file: PurePath | None = None
    log_file: PurePath | None = None

    def command(self, *, with_env_file: bool = True) -> list[str]:
        """The server's command line. `-P`: no folder named `app` that happens to lie somewhere is taken for ours."""
        options = ["--host", self.host, "--port", str(self.port), "--workers", str(self.workers)]
        options += ["--data-dir", str(self.data_dir)]
        if self.env_file is not None and with_env_file:
            options += ["--env-file", str(self.env_file)]
        if self.log_file is not None:
            options += ["--log-file", str(self.log_file)]
        return [str(self.python), "-P", "-m", "app.command", "serve", *options]

    def check(self) -> None:
        """Raises ServiceError where a value cannot stand in a definition."""
        values = [*self.command(), self.user or ""]
        if any(ord(character) < ord(" ") for value in values for character in value):
            msg = "A path or a name with a line break or another control character in it cannot be a service's."
            raise ServiceError(msg)
