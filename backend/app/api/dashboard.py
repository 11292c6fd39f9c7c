"""The dashboard's files, as `frontend` builds them into `app/dashboard`, and its page for every address that is one of its screens'.

Apart from the API's routes: it answers only what none of them is, and but for `/` only whoever asks for a page. What is
unknown to both is the API's 404.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.api.deps import API_PREFIX

DASHBOARD = Path(__file__).resolve().parents[1] / "dashboard"
PAGE = "index.html"
BASE = re.compile(r'<base href="[^"]*"')
COMPRESSED = ".gz"
# What Python's own table lacks, or has otherwise on some systems.
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
HEADERS = {
    # Styles that its menus and dialogs set while they are open stand in the page itself; programs never do.
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
# Their names change with what they hold.
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_EACH_TIME = {"Cache-Control": "no-cache"}
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Stream Deck Button Tracker</title>
<body style="font: 1rem/1.5 system-ui; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>The dashboard has not been built</h1>
<p>The server runs and records presses. Run <code>scripts/start.sh</code>, which builds the dashboard, or
<code>npm run build</code> in <code>frontend</code>, and load this page again.</p></body></html>"""


class DashboardRoute(BaseRoute):
    """A route that knows the names of its files, so that no path leads anywhere else."""

    def __init__(self, folder: Path = DASHBOARD) -> None:
        self._folder = folder
        self._built_at: int | None = None
        self._names: frozenset[str] = frozenset()

    @property
    def _files(self) -> frozenset[str]:
        """Looked for anew when the page is another one: somebody may build the dashboard while it is served."""
        try:
            built_at = (self._folder / PAGE).stat().st_mtime_ns
        except OSError:
            built_at = None
        if built_at is None or built_at != self._built_at:
            files = (path for path in self._folder.rglob("*") if path.is_file())
            names = (path.relative_to(self._folder).as_posix() for path in files)
            self._names = frozenset(name for name in names if not name.startswith("."))
            self._built_at = built_at
        return self._names

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this is one of its files, its first page, or a browser that asks for a page of any address."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return Match.NONE, {}
        is_file = self._name(scope) in self._files
        # Whoever only looks whether something answers here, as a monitor does, asks for no page.
        is_first = scope["path"] == "/"
        is_screen = not scope["path"].startswith(API_PREFIX) and _asks_for_a_page(scope)
        return (Match.FULL if is_file or is_first or is_screen else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or the page."""
        name = self._name(scope)
        is_page = name == PAGE or name not in self._files
        response = self._page(scope) if is_page else self._file(name, takes_gzip=_takes_gzip(scope))
        await response(scope, receive, send)

    def _name(self, scope: Scope) -> str:
        return str(scope["path"]).removeprefix("/")

    def _page(self, scope: Scope) -> Response:
        """The one page of all screens. It says below which path it is reached, which only the settings know."""
        if PAGE not in self._files:
            return HTMLResponse(NOT_BUILT, status_code=503, headers=HEADERS | ASK_EACH_TIME)
        base = urlsplit(scope["app"].state.runtime.public_url).path.rstrip("/") + "/"
        html = BASE.sub(lambda _: f'<base href="{base}"', (self._folder / PAGE).read_text(encoding="utf-8"), count=1)
        return HTMLResponse(html, headers=HEADERS | ASK_EACH_TIME)

    def _file(self, name: str, *, takes_gzip: bool) -> Response:
        media_type = MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")
        headers = HEADERS | (FOR_GOOD if name.startswith("assets/") else ASK_EACH_TIME)
        compressed = name + COMPRESSED
        if compressed in self._files:
            headers["Vary"] = "Accept-Encoding"
            if takes_gzip:
                headers["Content-Encoding"] = "gzip"
                return FileResponse(self._folder / compressed, media_type=media_type, headers=headers)
        return FileResponse(self._folder / name, media_type=media_type, headers=headers)


def _header(scope: Scope, name: bytes) -> str:
    return b",".join(value for key, value in scope["headers"] if key == name).decode("latin-1")


def _asks_for_a_page(scope: Scope) -> bool:
    return "text/html" in _header(scope, b"accept")


def _takes_gzip(scope: Scope) -> bool:
    return "gzip" in _header(scope, b"accept-encoding")
