"""What the logs do not tell."""

import logging
import sys

import pytest
import structlog

from app.core.log import WithoutSecrets, lines

SECRET = "buckle up, it is the law"


def _fail() -> None:
    password = SECRET
    msg = f"{len(password)} characters were too many"
    raise ValueError(msg)


@pytest.mark.parametrize("is_for_people", [True, False])
def test_a_traceback_shows_no_local_variable(is_for_people: bool) -> None:
    event: structlog.typing.EventDict = {"event": "failed", "level": "error"}
    try:
        _fail()
    except ValueError:
        event["exc_info"] = sys.exc_info()
    rendered = event
    for processor in lines(is_for_people=is_for_people):
        rendered = processor(None, "error", rendered)  # type: ignore[assignment]
    assert "24 characters were too many" in str(rendered)
    assert "_fail" in str(rendered)
    assert SECRET not in str(rendered)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/p/abc", "/p/…"),
        ("/api/v1/buttons/7/increment", "/api/v1/buttons/…"),
        ("/api/v1/buttons/7", "/api/v1/buttons/7"),
        ("/api/v1/password-recovery/ann%40example.com", "/api/v1/password-recovery…"),
        ("/api/v1/password-recovery-html-content/ann@example.com", "/api/v1/password-recovery…"),
        ("/api/v1/presses/", "/api/v1/presses/"),
    ],
)
def test_the_access_log_shows_neither_press_keys_nor_who_forgot_a_password(path: str, shown: str) -> None:
    args = ("192.0.2.1:50000", "POST", path, "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', args, None)
    assert WithoutSecrets().filter(record)
    assert record.getMessage() == f'192.0.2.1:50000 - "POST {shown} HTTP/1.1" 200'
