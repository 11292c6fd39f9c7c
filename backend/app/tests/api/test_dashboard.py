"""The dashboard's page and files, as the server hands them out. What they do is tested in a browser, in `frontend/tests`."""

import gzip
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette

from app.api.dashboard import DashboardRoute
from app.api.deps import API_PREFIX, Runtime
from app.features.accounts import letters, service
from app.features.alerts.service import Links
from app.main import Tracker
from app.models import Telling

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGE = '<!doctype html><base href="/" /><script src="./assets/main-1a2b.js"></script>'
SCRIPT = "export const answer = 42;" * 40
SOMEBODY = UUID(int=7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dashboard as it is built, with a secret beside it."""
    built = tmp_path / "dashboard"
    (built / "assets").mkdir(parents=True)
    (built / "icons").mkdir()
    (built / "index.html").write_text(PAGE, encoding="utf-8")
    (built / ".set-up").write_text("a fingerprint", encoding="utf-8")
    (built / "assets/main-1a2b.js").write_text(SCRIPT, encoding="utf-8")
    (built / "assets/main-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (built / "icons/icon.svg").write_text("<svg/>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("a secret", encoding="utf-8")
    return built


def served(folder: Path, *, public_url: str = "http://tracker.test") -> TestClient:
    app = Starlette(routes=[DashboardRoute(folder)])
    app.state.runtime = SimpleNamespace(public_url=public_url)
    return TestClient(app)


# A dashboard that is built while it is served


def test_a_dashboard_that_is_built_anew_is_served_at_once(folder: Path) -> None:
    client = served(folder)
    assert client.get("/assets/main-1a2b.js").status_code == 200

    (folder / "assets/main-1a2b.js").rename(folder / "assets/main-3c4d.js")
    (folder / "index.html").write_text(PAGE.replace("1a2b", "3c4d"), encoding="utf-8")

    assert client.get("/assets/main-3c4d.js").status_code == 200
    assert client.get("/assets/main-1a2b.js").status_code == 404


# The page


@pytest.mark.parametrize("path", ["/", "/login", "/setup", "/buttons/123", "/no/such/screen"])
def test_a_browser_is_given_the_page_at_every_screen(folder: Path, path: str) -> None:
    answer = served(folder).get(path, headers=HTML)

    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_the_first_page_is_there_for_whoever_only_looks_whether_something_answers(folder: Path) -> None:
    answer = served(folder).get("/", headers={"Accept": "*/*"})

    assert (answer.status_code, answer.text) == (200, PAGE)


@pytest.mark.parametrize(
    ("public_url", "base"),
    [
        ("http://tracker.test", "/"),
        ("https://tracker.test/", "/"),
        ("https://tracker.test/studio/a", "/studio/a/"),
        ("https://tracker.test/studio/a/", "/studio/a/"),
    ],
)
def test_the_page_knows_below_which_path_it_is_reached(folder: Path, public_url: str, base: str) -> None:
    page = served(folder, public_url=public_url).get("/log", headers=HTML).text

    assert f'<base href="{base}"' in page


@pytest.mark.parametrize("path", ["/", "/index.html", "/icons/icon.svg"])
def test_what_keeps_its_name_is_asked_for_each_time(folder: Path, path: str) -> None:
    assert served(folder).get(path, headers=HTML).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/assets/main-1a2b.js"])
def test_a_browser_is_told_to_run_nothing_but_its_own_files(folder: Path, path: str) -> None:
    headers = served(folder).get(path, headers=HTML).headers
    policy = {part.split()[0]: part.split()[1:] for part in headers["content-security-policy"].split(";")}

    assert policy["default-src"] == policy["script-src"] == policy["base-uri"] == ["'self'"]
    assert policy["object-src"] == policy["frame-ancestors"] == ["'none'"]
    assert "'unsafe-eval'" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    # Links of mails have their tokens in the address.
    assert headers["referrer-policy"] == "no-referrer"


def test_a_dashboard_that_was_not_built_says_how_it_is(tmp_path: Path) -> None:
    answer = served(tmp_path / "nothing").get("/", headers=HTML)

    assert answer.status_code == 503
    assert "scripts/start.sh" in answer.text
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/login", "/icons/icon.svg"])
def test_head_is_answered_as_get_is(folder: Path, path: str) -> None:
    client = served(folder)
    asked, got = client.head(path, headers=HTML), client.get(path, headers=HTML)

    assert asked.status_code == 200
    assert asked.headers == got.headers


# Files


def test_a_file_whose_name_changes_with_it_is_kept_for_good(folder: Path) -> None:
    answer = served(folder).get("/assets/main-1a2b.js")

    assert (answer.status_code, answer.text) == (200, SCRIPT)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, br", "gzip"), ("identity", None)])
def test_whoever_takes_gzip_gets_it_and_others_the_same_plain(
    folder: Path, accepted: str, encoding: str | None
) -> None:
    answer = served(folder).get("/assets/main-1a2b.js", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == SCRIPT


def test_what_does_not_shrink_is_sent_as_it_is(folder: Path) -> None:
    answer = served(folder).get("/icons/icon.svg", headers={"Accept-Encoding": "gzip"})

    assert (answer.text, answer.headers["content-type"]) == ("<svg/>", "image/svg+xml")
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/.set-up",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/assets",
        "/assets/",
        "/assets/main-0000.js",
    ],
)
def test_no_path_leads_to_anything_else(folder: Path, path: str) -> None:
    client = served(folder)

    assert client.get(path).status_code == 404
    assert client.get(path, headers=HTML).text == PAGE


# Beside the API


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/no/such/screen", {}),
        ("GET", "/login", {"Accept": "application/json"}),
        ("GET", f"{API_PREFIX}/nothing", HTML),
        ("POST", "/no/such/screen", HTML),
        ("POST", "/login", HTML),
        ("DELETE", "/", HTML),
    ],
)
def test_whoever_asks_for_no_page_is_answered_by_the_api(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_pages_of_the_document_are_not_the_dashboard(client: TestClient, path: str) -> None:
    assert 'id="root"' not in client.get(path, headers=HTML).text


def test_the_application_has_the_dashboard(application: Tracker, client: TestClient, runtime: Runtime) -> None:
    application.state.runtime = replace(runtime, public_url="http://tracker.test/sub")

    answer = client.get("/login", headers=HTML)

    # Where nobody has built it, which these tests do not wait for.
    assert answer.status_code in (200, 503)
    assert answer.status_code == 503 or '<base href="/sub/"' in answer.text


@pytest.mark.parametrize(
    ("link", "screen", "token"),
    [
        (letters.password_link("http://tracker.test/sub", "t"), "/reset-password", "token=t"),
        (letters.address_link("http://tracker.test/sub", "t"), "/confirm-email", "token=t"),
        (letters.invitation_link("http://tracker.test/sub", "t"), "/invitation", "token=t"),
        (service.setup_url("http://tracker.test/sub", "a key"), "/setup", service.setup_token("a key")),
        (
            Links(public_url="http://tracker.test/sub", secret_key="a key").stop(
                station_id=SOMEBODY, user_id=SOMEBODY, kind=Telling.WEEK
            ),
            "/stop-mail",
            f"{SOMEBODY}.{SOMEBODY}.week.",
        ),
    ],
)
def test_a_link_leads_to_a_screen_with_the_token_where_no_log_has_it(
    folder: Path, link: str, screen: str, token: str
) -> None:
    address, _, fragment = link.partition("#")
    path = address.removeprefix("http://tracker.test/sub")

    assert path == screen
    assert fragment.startswith(token)
    assert served(folder).get(path, headers=HTML).text == PAGE
