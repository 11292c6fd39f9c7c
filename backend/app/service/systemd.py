"""The unit of systemd. Pure."""

from app.service.plan import DESCRIPTION, FIRST_UNPRIVILEGED_PORT, NAME, STOP_WITHIN_S, Scope, ServicePlan

# A server of its own needs none of these, and its PostgreSQL neither: it writes below the data directory, and in /tmp and
# /dev/shm. What a user's own systemd cannot do everywhere is left to that of the machine.
HARDENING = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp={private_tmp}
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
SystemCallArchitectures=native
CapabilityBoundingSet={capabilities}
AmbientCapabilities={capabilities}
"""


def unit(plan: ServicePlan, *, is_tmp_private: bool) -> str:
    """The text of the unit file.

    `is_tmp_private` must be False where the database's socket is in the shared temporary folder, for want of a short
    path: a command beside the server, such as `tracker backup`, would not find it.
    """
    is_of_machine = plan.scope is Scope.SYSTEM
    service = [
        "Type=exec",
        f"ExecStart={command_line(plan.command(with_env_file=False))}",
        # Read by systemd itself, so it may be root's alone.
        *([f"EnvironmentFile={_specifiers(str(plan.env_file))}"] if plan.env_file else []),
        *(_account(plan) if is_of_machine else []),
        "UMask=0077",
        "Restart=on-failure",
        "RestartSec=5",
        # The server stops its workers, then the database, each in its turn; told themselves, both would go at once.
        "KillMode=mixed",
        f"TimeoutStopSec={STOP_WITHIN_S}",
        # One of its processes that ran out of memory is replaced by the server itself.
        "OOMPolicy=continue",
    ]
    hardening = _hardening(plan, is_tmp_private=is_tmp_private) if is_of_machine else "NoNewPrivileges=yes\n"
    network = "Wants=network-online.target\nAfter=network-online.target\n" if is_of_machine else ""
    return (
        f"# Written by `tracker install-service`, which shows a change before it makes one.\n"
        f"[Unit]\nDescription={DESCRIPTION}\n{network}"
        # It is never given up, however often it ended: a port may be taken for an hour, a disk be full for a night.
        f"StartLimitIntervalSec=0\n\n"
        f"[Service]\n" + "\n".join(service) + f"\n\n{hardening}\n"
        f"[Install]\nWantedBy={'multi-user.target' if is_of_machine else 'default.target'}\n"
    )


def _account(plan: ServicePlan) -> list[str]:
    if plan.user is not None:
        return [f"User={_specifiers(plan.user)}", f"ReadWritePaths={quoted(str(plan.data_dir))}"]
    # A user that exists while the service runs, and a folder below /var/lib that is always that user's.
    return ["DynamicUser=yes", f"StateDirectory={NAME}", "StateDirectoryMode=0700"]


def _hardening(plan: ServicePlan, *, is_tmp_private: bool) -> str:
    capabilities = "CAP_NET_BIND_SERVICE" if 0 < plan.port < FIRST_UNPRIVILEGED_PORT else ""
    return HARDENING.format(private_tmp="yes" if is_tmp_private else "no", capabilities=capabilities)


def command_line(arguments: list[str]) -> str:
    """As systemd splits it again: each argument quoted, and nothing in it a specifier or a variable."""
    program, *rest = arguments
    # Variables are not looked for in the program's own path, and so not escaped there.
    return " ".join([quoted(program), *(quoted(argument.replace("$", "$$")) for argument in rest)])


def quoted(text: str) -> str:
    r"""In double quotes, in which systemd reads \" and \\ as C does, and %% as one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_specifiers(escaped)}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")
