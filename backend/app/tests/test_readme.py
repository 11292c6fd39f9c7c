"""The documents name only what is there: files, links, headings, scripts, commands and their options, requests,
settings, ports and addresses. What no reader of files can tell, other tests show: those of the scripts and containers,
and `serving/test_usage.py`, which runs the examples of USAGE.MD."""

import importlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from app.api.openapi import VERSION
from app.core.config import Settings
from app.main import create_app
from app.tests.containers import BASE, COMPOSE_FILES, OVERRIDE, TRAEFIK, VARIABLE_NAME, compose
from app.tests.documents import FENCE, Known, code_of, findings, operations_of
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
    "docs/staying-up.md",
    "docs/coming-over.md",
    "docs/benchmarks.md",
]
# The plan names what is still to be built; only its links must lead somewhere.
PLANS = ["docs/architecture.md", "docs/glossary.md"]

# Made by a tool or by whoever runs the product, so not in a fresh checkout.
GENERATED = {".venv", "htmlcov", "node_modules", "dist", ".env", "uv.lock"}
ROOTS = {"backend", "frontend", "plugin", "scripts", "docs", "app", ".ci", ".github", ".vscode"}
FILE_SUFFIXES = {".py", ".sh", ".md", ".MD", ".toml", ".ini", ".yml", ".mjml"}

LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
PATH = re.compile(r"(?:\.{1,2}/)?[\w.@-]+(?:/[\w.@-]+)*/?")
SCRIPT = re.compile(r"(?<![\w./-])(?:/app/|\./)?((?:backend/)?scripts/[\w.-]+)")
# As a program of a `bin` folder too, but not as the last word of another path.
TRACKER = re.compile(r"(?:(?<![\w/-])|(?<=bin/))tracker(?= )([^|&;<>\n]*)")


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the command line: its options, and the commands below it."""

    options: frozenset[str]
    commands: dict[str, "Command"]


def command_tree(command: Any) -> Command:  # Typer keeps Click's classes to itself.
    names = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    below = getattr(command, "commands", {})
    return Command(frozenset(names | {"--help"}), {name: command_tree(below[name]) for name in below})


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


# Hosts of other people, and why a document sends somebody there.
OUTSIDE_HOSTS = {
    "github.com": "the original program",
    "marketplace.visualstudio.com": "the extension that shows mail templates",
    "docs.astral.sh": "uv, which sets everything up",
    "docs.docker.com": "Compose, and how to install it",
    "docs.pytest.org": "the test runner that arguments are forwarded to",
}
# Read by programs that are not ours, or by tests; with the reader.
OTHER_VARIABLES = {
    "TRACKER_CRASH_ROUNDS": "app/tests/serving/test_crashes.py",
    "TRACKER_DISTURB_MS": "frontend/tests/support/disturb.ts",
    "UV_PROJECT_ENVIRONMENT": "uv, and backend/scripts",
    "UV_TOOL_DIR": "uv",
    "UV_TOOL_BIN_DIR": "uv",
    "UV_PYTHON_INSTALL_DIR": "uv",
    "ORIGINAL_DATABASE_URL": "app/subcommands/filling.py",
    "TRACKER_ENV_FILE": "app/core/config.py",
    "BACKEND_URL": "frontend/vite.config.ts",
}


# In the name of the wheel, and in that of the image.
OWN_VERSION = re.compile(r"(?:streamdeck_button_tracker-|\bTAG(?::-|=|` \| `))(\d+(?:\.\d+)+)")


@pytest.mark.parametrize("name", ["README.md", "DEPLOYMENT.md", "docs/staying-up.md", ".env.example", BASE])
def test_what_is_called_by_the_version_is_called_by_this_one(name: str) -> None:
    named = OWN_VERSION.findall((REPO / name).read_text(encoding="utf-8"))

    assert set(named) == {VERSION}


def compose_variables() -> set[str]:
    return set(VARIABLE_NAME.findall("".join((REPO / name).read_text(encoding="utf-8") for name in COMPOSE_FILES)))


def published_ports(*files: str) -> set[int]:
    """Of every service that one of these Compose files lets be reached from outside."""
    services = [service for name in files for service in compose(name)["services"].values()]
    return {int(str(port).split(":")[-2]) for service in services for port in service.get("ports", [])}


def test_every_port_of_the_containers_of_development_is_listed() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", (REPO / "DEVELOPMENT.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert {int(port) for row in rows for port in row.split(", ")} == published_ports(OVERRIDE)


@pytest.fixture(scope="module")
def known() -> Known:
    return Known(
        operations=operations_of(create_app()),
        settings={name.upper() for name in Settings.model_fields} | compose_variables() | set(OTHER_VARIABLES),
        services={service for name in (BASE, OVERRIDE, TRAEFIK) for service in compose(name)["services"]},
        ports=published_ports(*COMPOSE_FILES),
        outside_hosts=OUTSIDE_HOSTS,
        repo=REPO,
        python=(REPO / ".python-version").read_text(encoding="utf-8").strip(),
    )


@pytest.mark.parametrize("document", documents(GUIDES), ids=name_of)
def test_what_a_document_names_is_there(document: Path, known: Known) -> None:
    assert findings(document.read_text(encoding="utf-8"), known) == []


@pytest.mark.parametrize("reader", [path for path in OTHER_VARIABLES.values() if path.startswith("app/")])
def test_other_variables_are_read_where_it_says(reader: str) -> None:
    names = [name for name, path in OTHER_VARIABLES.items() if path == reader]
    assert [name for name in names if name not in (REPO / "backend" / reader).read_text(encoding="utf-8")] == []


def test_every_outside_host_is_named_somewhere() -> None:
    texts = "".join(document.read_text(encoding="utf-8") for document in guides())
    assert [host for host in OUTSIDE_HOSTS if f"//{host}" not in texts] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ask `GET /api/v1/presss/`.", ["request GET /api/v1/presss/"]),
        ("Ask `DELETE /api/v1/presses/{id}`.", ["request DELETE /api/v1/presses/{id}"]),
        ("What is below `/api/v1/statistics/`.", ["request /api/v1/statistics/"]),
        ('```sh\napi -X PUT "$T/api/v1/users/me"\n```', ["request PUT /api/v1/users/me"]),
        ('```sh\ncurl -d a=b \\\n  "$T/api/v1/watches/?x=1"\n```', ["request POST /api/v1/watches/"]),
        ('```sh\nX=$(curl -fsS "$T/api/v1/presses/batch")\n```', ["request GET /api/v1/presses/batch"]),
        ("Set `PUBLIK_URL`.", ["setting PUBLIK_URL"]),
        ("```sh\nPUBLIC_ULR=http://x.example.org tracker serve\n```", ["setting PUBLIC_ULR"]),
        ("```sh\ndocker compose exec bakend bash\n```", ["compose exec bakend"]),
        ("```sh\ndocker compose cp bakend:/tmp/x .\n```", ["compose cp bakend"]),
        ("```sh\ndocker compose run --rm -e A=b bakend bash\n```", ["compose run bakend"]),
        ("```sh\ndocker compose wacth\n```", ["compose wacth"]),
        ("```sh\ndocker compose -f compose.yml up\n```", ["compose compose.yml"]),
        ("```sh\nalembic upgarde head\n```", ["alembic upgarde head"]),
        ("`alembic revision --autogen --mesage x`", ["alembic revision --autogen --mesage x"]),
        ("`python -m benchmarks.pres`", ["module benchmarks.pres"]),
        ("`python -m benchmarks.press --fast`", ["module benchmarks.press --fast"]),
        ("`uv venv --python=3.9`", ["python 3.9"]),
        ("```sh\ncd bakend && ls\n```", ["folder bakend"]),
        ("As `api/test_keys.py::test_nothing` shows.", ["test api/test_keys.py::test_nothing"]),
        ("See http://localhost:8123.", ["address http://localhost:8123."]),
        ("See [there](http://127.0.0.1:8000/nowhere).", ["address http://127.0.0.1:8000/nowhere"]),
        ("See <https://somewhere.else/page>.", ["address https://somewhere.else/page"]),
    ],
)
def test_what_nobody_has_is_found(text: str, found: list[str], known: Known) -> None:
    assert findings(text, known) == found


@pytest.mark.parametrize(
    "text",
    [
        "`GET /api/v1/presses/{press_id}`, `POST /p/{press_key}`, what is below `/api/v1/stats/`, `/api/v1/users/signup`",
        '```sh\nX=$(api -d "{}" "$T/api/v1/buttons/$B/keys?station_id=$S")\n```',
        "```sh\nMY_TOKEN=$(cat token)\necho $MY_TOKEN\n```",
        "Set `PUBLIC_URL`, `DOMAIN` and `POSTGRES_PASSWORD`; `Retry-After` and `GET` are none of them.",
        "`docker compose -f docker-compose.yml up -d`, `docker compose exec backend bash`, `docker compose down -v`",
        '`alembic revision --autogenerate -m "Add column foo to Bar"`, `alembic upgrade head`, `alembic` itself',
        "`.venv/bin/python -m benchmarks.press --quick`, `python -m pytest -x`, `uv venv --python=3.12`, `cd backend`",
        "`test_readme.py::test_what_somebody_has_is_left_alone`, `app/tests/test_readme.py::known`",
        "http://localhost:8000/docs, http://192.168.1.10:8000, https://tracker.example.org/x, http://127.0.0.1:8025",
    ],
)
def test_what_somebody_has_is_left_alone(text: str, known: Known) -> None:
    assert findings(text, known) == []


# Settings


def settings_table(*arguments: str, cwd: Path = REPO) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, cwd / "backend/scripts/settings_table.py", *arguments],
        cwd=REPO / "backend",
        env={**os.environ, "PYTHONPATH": str(REPO / "backend")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_table_of_settings_is_up_to_date() -> None:
    checked = settings_table("--check")

    assert checked.stderr == ""
    assert checked.returncode == 0


def test_a_table_of_settings_that_is_not_up_to_date_is_found_and_mended(tmp_path: Path) -> None:
    (tmp_path / "backend/scripts").mkdir(parents=True)
    shutil.copy(REPO / "backend/scripts/settings_table.py", tmp_path / "backend/scripts")
    right = (REPO / "DEPLOYMENT.md").read_text(encoding="utf-8")
    copy = tmp_path / "DEPLOYMENT.md"
    copy.write_text(right.replace("| `POSTGRES_PORT` | `5432` |", "| `POSTGRES_PORT` | `5433` |"), encoding="utf-8")

    assert settings_table("--check", cwd=tmp_path).returncode == 1
    assert settings_table(cwd=tmp_path).returncode == 0
    assert copy.read_text(encoding="utf-8") == right


def test_the_tables_name_every_variable_that_can_be_set() -> None:
    text = (REPO / "DEPLOYMENT.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)

    assert sorted(named) == sorted({name.upper() for name in Settings.model_fields} | compose_variables())


@pytest.mark.parametrize("plan", documents(["docs/architecture.md"]), ids=name_of)
def test_the_plan_lists_the_rooms_that_the_tests_know(plan: Path) -> None:
    _, _, table = plan.read_text(encoding="utf-8").partition("| room | owns | own words |\n|---|---|---|\n")
    rows = re.findall(r"^\| (\w+) \|[^|]*\|([^|]*)\|$", table.partition("\n\n")[0], re.MULTILINE)

    assert {room: set(re.findall(r"\w+", words)) for room, words in rows} == OWN_WORDS


def test_every_setting_is_in_the_example() -> None:
    example = (REPO / ".env.example").read_text(encoding="utf-8")

    named = {name.upper() for name in Settings.model_fields} | compose_variables()
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
        ("See `.github/workflows/cd.yml`.", ["path .github/workflows/cd.yml"]),
        ("Look into `./nowhere`.", ["path ./nowhere"]),
        ("```sh\nbash ./scripts/strat.sh\n```", ["path ./scripts/strat.sh", "path scripts/strat.sh"]),
        ("```sh\nbash /app/scripts/gone.sh\n```", ["path scripts/gone.sh"]),
        ("Run `tracker srve`.", ["command tracker srve"]),
        ("Run `tracker user remove`.", ["command tracker user remove"]),
        ("Run `backend/.venv/bin/tracker srve`.", ["command tracker srve"]),
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
        "```sh\nexport A=/opt/tracker B=/usr/local/bin\n```",
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
