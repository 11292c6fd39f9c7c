"""The property list of launchd: an agent of a user, or a daemon of the machine. Pure."""

import plistlib
from typing import Any

from app.service.plan import NAME, STOP_WITHIN_S, Scope, ServicePlan

# launchd's own default of 256 would be used up by as many people who watch live.
OPEN_FILES = 4096


def property_list(plan: ServicePlan) -> str:
    """The text of the file. Its log is the server's own, since launchd would open one as root."""
    document: dict[str, Any] = {
        "Label": NAME,
        "ProgramArguments": plan.command(),
        "RunAtLoad": True,
        # Started again unless it ended as it was told to.
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 5,
        "ExitTimeOut": STOP_WITHIN_S,
        # A press is answered while somebody waits for a sound: not to be slowed down as work in the background is.
        "ProcessType": "Interactive",
        "Umask": 0o077,
        "SoftResourceLimits": {"NumberOfFiles": OPEN_FILES},
    }
    if plan.scope is Scope.SYSTEM:
        document["UserName"] = plan.user
    return plistlib.dumps(document, sort_keys=False).decode()
