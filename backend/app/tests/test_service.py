"""The server as a service: what systemd, launchd and Task Scheduler are given, and how it is put in its place."""

import os
import plistlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PureWindowsPath
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from app.service import install as service
from app.service import launchd, systemd, windows_task
from app.service.install import Machine, ServiceDiffers, ServiceOrder
from app.service.plan import NAME, STOP_WITHIN_S, Scope, ServiceError, ServicePlan

ORDER = ServiceOrder(host="192.168.1.10", port=8000, workers=2)
ODD_FOLDER = '/srv/it\'s 100% "radio" $HOME \\ Bücher'
PLAN = ServicePlan(
    python=Path("/opt/tracker/bin/python"),
    scope=Scope.SYSTEM,
    user="radio",
    host="192.168.1.10",
    port=8000,
    workers=2,
    data_dir=Path(ODD_FOLDER),
    env_file=Path("/etc/tracker 100%.env"),
)
SERVE = ["/opt/tracker/bin/python", "-P", "-m", "app.command", "serve"]


def machine(platform: str, *, is_root: bool = False, user: str | None = None, home: Path | None = None) -> Machine:
    return Machine(
        platform=platform,
        is_root=is_root,
        python=Path("/opt/tracker/bin/python"),
        home=home or Path("/home/ada"),
        user=user,
        home_of=lambda name: Path("/home") / name,
    )


def sections(unit: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in unit.splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = {}
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            assert name not in found[list(found)[-1]], f"{name} twice"
            found[list(found)[-1]][name] = value
    return found


def split(command_line: str) -> list[str]:
    """As systemd splits it; for what it quotes as ours are quoted."""
    arguments, rest = [], command_line
    while rest:
        assert rest[0] == '"'
        argument, place = "", 1
        while rest[place] != '"':
            place += rest[place] == "\\"
            argument += rest[place]
            place += 1
        arguments.append(argument.replace("%%", "%").replace("$$", "$"))
        rest = rest[place + 1 :].lstrip()
    return arguments


def verify(unit: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = folder / f"{NAME}.service"
    path.write_text(unit, encoding="utf-8")
    return subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)


def test_the_unit_runs_the_server_whatever_is_in_its_paths() -> None:
    service_section = sections(systemd.unit(PLAN, is_tmp_private=True))["Service"]

    assert split(service_section["ExecStart"]) == [
        *SERVE, "--host", "192.168.1.10", "--port", "8000", "--workers", "2", "--data-dir", ODD_FOLDER,
    ]  # fmt: skip
    assert service_section["EnvironmentFile"] == "/etc/tracker 100%%.env"
    assert split(service_section["ReadWritePaths"].replace("$", "$$")) == [ODD_FOLDER]


def test_the_unit_stops_as_the_server_does_and_is_never_given_up() -> None:
    found = sections(systemd.unit(PLAN, is_tmp_private=True))

    assert found["Unit"]["StartLimitIntervalSec"] == "0"
    assert (found["Service"]["Restart"], found["Service"]["KillMode"]) == ("on-failure", "mixed")
    assert int(found["Service"]["TimeoutStopSec"]) == STOP_WITHIN_S > 12 + 30 + 10 + 10
    assert found["Service"]["User"] == "radio"
    assert found["Install"]["WantedBy"] == "multi-user.target"


def test_without_an_account_systemd_makes_one_with_a_folder_of_its_own() -> None:
    found = sections(systemd.unit(replace(PLAN, user=None), is_tmp_private=True))["Service"]

    assert (found["DynamicUser"], found["StateDirectory"]) == ("yes", NAME)
    assert "User" not in found
    assert "ReadWritePaths" not in found


def test_the_unit_is_hardened_as_far_as_the_server_can_bear() -> None:
    found = sections(systemd.unit(PLAN, is_tmp_private=True))["Service"]
    assert (found["NoNewPrivileges"], found["ProtectSystem"], found["PrivateTmp"]) == ("yes", "strict", "yes")
    assert found["CapabilityBoundingSet"] == found["AmbientCapabilities"] == ""
    # Both are needed for it to run at all: by the interpreter's own foreign functions, and by the database's memory.
    assert not {"MemoryDenyWriteExecute", "PrivateIPC"} & set(found)

    port_80 = sections(systemd.unit(replace(PLAN, port=80), is_tmp_private=False))["Service"]
    assert port_80["CapabilityBoundingSet"] == port_80["AmbientCapabilities"] == "CAP_NET_BIND_SERVICE"
    assert port_80["PrivateTmp"] == "no"


def test_a_users_own_unit_asks_for_nothing_that_only_root_has() -> None:
    found = sections(systemd.unit(replace(PLAN, scope=Scope.USER, user=None), is_tmp_private=True))

    assert found["Install"]["WantedBy"] == "default.target"
    assert "After" not in found["Unit"]
    assert not {"User", "DynamicUser", "ProtectSystem", "CapabilityBoundingSet"} & set(found["Service"])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("user", ["root", None])
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path, scope: Scope, user: str | None) -> None:
    plan = replace(PLAN, scope=scope, user=user, python=Path(sys.executable))

    said = verify(systemd.unit(plan, is_tmp_private=True), tmp_path)

    assert (said.returncode, said.stderr) == (0, "")
    assert verify(systemd.unit(plan, is_tmp_private=True).replace("KillMode=mixed", "KillMode=some"), tmp_path).stderr


def test_launchd_gets_a_daemon_that_is_started_again_and_not_slowed_down() -> None:
    plan = replace(PLAN, log_file=Path("/Users/radio/Library/Logs/tracker.log"))
    document: dict[str, Any] = plistlib.loads(launchd.property_list(plan).encode())

    assert document["ProgramArguments"][:5] == SERVE
    assert document["ProgramArguments"][-6:] == [
        "--data-dir", ODD_FOLDER, "--env-file", "/etc/tracker 100%.env", "--log-file", str(plan.log_file),
    ]  # fmt: skip
    assert document["KeepAlive"] == {"SuccessfulExit": False}
    assert (document["Label"], document["UserName"], document["RunAtLoad"]) == (NAME, "radio", True)
    assert document["ExitTimeOut"] == STOP_WITHIN_S
    # From launchd.plist(5).
    assert set(document) <= {
        "Label", "ProgramArguments", "RunAtLoad", "KeepAlive", "ThrottleInterval", "ExitTimeOut", "ProcessType", "Umask",
        "SoftResourceLimits", "UserName",
    }  # fmt: skip


def test_an_agent_of_launchd_is_its_users_own() -> None:
    assert "UserName" not in plistlib.loads(launchd.property_list(replace(PLAN, scope=Scope.USER)).encode())


WINDOWS = replace(
    PLAN,
    python=PureWindowsPath(r"C:\Users\Ada Bücher\tools\python.exe"),
    user=r"STUDIO\Ada & Co",
    data_dir=PureWindowsPath(r"C:\Users\Ada Bücher\AppData\Local\tracker"),
    env_file=None,
    log_file=PureWindowsPath(r"C:\tracker.log"),
)
# Of the schema in [MS-TSCH] 2.5: elements in a sequence, and those that come in any order.
IN_ORDER = {
    "BootTrigger": ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "Delay"],
    "RegistrationTrigger": ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "Delay"],
}
IN_ANY_ORDER = {
    "Task": {"RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"},
    "RegistrationInfo": {"URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description"},
    "Repetition": {"Interval", "Duration", "StopAtDurationEnd"},
    "Principal": {"UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"},
    "Settings": {
        "AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries",
        "StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName",
        "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter", "IdleSettings",
        "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle",
    },
    "Exec": {"Command", "Arguments", "WorkingDirectory"},
}  # fmt: skip


def parsed(text: str) -> Xml.Element:
    return Xml.fromstring(text.encode("utf-16"))  # noqa: S314  our own text


def plain(tag: str) -> str:
    assert tag.startswith(f"{{{windows_task.NAMESPACE}}}")
    return tag.partition("}")[2]


def test_the_task_has_the_elements_that_its_schema_knows() -> None:
    root = parsed(windows_task.task(WINDOWS))

    for element in root.iter():
        name, children = plain(element.tag), [plain(child.tag) for child in element]
        if name in IN_ORDER:
            assert children == [child for child in IN_ORDER[name] if child in children]
        elif name in IN_ANY_ORDER:
            assert len(children) == len(set(children))
            assert set(children) <= IN_ANY_ORDER[name]
    principals = [element.get("id") for element in root.iter() if plain(element.tag) == "Principal"]
    assert [element.get("Context") for element in root.iter() if plain(element.tag) == "Actions"] == principals


def test_the_task_runs_the_server_as_an_ordinary_user_for_good() -> None:
    values = {plain(element.tag): element.text for element in parsed(windows_task.task(WINDOWS)).iter()}

    assert values["Command"] == str(WINDOWS.python)
    assert str(values["Arguments"]).startswith("-P -m app.command serve --host 192.168.1.10")
    assert f'--data-dir "{WINDOWS.data_dir}" --log-file {WINDOWS.log_file}' in str(values["Arguments"])
    assert (values["UserId"], values["LogonType"], values["RunLevel"]) == (WINDOWS.user, "S4U", "LeastPrivilege")
    assert (values["ExecutionTimeLimit"], values["Interval"]) == ("PT0S", "PT1M")
    assert values["MultipleInstancesPolicy"] == "IgnoreNew"


def test_a_path_that_task_scheduler_would_change_is_refused() -> None:
    with pytest.raises(ServiceError, match="variable"):
        windows_task.task(replace(WINDOWS, data_dir=PureWindowsPath(r"C:\%TEMP%\tracker")))


def test_a_line_break_cannot_add_a_line_to_a_definition(tmp_path: Path) -> None:
    order = replace(ORDER, data_dir=Path("/srv/a\nExecStartPre=/bin/evil"))
    with pytest.raises(ServiceError, match="line break"):
        service.plan_for(order, machine("linux"))


def test_root_installs_for_the_machine_and_others_for_themselves() -> None:
    of_machine = service.plan_for(ORDER, machine("linux", is_root=True))
    assert (of_machine.scope, of_machine.user, str(of_machine.data_dir)) == ("system", None, f"/var/lib/{NAME}")
    of_radio = service.plan_for(replace(ORDER, user="radio"), machine("linux", is_root=True))
    assert str(of_radio.data_dir) == f"/home/radio/.local/share/{NAME}"
    assert service.plan_for(ORDER, machine("linux")).scope == "user"

    daemon = service.plan_for(ORDER, machine("darwin", is_root=True, user="ada"))
    assert (daemon.user, str(daemon.log_file)) == ("ada", f"/home/ada/Library/Logs/{NAME}.log")
    assert str(daemon.data_dir) == f"/home/ada/Library/Application Support/{NAME}"

    on_windows = service.plan_for(ORDER, machine("win32", user=r"STUDIO\ada"))
    assert (on_windows.scope, on_windows.user) == ("system", r"STUDIO\ada")
    # A data directory begins empty.
    assert on_windows.log_file is not None
    assert not on_windows.log_file.is_relative_to(on_windows.data_dir)


@pytest.mark.parametrize(
    ("order", "where", "sentence"),
    [
        (replace(ORDER, user="ada"), machine("linux"), "without sudo"),
        (replace(ORDER, scope=Scope.USER), machine("linux", is_root=True), "without sudo"),
        (replace(ORDER, data_dir=Path("/srv/x")), machine("linux", is_root=True), "--user"),
        (ORDER, machine("darwin", is_root=True), "--user"),
        (replace(ORDER, scope=Scope.USER), machine("win32", user="ada"), "On Windows"),
        (ORDER, replace(machine("linux"), python=Path("/root/.cache/uv/archive-v0/x/bin/python")), "uv tool install"),
    ],
)
def test_what_cannot_be_a_service_is_refused_with_what_to_do(
    order: ServiceOrder, where: Machine, sentence: str
) -> None:
    with pytest.raises(ServiceError, match=sentence):
        service.plan_for(order, where)


type Install = Callable[..., list[str]]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A systemctl, launchctl and schtasks that note how they were called."""
    noted = tmp_path / "calls"
    noted.touch()
    for name in ("systemctl", "launchctl", "schtasks"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "{name} $*" >>"{noted}"\n', encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return noted


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "new" / f"{NAME}.definition"


@pytest.fixture
def install(place: Path, calls: Path) -> Install:
    """Installs for an ordinary user; what was said, line by line."""

    def run(where: Machine, *, may_replace: bool = False, starts: bool = True, **order: Any) -> list[str]:
        said: list[str] = []
        plan = service.plan_for(replace(ORDER, **order), where)
        service.install(plan, where, place=place, may_replace=may_replace, starts=starts, say=said.append)
        return said

    return run


def called(calls: Path) -> list[str]:
    lines = calls.read_text(encoding="utf-8").splitlines()
    calls.write_text("", encoding="utf-8")
    return lines


def test_a_service_is_written_and_started_and_the_second_time_nothing_changes(
    install: Install, place: Path, calls: Path
) -> None:
    said = install(machine("linux"))
    assert "written" in said[0]
    assert any(f"journalctl --user -u {NAME}" in line for line in said)
    assert any("TRACKER_DATA_DIR=" in line for line in said)
    assert called(calls) == [
        "systemctl --user daemon-reload", f"systemctl --user enable {NAME}", f"systemctl --user restart {NAME}",
    ]  # fmt: skip

    written = place.stat()
    assert "as it should be" in install(machine("linux"))[0]
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert called(calls)[-1] == f"systemctl --user start {NAME}"


def test_a_different_definition_is_shown_and_replaced_only_when_that_is_said(
    install: Install, place: Path, calls: Path
) -> None:
    install(machine("linux"), starts=False)
    before = place.read_text(encoding="utf-8")

    with pytest.raises(ServiceDiffers, match=r'(?s)-ExecStart=.*"8000".*\+ExecStart=.*"9000".*--replace'):
        install(machine("linux"), port=9000)
    assert place.read_text(encoding="utf-8") == before
    assert called(calls) == []

    install(machine("linux"), port=9000, may_replace=True)
    assert '"9000"' in place.read_text(encoding="utf-8")
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_a_task_is_written_as_its_scheduler_reads_it(install: Install, place: Path, calls: Path) -> None:
    install(machine("win32", user=r"STUDIO\ada"))

    assert place.read_bytes().decode("utf-16").startswith('<?xml version="1.0" encoding="UTF-16"?>')
    assert called(calls) == [
        f"schtasks /end /tn {NAME}", f"schtasks /create /tn {NAME} /xml {place} /f", f"schtasks /run /tn {NAME}",
    ]  # fmt: skip


def test_an_agent_is_bootstrapped_anew(install: Install, place: Path, calls: Path) -> None:
    install(machine("darwin"))

    domain = f"gui/{os.getuid()}"
    assert called(calls) == [f"launchctl bootout {domain}/{NAME}", f"launchctl bootstrap {domain} {place}"]


def test_no_secret_gets_into_a_definition(install: Install, place: Path, tmp_path: Path) -> None:
    env_file = tmp_path / "tracker.env"
    env_file.write_text("SECRET_KEY=a-secret-that-stays-where-it-is-0123456789\n", encoding="utf-8")
    env_file.chmod(0o644)

    said = install(machine("linux"), env_file=env_file)

    assert "a-secret" not in place.read_text(encoding="utf-8")
    assert any("chmod 600" in line for line in said)
    with pytest.raises(ServiceError, match="There is no file"):
        install(machine("linux"), env_file=tmp_path / "no.env")


@pytest.mark.parametrize(
    ("order", "where", "hint"),
    [
        (ORDER, machine("linux", is_root=True), f"by root, like this: TRACKER_DATA_DIR=/var/lib/{NAME} tracker backup"),
        (
            replace(ORDER, user="radio", env_file=Path("/etc/tracker 1.env")),
            machine("linux", is_root=True),
            f"by root, like this: TRACKER_DATA_DIR=/home/radio/.local/share/{NAME} "
            "TRACKER_ENV_FILE='/etc/tracker 1.env' tracker backup",
        ),
        (
            replace(ORDER, data_dir=Path("/srv/tracker")),
            machine("linux"),
            "by you, like this: TRACKER_DATA_DIR=/srv/tracker tracker backup",
        ),
        (
            replace(ORDER, env_file=Path("/etc/tracker.env")),
            machine("darwin", is_root=True, user="ada"),
            f"by ada, like this: TRACKER_DATA_DIR='/home/ada/Library/Application Support/{NAME}' "
            "TRACKER_ENV_FILE=/etc/tracker.env tracker backup",
        ),
        (
            replace(ORDER, data_dir=Path("/it's $HOME"), env_file=Path("/t.env")),
            machine("win32", user=r"STUDIO\ada"),
            r"in PowerShell by STUDIO\ada, in an ordinary terminal, like this: "
            "$env:TRACKER_DATA_DIR = '/it''s $HOME'; $env:TRACKER_ENV_FILE = '/t.env'; tracker backup",
        ),
    ],
)
def test_a_command_beside_the_service_is_told_where_its_record_is(
    order: ServiceOrder, where: Machine, hint: str
) -> None:
    *_, said = service.hints(service.plan_for(order, where), where)

    assert said == f"Commands beside it find its record when they are called {hint}"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_a_shell_reads_the_command_as_it_was_meant() -> None:
    *_, said = service.hints(PLAN, machine("linux", is_root=True))
    prefix = said.partition("like this: ")[2].removesuffix(" tracker backup")

    read = subprocess.run(
        ["/bin/sh", "-c", f"{prefix} printenv TRACKER_DATA_DIR TRACKER_ENV_FILE"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert read.stdout.splitlines() == [ODD_FOLDER, str(PLAN.env_file)]


def test_a_service_of_the_machine_needs_root(install: Install, place: Path) -> None:
    with pytest.raises(ServiceError, match="sudo"):
        install(machine("linux"), scope=Scope.SYSTEM)
    assert not place.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who alone can try as somebody else")
def test_an_account_that_cannot_run_the_program_is_found_out_before_anything_is_written(
    install: Install, place: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    private = tmp_path / "python"
    private.symlink_to(sys.executable)

    with pytest.raises(ServiceError, match="cannot run"):
        install(replace(machine("linux", is_root=True), python=private))
    assert not place.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who alone can try as somebody else")
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="needs a Python that everybody can run")
def test_an_account_that_is_not_there_or_lacks_a_right_is_found_out_before_anything_is_written(
    install: Install, place: Path
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        # A program of that name, and a Python that has it, for every account.
        (Path(folder) / "app").mkdir(mode=0o755)
        (Path(folder) / "app/command.py").touch()
        python, data_dir = Path(folder) / "python", Path(folder) / "data"
        python.write_text(f'#!/bin/sh\nshift\nPYTHONPATH={folder} exec /usr/bin/python3 "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        data_dir.mkdir(mode=0o755)
        where = replace(machine("linux", is_root=True), python=python)
        with pytest.raises(ServiceError, match="There is no user xyzzy on this machine"):
            install(where, user="xyzzy", data_dir=data_dir)
        with pytest.raises(ServiceError, match=f"{data_dir} is there, and another user's"):
            install(where, user="nobody", data_dir=data_dir)
        assert not place.exists()

        shutil.chown(data_dir, "nobody")
        settings = Path(folder) / "tracker.env"
        settings.touch(0o600)
        of_mac = replace(where, platform="darwin")
        with pytest.raises(ServiceError, match=f"{settings} is not for it to read"):
            install(of_mac, user="nobody", data_dir=data_dir, env_file=settings)
        assert not place.exists()

        # systemd reads it as root.
        install(where, user="nobody", data_dir=data_dir, env_file=settings)
    assert place.exists()


def test_a_tool_that_fails_or_is_missing_says_so(
    install: Install, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin/systemctl").write_text("#!/bin/sh\necho no bus >&2\nexit 1\n", encoding="utf-8")
    with pytest.raises(ServiceError, match="daemon-reload` failed: no bus"):
        install(machine("linux"))

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServiceError, match=r"systemctl is not on this machine.*daemon-reload"):
        install(machine("linux"))


def test_a_service_is_taken_away_again(install: Install, place: Path, calls: Path) -> None:
    said: list[str] = []
    install(machine("linux"), starts=False)

    service.uninstall(Scope.USER, machine("linux"), place=place, say=said.append)

    assert not place.exists()
    assert called(calls) == [f"systemctl --user disable --now {NAME}", "systemctl --user daemon-reload"]
    with pytest.raises(ServiceError, match="no such service"):
        service.uninstall(Scope.USER, machine("linux"), place=place, say=said.append)


def test_each_platform_has_a_place_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    places = {
        ("linux", Scope.SYSTEM): f"/etc/systemd/system/{NAME}.service",
        ("linux", Scope.USER): f"/home/ada/.config/systemd/user/{NAME}.service",
        ("darwin", Scope.SYSTEM): f"/Library/LaunchDaemons/{NAME}.plist",
        ("darwin", Scope.USER): f"/home/ada/Library/LaunchAgents/{NAME}.plist",
        ("win32", Scope.SYSTEM): f"/home/ada/{NAME}.task.xml",
    }
    assert {key: str(service.place_of(key[1], machine(key[0]))) for key in places} == places
