"""Makes pictures of every mail, wide and phone-sized, light and dark, to look at; needs Chromium.

cd backend && .venv/bin/python scripts/picture_emails.py FOLDER
"""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.core.config import Settings
from app.features.accounts import mail
from app.features.accounts.mail import Template
from app.tests.mails import MAILS

WIDTHS = {"wide": 800, "phone": 390}
# Of Chromium's PreferredColorScheme.
SCHEMES = {"dark": 0, "light": 1}
HEIGHTS = {Template.WEEKLY: 1560}
HEIGHT = 780
# A window of Chromium's is never narrower, so that a phone is a frame in a wider one.
MIN_WIDTH = 500


def html_of(template: Template) -> str:
    settings = Settings(_env_file=None, smtp_host="127.0.0.1", emails_from_email="tracker@example.org")
    payload = {"template": template, "to": "dana@example.org", "context": MAILS[template]}
    message = mail.compose(payload, job_id=uuid4(), written_at=datetime.now(UTC), settings=settings)
    body = message.get_body(("html",))
    assert body is not None  # noqa: S101  every mail has one
    return str(body.get_content())


def take(chromium: str, page: Path, picture: Path, *, width: int, height: int, scheme: int) -> None:
    subprocess.run(  # noqa: S603  a program of this machine, on files of ours
        [
            chromium,
            "--headless=new",
            "--no-sandbox",
            "--hide-scrollbars",
            f"--blink-settings=preferredColorScheme={scheme}",
            f"--window-size={max(width, MIN_WIDTH)},{height}",
            f"--screenshot={picture}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )


def main() -> None:
    chromium = next((found for name in ("chromium", "google-chrome", "chrome") if (found := shutil.which(name))), None)
    if len(sys.argv) < 2 or chromium is None:
        sys.exit(__doc__)
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for template in [Template(name) for name in sys.argv[2:]] or list(Template):
        page = folder / f"{template}.html"
        page.write_text(html_of(template), encoding="utf-8")
        for name, width in WIDTHS.items():
            height = HEIGHTS.get(template, HEIGHT)
            framed = page
            if width < MIN_WIDTH:
                framed = folder / f"{template}-{name}.html"
                frame = f'<iframe src="{page.name}" style="border:0;width:{width}px;height:{height}px"></iframe>'
                framed.write_text(f'<body style="margin:0">{frame}', encoding="utf-8")
            for shade, scheme in SCHEMES.items():
                picture = folder / f"{template}-{name}-{shade}.png"
                take(chromium, framed, picture, width=width, height=height, scheme=scheme)
    sys.stdout.write(f"Pictures are in {folder}\n")


if __name__ == "__main__":
    main()
