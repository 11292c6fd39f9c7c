"""Puts figures into docs/benchmarks.md, each benchmark's between marks of its own."""

import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

REPORT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
# What says where records are kept and figures go to, not how these come about.
_SILENT = re.compile(r" --(write|json|data-dir[ =]\S+)")


def write_section(name: str, *, units: str, body: str) -> None:
    """Replace what stands between the marks of `name`: how it was run, on what, in which units, and the figures."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = REPORT.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    command = _SILENT.sub("", " ".join((f"python -m benchmarks.{name}", *sys.argv[1:])))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    today = datetime.now(UTC).date().isoformat()
    head = f"\n`{command}`, {today}; {machine}. {units}\n\n"
    REPORT.write_text(f"{before}{begin}{head}{body}{end}{after}", encoding="utf-8")
