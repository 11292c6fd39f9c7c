"""The `tracker` command beside the server: what it prints, what it changes, and how it finds its database."""

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest
import structlog
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from app import cli
from app.core.config import get_settings
from app.core.db import build_engine, transaction
from app.core.embedded_postgres import EmbeddedPostgres, conninfo_of_running
from app.core.security import hash_token, verify_password
from app.features.buttons.addresses import AddressChange
from app.models import PressKeyHeard, PublicUrl
from app.serve import Address, CannotServe, Prepared, prepare, welcome
from app.tests.conftest import settings_for
from app.tests.factories import LONG_AGO, Factory

PASSWORD = "correct horse battery"
DEMO = ("demo", "--until", "2026-11-23", "--years", "0.02")


@dataclass(frozen=True)
class Outcome:
    """What a run left behind. A failure's sentence is what the shell would see on standard error."""

    exit_code: int
    said: str
    failure: str


type Run = Callable[..., Outcome]


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs the command as the shell would, in this process."""

    def run(*arguments: str, input: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["tracker", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(input))
        get_settings.cache_clear()
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        code = exit_.value.code
        said = capsys.readouterr().out
        return Outcome(1, said, code) if isinstance(code, str) else Outcome(code or 0, said, "")

    yield run
    get_settings.cache_clear()
    # The logs went to the captured standard error, which is closed after this test.
    structlog.reset_defaults()


@pytest.fixture
def database(new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database of the test's own, named by DATABASE_URL."""
    conninfo = new_database(f"cli_{uuid4().hex[:8]}")
    monkeypatch.setenv("DATABASE_URL", conninfo)
    return conninfo


@pytest.fixture
def without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No database is configured, neither in the environment nor in an .env file."""
    for name in ("DATABASE_URL", "POSTGRES_SERVER", "PG_BIN_DIR", "TRACKER_PG_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def data_dir(without_settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty place for a server of the command's own."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-cli-"))
    folder.chmod(0o755)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(folder / "data"))
    yield folder / "data"
    shutil.rmtree(folder, ignore_errors=True)


def one(conninfo: str, query: str) -> tuple[object, ...]:
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row


def test_create_superuser_makes_an_account_that_runs_the_instance(tracker: Run, database: str) -> None:
    made = tracker(
        "create-superuser", "--email", "Ada@Station.example", "--full-name", "Ada", "--password-stdin",
        input=f"{PASSWORD}\n",
    )  # fmt: skip

    assert (made.exit_code, made.said) == (0, "Made the superuser ada@station.example.\n")
    email, full_name, hashed, is_superuser = one(
        database, "SELECT email, full_name, hashed_password, is_superuser FROM user_account"
    )
    assert (email, full_name, is_superuser) == ("ada@station.example", "Ada", True)
    assert one(database, "SELECT action, actor, subject_id = u.id FROM audit_event, user_account AS u") == (
        "account:user:create",
        "command",
        True,
    )
    assert verify_password(PASSWORD, str(hashed))[0]


def test_create_superuser_asks_for_what_is_missing(database: str) -> None:
    get_settings.cache_clear()
    answers = f"ada@station.example\nAda\n{PASSWORD}\n{PASSWORD}\n"

    asked = CliRunner().invoke(cli.app, ["create-superuser"], input=answers)

    get_settings.cache_clear()
    assert asked.exit_code == 0
    assert PASSWORD not in asked.output
    assert one(database, "SELECT email, full_name FROM user_account") == ("ada@station.example", "Ada")


def test_create_superuser_says_that_an_address_is_taken(tracker: Run, database: str) -> None:
    arguments = ("create-superuser", "--email", "ada@station.example", "--password-stdin")
    tracker(*arguments, input=PASSWORD)

    again = tracker(*arguments, input=PASSWORD)

    assert again == Outcome(1, "", "There is an account with this e-mail address already.")


def test_create_superuser_refuses_a_short_password_without_repeating_it(tracker: Run, database: str) -> None:
    refused = tracker("create-superuser", "--email", "ada@station.example", "--password-stdin", input="hunter2\n")

    assert refused == Outcome(1, "", "A password has 8 to 128 characters.")


def test_password_from_input_needs_an_address(tracker: Run, database: str) -> None:
    assert tracker("create-superuser", "--password-stdin", input=PASSWORD).exit_code == 2


def test_reset_link_gives_whoever_runs_the_server_a_link_for_an_account(
    tracker: Run, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://tracker.test")
    tracker("create-superuser", "--email", "ada@station.example", "--password-stdin", input=f"{PASSWORD}\n")

    made = tracker("reset-link", "ADA@station.example")

    address, _, token = made.said.strip().partition("#token=")
    assert (made.exit_code, address) == (0, "https://tracker.test/reset-password")
    stored, purpose = one(database, "SELECT token_hash, purpose FROM account_link")
    assert (stored, purpose) == (hash_token(token), "password")
    unknown = tracker("reset-link", "eve@station.example")
    assert (unknown.exit_code, unknown.failure) == (1, "There is no open account with this e-mail address.")


def test_reset_link_leads_to_where_the_server_was_started_last(
    tracker: Run, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    tracker("create-superuser", "--email", "ada@station.example", "--password-stdin", input=f"{PASSWORD}\n")
    assert tracker("reset-link", "ada@station.example").said.startswith("http://127.0.0.1:8000/reset-password#")
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO public_url (since, url) VALUES (now(), 'http://192.168.1.10:9000')")

    made = tracker("reset-link", "ada@station.example")

    assert made.said.startswith("http://192.168.1.10:9000/reset-password#")


def test_public_url_lists_the_keys_that_may_still_call_an_old_address(tracker: Run, database: str) -> None:
    assert tracker("public-url").said.startswith("No server has been started")
    engine = build_engine(settings_for(database))
    with transaction(engine) as session:
        make = Factory(session)
        key = make.press_key(button=make.button(station=make.station(name="[WAAA]"), title="Hug"))
        key.created_at = LONG_AGO
        session.add(PressKeyHeard(station_id=key.station_id, press_key_id=key.id, last_heard_at=LONG_AGO))
        for number, url in enumerate(["http://[fd00::7]:8000", "http://new.test"]):
            session.add(PublicUrl(since=LONG_AGO + timedelta(days=number), url=url))
        begin = key.key[:6]
    engine.dispose()

    listed = tracker("public-url")

    assert listed.exit_code == 0
    for word in ("http://new.test", "[WAAA]", "Hug", begin, "http://[fd00::7]:8000"):
        assert word in listed.said
    assert key.key not in listed.said
    assert listed.said.endswith("Give these decks the press URLs that the buttons show now.\n")
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM press_key_heard")
    of_no_deck = tracker("public-url").said
    assert "Hug" in of_no_deck
    assert of_no_deck.endswith(
        "No key that was ever heard calls an old address.\n"
        "Never heard at any address: 1. Revoke those that no deck has.\n"
    )
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE press_key SET revoked_at = now()")
    assert tracker("public-url").said.endswith("No key calls an old address.\n")


def test_a_start_says_that_keys_have_the_old_address() -> None:
    address = Address("127.0.0.1", 8000, "http://new.test")
    for count, said in [(0, None), (1, "1 press key may"), (1_200, "1,200 press keys may")]:
        prepared = Prepared(address_change=AddressChange(old_url="http://old.test", key_count=count))
        told = welcome(address, prepared=prepared, data_dir=None, sends_mail=False)
        lines = [line for line in told if "http://old.test" in line]
        assert ["tracker public-url" in line and str(said) in line for line in lines] == ([True] if said else [])


@pytest.mark.parametrize(
    ("public_url", "sends_mail", "is_warned"),
    [
        ("http://127.0.0.1:8000", True, True),
        ("http://localhost:8000", True, True),
        ("http://127.0.0.1:8000", False, False),
        ("https://tracker.test", True, False),
    ],
)
def test_a_start_warns_of_links_in_mails_that_lead_nowhere(public_url: str, sends_mail: bool, is_warned: bool) -> None:
    address = Address("127.0.0.1", 8000, public_url)
    told = welcome(address, prepared=Prepared(), data_dir=None, sends_mail=sends_mail)
    assert any("links in mails" in line for line in told) is is_warned


def test_demo_makes_a_station_and_says_its_password_once(tracker: Run, database: str) -> None:
    made = tracker(*DEMO)

    name, hashed = one(database, "SELECT s.name, u.hashed_password FROM station AS s CROSS JOIN user_account AS u")
    assert made.exit_code == 0
    assert made.said.startswith("WDMO Demo: ")
    assert name == "WDMO Demo"
    password = made.said.partition("with the password ")[2].split()[0]
    assert verify_password(password, str(hashed))[0]


def test_demo_can_be_made_larger(tracker: Run, database: str) -> None:
    made = tracker(*DEMO, "--presses", "2000", "--buttons", "90")

    assert made.exit_code == 0
    assert one(database, "SELECT count(*) FROM button") == (90,)
    assert one(database, "SELECT count(*) BETWEEN 1800 AND 2200 FROM press") == (True,)


def test_demo_of_a_name_that_is_there_changes_nothing(tracker: Run, database: str) -> None:
    tracker(*DEMO)

    again = tracker(*DEMO)

    assert again == Outcome(1, "", "There is a station named WDMO Demo already. Choose another name with --name.")
    assert one(database, "SELECT count(*) FROM station") == (1,)
    noted = "SELECT string_agg(action, ' ' ORDER BY action) FROM audit_event WHERE actor = 'command'"
    assert one(database, noted) == ("account:user:create instance:demo:load",)


def test_check_says_so_when_every_count_is_right(tracker: Run, database: str) -> None:
    tracker(*DEMO)

    assert tracker("rebuild-rollups", "--check") == Outcome(0, "WDMO Demo: equal to a recount.\n", "")


def test_check_finds_a_wrong_count_and_a_rebuild_mends_it(tracker: Run, database: str) -> None:
    tracker(*DEMO)
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE button_tally SET press_count = 12345 WHERE press_count = 0")
        connection.execute("DELETE FROM rollup_day WHERE day = '2026-11-20'")
        connection.execute("DELETE FROM rollup_deck_day WHERE day = '2026-11-20'")
        connection.execute("UPDATE station SET name = '[/WDMO]'")
        connection.execute("UPDATE deck SET name = '[/Studio]'")

    found = tracker("rebuild-rollups", "--check")

    assert found.exit_code == 1
    assert "Carbon monoxide" in found.said
    assert "12,345" in found.said
    assert "2026-11-20" in found.said
    # As they are, and not as marks for the terminal.
    assert "[/WDMO]: " in found.said
    assert "[/Studio]" in found.said
    assert tracker("rebuild-rollups") == Outcome(0, "[/WDMO]: counted again.\n", "")
    assert tracker("rebuild-rollups", "--check").exit_code == 0


def test_rebuild_can_be_told_which_station(tracker: Run, database: str) -> None:
    tracker(*DEMO)
    station_id = str(one(database, "SELECT id FROM station")[0])
    stranger = str(uuid4())

    assert tracker("rebuild-rollups", "--station", station_id).said == "WDMO Demo: counted again.\n"
    noted = "SELECT station_id::text, actor FROM audit_event WHERE action = 'station:rollups:rebuild'"
    assert one(database, noted) == (station_id, "command")
    assert tracker("rebuild-rollups", "--station", stranger) == Outcome(1, "", f"There is no station {stranger}.")


def test_a_database_that_does_not_answer_is_one_sentence(tracker: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

    failed = tracker("rebuild-rollups")

    assert failed.exit_code == 1
    assert failed.failure.startswith("The database does not answer: ")
    assert "\n" not in failed.failure


def test_a_database_of_a_newer_version_is_left_alone(tracker: Run, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of-tomorrow'")

    failed = tracker("rebuild-rollups")

    assert failed.exit_code == 1
    assert failed.failure.startswith("The database was made by a newer version of the tracker")


@pytest.mark.parametrize("command", ["rebuild-rollups", "backup"])
def test_a_database_that_was_made_without_migrations_is_one_sentence(
    tracker: Run, database: str, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with psycopg.connect(database) as connection:
        connection.execute("DROP TABLE alembic_version")

    failed = tracker(command)

    assert failed.exit_code == 1
    assert failed.failure.endswith("Say it once, in backend: alembic stamp head")
    engine = build_engine(settings_for(database))
    with pytest.raises(CannotServe, match="alembic stamp head"):
        prepare(engine, settings_for(database), public_url="http://127.0.0.1:8000")
    engine.dispose()


@pytest.mark.usefixtures("without_settings")
def test_a_command_works_on_the_embedded_database_that_runs(
    tracker: Run, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_DATA_DIR", str(postgres.data_dir))

    made = tracker("create-superuser", "--email", "beside@station.example", "--password-stdin", input=PASSWORD)

    assert made.exit_code == 0
    assert one(postgres.conninfo, "SELECT email FROM user_account") == ("beside@station.example",)
    assert postgres.is_running()


def test_a_command_brings_its_own_server_when_none_runs(tracker: Run, data_dir: Path) -> None:
    made = tracker("create-superuser", "--email", "alone@station.example", "--password-stdin", input=PASSWORD)

    assert made.exit_code == 0
    assert conninfo_of_running(data_dir) is None
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert one(postgres.conninfo, "SELECT email FROM user_account") == ("alone@station.example",)
        assert conninfo_of_running(data_dir) == postgres.conninfo


def test_a_server_whose_owner_is_gone_is_not_taken_for_a_running_one(tmp_path: Path) -> None:
    (tmp_path / "cluster").mkdir()
    pid = psutil.Process().pid
    lines = (str(pid), str(tmp_path / "cluster"), "0", "5432", str(tmp_path / "run"), "", "0", "ready")
    (tmp_path / "cluster/postmaster.pid").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "tracker.lock").write_text(f"{psutil.Process().ppid()}\n", encoding="ascii")

    assert conninfo_of_running(tmp_path) == make_conninfo(
        host=str(tmp_path / "run"), port=5432, user="tracker", dbname="tracker"
    )
    (tmp_path / "tracker.lock").write_text(f"{pid}\n", encoding="ascii")
    assert conninfo_of_running(tmp_path) is None
