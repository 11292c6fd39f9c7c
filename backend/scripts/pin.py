"""Reads and writes the pinned versions in pyproject.toml, for `scripts/lock.sh`. Standard library only.

pin.py unpinned PYPROJECT                         the file without its pins
pin.py build-system PYPROJECT                     a project that depends on what the build needs
pin.py pinned PYPROJECT VERSIONS BUILD_VERSIONS   the file with the pins that these exports name
"""

import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

BEGIN = "# Pinned by scripts/lock.sh from here ..."
END = "# ... to here."

# An editable installation, which `uv sync` makes, asks hatchling for this one on top of what it declares.
EDITABLE_REQUIREMENT = "editables"

BUILD_PROJECT = """\
[project]
name = "build-system"
version = "0"
requires-python = "{requires_python}"
dependencies = [{dependencies}]
"""


def without_pins(text: str) -> str:
    """The same file, with nothing between the two marker comments."""
    return _between_markers(text, "")


def build_project(text: str) -> str:
    """A pyproject.toml whose dependencies are the build requirements of the given one."""
    document = tomllib.loads(text)
    requirements = [*document["build-system"]["requires"], EDITABLE_REQUIREMENT]
    return BUILD_PROJECT.format(
        requires_python=document["project"]["requires-python"],
        dependencies=", ".join(f'"{requirement}"' for requirement in requirements),
    )


def with_pins(text: str, *, versions: str, build_versions: str) -> str:
    """The same file with these exports (`uv export` without hashes) between the marker comments."""
    lists = [
        _toml_list("constraint-dependencies", pins(versions)),
        _toml_list("build-constraint-dependencies", pins(build_versions)),
    ]
    return _between_markers(text, "\n".join(lists))


def pins(exported: str) -> list[str]:
    """Sorted `name==version` pins of an export.

    A marker only says who needs a package, so it is dropped: the pin holds wherever the package turns up. It stays
    where two versions of one package are told apart by it.
    """
    markers_by_pin: dict[str, dict[str, str]] = defaultdict(dict)
    for line in exported.splitlines():
        pin, _, marker = (part.strip() for part in line.partition(";"))
        if pin:
            markers_by_pin[pin.partition("==")[0]][pin] = marker
    result = []
    for name in sorted(markers_by_pin):
        versions = markers_by_pin[name]
        result += [f"{pin} ; {versions[pin]}" if len(versions) > 1 else pin for pin in sorted(versions)]
    return result


def _toml_list(key: str, values: list[str]) -> str:
    lines = "".join(f'    "{value}",\n' for value in values)
    return f"{key} = [\n{lines}]\n"


def _between_markers(text: str, content: str) -> str:
    pattern = re.compile(f"{re.escape(BEGIN)}\n.*{re.escape(END)}\n", re.DOTALL)
    replaced, count = pattern.subn(lambda _: f"{BEGIN}\n{content}{END}\n", text)
    if count != 1:
        sys.exit(f"pyproject.toml must hold one pair of marker comments: {BEGIN!r}, {END!r}")
    return replaced


def main(arguments: list[str]) -> None:
    """Runs one of the commands in this module's docstring, and prints the outcome."""
    command, *files = arguments
    text, *exports = (Path(file).read_text(encoding="utf-8") for file in files)
    match command, exports:
        case "unpinned", []:
            outcome = without_pins(text)
        case "build-system", []:
            outcome = build_project(text)
        case "pinned", [versions, build_versions]:
            outcome = with_pins(text, versions=versions, build_versions=build_versions)
        case _:
            sys.exit(__doc__)
    sys.stdout.write(outcome)


if __name__ == "__main__":
    main(sys.argv[1:])
