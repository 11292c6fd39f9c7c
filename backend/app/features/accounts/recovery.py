"""Links that work once: to choose a new password, and to confirm a new address."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from app import crud
from app.core import security
from app.features.accounts import mail, queries, rules, users
from app.features.accounts.letters import Letters, password_link
from app.features.accounts.mail import Template
from app.features.accounts.service import LinkInvalid, UserNotFound
from app.features.audit.actions import Action
from app.features.audit.record import Audit
from app.models import AccountLink, LinkPurpose, User

ASK_SOMEBODY = (
    "This server sends no mail. Ask whoever runs it for a link to choose a new password. "
    "The command tracker reset-link makes one, and so can its superusers."
)


def ask_for_password_link(session: Session, *, letters: Letters, email: str, life: timedelta) -> UUID | None:
    """Mail a link to choose a new password to the account with this address, if there is one that is open.

    How long it takes does not tell; the id that is returned is for the audit alone. Links that were sent before work no
    more.
    """
    token = security.new_link_token()
    user_id = queries.put_password_link(
        session, email=email, token_hash=security.hash_token(token), expires_at=letters.now + life
    )
    letters.password_reset(session, to=email, token=token, life=life, is_for_nobody=user_id is None)
    return user_id


def make_password_token(session: Session, *, audit: Audit, email: str, life: timedelta) -> str:
    """What opens an account once, to choose a new password, for whoever runs the server. Raises UserNotFound."""
    token = security.new_link_token()
    token_hash, expires_at = security.hash_token(token), audit.now + life
    email = rules.normalize_email(email)
    user_id = queries.put_password_link(session, email=email, token_hash=token_hash, expires_at=expires_at)
    if user_id is None:
        raise UserNotFound("There is no open account with this e-mail address.")
    audit.note(Action.PASSWORD_LINK_MADE, subject_id=user_id)
    return token


def make_password_link(session: Session, *, audit: Audit, public_url: str, email: str, life: timedelta) -> str:
    """The same as a link. Raises UserNotFound."""
    return password_link(public_url, make_password_token(session, audit=audit, email=email, life=life))


def write_password_mail(
    session: Session, *, audit: Audit, letters: Letters, email: str, life: timedelta
) -> tuple[str, str]:
    """The mail with such a link, as subject and HTML, without sending it. Raises UserNotFound."""
    token = make_password_token(session, audit=audit, email=email, life=life)
    return mail.as_html(Template.PASSWORD_RESET, letters.reset_context(email, token, life))


def reset_password(session: Session, *, letters: Letters, token: str, new_password: str) -> User:
    """Choose a new password by a link, which ends every session and API token of the account. Whose. Raises LinkInvalid."""
    link = _live_link(session, token, purpose=LinkPurpose.PASSWORD, now=letters.now)
    # Before anything is locked: it takes as long as a login.
    hashed = security.hash_password(new_password)
    user = _use(session, link)
    users.write(session, user, {"hashed_password": hashed})
    users.end_what_is_open(session, user_id=user.id, but=None)
    queries.revoke_api_tokens(session, user_id=user.id, station_id=None, by=user.id, now=letters.now)
    letters.security_notices(session, to=[user.email], event=users.PASSWORD_CHANGED)
    return user


def _live_link(session: Session, token: str, *, purpose: LinkPurpose, now: datetime) -> AccountLink:
    link = queries.find_account_link(session, security.hash_token(token), purpose=purpose)
    if link is None or now >= link.expires_at:
        raise LinkInvalid
    return link


def _use(session: Session, link: AccountLink) -> User:
    """The account of a link that is used up by this, held until the transaction ends."""
    token_hash = link.token_hash
    # The account first, as whoever changes it does. Then of two who use a link at once one comes first, and a link that
    # ended with a change of the account meanwhile is not found any more.
    user = queries.lock_user(session, link.user_id)
    if user is None or not user.is_active or not queries.take_account_link(session, token_hash):
        raise LinkInvalid
    return user


def ask_for_new_address(session: Session, *, letters: Letters, user: User, email: str, life: timedelta) -> None:
    """Mail a link to a new address of an account, which becomes its own once the link is followed. The old one is told.

    Where another account has the address nothing is sent; neither what is returned nor how long it takes tells.
    """
    token = security.new_link_token()
    queries.put_address_link(
        session, user_id=user.id, email=email, token_hash=security.hash_token(token), expires_at=letters.now + life
    )
    is_taken = crud.get_user_by_email(session, email) is not None
    letters.new_address(session, to=email, token=token, life=life, is_for_nobody=is_taken)
    event = f"Somebody asked to change the address of your account to {email}."
    letters.security_notices(session, to=[user.email], event=event)


def confirm_address(session: Session, *, letters: Letters, token: str) -> User:
    """Give an account the address to which the link was sent. Whose. Raises LinkInvalid, EmailTaken."""
    link = _live_link(session, token, purpose=LinkPurpose.ADDRESS, now=letters.now)
    email = link.email
    user = _use(session, link)
    users.change_address(session, user, email, letters=letters)
    return user
