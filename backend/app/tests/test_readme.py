"""The documents name only what is there: files, links, headings, scripts, commands and their options."""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from app.core.config import Settings
from app.tests.containers import COMPOSE_FILES, VARIABLE_NAME
from app.tests.test_architecture import OWN_WORDS

REPO = Path(__file__).parents[3]
APP = Path(__file__).parents[1]

# Read whole: links, and every path, script and command in code.
GUIDES = [
    "README.md",
    "USAGE.MD",
    "DEPLOYMENT.md",
    "DEVELOPMENT.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "backend/README.md",
    "frontend/README.md",
    "plugin/README.md",
]
# The plan names what is still to be built; only its links must lead somewhere.
PLANS = ["docs/architecture.md", "docs/glossary.md"]

# Made by a tool or by whoever runs the product, so not in a fresh checkout.
GENERATED = {".venv", "htmlcov", "node_modules", "dist", ".env", "uv.lock"}
ROOTS = {"backend", "frontend", "plugin", "scripts", "docs", "app", ".ci", ".vscode"}
FILE_SUFFIXES = {".py", ".sh", ".md", ".MD", ".toml", ".ini", ".yml", ".mjml"}

FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(^|\s)# .*")
INLINE_CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
PATH = re.compile(r"(?:\.{1,2}/)?[\w.@-]+(?:/[\w.@-]+)*/?")
SCRIPT = re.compile(r"(?<![\w./-])(?:/app/|\./)?((?:backend/)?scripts/[\w.-]+)")
TRACKER = re.compile(r"(?<![\w-])tracker(?= )([^|&;<>\n]*)")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the command line: its options, and the commands below it."""

    options: frozenset[str]
    commands: dict[str, "Command"]


def command_tree(command: Any) -> Command:  # Typer keeps Click's classes to itself.
    names = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    below = getattr(command, "commands", {})
    return Command(frozenset(names | {"--help"}), {name: command_tree(below[name]) for name in below})


def code_of(text: str) -> Iterator[str]:
    """Fenced blocks line by line, without the fences and comments; then code within sentences."""
    for fence in FENCE.findall(text):
        yield from (COMMENT.sub("", line) for line in fence.splitlines()[1:-1])
    yield from INLINE_CODE.findall(FENCE.sub("", text))


def exists(target: str, *, document: Path, repo: Path) -> bool:
    """Whether a path leads somewhere, seen from the root, the document, the backend or the application."""
    if GENERATED & set(Path(target).parts):
        return True
    return any((base / target).exists() for base in (repo, document.parent, repo / "backend", repo / "backend/app"))


def looks_like_a_path(word: str) -> bool:
    if PATH.fullmatch(word) is None:
        return False
    return (
        word.startswith(("./", "../"))
        or ("/" in word and word.partition("/")[0] in ROOTS)
        or (Path(word).suffix in FILE_SUFFIXES and not word.startswith("."))
    )


def broken_links(document: Path) -> list[str]:
    """Relative links whose file or heading is not there."""
    broken = []
    for target in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        path, _, heading = target.partition("#")
        if re.match(r"[a-z][a-z+.-]*:", target) or GENERATED & set(Path(path).parts):
            continue
        linked = document.parent / path if path else document
        if not linked.exists() or (heading and heading not in headings_of(linked)):
            broken.append(f"link to {target}")
    return broken


def headings_of(document: Path) -> set[str]:
    """Anchors as GitHub makes them: lower case, no punctuation, hyphens for spaces."""
    headings = HEADING.findall(FENCE.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing_paths(document: Path, *, repo: Path) -> list[str]:
    """Paths and scripts in code that are not in the tree."""
    missing = []
    for code in code_of(document.read_text(encoding="utf-8")):
        named = {word for word in code.split() if looks_like_a_path(word)} | set(SCRIPT.findall(code))
        missing += [f"path {path}" for path in sorted(named) if not exists(path, document=document, repo=repo)]
    return missing


def unknown_commands(document: Path, *, cli: Command) -> list[str]:
    """`tracker …` in code that the command line would refuse."""
    return [
        f"command tracker {wrong}"
        for code in code_of(document.read_text(encoding="utf-8"))
        for arguments in TRACKER.findall(code)
        if (wrong := first_unknown(arguments.split(), cli)) is not None
    ]


def first_unknown(words: list[str], command: Command) -> str | None:
    """The command or option among these words that does not exist, with what leads to it; None when all do."""
    for position, word in enumerate(words):
        if word.startswith("--"):
            is_known = word.partition("=")[0] in command.options
        else:
            is_known = not command.commands or word in command.commands
            command = command.commands.get(word, command)
        if not is_known:
            return " ".join(words[: position + 1])
    return None


def documents(names: list[str]) -> list[Path]:
    return [REPO / name for name in names if (REPO / name).exists()]


def guides() -> list[Path]:
    return [*documents(GUIDES), *sorted((REPO / "docs/decisions").glob("*.md"))]


@pytest.fixture(scope="module")
def tracker() -> Command:
    return command_tree(typer.main.get_command(importlib.import_module("app.cli").app))


def name_of(document: Path) -> str:
    return str(document.relative_to(REPO))


@pytest.mark.parametrize("document", [*guides(), *documents(PLANS)], ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    assert broken_links(document) == []


@pytest.mark.parametrize("document", guides(), ids=name_of)
def test_paths_are_in_the_tree(document: Path) -> None:
    assert missing_paths(document, repo=REPO) == []


@pytest.mark.parametrize("document", guides(), ids=name_of)
def test_commands_exist(document: Path, tracker: Command) -> None:
    assert unknown_commands(document, cli=tracker) == []


@pytest.mark.parametrize("plan", documents(["docs/architecture.md"]), ids=name_of)
def test_the_plan_lists_the_rooms_that_the_tests_know(plan: Path) -> None:
    _, _, table = plan.read_text(encoding="utf-8").partition("| room | owns | own words |\n|---|---|---|\n")
    rows = re.findall(r"^\| (\w+) \|[^|]*\|([^|]*)\|$", table.partition("\n\n")[0], re.MULTILINE)

    assert {room: set(re.findall(r"\w+", words)) for room, words in rows} == OWN_WORDS


def test_every_setting_is_in_the_example() -> None:
    composed = "".join((REPO / name).read_text(encoding="utf-8") for name in COMPOSE_FILES)
    example = (REPO / ".env.example").read_text(encoding="utf-8")

    named = {name.upper() for name in Settings.model_fields} | set(VARIABLE_NAME.findall(composed))
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == named


@pytest.fixture
def sample_cli() -> Command:
    cli, user = typer.Typer(), typer.Typer()
    cli.add_typer(user, name="user")

    @cli.command()
    def serve(port: int = 8000) -> None: ...

    @user.command()
    def create(email: str) -> None: ...

    @user.command()
    def show(email: str) -> None: ...

    return command_tree(typer.main.get_command(cli))


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("[Usage](USAGE.md)", ["link to USAGE.md"]),
        ("[Usage](../USAGE.MD)", ["link to ../USAGE.MD"]),
        ("[here](#no-such-heading)", ["link to #no-such-heading"]),
        ("[there](guide.md#nowhere)", ["link to guide.md#nowhere"]),
        ("Edit `backend/app/modles.py`.", ["path backend/app/modles.py"]),
        ("Look into `settings.py`.", ["path settings.py"]),
        ("Look into `./nowhere`.", ["path ./nowhere"]),
        ("```sh\nbash ./scripts/strat.sh\n```", ["path ./scripts/strat.sh", "path scripts/strat.sh"]),
        ("```sh\nbash /app/scripts/gone.sh\n```", ["path scripts/gone.sh"]),
        ("Run `tracker srve`.", ["command tracker srve"]),
        ("Run `tracker user remove`.", ["command tracker user remove"]),
        ("```sh\ncd backend && tracker serve --prot 80 | tee log\n```", ["command tracker serve --prot"]),
    ],
)
def test_what_is_not_there_is_found(text: str, findings: list[str], tmp_path: Path, sample_cli: Command) -> None:
    assert all_findings(text, tmp_path, sample_cli) == findings


@pytest.mark.parametrize(
    "text",
    [
        "# Two words, and `code`!\n[up](#two-words-and-code) [web](https://example.org/x.md) [mail](mailto:a@b.example)",
        "[guide](guide.md#two-words) and `guide.md`",
        "The `text/event-stream` of `Europe/Berlin`, at `/api/v1/`, in `{title}.py`, for `GET /p/{key}`.",
        "After the tests, open [the report](./backend/htmlcov/index.html); your `.env` stays yours.",
        "```sh\nscripts/start.sh --port 9000\nbash /app/scripts/start.sh  # tracker of presses\n```",
        "`tracker serve --port=80`, `tracker user create a@b.example`, `uv run tracker --help`; a tracker counts.",
    ],
)
def test_what_is_there_is_left_alone(text: str, tmp_path: Path, sample_cli: Command) -> None:
    assert all_findings(text, tmp_path, sample_cli) == []


def all_findings(text: str, repo: Path, cli: Command) -> list[str]:
    """What is found in a document of a repository that has a guide.md and a scripts/start.sh."""
    (repo / "scripts").mkdir()
    (repo / "scripts/start.sh").touch()
    (repo / "guide.md").write_text("## Two words\n", encoding="utf-8")
    document = repo / "README.md"
    document.write_text(text, encoding="utf-8")
    return [*broken_links(document), *missing_paths(document, repo=repo), *unknown_commands(document, cli=cli)]
