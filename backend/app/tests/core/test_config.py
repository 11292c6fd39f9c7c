"""Settings, and the secret that is made once."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.core.config import (
    ENV_FILE_VARIABLE,
    DatabaseNotConfigured,
    SecretNotOurs,
    Settings,
    _env_files,
    load_or_create_secret,
    plain_conninfo,
)
from app.core.embedded_postgres import EmbeddedPostgres
from app.tests.serving.product import environment

BACKEND = Path(__file__).parents[3]


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret_key"
    secret = load_or_create_secret(path)
    assert len(secret) >= 32
    assert load_or_create_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)
    secrets: list[str] = []

    def load() -> None:
        barrier.wait()
        secrets.append(load_or_create_secret(tmp_path / "secret_key"))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(secrets)) == 1
    assert len(secrets) == 8


def test_a_secret_that_somebody_else_could_have_put_there_is_refused(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, who alone can give a file away")
    path = tmp_path / "secret_key"
    load_or_create_secret(path)
    os.chown(path, 65534, -1)
    with pytest.raises(SecretNotOurs, match="65534"):
        load_or_create_secret(path)


def test_a_folder_with_nothing_but_a_secret_can_become_a_data_directory(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    load_or_create_secret(data_dir / "secret_key")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o011)
    with EmbeddedPostgres(data_dir=data_dir) as postgres:
        assert postgres.is_running()


@pytest.mark.parametrize(
    ("fields", "conninfo"),
    [
        ({"database_url": SecretStr("postgresql+psycopg://u:p@h/d")}, "postgresql://u:p@h/d"),
        ({"database_url": SecretStr("postgres://u@h/d"), "postgres_server": "other"}, "postgresql://u@h/d"),
        (
            {
                "postgres_server": "db",
                "postgres_user": "a b",
                "postgres_password": SecretStr("p@:/"),
                "postgres_db": "t",
            },
            "postgresql://a%20b:p%40%3A%2F@db:5432/t",
        ),
    ],
)
def test_the_first_database_that_is_named_is_taken(fields: dict[str, object], conninfo: str) -> None:
    settings = Settings.model_validate(fields)
    assert settings.conninfo == conninfo


def test_without_a_database_the_error_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(DatabaseNotConfigured, match="DATABASE_URL"):
        _ = Settings(_env_file=None).conninfo


def test_a_conninfo_of_words_is_left_alone() -> None:
    assert plain_conninfo("host=/run user=tracker") == "host=/run user=tracker"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x",
        "http://",
        "tracker.example.org",
        "http://x/?a=1",
        "http://x/#a",
        "http://x?",
        "http://x/#",
        "http://[::1",
        "http://192.168.1.10:80000",
        "http://x:eight",
        "http://user:password@x",
        "http://studio pc",
        "http://x\ny",
        "http://<address>",
        f"http://{'x' * 2000}",
    ],
)
def test_a_public_url_that_no_key_could_call_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="PUBLIC_URL must look like"):
        Settings(_env_file=None, public_url=url)


@pytest.mark.parametrize(
    "url", ["http://192.168.1.10:8000", "https://bücher.example", "http://[fd00::7]:8000", "https://x.example/tracker"]
)
def test_a_public_url_is_kept_without_what_stands_around_it(url: str) -> None:
    assert Settings(_env_file=None, public_url=f" {url}/ ").public_url == url


def test_a_short_secret_key_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None, secret_key=SecretStr("hunter2"))
    assert "hunter2" not in str(refused.value)


def test_the_first_superuser_needs_both_address_and_password() -> None:
    with pytest.raises(ValidationError, match="go together"):
        Settings(_env_file=None, first_superuser="ann@example.com")


def test_a_link_in_the_place_of_the_secret_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("x" * 40)
    (tmp_path / "secret_key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SecretNotOurs):
        load_or_create_secret(tmp_path / "secret_key")


@pytest.mark.parametrize(("text", "mode"), [("", 0o600), ("short", 0o600), ("x" * 64, 0o644)])
def test_a_secret_that_is_no_secret_is_refused(tmp_path: Path, text: str, mode: int) -> None:
    path = tmp_path / "secret_key"
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(SecretNotOurs):
        load_or_create_secret(path)


@pytest.mark.parametrize("url", ["postgres:hunter2@db/x", "mysql://u:hunter2@h/d", "postgresql://u:hunter2%zz@h/d"])
def test_a_database_url_that_cannot_be_read_is_refused_and_not_repeated(url: str) -> None:
    for name in ("database_url", "database_direct_url"):
        with pytest.raises(ValidationError, match=f"{name.upper()} must look like") as refused:
            Settings.model_validate({name: url})
        assert "hunter2" not in str(refused.value)


def test_listening_goes_past_a_pooler_when_the_way_past_it_was_said() -> None:
    settings = Settings(_env_file=None, database_url=SecretStr("postgresql://pooler/tracker"))
    assert settings.for_listening().conninfo == settings.conninfo
    settings = settings.model_copy(update={"database_direct_url": SecretStr("postgresql://database/tracker")})

    assert "database" in settings.for_listening().conninfo
    assert "pooler" in settings.conninfo


def test_settings_come_from_the_checkout_and_not_from_where_one_happens_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PUBLIC_URL=http://from-the-current-folder\n")
    (tmp_path / "below").mkdir()
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    monkeypatch.delenv(ENV_FILE_VARIABLE)
    for folder in (tmp_path, tmp_path / "below"):
        monkeypatch.chdir(folder)
        assert Settings(_env_file=_env_files()).public_url != "http://from-the-current-folder"


def test_the_null_device_in_the_place_of_a_file_is_no_file_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_FILE_VARIABLE, "/etc/tracker.env")
    assert _env_files()[-1] == Path("/etc/tracker.env")
    monkeypatch.setenv(ENV_FILE_VARIABLE, os.devnull)
    assert _env_files() == ()


def test_no_settings_of_the_checkout_reach_the_tests_or_a_product_that_they_start() -> None:
    code = "import app.core.config as c; print(c.Settings.model_config['env_file'])"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=BACKEND, env=environment(), capture_output=True, text=True, check=True
    )

    assert told.stdout.strip() == str(Settings.model_config["env_file"]) == "()"


MAIL = {"smtp_host": "smtp.example.org", "emails_from_email": "tracker@example.org"}
LOGIN = {"smtp_user": "tracker", "smtp_password": "a-password"}
OPEN = {"smtp_tls": False}


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"smtp_host": "smtp.example.org"}, "EMAILS_FROM_EMAIL"),
        ({**MAIL, "emails_from_email": "grün@example.org"}, "ASCII"),
        ({**MAIL, "smtp_user": "tracker"}, "go together"),
        ({**MAIL, **LOGIN, **OPEN}, "in the clear"),
        ({**MAIL, **LOGIN, **OPEN, "smtp_host": "127.example.org"}, "in the clear"),
        ({**MAIL, "emails_from_name": "Tracker\r\nBcc: everybody@example.org"}, "one line"),
    ],
)
def test_mail_settings_that_cannot_work_are_refused(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Settings(_env_file=None, **given)


@pytest.mark.parametrize(
    "given",
    [
        MAIL,
        {**MAIL, **LOGIN},
        {**MAIL, **LOGIN, **OPEN, "smtp_ssl": True},
        {**MAIL, **LOGIN, **OPEN, "smtp_host": "::1"},
    ],
)
def test_mail_is_configured_by_a_server_and_a_sender(given: dict[str, Any]) -> None:
    assert Settings(_env_file=None, **given).is_mail_configured
    assert not Settings(_env_file=None).is_mail_configured
