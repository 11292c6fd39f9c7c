"""Puts a service's definition in its place, and has the system start it; and takes both away again."""

import difflib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from app.core.embedded_postgres import default_data_dir, suits_a_socket
from app.service import launchd, systemd, windows_task
from app.service.plan import NAME, Scope, ServiceError, ServicePlan

if sys.platform != "win32":
    import pwd

STEP_TIMEOUT_S = 120
CHECK_TIMEOUT_S = 60
# Where `uvx` has a program run that was not installed; uv clears them when it likes.
FOLDERS_OF_UVX = frozenset({"archive-v0", "environments-v2", "builds-v0"})
# What the account of a service has to be able to do; where it has one, its data directory is made too.
CHECK = """
import os, pathlib, sys, app.command
settings, *folders = sys.argv[1:]
os.access(settings or "/", os.R_OK) or sys.exit(f"{settings} is not for it to read")
for folder in folders:
    pathlib.Path(folder).mkdir(0o700, True, True)
    os.access(folder, os.R_OK | os.W_OK | os.X_OK) or sys.exit(f"{folder} is there, and another user's")
"""

type Say = Callable[[str], None]


class ServiceDiffers(ServiceError):
    """There is another definition in its place, and nobody said that it may go. The message shows the difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOrder:
    """What whoever installs a service asked for; None where they left it to the platform."""

    host: str
    port: int
    workers: int
    scope: Scope | None = None
    user: str | None = None
    data_dir: Path | None = None
    env_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What decides about a service, apart from what was asked for."""

    platform: str
    is_root: bool
    python: Path
    home: Path
    # Of whoever installs: on Windows with the domain, under sudo of whoever called that.
    user: str | None
    home_of: Callable[[str], Path]


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the platform's own; one that may fail is about what may not be there."""

    command: list[str]
    may_fail: bool = False


def this_machine() -> Machine:
    """Raises ServiceError where none of the three tools is to be expected."""
    if sys.platform not in ("linux", "darwin", "win32"):
        msg = f"There is no service for {sys.platform}: systemd, launchd and Task Scheduler are known."
        raise ServiceError(msg)
    if sys.platform == "win32":
        user: str | None = f"{os.environ.get('USERDOMAIN', '.')}\\{os.environ.get('USERNAME', '')}"
    else:
        user = os.environ.get("SUDO_USER")
    return Machine(
        platform=sys.platform,
        is_root=sys.platform != "win32" and os.geteuid() == 0,
        python=Path(sys.executable).absolute(),
        home=Path.home(),
        user=user,
        home_of=_home_of,
    )


def _home_of(user: str) -> Path:
    if sys.platform != "win32":
        with suppress(KeyError):
            return Path(pwd.getpwnam(user).pw_dir)
    raise _unknown(user)


def _unknown(user: str) -> ServiceError:
    return ServiceError(f"There is no user {user} on this machine.")


def plan_for(order: ServiceOrder, machine: Machine) -> ServicePlan:
    """Raises ServiceError."""
    if FOLDERS_OF_UVX & set(machine.python.parts):
        msg = (
            "This program runs from the cache of uv, which may be cleared at any time, and the service with it. Install it "
            "first, with `uv tool install` and what `--from` names here, then run `tracker install-service`."
        )
        raise ServiceError(msg)
    scope = order.scope or default_scope(machine)
    user = _account(order.user, scope, machine)
    data_dir = _data_dir(order.data_dir, scope, user, machine)
    plan = ServicePlan(
        python=machine.python,
        scope=scope,
        user=user,
        host=order.host,
        port=order.port,
        workers=order.workers,
        data_dir=data_dir,
        env_file=order.env_file.absolute() if order.env_file else None,
        log_file=_log_file(data_dir, user if scope is Scope.SYSTEM else None, machine),
    )
    plan.check()
    return plan


def default_scope(machine: Machine) -> Scope:
    """Whose service it is where nobody said so."""
    return Scope.SYSTEM if machine.is_root or machine.platform == "win32" else Scope.USER


def _account(asked: str | None, scope: Scope, machine: Machine) -> str | None:
    if machine.platform == "win32":
        if asked is not None or scope is Scope.USER:
            msg = "On Windows the service starts with the machine, as the user who installs it."
            raise ServiceError(msg)
        return machine.user
    if scope is Scope.USER:
        if asked is not None or machine.is_root:
            msg = "A user's own service is installed by that user, without sudo and --user."
            raise ServiceError(msg)
        return None
    user = asked or (machine.user if machine.platform == "darwin" else None)
    if user is None and machine.platform == "darwin":
        msg = "Name the account that the server is to run as, with --user."
        raise ServiceError(msg)
    return user


def _data_dir(asked: Path | None, scope: Scope, user: str | None, machine: Machine) -> Path:
    if scope is Scope.SYSTEM and user is None:
        if asked is not None:
            msg = "With a data directory of your own, say with --user whose it is."
            raise ServiceError(msg)
        return Path("/var/lib") / NAME
    if asked is not None:
        return asked.expanduser().absolute()
    if scope is Scope.USER or machine.platform == "win32" or user is None:
        return default_data_dir()
    # Where that user's own `tracker serve` keeps the record.
    folder = ".local/share" if machine.platform == "linux" else "Library/Application Support"
    return machine.home_of(user) / folder / NAME


def _log_file(data_dir: Path, user: str | None, machine: Machine) -> Path | None:
    """systemd keeps what a service says; elsewhere it goes into a file, beside the data directory or where logs are."""
    if machine.platform == "linux":
        return None
    if machine.platform == "win32":
        return data_dir.with_name(f"{data_dir.name}.log")
    return (machine.home_of(user) if user else machine.home) / "Library/Logs" / f"{NAME}.log"


def definition(plan: ServicePlan, machine: Machine) -> str:
    """The text that the platform's tool reads. Raises ServiceError."""
    if machine.platform == "linux":
        return systemd.unit(plan, is_tmp_private=suits_a_socket(Path(plan.data_dir) / "run"))
    return launchd.property_list(plan) if machine.platform == "darwin" else windows_task.task(plan)


def place_of(scope: Scope, machine: Machine) -> Path:
    """Where the definition lies. Task Scheduler keeps its own copy; ours tells the next time what it was made from."""
    if machine.platform == "linux":
        if scope is Scope.SYSTEM:
            return Path("/etc/systemd/system") / f"{NAME}.service"
        configuration = os.environ.get("XDG_CONFIG_HOME") or machine.home / ".config"
        return Path(configuration) / "systemd/user" / f"{NAME}.service"
    if machine.platform == "darwin":
        folder = Path("/Library/LaunchDaemons") if scope is Scope.SYSTEM else machine.home / "Library/LaunchAgents"
        return folder / f"{NAME}.plist"
    return Path(os.environ.get("LOCALAPPDATA") or machine.home) / f"{NAME}.task.xml"


def steps_to_start(scope: Scope, place: Path, machine: Machine, *, is_changed: bool) -> list[Step]:
    """What makes the system run what stands in `place`; a server that runs as it says goes on running."""
    if machine.platform == "linux":
        systemctl = _systemctl(scope)
        verb = "restart" if is_changed else "start"
        return [Step([*systemctl, "daemon-reload"]), Step([*systemctl, "enable", NAME]), Step([*systemctl, verb, NAME])]
    if machine.platform == "darwin":
        out = [Step(["launchctl", "bootout", f"{_domain(scope)}/{NAME}"], may_fail=True)] if is_changed else []
        return [*out, Step(["launchctl", "bootstrap", _domain(scope), str(place)], may_fail=not is_changed)]
    end = [Step(["schtasks", "/end", "/tn", NAME], may_fail=True)] if is_changed else []
    return [*end, Step(windows_task.registration(str(place))), Step(["schtasks", "/run", "/tn", NAME])]


def steps_to_stop(scope: Scope, machine: Machine) -> list[Step]:
    """What ends the service, before its definition goes."""
    if machine.platform == "linux":
        return [Step([*_systemctl(scope), "disable", "--now", NAME])]
    if machine.platform == "darwin":
        return [Step(["launchctl", "bootout", f"{_domain(scope)}/{NAME}"], may_fail=True)]
    return [Step(["schtasks", "/end", "/tn", NAME], may_fail=True), Step(["schtasks", "/delete", "/tn", NAME, "/f"])]


def _systemctl(scope: Scope) -> list[str]:
    return ["systemctl"] if scope is Scope.SYSTEM else ["systemctl", "--user"]


def _domain(scope: Scope) -> str:
    return "system" if scope is Scope.SYSTEM else f"gui/{os.getuid()}"  # launchctl is asked on macOS only


def install(plan: ServicePlan, machine: Machine, *, place: Path, may_replace: bool, starts: bool, say: Say) -> None:
    """Write the definition where it is not there already, and start the service. Raises ServiceError."""
    _check_root(plan.scope, machine)
    text = definition(plan, machine)
    _check_env_file(plan, say)
    _check_account(plan, machine)
    is_changed = _put(place, text, machine, may_replace=may_replace)
    say(f"{place}: {'written' if is_changed else 'is as it should be'}.")
    if starts:
        for step in steps_to_start(plan.scope, place, machine, is_changed=is_changed):
            _run(step)
        say(f"The service {NAME} has been started, and starts with {_occasion(plan.scope, machine)}.")
    for line in hints(plan, machine):
        say(line)


def uninstall(scope: Scope, machine: Machine, *, place: Path, say: Say) -> None:
    """Stop the service and take its definition away. The record stays. Raises ServiceError."""
    _check_root(scope, machine)
    if not place.exists():
        msg = f"There is no such service: nothing is in {place}."
        raise ServiceError(msg)
    for step in steps_to_stop(scope, machine):
        _run(step)
    place.unlink()
    if machine.platform == "linux":
        _run(Step([*_systemctl(scope), "daemon-reload"]))
    say(f"The service {NAME} is stopped, and {place} is gone. What was recorded stays where it is.")


def _check_root(scope: Scope, machine: Machine) -> None:
    # What Windows asks for, it says itself.
    if scope is Scope.SYSTEM and not machine.is_root and machine.platform != "win32":
        msg = "A service of the whole machine is root's affair: use sudo, or --scope user."
        raise ServiceError(msg)


def _put(place: Path, text: str, machine: Machine, *, may_replace: bool) -> bool:
    """Whether anything had to be written. Raises ServiceDiffers."""
    encoding = "utf-16" if machine.platform == "win32" else "utf-8"
    try:
        old = place.read_bytes().decode(encoding, "replace") if place.exists() else None
        if old == text:
            return False
        if old is not None and not may_replace:
            changes = difflib.unified_diff(old.splitlines(), text.splitlines(), "is", "would be", lineterm="")
            msg = f"{place} says something else:\n\n" + "\n".join(changes) + "\n\nReplace it with --replace."
            raise ServiceDiffers(msg)
        place.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place, so that no half of it is ever read.
        fresh = place.with_name(f"{place.name}.new")
        fresh.write_bytes(text.encode(encoding))
        fresh.replace(place)
    except OSError as error:
        msg = f"{place} cannot be written: {error.strerror}."
        raise ServiceError(msg) from error
    return True


def _check_env_file(plan: ServicePlan, say: Say) -> None:
    if plan.env_file is None:
        return
    path = Path(plan.env_file)
    if not path.is_file():
        msg = f"There is no file {path} with settings."
        raise ServiceError(msg)
    if os.name != "nt" and path.stat().st_mode & 0o077:
        say(f"NOTE: others on this machine can read {path}. If a secret is in it: chmod 600 '{path}'")


def _check_account(plan: ServicePlan, machine: Machine) -> None:
    """Try as the service's account what it will have to do: before it fails at every start, where nobody looks."""
    if not machine.is_root or plan.scope is Scope.USER or sys.platform == "win32":
        return
    name = plan.user or "nobody"
    try:
        account = pwd.getpwnam(name)
    except KeyError:
        raise _unknown(name) from None
    # systemd reads the settings itself, as root.
    settings = plan.env_file if machine.platform != "linux" else None
    problem = _tried_as(account, plan, settings=settings)
    if problem is not None:
        who = f"The user {plan.user}" if plan.user else "The user that systemd makes for the service"
        msg = (
            f"{who} cannot run {plan.python}, or not use {plan.data_dir}: {problem}. Install the program where everybody "
            "can read it (docs/staying-up.md), or name another account with --user."
        )
        raise ServiceError(msg)


def _tried_as(account: "pwd.struct_passwd", plan: ServicePlan, *, settings: PurePath | None) -> str | None:
    """What went wrong, if anything."""
    folders = [str(plan.data_dir)] if plan.user else []
    try:
        tried = subprocess.run(  # noqa: S603  this program's own Python
            [str(plan.python), "-P", "-c", CHECK, str(settings or ""), *folders],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=os.getgrouplist(account.pw_name, account.pw_gid) if plan.user else [],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=CHECK_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return None if tried.returncode == 0 else (tried.stderr.strip().splitlines() or ["no reason was given"])[-1]


def _run(step: Step) -> None:
    program = shutil.which(step.command[0])
    if program is None:
        msg = f"{step.command[0]} is not on this machine. What is left to do by hand: {' '.join(step.command)}"
        raise ServiceError(msg)
    done = subprocess.run(  # noqa: S603  a list of arguments, no shell
        [program, *step.command[1:]], capture_output=True, text=True, timeout=STEP_TIMEOUT_S, check=False
    )
    if done.returncode != 0 and not step.may_fail:
        said = (done.stderr.strip() or done.stdout.strip()) or f"exit code {done.returncode}"
        msg = f"`{' '.join(step.command)}` failed: {said}"
        raise ServiceError(msg)


def _occasion(scope: Scope, machine: Machine) -> str:
    if scope is Scope.SYSTEM:
        return "the machine"
    return (
        "your login" if machine.platform == "darwin" else "your login (with the machine after `loginctl enable-linger`)"
    )


def hints(plan: ServicePlan, machine: Machine) -> list[str]:
    """What whoever installed the service has to know from then on."""
    own = " --user" if plan.scope is Scope.USER else ""
    log = f"journalctl{own} -u {NAME}" if machine.platform == "linux" else str(plan.log_file)
    return [
        f"The record is kept in {plan.data_dir}",
        f"What the server says, at its first start the link that makes your account, is in: {log}",
        f"Commands beside it find its record when they are called {_caller(plan, machine)}, like this: {_beside(plan, machine)}",
    ]


def _caller(plan: ServicePlan, machine: Machine) -> str:
    """Who may read the data directory and the settings: under systemd these may be root's alone."""
    if machine.platform == "win32":
        return f"in PowerShell by {plan.user}, in an ordinary terminal"
    if plan.scope is Scope.USER:
        return "by you"
    return "by root" if machine.platform == "linux" else f"by {plan.user}"


def _beside(plan: ServicePlan, machine: Machine) -> str:
    """A command that works on the service's database: by itself it would look for one of whoever calls it, or make one."""
    named = {"TRACKER_DATA_DIR": plan.data_dir, "TRACKER_ENV_FILE": plan.env_file}
    settings = {name: str(path) for name, path in named.items() if path is not None}
    if machine.platform == "win32":
        # Between single quotes PowerShell reads two of them as one, and everything else as it is.
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        return "; ".join([*(f"$env:{name} = '{value}'" for name, value in quoted.items()), "tracker backup"])
    return " ".join([*(f"{name}={shlex.quote(value)}" for name, value in settings.items()), "tracker backup"])
