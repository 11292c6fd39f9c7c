"""The pages that links in mails lead to."""

import re

import pytest
from fastapi.testclient import TestClient

from app.api.routes.setup import PAGE_HEADERS, PAGES
from app.features.accounts import letters

PAGE_NAMES = ["reset-password", "confirm-email", "invitation"]
SCRIPT = (PAGES / "links.js").read_text(encoding="utf-8")


def html_of(page: str) -> str:
    return (PAGES / f"{page}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [*PAGE_NAMES, "links/links.js"])
def test_the_pages_run_nothing_but_their_own_files(client: TestClient, path: str) -> None:
    answer = client.get(f"/{path}")
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS


@pytest.mark.parametrize("page", PAGE_NAMES)
def test_what_a_page_loads_is_served(client: TestClient, page: str) -> None:
    loaded = re.findall(r'(?:src|href)="((?!data:)[^"]+)"', html_of(page))
    assert "links/links.js" in loaded
    assert {client.get(f"/{path}").status_code for path in loaded} == {200}


@pytest.mark.parametrize("page", PAGE_NAMES)
def test_nothing_is_inline(page: str) -> None:
    for inline in ("<style", " style=", " onclick=", " onsubmit=", "javascript:"):
        assert inline not in html_of(page)


@pytest.mark.parametrize("page", PAGE_NAMES)
def test_every_field_of_a_page_has_a_label_and_a_place_for_its_error(page: str) -> None:
    html = html_of(page)
    for form, field in re.findall(r'id="([\w-]+)-field-(\w+)"', html):
        assert f'for="{form}-field-{field}"' in html
        assert f'id="{form}-error-{field}"' in html


@pytest.mark.parametrize("page", PAGE_NAMES)
def test_the_script_knows_the_page_and_what_its_buttons_do(page: str) -> None:
    html = html_of(page)
    assert f'data-page="{page}"' in html
    assert f'"{page}":' in SCRIPT or f"  {page}:" in SCRIPT
    (actions,) = re.findall(r"const ACTIONS = \{(.*?)\};", SCRIPT)
    for action in re.findall(r'data-acts="(\w+)"', html):
        assert re.search(rf"\b{action}\b", actions), action
    for form in re.findall(r'<form id="([\w-]+)"', html):
        assert f'onSubmit("{form}"' in SCRIPT, form


@pytest.mark.parametrize(
    ("link", "page"),
    [
        (letters.password_link("http://tracker.test/sub", "t"), "reset-password"),
        (letters.address_link("http://tracker.test/sub", "t"), "confirm-email"),
        (letters.invitation_link("http://tracker.test/sub", "t"), "invitation"),
    ],
)
def test_a_link_leads_to_its_page_with_the_token_where_no_log_has_it(link: str, page: str) -> None:
    assert link == f"http://tracker.test/sub/{page}#token=t"
    assert 'get("token")' in SCRIPT
