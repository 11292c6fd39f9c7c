"""A running product for tests that drive a browser: `python -m app.tests.serving.for_browsers`.

Says in one line of JSON what was started, and ends it when its standard input does. With a mail server, whose mails it
leaves as files, and with the demo station, half a year of it; with `--fresh` as after the very first start, without any
account, and with the set-up link that it printed.
"""

import json
import re
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

from app.tests.mail_server import MailServer, mail_server
from app.tests.serving.conftest import short_folder
from app.tests.serving.product import ACCOUNT, EMAIL, PASSWORD, Product, free_port, run

DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "a-demo-password"
# A name that is no loopback address to a browser: what it withholds on plain http, it withholds there.
STUDIO = "studio.test"
DEMO_YEARS = "0.5"
LOOK_S = 0.05


def main() -> None:
    """Start everything, say so, and wait."""
    is_fresh = "--fresh" in sys.argv[1:]
    with short_folder() as folder, mail_server() as mails:
        port = free_port()
        account = {} if is_fresh else ACCOUNT
        product = Product(folder, port=port, settings=account | _settings(port, mails))
        try:
            product.start()
            letters = folder / "mails"
            letters.mkdir()
            Thread(target=_keep_writing, args=(mails, letters), daemon=True).start()
            told = _about(product) | (_fresh(product) if is_fresh else _furnished(product))
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            sys.stdin.read()
        finally:
            product.end()


def _settings(port: int, mails: MailServer) -> dict[str, str]:
    return {
        "LOGIN_LIMITER": "false",
        "USERS_OPEN_REGISTRATION": "true",
        "SMTP_HOST": mails.host,
        "SMTP_PORT": str(mails.port),
        "SMTP_TLS": "false",
        "EMAILS_FROM_EMAIL": "tracker@example.com",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def _about(product: Product) -> dict[str, object]:
    return {
        "url": product.url,
        "studioUrl": f"http://{STUDIO}:{product.port}",
        "mails": str(product.folder / "mails"),
        "pid": product.pid,
    }


def _furnished(product: Product) -> dict[str, object]:
    _load_demo(product)
    return {
        "superuser": {"email": EMAIL, "password": PASSWORD},
        "demo": {"email": DEMO_EMAIL, "password": DEMO_PASSWORD},
    }


def _fresh(product: Product) -> dict[str, object]:
    printed = re.search(r"\S+/setup#\S+", product.out)
    assert printed is not None, product.out
    return {"setUpUrl": printed[0]}


def _load_demo(product: Product) -> None:
    said = run(
        *("tracker", "demo", "--years", DEMO_YEARS, "--email", DEMO_EMAIL, "--password", DEMO_PASSWORD),
        cwd=product.folder,
        TRACKER_DATA_DIR=str(product.data_dir),
    )
    assert said.returncode == 0, said.stdout + said.stderr


def _keep_writing(mails: MailServer, folder: Path) -> None:
    written = 0
    while True:
        for message in mails.messages[written:]:
            written += 1
            _write(message, folder / f"{written:04}.json")
        time.sleep(LOOK_S)


def _write(message: EmailMessage, path: Path) -> None:
    plain = message.get_body(("plain",))
    told = {
        "to": message["To"],
        "subject": message["Subject"],
        "text": plain.get_content() if plain is not None else "",
    }
    unfinished = path.with_suffix(".new")
    unfinished.write_text(json.dumps(told), encoding="utf-8")
    unfinished.rename(path)


if __name__ == "__main__":
    main()
