"""The API document as pages: Swagger UI to try things, ReDoc to read. Nothing comes from another host."""

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

pages_router = APIRouter(include_in_schema=False)

PAGES = Path(__file__).resolve().parent.parent / "pages"

# The package holds both programs as they are published on npm; it is used for its files alone.
PROGRAMS = Path(str(files("fastapi_offline"))) / "static"
ASSETS = {
    "swagger-ui-bundle.js": (PROGRAMS / "swagger-ui-bundle.js", "text/javascript"),
    "swagger-ui.css": (PROGRAMS / "swagger-ui.css", "text/css"),
    "redoc.standalone.js": (PROGRAMS / "redoc.standalone.js", "text/javascript"),
    "docs.js": (PAGES / "docs.js", "text/javascript"),
    "redoc.js": (PAGES / "redoc.js", "text/javascript"),
    "licenses.txt": (PAGES / "docs-licenses.txt", "text/plain"),
}
# ReDoc shows its maker's logo from there, and leaves it out where there is none.
OUTSIDE_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
# Both set styles of their own, Swagger UI has its icons in its style sheet, and ReDoc searches in a worker that it makes.
DOCS_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@pages_router.get("/docs")
def swagger_ui(request: Request) -> Response:
    """The page on which requests can be tried."""
    return _file(PAGES / "docs.html", "text/html", request)


@pages_router.get("/redoc")
def redoc(request: Request) -> Response:
    """The page for reading."""
    return _file(PAGES / "redoc.html", "text/html", request)


@pages_router.get("/docs/{name}")
def asset(name: str, request: Request) -> Response:
    """What the pages load."""
    if name not in ASSETS:
        raise HTTPException(404)
    path, media_type = ASSETS[name]
    return _file(path, media_type, request)


def _file(path: Path, media_type: str, request: Request) -> Response:
    body, tag = _read(path)
    headers = DOCS_HEADERS | {"ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)


@lru_cache
def _read(path: Path) -> tuple[bytes, str]:
    body = path.read_bytes().replace(OUTSIDE_LOGO, b"")
    return body, f'"{sha256(body).hexdigest()[:32]}"'
