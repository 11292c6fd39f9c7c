"""Accounts for tests over HTTP: what one is made of, and whether somebody gets in."""

from fastapi.testclient import TestClient
from httpx2 import Response

from app.core import security

USERS = "/api/v1/users/"
PASSWORD = "buckle up, it is the law"
HASH = security.hash_password(PASSWORD)
NEW = {"email": "Bob@Example.com", "password": "eight888", "full_name": "  Bob  B. "}


def code_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def can_log_in(client: TestClient, email: str, password: str) -> bool:
    form = {"username": email, "password": password}
    return client.post("/api/v1/login/access-token", data=form).status_code == 200


def is_logged_in(client: TestClient, headers: dict[str, str]) -> bool:
    return client.get(USERS + "me", headers=headers).status_code == 200
