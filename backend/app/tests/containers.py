"""The Dockerfile and the Compose files as data: what they copy, mount, run, publish and label, with variables filled in."""

import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

REPO = Path(__file__).parents[3]
BASE, OVERRIDE, TRAEFIK = "docker-compose.yml", "docker-compose.override.yml", "docker-compose.traefik.yml"
COMPOSE_FILES = (BASE, OVERRIDE, TRAEFIK)

VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?:(:?[-?])([^{}]*))?\}")
# A `$$` is a dollar sign that Compose leaves alone.
VARIABLE_NAME = re.compile(r"(?<!\$)\$\{([A-Z_]+)")
MATCHER = re.compile(r"(\w+)\(`([^`]*)`\)")

type Tree = dict[str, Any]


# Compose files


def compose(name: str, *, repo: Path = REPO) -> Tree:
    tree: Tree = YAML(typ="safe").load(repo / name)
    return tree


def filled_in(value: Any, variables: Mapping[str, str]) -> Any:
    """The same tree with its variables filled in as Compose does it; a missing one that is required is a KeyError."""
    if isinstance(value, dict):
        return {key: filled_in(below, variables) for key, below in value.items()}
    if isinstance(value, list):
        return [filled_in(below, variables) for below in value]
    if not isinstance(value, str):
        return value

    def fill_in(match: re.Match[str]) -> str:
        name, operator, default = match.groups()
        if variables.get(name):
            return variables[name]
        if (operator or "").endswith("?"):
            raise KeyError(name)
        return default or ""

    while (further := VARIABLE.sub(fill_in, value)) != value:  # a default may hold a variable
        value = further
    return value.replace("$$", "$")


def overridden(base: Any, over: Any) -> Any:
    """`base` with the files after it laid over it, by Compose's rules as far as our files need them."""
    if isinstance(base, dict) and isinstance(over, dict):
        merged = dict(base)
        for key, value in over.items():
            if key == "labels":
                merged[key] = [f"{name}={text}" for name, text in (labels_of(base) | labels_of(over)).items()]
            elif key == "command" or key not in base:
                merged[key] = value
            else:
                merged[key] = overridden(base[key], value)
        return merged
    if isinstance(base, list) and isinstance(over, list):
        return [*base, *over]
    return over


def labels_of(service: Tree) -> dict[str, str]:
    pairs = (label.partition("=") for label in service.get("labels", []))
    return {name: value for name, _, value in pairs}


def words_of(command: Any) -> list[str]:
    return shlex.split(command) if isinstance(command, str) else list(command or [])


# Traefik's labels


@dataclass(frozen=True, slots=True)
class Router:
    """One way into a service, as its labels say it."""

    name: str
    rule: str
    entrypoints: frozenset[str]
    middlewares: frozenset[str]
    priority: int

    def takes(self, host: str, path: str) -> bool:
        """For rules of the one form that ours have: a host, and any of some paths, or all of them."""
        found = MATCHER.findall(self.rule)
        hosts = [value for matcher, value in found if matcher == "Host"]
        prefixes = [value for matcher, value in found if matcher == "PathPrefix"]
        patterns = [value for matcher, value in found if matcher == "PathRegexp"]
        assert len(hosts) + len(prefixes) + len(patterns) == len(found), self.rule
        is_its_path = any(map(path.startswith, prefixes)) or any(re.search(pattern, path) for pattern in patterns)
        return host in hosts and (is_its_path or not (prefixes or patterns))


def routers_of(service: Tree) -> list[Router]:
    labels = labels_of(service)
    if labels.get("traefik.enable") != "true":
        return []
    prefix = "traefik.http.routers."
    names = {label.removeprefix(prefix).partition(".")[0] for label in labels if label.startswith(prefix)}
    return [router_of(labels, name) for name in sorted(names)]


def router_of(labels: dict[str, str], name: str) -> Router:
    def values(what: str) -> frozenset[str]:
        return frozenset(part for part in labels.get(f"traefik.http.routers.{name}.{what}", "").split(",") if part)

    rule = labels[f"traefik.http.routers.{name}.rule"]
    return Router(
        name=name,
        rule=rule,
        entrypoints=values("entrypoints"),
        middlewares=values("middlewares"),
        # Without a priority of its own, the longest rule comes first.
        priority=int(labels.get(f"traefik.http.routers.{name}.priority", len(rule))),
    )


def middlewares_of(service: Tree) -> set[str]:
    prefix = "traefik.http.middlewares."
    return {label.removeprefix(prefix).partition(".")[0] for label in labels_of(service) if label.startswith(prefix)}


def way_in(routers: list[Router], *, entrypoint: str, host: str, path: str) -> Router:
    """The router that a request goes through."""
    taking = [router for router in routers if entrypoint in router.entrypoints and router.takes(host, path)]
    return max(taking, key=lambda router: router.priority)


# The Dockerfile


@dataclass(frozen=True, slots=True)
class Instruction:
    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """Its words without options; those of an instruction in JSON are found too."""
        text = re.sub(r"[\[\],]", " ", self.text) if '["' in self.text else self.text
        return [word for word in shlex.split(text) if not word.startswith("--")]


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    parent: str
    instructions: list[Instruction]

    def all(self, name: str) -> Iterator[Instruction]:
        return (instruction for instruction in self.instructions if instruction.name == name)


def stages(dockerfile: str) -> dict[str, Stage]:
    """The stages in order, each with the instructions of its own."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile, flags=re.MULTILINE)
    found: dict[str, Stage] = {}
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        name, _, rest = line.partition(" ")
        if name == "FROM":
            parent, _, stage = rest.partition(" AS ")
            found[stage] = Stage(name=stage, parent=parent, instructions=[])
        elif name:
            found[stage].instructions.append(Instruction(name, rest.strip()))
    return found


def lineage(found: dict[str, Stage], name: str) -> Iterator[Instruction]:
    """The instructions that a stage consists of, those of the stages that it is built from first."""
    stage = found[name]
    if stage.parent in found:
        yield from lineage(found, stage.parent)
    yield from stage.instructions


def environment_of(found: dict[str, Stage], name: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for instruction in lineage(found, name):
        if instruction.name == "ENV":
            pairs |= {key: value for key, _, value in (word.partition("=") for word in instruction.words)}
    return pairs


def is_sent(path: str, dockerignore: str) -> bool:
    """Whether .dockerignore lets a path of the repository into the build; the last line that fits decides."""
    is_in = True
    for line in dockerignore.splitlines():
        pattern = line.removeprefix("!")
        if pattern and not pattern.startswith("#") and (pattern == "*" or f"{path}/".startswith(f"{pattern}/")):
            is_in = line.startswith("!")
    return is_in


def lay_out(found: dict[str, Stage], name: str, *, app: Path) -> None:
    """Copy into `app` what a stage copies from the repository into its working folder."""
    dockerignore = (REPO / ".dockerignore").read_text(encoding="utf-8")

    def left_out(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).relative_to(REPO)
        return {n for n in names if n == "__pycache__" or not is_sent(str(inside / n), dockerignore)}

    for instruction in found[name].all("COPY"):
        *sources, target = instruction.words
        if "--from=" in instruction.text or target.startswith("/"):
            continue
        for source in sources:
            into = app / target / Path(source).name if target.endswith("/") else app / target
            if (REPO / source).is_dir():
                shutil.copytree(REPO / source, into, ignore=left_out)
            else:
                shutil.copy(REPO / source, into)
