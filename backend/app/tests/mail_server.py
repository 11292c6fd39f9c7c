"""An SMTP server on this machine that a test tells what to answer; the conversation is real."""

import asyncio
import contextlib
import email.policy
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 taken"
USER, PASSWORD = "tracker", "a-password-for-mail"


@dataclass
class MailServer:
    """What it was given, and what it is to answer: the answers in turn, then that it is taken."""

    host: str = "127.0.0.1"
    port: int = 0
    recipients: list[str] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)
    answers_to_recipient: list[str] = field(default_factory=list)
    answers_to_message: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    is_sealed: list[bool] = field(default_factory=list)
    is_goodbye_refused: bool = False
    is_goodbye_left_unanswered: bool = False

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.recipients.append(address)
        answer = self.answers_to_recipient.pop(0) if self.answers_to_recipient else TAKEN
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answers_to_message.pop(0) if self.answers_to_message else TAKEN
        if answer == TAKEN:
            parser: BytesParser[EmailMessage] = BytesParser(policy=email.policy.default)
            assert isinstance(envelope.content, bytes)
            self.messages.append(parser.parsebytes(envelope.content))
            self.is_sealed.append(session.ssl is not None)
        return answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.is_goodbye_left_unanswered:
            await asyncio.sleep(60)
        return "451 not yet" if self.is_goodbye_refused else "221 bye"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD), handled=False)


class _Controller(Controller):
    """Closes what is still open before its loop ends."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._served: list[SMTP] = []

    def factory(self) -> SMTP:
        self._served.append(SMTP(self.handler, **self.SMTP_kwargs))
        return self._served[-1]

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._let_go(), self.loop).result(5)
        super().stop(no_assert)

    async def _let_go(self) -> None:
        for served in self._served:
            if isinstance(served.transport, asyncio.WriteTransport):
                served.transport.abort()
        # What is closed says so in the next round.
        await asyncio.sleep(0.01)


@contextlib.contextmanager
def mail_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    offers_login: bool = False,
) -> Iterator[MailServer]:
    """A server that takes mail on a port of its own until the block ends."""
    server = MailServer()
    options: dict[str, Any] = {"tls_context": starttls, "auth_require_tls": False} if starttls else {}
    if offers_login:
        options |= {"authenticator": server.authenticate, "auth_require_tls": False}
    with socket.socket() as free:
        free.bind((server.host, 0))
        server.port = free.getsockname()[1]
    controller = _Controller(server, hostname=server.host, port=server.port, ssl_context=tls, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextlib.contextmanager
def hanging_server(*, greeting: bytes = b"") -> Iterator[int]:
    """The port of a server that takes connections, says its greeting, and no more."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    held.append(connection)
                    connection.sendall(greeting)

        thread = threading.Thread(target=take)
        thread.start()
        yield listening.getsockname()[1]
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for connection in held:
            connection.close()


def certificate_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    """What a server shows that has a certificate for this name."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context
