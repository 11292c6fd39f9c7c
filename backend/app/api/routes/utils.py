"""Whether the server is well, and whether its mail arrives."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.deps import AuditDep, NowDep, RuntimeDep, SessionDep, SuperuserDep
from app.api.errors import DatabaseUnreachable
from app.api.problems import problems
from app.features.accounts import mail
from app.features.accounts.schemas import Email, Message
from app.features.accounts.service import RoleTooLow
from app.features.audit.actions import Action

router = APIRouter()


@router.get("/health-check/")
async def health_check(runtime: RuntimeDep) -> bool:
    """`true` once presses can be recorded; 503 while they cannot."""
    if not await runtime.recorder.is_ready():
        raise DatabaseUnreachable
    return True


@router.post("/test-email/", status_code=201, responses=problems(RoleTooLow, mail.MailNotConfigured))
def test_email(
    runtime: RuntimeDep,
    session: SessionDep,
    user: SuperuserDep,
    audit: AuditDep,
    now: NowDep,
    email_to: Annotated[Email, Query(description="Where to send it.")],
) -> Message:
    """Have a mail sent, to see whether it arrives; for superusers. 409 where no SMTP server is set.

    Whether the server took it stands in the log.
    """
    mail.require_mail(runtime.settings)
    context = {"email": email_to, "sent_by": user.full_name or user.email}
    mail.queue(session, template=mail.Template.TEST_MAIL, to=email_to, context=context, now=now)
    audit.note(Action.TEST_MAIL_ASKED, subject_id=user.id)
    return Message(message=f"A test mail to {email_to} is on its way.")
