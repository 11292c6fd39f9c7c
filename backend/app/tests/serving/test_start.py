"""The first start and the ones after it: what the product says, what it keeps, and what it refuses."""

import re
import signal
import stat
from pathlib import Path

import httpx2
import psutil
import psycopg
import pytest

from app.features.accounts.service import FIRST_STATION_NAME
from app.tests.serving.conftest import NewProduct
from app.tests.serving.presser import press_once
from app.tests.serving.product import ACCOUNT, EMAIL, PASSWORD, Product, free_port, run, wait_until

MAIN = Path(__file__).parents[2] / "main.py"
SET_UP_LINK = re.compile(r"\(the link works once\): (\S+)")


def set_up_link(product: Product) -> str | None:
    found = SET_UP_LINK.search(product.out)
    return found[1] if found else None


def test_set_up_link_stays_the_same_until_it_is_used(new_product: NewProduct) -> None:
    """Its settings are in a file, beside a folder that has the name of our package."""
    product = new_product(is_fresh=True, port=free_port(), settings={"TRACKER_DATA_DIR": "data"})
    (product.folder / ".env").write_text(f"SECRET_KEY={'k' * 40}\n")
    (product.folder / "app").mkdir()
    (product.folder / "app" / "__init__.py").write_text("raise SystemExit('this is not the program')")
    first = set_up_link(product.start())
    product.stop()
    second = set_up_link(product.start())
    assert first is not None
    assert first == second
    assert first.startswith(f"{product.url}/setup#")

    wanted = {
        "token": first.partition("#")[2],
        "email": EMAIL,
        "password": PASSWORD,
        "station": {"name": "WXYZ", "purpose": "radio", "zone": "UTC"},
    }
    answers = [httpx2.post(f"{product.url}/api/v1/setup/", json=wanted) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert press_once(product.port, product.new_target()).is_recorded
    product.stop()


def test_configured_account_gets_a_station_and_no_set_up_link(single: Product) -> None:
    assert set_up_link(single) is None
    stations = single.api.get("/stations/").json()["data"]
    assert FIRST_STATION_NAME in [station["name"] for station in stations]


def test_secret_key_is_for_its_owner_alone(single: Product) -> None:
    assert stat.S_IMODE((single.data_dir / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize("words", [["--port", "nonsense"], ["--help"]])
def test_worker_that_nobody_needs_is_gone_with_its_parent(words: list[str], tmp_path: Path) -> None:
    """It is started before the words are read."""
    answer = run("tracker", "serve", *words, cwd=tmp_path, TRACKER_DATA_DIR=str(tmp_path))

    assert answer.returncode == (0 if words == ["--help"] else 2)
    assert "Traceback" not in answer.stderr
    assert "KeyboardInterrupt" not in answer.stderr
    left = [
        process for process in psutil.process_iter() if _environment(process).get("TRACKER_DATA_DIR") == str(tmp_path)
    ]
    assert left == []


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}


def test_second_server_on_a_data_directory_is_refused(single: Product, tmp_path: Path) -> None:
    answer = run("tracker", "serve", "--port", "0", cwd=tmp_path, TRACKER_DATA_DIR=str(single.data_dir))

    assert answer.returncode != 0
    assert answer.stderr.strip() == (
        f"The data directory {single.data_dir} is in use by another running tracker (process {single.pid})."
    )


def test_port_that_is_taken_is_named(single: Product, tmp_path: Path) -> None:
    settings = {"TRACKER_DATA_DIR": str(tmp_path / "data")}
    answer = run("tracker", "serve", "--port", str(single.port), cwd=tmp_path, **settings)

    assert answer.returncode != 0
    assert answer.stderr.startswith(f"Cannot listen on 127.0.0.1, port {single.port}: ")
    assert answer.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_password_that_is_too_weak_is_named_in_a_sentence(single: Product, tmp_path: Path) -> None:
    database = {"DATABASE_URL": database_url(single), "SECRET_KEY": "k" * 40}
    account = {"FIRST_SUPERUSER": "second@example.com", "FIRST_SUPERUSER_PASSWORD": "short"}
    answer = run("tracker", "serve", "--port", "0", cwd=tmp_path, **database, **account)

    assert answer.returncode != 0
    assert "FIRST_SUPERUSER_PASSWORD" in answer.stderr
    assert "short" not in answer.stderr.replace("too short", "")
    assert answer.stderr.count("\n") == 1


def test_database_of_a_newer_version_is_refused_in_a_sentence(single: Product, tmp_path: Path) -> None:
    newer = database_url(single).replace("/tracker?", "/newer?")
    single.execute("CREATE DATABASE newer")
    with psycopg.connect(newer) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES ('20991231_not_known_yet')")
    answer = run("tracker", "serve", "--port", "0", cwd=tmp_path, DATABASE_URL=newer, SECRET_KEY="k" * 40)
    single.execute("DROP DATABASE newer")

    assert answer.returncode != 0
    assert "was it made by a newer version of this program?" in answer.stderr
    assert "20991231_not_known_yet" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_on_the_whole_network_it_prints_the_address_for_the_studio_pc(new_product: NewProduct) -> None:
    product = new_product(host="0.0.0.0", settings=ACCOUNT).start()  # noqa: S104  what is tested

    found = re.search(r"From the studio PC, and in every press URL: http://(\S+):(\d+)", product.out)
    assert found is not None
    own = {address.address for addresses in psutil.net_if_addrs().values() for address in addresses}
    assert found[1] in own
    assert int(found[2]) == product.port
    assert product.new_target().press_url.startswith(f"http://{found[1]}:{found[2]}/p/")
    product.stop()


def test_press_urls_that_no_other_machine_can_reach_are_warned_about(new_product: NewProduct) -> None:
    settings = ACCOUNT | {"PUBLIC_URL": "http://localhost:8000/tracker/"}
    product = new_product(host="0.0.0.0", settings=settings).start()  # noqa: S104  what is tested

    assert "WARNING: press URLs point at this machine itself" in product.out
    assert product.new_target().press_url.startswith("http://localhost:8000/tracker/p/")
    product.stop()


def test_health_check_is_true_once_presses_can_be_recorded(new_product: NewProduct) -> None:
    """The first connection already waits until the answer is true: it is never refused, nor true too early."""
    product = new_product(port=free_port(), settings=ACCOUNT)
    product.launch()
    wait_until(lambda: "is running" in product.out)

    assert httpx2.get(f"{product.url}/api/v1/utils/health-check/", timeout=20).json() is True
    assert press_once(product.port, product.new_target()).is_recorded
    product.stop()


# Under FastAPI's own command


def database_url(product: Product) -> str:
    return f"postgresql://tracker@/tracker?host={product.data_dir / 'run'}"


def test_fastapi_run_without_a_database_says_what_to_set(tmp_path: Path) -> None:
    answer = run("fastapi", "run", str(MAIN), "--port", str(free_port()), "--host", "127.0.0.1", cwd=tmp_path)

    assert answer.returncode != 0
    assert "No database is configured. Set DATABASE_URL" in answer.stderr


def test_fastapi_run_with_a_database_records_presses(single: Product, new_product: NewProduct) -> None:
    target = single.new_target()
    port = free_port()
    product = new_product(
        is_fresh=True,
        command=["fastapi", "run", str(MAIN), "--port", str(port), "--host", "127.0.0.1"],
        settings={"DATABASE_URL": database_url(single)},
    )
    product.launch()
    wait_until(lambda: press_once(port, target).is_recorded or product.exit_code is not None)

    assert product.exit_code is None, product.err
    product.send(signal.SIGTERM)
    assert product.wait() in (0, -signal.SIGTERM)
