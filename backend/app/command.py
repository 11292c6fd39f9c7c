"""Where the `tracker` command begins: what takes longest is begun before the rest of the program is even imported."""

import os
import signal
import sys
from pathlib import Path

from app import worker_process

# `app.core.config` reads it, in each process of the server; its import would take half of the time that is won here.
ENV_FILE_VARIABLE = "TRACKER_ENV_FILE"
STANDARD_OUTPUT, STANDARD_ERROR = 1, 2


def main() -> None:
    """Entry of the `tracker` command; `app.cli` is what it does."""
    is_to_serve = sys.argv[1:2] == ["serve"] and "--help" not in sys.argv
    if is_to_serve:
        take_early_options(sys.argv)
    check_env_file()
    if is_to_serve:
        worker_process.begin_one()
    try:
        # A Ctrl-C meanwhile is no error of the program.
        at_interrupt = signal.getsignal(signal.SIGINT)
        if at_interrupt is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        from app import cli  # noqa: PLC0415  half of a start

        signal.signal(signal.SIGINT, at_interrupt)
        cli.main()
    finally:
        worker_process.end_unused()


def take_early_options(arguments: list[str]) -> None:
    """Those that every process of the server must inherit, the worker too that is begun before others are read."""
    env_file, log_file = value_of("--env-file", arguments), value_of("--log-file", arguments)
    data_dir = value_of("--data-dir", arguments)
    if data_dir:
        os.environ["TRACKER_DATA_DIR"] = data_dir
    if env_file:
        os.environ[ENV_FILE_VARIABLE] = str(Path(env_file).absolute())
    if log_file:
        write_to(Path(log_file))


def check_env_file() -> None:
    """Otherwise it would be as if nothing stood in it: an empty database, or another one, in the place of the right one."""
    named = os.environ.get(ENV_FILE_VARIABLE)
    if named and not os.access(named, os.R_OK):
        sys.exit(f"The settings in {named} cannot be read: there is no such file, or this user may not.")


def value_of(option: str, arguments: list[str]) -> str | None:
    """What follows an option, whichever way it is written; the last one counts."""
    value = None
    for argument, following in zip(arguments, [*arguments[1:], None], strict=True):
        if argument == option:
            value = following
        elif argument.startswith(f"{option}="):
            value = argument.partition("=")[2]
    return value


def write_to(log_file: Path) -> None:
    """Have this process, and all that it starts, say in a file what it would say on a terminal."""
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        sys.exit(f"The log cannot be written to {log_file}: {error.strerror}.")
    for standard in (STANDARD_OUTPUT, STANDARD_ERROR):
        os.dup2(descriptor, standard)
    if descriptor > STANDARD_ERROR:
        os.close(descriptor)


if __name__ == "__main__":
    main()
