"""`tracker import-original`: what it asks for, and what it says in the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from app import cli
from app.core.config import Settings, get_settings
from app.core.embedded_postgres import EmbeddedPostgresError
from app.database_access import DatabaseUnreachable
from app.original.ledger import Entry, Fate, Remark, Thing
from app.original.report_file import report_to
from app.subcommands import filling
from app.tests.original.installation import Installation

type Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(new_database: Callable[[str], str], original: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("DATABASE_URL", new_database(f"import_{uuid4().hex[:8]}"))
    monkeypatch.setenv("ORIGINAL_DATABASE_URL", original.url)
    monkeypatch.setenv("COLUMNS", "120")
    get_settings.cache_clear()

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.app, ["import-original", *arguments])
        return done.exit_code, str(done.exception) if done.exit_code == 1 else done.output

    yield run
    get_settings.cache_clear()


def test_it_ends_with_a_table_of_what_came_and_what_did_not(run: Run, original: Installation, tmp_path: Path) -> None:
    button_id = original.button(original.user("admin@wbor.org", is_superuser=True))
    original.use(button_id, "2025-04-01")
    original.use(button_id, "2999-04-01")
    report = tmp_path / "report.csv"

    code, said = run("--new-station", "WBOR", "--zone", "America/New_York", "--report", str(report))

    assert code == 0, said
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines() if "│" in line]
    assert ["use", "came", "1", ""] in lines
    assert ["use", "did not come", "1", "it lies in the future"] in lines
    assert "Station WBOR, " in said
    assert "Nobody runs this server yet" in said
    assert "it lies in the future" in report.read_text(encoding="utf-8-sig")

    code, said = run()
    assert (code, "here before" in said) == (0, True)
    assert run("--report", str(report)) == (1, f"There is a file {report} already. Name another one with --report.")


def test_it_says_what_it_needs_to_know(run: Run, original: Installation, tmp_path: Path) -> None:
    original.user("admin@wbor.org", is_superuser=True)

    report = tmp_path / "report.csv"
    code, said = run("--report", str(report), "--new-station", "WBOR", "--zone", "Mars/Olympus")
    assert (code, said) == (1, "zone: must be the name of a time zone, such as America/New_York or Europe/Berlin")
    assert not report.exists()
    nowhere = tmp_path / "no folder" / "report.csv"
    assert run("--report", str(nowhere)) == (
        1,
        f"The report cannot be written to {nowhere}: No such file or directory.",
    )
    assert run("--new-station", "WBOR")[0] == 2
    assert run("--station", "WBOR", "--new-station", "WBOR", "--zone", "UTC")[0] == 2
    assert run() == (1, "Say into which station: --station NAME, or --new-station NAME and --zone ZONE.")


@pytest.mark.parametrize("refusal", [DatabaseUnreachable, EmbeddedPostgresError, KeyboardInterrupt])
def test_a_start_that_is_refused_leaves_no_empty_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: type[BaseException]
) -> None:
    @contextmanager
    def refuse(settings: Settings) -> Iterator[Engine]:
        raise refusal
        yield

    monkeypatch.setattr(filling, "open_database", refuse)

    code, _ = run("--report", str(tmp_path / "report.csv"))

    assert code != 0
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_says_something_is_kept_when_the_run_breaks_off(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"

    def break_off() -> None:
        with report_to(report) as tell:
            tell(Entry(Thing.USE, "7", Remark(Fate.LEFT, "it lies in the future")))
            raise DatabaseUnreachable

    with pytest.raises(DatabaseUnreachable):
        break_off()

    assert "it lies in the future" in report.read_text(encoding="utf-8-sig")
