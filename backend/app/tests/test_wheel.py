"""The wheel: everything inside, with the versions that were tested, and a server that needs nothing beside it."""

import os
import site
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import httpx2
import pytest
from packaging.requirements import Requirement

from app.tests.serving.conftest import short_folder
from app.tests.serving.product import free_port, wait_until

BACKEND = Path(__file__).parents[2]
ACCOUNT = {"FIRST_SUPERUSER": "owner@example.com", "FIRST_SUPERUSER_PASSWORD": "a-long-password-for-tests"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `scripts/build-wheel.sh` has it built, without asking a registry for the builder."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=BACKEND, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel's program, and of the checkout nothing but the packages that it depends on."""
    venv = tmp_path_factory.mktemp("an installation") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(venv), "platbase": str(venv)}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    # Added as a plain folder: the link that it holds to the checkout is not followed.
    (packages / "dependencies.pth").write_text(f"{site.getsitepackages()[0]}\n", encoding="utf-8")
    return venv / "bin" / "python"


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def test_everything_of_the_program_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("app/")}

    tree = {str(path.relative_to(BACKEND)) for path in (BACKEND / "app").rglob("*") if path.is_file()}
    left_out = ("app/tests/", "app/email-templates/src/")
    wanted = {name for name in tree if not name.startswith(left_out) and "__pycache__" not in name and "/." not in name}
    assert packed == wanted
    assert "app/alembic/versions/20261123_first_schema.py" in packed
    assert "app/dashboard/index.html" in packed
    # .gitignore names every folder `build`.
    assert "app/email-templates/build/weekly.html" in packed


def test_a_wheel_carries_the_license(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert any(name.endswith("/LICENSE") for name in archive.namelist())


def test_whoever_installs_the_wheel_gets_the_versions_that_were_tested(wheel: Path) -> None:
    project = tomllib.loads((BACKEND / "pyproject.toml").read_text(encoding="utf-8"))
    pinned = set(project["tool"]["uv"]["constraint-dependencies"])
    required = [Requirement(text) for text in metadata(wheel).get_all("Requires-Dist", [])]
    exact = {f"{each.name}=={next(iter(each.specifier)).version}" for each in required if "==" in str(each.specifier)}

    lock = (BACKEND / "requirements.lock").read_text(encoding="utf-8")
    assert len(exact) == len([line for line in lock.splitlines() if line[:1].isalpha()]) > 40
    assert exact <= pinned
    assert {Requirement(text).name for text in project["project"]["dependencies"]} <= {each.name for each in required}


@contextmanager
def serving(python: Path, folder: Path, *, port: int) -> Iterator[Path]:
    """`tracker serve` of an installation, in a folder that is empty, by a user who has nothing. Yields its log."""
    command = "import sys; from app.command import main; sys.exit(main())"
    log = folder / "a log" / "tracker.log"
    env_file = folder / "tracker.env"
    env_file.write_text("".join(f"{name}={value}\n" for name, value in ACCOUNT.items()), encoding="utf-8")
    options = ["--port", str(port), "--log-file", str(log), f"--env-file={env_file}"]
    process = subprocess.Popen(
        [python, "-c", command, "serve", *options],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "TRACKER_DATA_DIR": str(folder / "data")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        wait_until(lambda: process.poll() is not None or (log.exists() and "is running" in log.read_text("utf-8")))
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield log
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b""), log.read_text(encoding="utf-8")


def test_an_installation_serves_without_the_checkout(installed: Path) -> None:
    port = free_port()
    with (
        short_folder() as folder,
        serving(installed, folder, port=port) as log,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        login = {"username": ACCOUNT["FIRST_SUPERUSER"], "password": ACCOUNT["FIRST_SUPERUSER_PASSWORD"]}
        token = client.post("/api/v1/login/access-token", data=login).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        button = client.post("/api/v1/buttons/", json={"title": "Hug", "type": "PSA"}).json()

        assert client.get(button["press_url"]).json()["status"] == "counted"
        assert client.get("/setup", headers={"Accept": "text/html"}).status_code == 200
        assert log.stat().st_mode & 0o077 == 0


def test_the_installation_is_the_wheel_and_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = "import app.core.config as c; print(c.__file__); print(c.Settings.model_config['env_file'])"
    said = subprocess.run([installed, "-c", code], cwd=tmp_path, env={}, capture_output=True, text=True, check=True)

    where, env_files = said.stdout.splitlines()
    assert Path(where).is_relative_to(installed.parents[1])
    assert env_files == "()"
