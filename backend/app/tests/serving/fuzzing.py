"""Schemathesis over the whole OpenAPI document, on the running product.

    cd backend && .venv/bin/python -m app.tests.serving.fuzzing [--examples N] [--role owner] [--seed N]

Every operation is called as the superuser, an owner, a viewer and a stranger of a station, with data that fit the
document and data that do not, all checks on; `fuzzing.toml` says where one is not, and why.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from app.tests.conftest import SECRET_KEY
from app.tests.serving.conftest import short_folder
from app.tests.serving.product import ACCOUNT, PROGRAMS, Product, environment

HERE = Path(__file__).parent
ROLES = ("superuser", "owner", "viewer", "stranger")
SETTINGS = {**ACCOUNT, "SECRET_KEY": SECRET_KEY, "LOGIN_LIMITER": "false", "USERS_OPEN_REGISTRATION": "true"}
# With these chances an id is one that exists; the others find that most things are not there.
PROBABILITY = 0.7


@dataclass(frozen=True)
class Grounds:
    """A running product, and what exists in the station that is called."""

    product: Product
    station_id: str
    elsewhere_id: str
    known: dict[str, list[str]]


def lay_out(product: Product) -> Grounds:
    """Make a station with a little of everything: a button that was pressed, one that was not, a deck and its key,
    an invitation and an API token."""
    target = product.new_target()
    other = product.new_target(station_id=target.station_id)
    asked = {"station_id": target.station_id}
    deck = product.api.post("/decks/", params=asked, json={"name": "Studio A"}).json()
    key = product.api.post(f"/buttons/{target.button_id}/keys", params=asked, json={"deck_id": deck["id"]}).json()
    pressed = [httpx2.get(product.url + target.path).json()["press_id"] for _ in range(3)]
    account = product.api.get("/users/me").json()
    invited = {"email": "invited@example.com", "role": "viewer"}
    invitation = product.api.post(f"/stations/{target.station_id}/invitations", json=invited).json()
    wanted = {"name": "Automation", "scopes": ["presses:read"]}
    api_token = product.api.post("/tokens/", params=asked, json=wanted).json()["api_token"]
    known = {
        "station_id": [target.station_id],
        "button_id": [target.button_id, other.button_id],
        "deck_id": [deck["id"]],
        "key_id": [key["id"]],
        "press_id": pressed,
        "press_key": [target.path.removeprefix("/p/"), key["key"]],
        "user_id": [account["id"]],
        "invitation_id": [invitation["id"]],
        "token_id": [api_token["id"]],
    }
    elsewhere_id = product.new_station(name="Elsewhere")
    return Grounds(product=product, station_id=target.station_id, elsewhere_id=elsewhere_id, known=known)


def write_config(grounds: Grounds, path: Path) -> None:
    """The configuration, with the ids that exist."""
    lines = [(HERE / "fuzzing.toml").read_text(encoding="utf-8")]
    lines += [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in grounds.known.items()]
    lines += ["[parameters]"]
    lines += [f'{name} = {{ dictionary = "{name}", probability = {PROBABILITY} }}' for name in grounds.known]
    path.write_text("\n".join(lines), encoding="utf-8")


def fuzz(
    grounds: Grounds, *options: str, role: str, folder: Path, is_shown: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run Schemathesis as somebody of this role; it exits with 0 where nothing failed. Shown, it says at once what it finds."""
    config = folder / f"{role}.toml"
    write_config(grounds, config)
    variables = {
        "SCHEMATHESIS_HOOKS": "app.tests.serving.fuzzing_hooks",
        "SECRET_KEY": SECRET_KEY,
        "FUZZ_ROLE": role,
        "FUZZ_STATION": grounds.station_id,
        "FUZZ_ELSEWHERE": grounds.elsewhere_id,
        "FUZZ_DATABASE": grounds.product.conninfo,
        "PYTHONPATH": str(HERE.parents[2]),
    }
    document = f"{grounds.product.url}/api/v1/openapi.json"
    command = [str(PROGRAMS / "st"), "--no-color", "--config-file", str(config), "run", document]
    return subprocess.run(
        [*command, "--url", grounds.product.url, "--checks", "all", *options],
        cwd=folder,
        env=environment(**variables),
        stdout=None if is_shown else subprocess.PIPE,
        stderr=None if is_shown else subprocess.STDOUT,
        text=True,
        check=False,
    )


@contextmanager
def running_grounds(*, settings: dict[str, str] = SETTINGS) -> Iterator[tuple[Grounds, Path]]:
    """A product of its own, for the length of the block."""
    with short_folder() as folder:
        product = Product(folder, settings=settings)
        try:
            product.start()
            # Nobody will miss what is recorded here, and to wait for the disk is most of the time.
            product.execute("ALTER SYSTEM SET fsync = off")
            product.query("SELECT pg_reload_conf()")
            yield lay_out(product), folder
        finally:
            product.end()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it as each role, and tell the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=50, help="at most so many requests to an operation and phase")
    parser.add_argument("--role", choices=ROLES, action="append", help="only as these")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("more", nargs="*", help="further options of `st run`, behind --")
    asked = parser.parse_args(arguments)
    is_well = True
    with running_grounds() as (grounds, folder):
        for role in asked.role or ROLES:
            began = time.monotonic()
            options = ["--max-examples", str(asked.examples), "--seed", str(asked.seed), "--continue-on-failure"]
            print(f"As {role}:", flush=True)  # noqa: T201
            done = fuzz(grounds, *options, *asked.more, role=role, folder=folder, is_shown=True)
            is_well = is_well and done.returncode == 0
            print(f"As {role}, {time.monotonic() - began:.0f} s", flush=True)  # noqa: T201
        print("Errors that the server noted:", grounds.product.err.count("unexpected_error"))  # noqa: T201
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
