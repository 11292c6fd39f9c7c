"""Links that work once: to choose a new password, and to confirm a new address."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app import crud
from app.core import security
from app.features.accounts import mail, queries, rules, users
from app.features.accounts.letters import Letters, password_link
from app.features.accounts.mail import Template
from app.features.accounts.service import LinkInvalid, UserNotFound
from app.models import AccountLink, LinkPurpose, User

ASK_SOMEBODY = (
    "This server sends no mail. Ask whoever runs it for a link to choose a new password. "
    "The command tracker reset-link makes one, and so can its superusers."
)


def ask_for_password_link(session: Session, *, letters: Letters, email: str, life: timedelta) -> None:
    """Mail a link to choose a new password to the account with this address, if there is one that is open.

    Neither what is returned nor how long it takes tells. Links that were sent before work no more.
    """
    token = security.new_link_token()
    is_known = queries.put_password_link(
        session, email=email, token_hash=security.hash_token(token), expires_at=letters.now + life
    )
    letters.password_reset(session, to=email, token=token, life=life, is_for_nobody=not is_known)


def make_password_token(session: Session, *, email: str, life: timedelta, now: datetime) -> str:
    """What opens an account once, to choose a new password, for whoever runs the server. Raises UserNotFound."""
    token = security.new_link_token()
    if not queries.put_password_link(
        session, email=rules.normalize_email(email), token_hash=security.hash_token(token), expires_at=now + life
    ):
        raise UserNotFound("There is no open account with this e-mail address.")
    return token


def make_password_link(session: Session, *, public_url: str, email: str, life: timedelta, now: datetime) -> str:
    """The same as a link. Raises UserNotFound."""
    return password_link(public_url, make_password_token(session, email=email, life=life, now=now))


def write_password_mail(session: Session, *, letters: Letters, email: str, life: timedelta) -> tuple[str, str]:
    """The mail with such a link, as subject and HTML, without sending it. Raises UserNotFound."""
    token = make_password_token(session, email=email, life=life, now=letters.now)
    return mail.as_html(Template.PASSWORD_RESET, letters.reset_context(email, token, life))


def reset_password(session: Session, *, letters: Letters, token: str, new_password: str) -> None:
    """Choose a new password by a link, which ends every session of the account. Raises LinkInvalid."""
    link = _live_link(session, token, purpose=LinkPurpose.PASSWORD, now=letters.now)
    # Before anything is locked: it takes as long as a login.
    hashed = security.hash_password(new_password)
    user = _use(session, link)
    users.write(session, user, {"hashed_password": hashed})
    users.end_what_is_open(session, user_id=user.id, but=None)
    letters.security_notices(session, to=[user.email], event=users.PASSWORD_CHANGED)


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
    """Mail a link to a new address of an account, which becomes its own once the link is followed.

    Where another account has the address nothing is sent; neither what is returned nor how long it takes tells.
    """
    token = security.new_link_token()
    queries.put_address_link(
        session, user_id=user.id, email=email, token_hash=security.hash_token(token), expires_at=letters.now + life
    )
    is_taken = crud.get_user_by_email(session, email) is not None
    letters.new_address(session, to=email, token=token, life=life, is_for_nobody=is_taken)


def confirm_address(session: Session, *, letters: Letters, token: str) -> None:
    """Give an account the address to which the link was sent. Raises LinkInvalid, EmailTaken."""
    link = _live_link(session, token, purpose=LinkPurpose.ADDRESS, now=letters.now)
    email = link.email
    user = _use(session, link)
    users.change_address(session, user, email, letters=letters)
