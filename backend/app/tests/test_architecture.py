"""What docs/architecture.md says of the shape of the code, as far as a reader of source files can tell.

Which part may import which is held by the import-linter contracts in pyproject.toml; the last tests here show that
those bite. Every checker takes a source text and returns sentences, so that each can be shown a bad sample.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import models

BACKEND = Path(__file__).parents[2]
APP = BACKEND / "app"

TOP_LEVEL = {
    "main",
    "command",
    "cli",
    "subcommands",
    "serve",
    "worker",
    "worker_process",
    "database_access",
    "backup",
    "loading",
    "service",
    "demo",
    "original",
    "models",
    "crud",
    "core",
    "api",
    "background",
}
TOP_LEVEL |= {"features", "alembic", "tests"}
FILES_OF_EVERY_ROOM = {"__init__", "rules", "queries", "schemas", "service"}
OWN_WORDS: dict[str, set[str]] = {
    "presses": {
        "ingest",
        "buffer",
        "batch",
        "expected",
        "messages",
        "rollup",
        "log",
        "corrections",
        "watch",
        "imported",
    },
    "buttons": {"addresses"},
    "decks": {"profile_reader", "profile_writer"},
    "stats": {"periods", "view", "ranking", "ranking_queries"},
    "schedules": {"due"},
    "reports": {"csv_file", "pdf_file"},
    "alerts": {"weekly"},
    "instance": set(),
    "seals": {"chain"},
    "webhooks": {"sign", "deliver"},
    "tokens": set(),
    "accounts": {"users", "sessions", "attempts", "counters", "mail", "letters", "recovery", "invitations"},
    "audit": {"actions", "record"},
    "stream": {"hub"},
}
ORIGINAL_WORDS = {"source", "rules", "people", "people_rules", "ledger", "service", "report_file"}
DEMO_WORDS = {"catalog", "recording", "station", "rhythm", "delivery", "record", "variations", "load"}
MAX_LINES = 300

CLOCK_CALLS = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
}

type Checker = Callable[[str], list[str]]


def sources(*patterns: str) -> Iterator[Path]:
    """The product's own Python files below app/, tests left out."""
    for pattern in patterns:
        yield from (path for path in sorted(APP.glob(pattern)) if "tests" not in path.relative_to(APP).parts)


def findings(check: Checker, *patterns: str, but: tuple[str, ...] = ()) -> list[str]:
    spared = set(sources(*but))
    return [
        f"{path.relative_to(BACKEND)}:{finding}"
        for path in sources(*patterns)
        if path not in spared
        for finding in check(path.read_text(encoding="utf-8"))
    ]


def names_by_import(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for: `from datetime import datetime as dt` gives dt: datetime.datetime."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                package = alias.name.partition(".")[0]
                names |= {alias.asname: alias.name} if alias.asname else {package: package}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def qualified_name(node: ast.expr, names: dict[str, str]) -> str:
    """`dt.now` as `datetime.datetime.now`; what does not come from an import keeps its own name."""
    if isinstance(node, ast.Attribute):
        return f"{qualified_name(node.value, names)}.{node.attr}"
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    return "?"


def is_table(node: ast.ClassDef) -> bool:
    return any(
        keyword.arg == "table" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for keyword in node.keywords
    )


def is_closed_set(node: ast.ClassDef) -> bool:
    """A StrEnum: the words that a column may hold belong with the column."""
    return any(isinstance(base, ast.Name) and base.id == "StrEnum" for base in node.bases)


def asks_the_time(source: str) -> list[str]:
    # References count as well as calls: `default_factory=datetime.now` asks too.
    tree = ast.parse(source)
    names = names_by_import(tree)
    return [
        f"{node.lineno}: {name} outside core/clock.py; take the time as an argument"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and isinstance(node.ctx, ast.Load)
        and (name := qualified_name(node, names)) in CLOCK_CALLS
    ]


def defines_a_table(source: str) -> list[str]:
    tree = ast.parse(source)
    names = names_by_import(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and is_table(node):
            found.append(f"{node.lineno}: {node.name} is a table; tables live in models/")
        elif isinstance(node, ast.Call) and qualified_name(node.func, names) in {"sqlalchemy.Table", "sqlmodel.Table"}:
            found.append(f"{node.lineno}: a Table is made here; tables live in models/")
    return found


def holds_more_than_tables(source: str) -> list[str]:
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and not is_table(node) and not is_closed_set(node):
            found.append(f"{node.lineno}: {node.name} is neither a table nor a StrEnum; shapes live in schemas.py")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            found.append(f"{node.lineno}: {node.name}() is not a table; decisions live in a room")
    return found


def uses_relationship(source: str) -> list[str]:
    tree = ast.parse(source)
    names = names_by_import(tree)
    return [
        f"{node.lineno}: Relationship() overlaps on station_id; join where you read"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and qualified_name(node.func, names) in {"sqlmodel.Relationship", "sqlalchemy.orm.relationship"}
    ]


def ends_a_transaction(source: str) -> list[str]:
    return [
        f"{node.lineno}: .{node.func.attr}() below the edge; the caller's transaction is the caller's"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback"}
    ]


def imports_of(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def imports_the_app(source: str) -> list[str]:
    return [
        f"{line}: imports {name}; a migration must mean the same when the code has moved on"
        for line, name in imports_of(source)
        if name.startswith((".", "app.")) or name == "app"
    ]


def imports_core_db(source: str) -> list[str]:
    return [
        f"{line}: imports {name}; sessions are opened above core"
        for line, name in imports_of(source)
        if re.match(r"(app\.core|\.)\.?db\b", name)
    ]


def holds_code(source: str) -> list[str]:
    return [
        f"{node.lineno}: an __init__.py holds at most a docstring"
        for node in ast.parse(source).body
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


def strangers_in_room(room: str, stems: set[str]) -> list[str]:
    """Files of a room that are not on the list of docs/architecture.md."""
    if room not in OWN_WORDS:
        return [f"{room} is not a room of docs/architecture.md"]
    return sorted(f"{room}/{stem}.py" for stem in stems - FILES_OF_EVERY_ROOM - OWN_WORDS[room])


def test_only_the_clock_asks_what_time_it_is() -> None:
    assert findings(asks_the_time, "**/*.py", but=("core/clock.py",)) == []


def test_tables_are_only_in_models() -> None:
    assert findings(defines_a_table, "**/*.py", but=("models/*.py",)) == []


def test_models_are_tables_and_the_words_their_columns_hold() -> None:
    assert findings(holds_more_than_tables, "models/*.py", but=("models/columns.py",)) == []


def test_tables_have_no_relationships() -> None:
    assert findings(uses_relationship, "**/*.py") == []


def test_models_are_short_files_and_all_of_them_are_known_to_the_package() -> None:
    files = {path.stem: path.read_text(encoding="utf-8") for path in sources("models/*.py")}

    assert {stem: len(text.splitlines()) for stem, text in files.items() if len(text.splitlines()) > MAX_LINES} == {}
    assert [name for name in tables_of(files) if name not in models.__all__] == []
    assert not (APP / "models.py").exists(), "Python would silently take the package in place of the file"


def tables_of(files: dict[str, str]) -> list[str]:
    trees = [ast.parse(text) for text in files.values()]
    return [node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef) and is_table(node)]


def test_nothing_below_the_edge_ends_a_transaction() -> None:
    # The press path is its own edge: its commit travels in the pipeline of the last statement, a round trip less.
    press_path = ("features/presses/service.py",)

    assert findings(ends_a_transaction, "crud.py", "features/**/*.py", but=press_path) == []


def test_migrations_do_not_import_the_app() -> None:
    assert findings(imports_the_app, "alembic/versions/*.py") == []


def test_core_does_not_open_sessions() -> None:
    assert findings(imports_core_db, "core/*.py") == []


def test_packages_have_no_code_of_their_own() -> None:
    # That of the tables hands them on, so that nobody need know in which file one is.
    assert findings(holds_code, "**/__init__.py", but=("models/__init__.py",)) == []


def test_rooms_hold_what_the_plan_lists() -> None:
    rooms = [path for path in (APP / "features").iterdir() if path.is_dir() and path.name != "__pycache__"]

    assert [stranger for room in rooms for stranger in strangers_in_room(room.name, _stems(room))] == []
    assert _stems(APP / "features") == {"__init__"}


def test_the_application_has_the_parts_of_the_plan() -> None:
    folders = {path.name for path in APP.iterdir() if path.is_dir() and list(path.glob("*.py"))}

    assert (folders | _stems(APP)) - {"__init__"} <= TOP_LEVEL


def _stems(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py")}


BAD_SAMPLES: list[tuple[Checker, str]] = [
    (asks_the_time, "from datetime import UTC, datetime\nnow = datetime.now(UTC)"),
    (asks_the_time, "import datetime as dt\nclock = dt.datetime.now"),
    (asks_the_time, "from datetime import date as day\nday.today()"),
    (asks_the_time, "from time import time\ntime()"),
    (defines_a_table, "class Deck(SQLModel, table=True): ..."),
    (defines_a_table, "import sqlalchemy as sa\nsa.Table('deck', metadata)"),
    (holds_more_than_tables, "class DeckPublic(SQLModel): ..."),
    (holds_more_than_tables, "def may_press(deck): ..."),
    (uses_relationship, "from sqlmodel import Relationship\nclass Deck:\n    keys = Relationship()"),
    (ends_a_transaction, "def save(session):\n    session.commit()"),
    (imports_the_app, "from app.models import Press"),
    (imports_the_app, "def upgrade():\n    import app.models"),
    (imports_the_app, "from app import models"),
    (imports_core_db, "from app.core.db import transaction"),
    (imports_core_db, "from app.core import db"),
    (imports_core_db, "from . import db"),
    (imports_core_db, "from .db import transaction"),
    (holds_code, "from app.core.config import Settings"),
]


@pytest.mark.parametrize(("check", "sample"), BAD_SAMPLES)
def test_checker_bites(check: Checker, sample: str) -> None:
    assert len(check(sample)) == 1


GOOD_SAMPLES: list[tuple[Checker, str]] = [
    (asks_the_time, "from app.core import clock\nclock.now()"),
    (asks_the_time, "from sqlalchemy import func\nfunc.now()"),
    (asks_the_time, "import time\ntime.monotonic()"),
    (defines_a_table, "class DeckPublic(SQLModel): ..."),
    (holds_more_than_tables, "class Deck(SQLModel, table=True): ...\nclass Role(StrEnum): ..."),
    (imports_the_app, "from alembic import op\nimport application"),
    (imports_core_db, "from app.core.config import Settings\nfrom app.core import dbase"),
    (holds_code, '"""A room."""'),
]


@pytest.mark.parametrize(("check", "sample"), GOOD_SAMPLES)
def test_checker_lets_good_code_pass(check: Checker, sample: str) -> None:
    assert check(sample) == []


def test_a_room_or_a_file_that_nobody_planned_is_found() -> None:
    assert strangers_in_room("helpers", {"__init__"})
    assert strangers_in_room("decks", {"rules", "profile_reader", "utils"}) == ["decks/utils.py"]


ARROWS = "Imports only point down, and rooms of one row do not know each other"
EDGE = "HTTP ends at the edge"
SESSIONS = "Rooms and tables are handed a session, they never make one"
DEPS = "At the edge, only api.deps opens sessions"
PURE = "Pure modules are given everything: no SQL, no HTTP, no clock"
TESTS = "Nothing but tests imports tests"

FORBIDDEN_IMPORTS = [
    (ARROWS, "app.core.security", "app.models"),
    (ARROWS, "app.models", "app.crud"),
    (ARROWS, "app.crud", "app.features.audit.rules"),
    (ARROWS, "app.features.audit.service", "app.features.stream.service"),
    (ARROWS, "app.features.stream.service", "app.features.buttons.service"),
    (ARROWS, "app.features.buttons.service", "app.features.tokens.service"),
    (ARROWS, "app.features.tokens.service", "app.features.accounts.service"),
    (ARROWS, "app.features.accounts.service", "app.features.presses.service"),
    (ARROWS, "app.features.presses.service", "app.features.decks.service"),
    (ARROWS, "app.features.decks.service", "app.features.stats.service"),
    (ARROWS, "app.features.stats.service", "app.features.webhooks.service"),
    (ARROWS, "app.features.webhooks.service", "app.features.seals.service"),
    (ARROWS, "app.features.seals.service", "app.features.schedules.service"),
    (ARROWS, "app.features.schedules.service", "app.features.alerts.service"),
    (ARROWS, "app.features.alerts.service", "app.features.reports.service"),
    (ARROWS, "app.features.reports.service", "app.api.main"),
    (ARROWS, "app.features.reports.queries", "app.background.jobs"),
    (ARROWS, "app.api.main", "app.background.jobs"),
    (ARROWS, "app.background.jobs", "app.cli"),
    (ARROWS, "app.main", "app.cli"),
    (ARROWS, "app.serve", "app.cli"),
    (ARROWS, "app.subcommands.filling", "app.cli"),
    (ARROWS, "app.serve", "app.subcommands.serving"),
    (ARROWS, "app.features.reports.service", "app.demo.load"),
    (ARROWS, "app.demo.load", "app.database_access"),
    (ARROWS, "app.demo.load", "app.original.service"),
    (ARROWS, "app.backup.service", "app.database_access"),
    (ARROWS, "app.loading", "app.demo.load"),
    (ARROWS, "app.loading", "app.backup.service"),
    (EDGE, "app.core.errors", "fastapi"),
    (EDGE, "app.background.jobs", "starlette"),
    (EDGE, "app.features.decks.schemas", "fastapi"),
    (EDGE, "app.backup.service", "starlette"),
    (EDGE, "app.loading", "fastapi"),
    (SESSIONS, "app.features.decks.queries", "app.core.db"),
    (SESSIONS, "app.crud", "app.core.db"),
    (SESSIONS, "app.demo.load", "app.core.db"),
    (SESSIONS, "app.original.service", "app.core.db"),
    (SESSIONS, "app.loading", "app.core.db"),
    (DEPS, "app.api.routes.decks", "app.core.db"),
    (DEPS, "app.api.errors", "app.core.db"),
    (PURE, "app.features.presses.rules", "sqlalchemy"),
    (PURE, "app.features.presses.ingest", "sqlmodel"),
    (PURE, "app.features.presses.buffer", "psycopg"),
    (PURE, "app.features.stats.periods", "app.core.clock"),
    (PURE, "app.features.schedules.due", "app.features.schedules.queries"),
    (PURE, "app.features.webhooks.sign", "httpx"),
    (PURE, "app.demo.rhythm", "app.core.clock"),
    (PURE, "app.original.rules", "psycopg"),
    (PURE, "app.original.people_rules", "sqlmodel"),
    (TESTS, "app.api.deps", "app.tests.factories"),
]
PERMITTED_IMPORTS = [
    ("app.main", "app.core.db"),
    ("app.main", "fastapi"),
    ("app.subcommands.upkeep", "app.core.db"),
    ("app.backup.service", "app.core.db"),
    ("app.serve", "app.backup.service"),
    ("app.demo.load", "app.loading"),
    ("app.original.service", "app.loading"),
    ("app.background.jobs", "app.core.db"),
    ("app.api.deps", "app.core.db"),
    ("app.api.deps", "app.crud"),
    ("app.api.routes.decks", "app.api.deps"),
    ("app.api.routes.decks", "fastapi"),
    ("app.features.alerts.service", "app.features.schedules.service"),
    ("app.features.presses.service", "app.features.buttons.service"),
    ("app.features.presses.rules", "app.models"),
    ("app.models", "sqlmodel"),
    ("app.models", "app.core.security"),
]


def lint_imports(folder: Path, imports: list[tuple[str, str]]) -> str:
    """What import-linter says, under our contracts, of an application that has just these imports."""
    modules: dict[str, list[str]] = {f"app.features.{room}.service": [] for room in OWN_WORDS}
    modules |= {"app.background.jobs": [], "app.cli": [], "app.core.clock": [], "app.tests.factories": []}
    modules |= {
        "app.main": [],
        "app.serve": [],
        "app.subcommands.upkeep": [],
        "app.worker": [],
        "app.database_access": [],
        "app.backup.service": [],
        "app.service.install": [],
    }
    modules |= {"app.command": [], "app.worker_process": []}
    modules |= {f"app.demo.{word}": [] for word in DEMO_WORDS}
    modules |= {f"app.original.{word}": [] for word in ORIGINAL_WORDS}
    for importer, imported in imports:
        modules.setdefault(importer, []).append(f"import {imported}")
        if imported.startswith("app."):
            modules.setdefault(imported, [])
    for module, lines in modules.items():
        path = folder / f"{module.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        for package in path.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
        path.write_text("\n".join(lines), encoding="utf-8")
    program, config = Path(sys.executable).with_name("lint-imports"), BACKEND / "pyproject.toml"
    command: list[str | Path] = [program, "--config", config, "--no-cache"]
    # A narrow terminal would wrap the sentences that are looked for.
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={"COLUMNS": "200"}, check=False)
    return run.stdout + run.stderr


def test_every_contract_bites(tmp_path: Path) -> None:
    outcome = lint_imports(tmp_path, [(importer, imported) for _, importer, imported in FORBIDDEN_IMPORTS])

    reports = _reports_by_contract(outcome)
    unnoticed = [row for row in FORBIDDEN_IMPORTS if f"{row[1]} -> {row[2]} (l." not in reports.get(row[0], "")]
    assert unnoticed == [], outcome


def test_contracts_let_the_planned_imports_pass(tmp_path: Path) -> None:
    outcome = lint_imports(tmp_path, PERMITTED_IMPORTS)

    assert " 0 broken" in outcome, outcome


def _reports_by_contract(outcome: str) -> dict[str, str]:
    _, _, broken = outcome.partition("Broken contracts")
    parts = re.split(rf"^({'|'.join(re.escape(name) for name in _contracts())})$", broken, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _contracts() -> dict[str, dict[str, list[str]]]:
    document = tomllib.loads((BACKEND / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in document["tool"]["importlinter"]["contracts"]}


def test_every_contract_is_shown_a_violation() -> None:
    assert set(_contracts()) == {name for name, _, _ in FORBIDDEN_IMPORTS}


def test_every_room_has_its_row() -> None:
    rows = " ".join(_contracts()[ARROWS]["layers"])

    assert set(re.findall(r"app\.features\.(\w+)", rows)) == set(OWN_WORDS)
