"""The API document as pages, which nothing outside of this server is needed for."""

import re

import pytest
from fastapi.testclient import TestClient

from app.api.routes.docs import ASSETS

PAGES = ["/docs", "/redoc"]
# What makes a browser fetch something, with an address of another host behind it.
LOADS_FROM_OUTSIDE = re.compile(
    r"""(?:\bsrc\s*[:=]\s*|\burl\(\s*|@import\s+|\bfetch\(\s*|importScripts\(\s*|new\s+Worker\(\s*|<link[^>]+href=)"""
    r"""["'`]?(?:https?:)?//[^"'`\s)]+"""
)


@pytest.mark.parametrize("path", [*PAGES, *(f"/docs/{name}" for name in ASSETS)])
def test_pages_and_what_they_load_come_from_here_and_load_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert LOADS_FROM_OUTSIDE.findall(answer.text) == []


@pytest.mark.parametrize(
    "loads",
    [
        'createElement("img",{src:"https://cdn.example/logo.svg"})',
        "@import 'https://fonts.example/css';",
        "url(//cdn.example/font.woff)",
        '<link rel="stylesheet" href="https://fonts.example/css">',
        '<script src="https://cdn.example/x.js">',
        'importScripts("https://cdn.example/x.js")',
    ],
)
def test_what_loads_from_elsewhere_is_found(loads: str) -> None:
    assert LOADS_FROM_OUTSIDE.search(loads)


@pytest.mark.parametrize("path", PAGES)
def test_a_browser_is_told_to_load_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    policy = client.get(path).headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))

    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    words = {word for sources in directives.values() for word in sources.split()}
    assert words == {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}
    assert [name for name, sources in directives.items() if "'unsafe-inline'" in sources] == ["style-src"]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_finds_its_parts_and_the_document_beside_itself(client: TestClient, path: str) -> None:
    page = client.get(path).text
    parts = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page)

    assert len(parts) >= 2
    # Relative addresses, so that they are right behind any proxy.
    assert [part for part in parts if part.startswith("/") or client.get(f"/{part}").status_code != 200] == []
    script = next(part for part in parts if part in {"docs/docs.js", "docs/redoc.js"})
    assert '"api/v1/openapi.json"' in client.get(f"/{script}").text


def test_the_checker_of_swagger_is_off(client: TestClient) -> None:
    """It would send the address of the document to its maker's host."""
    assert "validatorUrl: null" in client.get("/docs/docs.js").text


def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    tag = client.get("/docs/redoc.standalone.js").headers["etag"]
    again = client.get("/docs/redoc.standalone.js", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_licences_go_with_the_programs(client: TestClient) -> None:
    licences = client.get("/docs/licenses.txt").text

    for words in ("SmartBear Software", "Apache License", "Rebilly, Inc.", "React"):
        assert words in licences


@pytest.mark.parametrize("name", ["favicon.png", "..%2Fcore.py", "setup.js"])
def test_nothing_else_is_given_out(client: TestClient, name: str) -> None:
    assert client.get(f"/docs/{name}").status_code == 404
