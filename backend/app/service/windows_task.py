"""The task of Windows' Task Scheduler. Pure.

A Windows service proper has to answer the service manager from inside; a task needs nothing of the program. It starts with
the machine, as the user who installed it, whether or not anybody is logged on, and without a stored password (S4U).
PostgreSQL refuses to run with an administrator's rights: hence LeastPrivilege, and not SYSTEM.
"""

import subprocess
from xml.etree import ElementTree as Xml

from app.service.plan import DESCRIPTION, NAME, ServiceError, ServicePlan

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
EVERY = "PT1M"

SETTINGS = {
    # A minute's reminder that finds it running changes nothing.
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "AllowHardTerminate": "true",
    "StartWhenAvailable": "true",
    "RunOnlyIfNetworkAvailable": "false",
    "AllowStartOnDemand": "true",
    "Enabled": "true",
    "Hidden": "false",
    "RunOnlyIfIdle": "false",
    "WakeToRun": "false",
    # By default a task is ended after three days.
    "ExecutionTimeLimit": "PT0S",
    # By default a task is run below all else on the machine (7).
    "Priority": "5",
}


def task(plan: ServicePlan) -> str:
    """The task's definition; Task Scheduler reads it from a file in UTF-16. Raises ServiceError."""
    program, *arguments = plan.command()
    # In both, %NAME% is replaced by a variable, and nothing says that it is not one.
    if any("%" in text for text in (program, *arguments)):
        msg = "Task Scheduler would take a path with a % in it for a variable. Choose other folders."
        raise ServiceError(msg)
    root = Xml.Element("Task", {"version": "1.2", "xmlns": NAMESPACE})
    _add(_add(root, "RegistrationInfo"), "Description", f"{DESCRIPTION}; made by `tracker install-service`.")
    triggers = _add(root, "Triggers")
    for kind in ("BootTrigger", "RegistrationTrigger"):
        _add_repeated(triggers, kind)
    principal = _add(_add(root, "Principals"), "Principal")
    principal.set("id", "Author")
    _add(principal, "UserId", plan.user or "")
    _add(principal, "LogonType", "S4U")
    _add(principal, "RunLevel", "LeastPrivilege")
    settings = _add(root, "Settings")
    for name, value in SETTINGS.items():
        _add(settings, name, value)
    actions = _add(root, "Actions")
    actions.set("Context", "Author")
    execution = _add(actions, "Exec")
    _add(execution, "Command", program)
    _add(execution, "Arguments", subprocess.list2cmdline(arguments))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{Xml.tostring(root, encoding="unicode")}\n'


def _add_repeated(triggers: Xml.Element, kind: str) -> None:
    """Once, and each minute from then on: `RestartOnFailure` is for a task that could not be started, not for a program
    that ended."""
    trigger = _add(triggers, kind)
    _add(trigger, "Enabled", "true")
    _add(_add(trigger, "Repetition"), "Interval", EVERY)


def _add(parent: Xml.Element, name: str, text: str | None = None) -> Xml.Element:
    child = Xml.SubElement(parent, name)
    child.text = text
    return child


def registration(path: str) -> list[str]:
    """The command that registers the definition in `path`, also in the place of an older one."""
    return ["schtasks", "/create", "/tn", NAME, "/xml", path, "/f"]
