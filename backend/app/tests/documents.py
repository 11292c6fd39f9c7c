"""What documents name in code, and whether it is there: commands, requests, settings, ports, addresses.

Each checker takes pieces of code and returns what is wrong in them, in words that begin with the kind of thing.
"""

import argparse
import contextlib
import io
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from alembic.config import CommandLine
from fastapi.routing import iter_route_contexts

FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(^|\s)# .*")
INLINE_CODE = re.compile(r"`([^`\n]+)`")

API_PATH = re.compile(r"(?:\b(GET|POST|PUT|PATCH|DELETE)\s+)?\S*?(/(?:api/v1|p)/[^\s\"'?`]*)")
GIVEN_METHOD = re.compile(r"(?:-X|--request)[ =]([A-Z]+)")
SENDS_A_BODY = re.compile(r"\s(?:-d|--json|--data\S*)\s")
SETTING = re.compile(r"(?<![\w$])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
SHELL_VARIABLE = re.compile(r"(?:^|\s)([A-Z_]+)=|\bread -r?s?p? ?.*?([A-Z_]+)$")
COMPOSE = re.compile(r"\bdocker compose\b((?:'[^']*'|[^|&;#<>\n'])*)")
ALEMBIC = re.compile(r"(?<![\w/.-])alembic((?: [^|&;#\n]*)?)$")
MODULE = re.compile(r"\bpython\d? -m ([\w.]+)([^|&;#\n]*)")
FOLDER = re.compile(r"(?:^|[;&] *)cd ([\w./-]+)")
PYTHON = re.compile(r"--python[ =]([\d.]+)")
TEST = re.compile(r"(?:backend/)?(?:app/tests/)?([\w/]+\.py)::(\w+)")
URL = re.compile(r"https?://[\w$][^\s)>\"'`\]|]*")

COMPOSE_OPTIONS_WITH_VALUES = {"-e", "--env", "-u", "--user", "-v", "--volume", "-w", "--workdir", "--index"}
# Subcommands of Compose, and whether the first word after them is a service.
COMPOSE_COMMANDS = {
    "up": False,
    "down": False,
    "watch": False,
    "ps": False,
    "config": False,
    "cp": False,
    "build": True,
    "exec": True,
    "logs": True,
    "pull": True,
    "restart": True,
    "run": True,
    "stop": True,
}
OWN_HOSTS = {"localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104
# Invented names and private addresses, in examples.
EXAMPLE_HOST = re.compile(r"(.+\.)?example\.(org|com|net)|192\.168\.\d+\.\d+|[a-z]+\.(local|test)|\$\{?[A-Z_]+\}?.*")


@dataclass(frozen=True, slots=True)
class Known:
    """What documents may name."""

    # By path, the methods that it takes, in capitals; paths that are no part of the API take GET.
    operations: Mapping[str, Set[str]]
    settings: Set[str]
    services: Set[str]
    ports: Set[int]
    # Of other people, with the reason why a document sends somebody there.
    outside_hosts: Mapping[str, str]
    repo: Path
    python: str


def code_of(text: str) -> Iterator[str]:
    """Fenced blocks line by line, without the fences and comments; then code within sentences."""
    for fence in FENCE.findall(text):
        yield from (COMMENT.sub("", line) for line in fence.splitlines()[1:-1])
    yield from INLINE_CODE.findall(FENCE.sub("", text))


def joined(lines: Iterable[str]) -> Iterator[str]:
    """The same, with lines that end in a backslash and the one after it as one."""
    begun = ""
    for line in lines:
        if line.endswith("\\"):
            begun += line[:-1] + " "
            continue
        yield begun + line.strip() if begun else line
        begun = ""


def findings(text: str, known: Known) -> list[str]:
    """Everything that this text names in code, or links to, and that is not there."""
    code = list(joined(code_of(text)))
    return [
        *unknown_requests(code, known),
        *unknown_settings(code, known),
        *wrong_compose_commands(code, known),
        *wrong_alembic_commands(code),
        *wrong_modules(code, known),
        *wrong_folders(code, known),
        *missing_tests(code, known),
        *wrong_addresses(text, known),
    ]


def unknown_requests(code: Iterable[str], known: Known) -> list[str]:
    """Paths of the API that it does not have, or not for this method."""
    found = []
    for line in code:
        for method, path in API_PATH.findall(line):
            asked = method or _method_of(line)
            if not _is_answered(path.rstrip(".,;:)"), asked, known.operations):
                found.append(f"request {asked} {path}" if asked else f"request {path}")
    return found


def _method_of(line: str) -> str | None:
    """Of a command that makes a request; None where a path merely stands."""
    if given := GIVEN_METHOD.search(line):
        return given[1]
    if SENDS_A_BODY.search(line):
        return "POST"
    return "GET" if re.match(r"\s*(?:\w+=\$\()?(?:curl|api)\s", line) else None


def _is_answered(path: str, method: str | None, operations: Mapping[str, Set[str]]) -> bool:
    if method is None and path.endswith("/") and any(each.startswith(path) for each in operations):
        return True
    if path in operations:
        return method is None or method in operations[path]
    return any(
        (method is None or method in methods) and re.fullmatch(_pattern(each), path)
        for each, methods in operations.items()
    )


def _pattern(template: str) -> str:
    return re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))


def unknown_settings(code: Iterable[str], known: Known) -> list[str]:
    """Names of variables that are no setting, and that the document does not set itself."""
    lines = list(code)
    own = {name for line in lines for pair in SHELL_VARIABLE.findall(line) for name in pair if name}
    own &= {name for line in lines for name in re.findall(r"\$\{?([A-Z_]+)", line)}
    named = {name for line in lines for name in SETTING.findall(line)}
    return [f"setting {name}" for name in sorted(named - own - known.settings)]


def wrong_compose_commands(code: Iterable[str], known: Known) -> list[str]:
    """`docker compose …` with a file, a subcommand or a service that is not there."""
    return [
        f"compose {wrong}"
        for line in code
        for words in COMPOSE.findall(line)
        if (wrong := _wrong_compose_word(shlex.split(words), known)) is not None
    ]


def _wrong_compose_word(words: list[str], known: Known) -> str | None:
    while words[:1] == ["-f"]:
        if not (known.repo / words[1]).is_file():
            return words[1]
        words = words[2:]
    if not words:
        return None
    if words[0] not in COMPOSE_COMMANDS:
        return words[0]
    follows_option = [False, *(word in COMPOSE_OPTIONS_WITH_VALUES for word in words[1:])]
    plain = [word for word, is_value in zip(words[1:], follows_option, strict=False) if word[0] != "-" and not is_value]
    if words[0] == "cp":
        services = [word.partition(":")[0] for word in plain if ":" in word]
    else:
        services = plain[:1] if COMPOSE_COMMANDS[words[0]] else []
    wrong = [service for service in services if service not in known.services]
    return f"{words[0]} {wrong[0]}" if wrong else None


def wrong_alembic_commands(code: Iterable[str]) -> list[str]:
    """`alembic …` that Alembic itself refuses to read."""
    return [
        f"alembic {words.strip()}"
        for line in code
        for words in ALEMBIC.findall(line)
        if words.strip() and not _is_read(CommandLine().parser, shlex.split(words))
    ]


def _is_read(parser: argparse.ArgumentParser, words: list[str]) -> bool:
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            parser.parse_args(words)
        except SystemExit:
            return False
    return True


def wrong_modules(code: Iterable[str], known: Known) -> list[str]:
    """`python -m …` of our own that is not there, or that knows nothing of an option; a Python that is not ours."""
    found = []
    for line in code:
        found += [f"python {version}" for version in PYTHON.findall(line) if version != known.python]
        for module, words in MODULE.findall(line):
            file = known.repo / "backend" / (module.replace(".", "/") + ".py")
            if module.partition(".")[0] not in ("app", "benchmarks"):
                continue
            source = file.read_text(encoding="utf-8") if file.is_file() else ""
            options = [word.partition("=")[0] for word in shlex.split(words) if word.startswith("--")]
            if not source:
                found.append(f"module {module}")
            found += [f"module {module} {option}" for option in options if source and f'"{option}"' not in source]
    return found


def wrong_folders(code: Iterable[str], known: Known) -> list[str]:
    """`cd` into what is no folder, seen from the root."""
    return [
        f"folder {folder}" for line in code for folder in FOLDER.findall(line) if not (known.repo / folder).is_dir()
    ]


def missing_tests(code: Iterable[str], known: Known) -> list[str]:
    """Tests by file and name, seen from `app/tests`, that are not there."""
    return [
        f"test {path}::{name}"
        for line in code
        for path, name in TEST.findall(line)
        if not _has_function(known.repo / "backend/app/tests" / path, name)
    ]


def _has_function(file: Path, name: str) -> bool:
    return file.is_file() and f"def {name}(" in file.read_text(encoding="utf-8")


def wrong_addresses(text: str, known: Known) -> list[str]:
    """URLs of our own with a port or path that is not ours, and of others that nobody gave a reason for."""
    return [f"address {url}" for url in URL.findall(text) if not _is_good(url.rstrip(".,;:"), known)]


def _is_good(url: str, known: Known) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}[parts.scheme]
    except ValueError:  # a variable in the place of a port
        return EXAMPLE_HOST.fullmatch(urlsplit(url).netloc.partition(":")[0]) is not None
    if host not in OWN_HOSTS:
        return host in known.outside_hosts or EXAMPLE_HOST.fullmatch(host) is not None
    is_page = port != 8000 or parts.path in ("", "/") or _is_answered(parts.path, None, known.operations)
    return port in known.ports and is_page


def operations_of(app: Any) -> dict[str, set[str]]:
    """Of the API document; and the pages beside it."""
    described = app.openapi()["paths"]
    pages = {str(route.path_format): {"GET"} for route in iter_route_contexts(app.routes)}
    return pages | {path: {each.upper() for each in methods} for path, methods in described.items()}
