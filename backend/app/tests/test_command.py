"""Where the `tracker` command begins: the options that every process of a server must have from its first moment."""

from pathlib import Path

import pytest

from app import command
from app.core import config
from app.core.config import Settings


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        ([], None),
        (["--port", "8000"], None),
        (["--env-file", "a b.env"], "a b.env"),
        (["--env-file=a=b.env", "--port", "1"], "a=b.env"),
        (["--env-file", "old", "--env-file", "new"], "new"),
        (["--env-file"], None),
        (["--env-files=other"], None),
    ],
)
def test_an_option_is_found_however_it_is_written(arguments: list[str], value: str | None) -> None:
    assert command.value_of("--env-file", ["tracker", "serve", *arguments]) == value


def test_a_file_with_settings_that_is_not_there_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(command.ENV_FILE_VARIABLE, "")
    command.check_env_file()

    command.take_early_options(["tracker", "serve", "--env-file", str(tmp_path / "no.env")])

    with pytest.raises(SystemExit, match=r"no\.env cannot be read"):
        command.check_env_file()


def test_the_data_directory_of_the_command_line_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATA_DIR", "/var/lib/other")

    command.take_early_options(["tracker", "serve", "--data-dir", "/srv/tracker"])

    assert Settings(_env_file=None).tracker_data_dir == Path("/srv/tracker")


def test_a_log_that_cannot_be_written_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SystemExit, match="The log cannot be written"):
        command.write_to(tmp_path / "file" / "tracker.log")


def test_both_places_that_name_the_variable_name_the_same() -> None:
    assert command.ENV_FILE_VARIABLE == config.ENV_FILE_VARIABLE
