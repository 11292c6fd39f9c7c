"""The folder of the mail templates: build is what src yields, and each mail has its sources."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.features.accounts.mail import BUILD, Template

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "build_emails.py"
SOURCE = BUILD.parent / "src"


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The templates and the script that builds them, elsewhere."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    shutil.copytree(SOURCE, tmp_path / "app" / "email-templates" / "src")
    return tmp_path


def build(copy: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", str(copy / "scripts" / SCRIPT.name)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_build_is_what_the_sources_yield(copy: Path) -> None:
    built = copy / "app" / "email-templates" / "build"
    built.mkdir()
    (built / "gone.html").write_text("of a mail that is no more", encoding="utf-8")
    done = build(copy)

    assert done.returncode == 0, done.stderr
    assert files(built) == files(BUILD), "run scripts/build_emails.py"


def test_what_mjml_does_not_know_is_not_built(copy: Path) -> None:
    source = copy / "app" / "email-templates" / "src" / "test_mail.mjml"
    source.write_text(source.read_text(encoding="utf-8").replace("mj-text", "mj-txt"), encoding="utf-8")

    assert "test_mail.mjml: there is no element mj-txt" in build(copy).stderr


def test_every_mail_has_sources_and_every_source_is_a_mail() -> None:
    assert {path.name for path in SOURCE.iterdir() if path.is_file()} == {
        f"{template}.{kind}" for template in Template for kind in ("mjml", "txt")
    }
