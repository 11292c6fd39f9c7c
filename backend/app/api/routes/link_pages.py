"""The pages that links in mails lead to: a new password, a new address, an invitation, the end of a mail."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from app.api.routes.setup import page_file

pages_router = APIRouter(include_in_schema=False)

HTML = "text/html; charset=utf-8"


@pages_router.get("/reset-password")
def reset_password_page() -> FileResponse:
    """Ask for a link to choose a new password, or choose one by the link."""
    return page_file("reset-password.html", HTML)


@pages_router.get("/confirm-email")
def confirm_email_page() -> FileResponse:
    """Confirm a new address."""
    return page_file("confirm-email.html", HTML)


@pages_router.get("/invitation")
def invitation_page() -> FileResponse:
    """Join a station, with an account or by making one."""
    return page_file("invitation.html", HTML)


@pages_router.get("/links/links.js")
def links_script() -> FileResponse:
    """What these pages do."""
    return page_file("links.js", "text/javascript; charset=utf-8")


@pages_router.get("/stop-mail")
def stop_mail_page() -> FileResponse:
    """End a mail. It asks first: programs that look at links in mail press no button."""
    return page_file("stop-mail.html", HTML)


@pages_router.get("/links/stop-mail.js")
def stop_mail_script() -> FileResponse:
    """What that page does."""
    return page_file("stop-mail.js", "text/javascript; charset=utf-8")
