"""Gives a wheel the versions that it was tested with; called by hatchling while it builds one.

What `pyproject.toml` declares are lower bounds, and the pins beside them are uv's, which stay in the checkout. So each
pin of `requirements.lock` becomes a requirement of the wheel: whoever installs it anywhere, at any time, gets what the
tests ran on, and an installation that cannot have these versions fails instead of guessing.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig

LOCK = "requirements.lock"
LICENSE = "LICENSE"


class PinnedWheel(BuildHookInterface[WheelBuilderConfig]):
    """Adds the pins, and the license that lies in the repository's root."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        build_data["dependencies"] += pins((root / LOCK).read_text(encoding="utf-8"))
        license_file = root.parent / LICENSE
        if license_file.is_file():
            build_data["extra_metadata"][str(license_file)] = LICENSE


def pins(lock: str) -> list[str]:
    """`name==version`, with its marker where it has one, for each package of a lock with hashes."""
    lines = (line.rstrip("\\ ") for line in lock.splitlines())
    return [line for line in lines if line and not line.startswith((" ", "#"))]
