"""One message to one recipient, by SMTP.

Either the server has taken it, and then it will not be sent again; or it has not, and then the error says whether another
try can help:

    NotDelivered
    ├── Refused      never: this recipient, or this message, is not taken
    └── NotNow       later: the server is away, busy, not to be trusted, or does not know us
"""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from app.core.config import Settings

# For each answer. The whole conversation has an end too, which whoever holds the delivery sets with `cut`.
ANSWER_WITHIN_S = 15.0
# By then the message is taken. Who waits on may be cut off, and then does not know that it was.
GOODBYE_WITHIN_S = 1.0
MAX_REASON_LENGTH = 300
# Wants a login, or a better sealed one, which is no fault of the recipient's.
LOGIN_WANTED = frozenset({530, 534, 535, 538})


class NotDelivered(Exception):
    """The message was not taken; the reason is one line, mostly in the server's words."""


class Refused(NotDelivered):
    """It will not be taken later either."""


class NotNow(NotDelivered):
    """It may be taken later."""


@dataclass(frozen=True)
class Relay:
    """The server that takes mail from us, and how it is spoken to."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    is_tls_from_start: bool
    is_starttls: bool
    answer_within_s: float = ANSWER_WITHIN_S

    @classmethod
    def of(cls, settings: Settings) -> "Relay | None":
        """None where no server is set."""
        if settings.smtp_host is None:
            return None
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            is_tls_from_start=settings.smtp_ssl,
            # Meant for a server that begins in the clear; one that does not has no need of it.
            is_starttls=settings.smtp_tls and not settings.smtp_ssl,
        )


class Delivery:
    """One try. `run` blocks, in a thread of its own; `cut` ends it from another."""

    def __init__(self, relay: Relay, message: EmailMessage) -> None:
        self._relay = relay
        self._message = message
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self._is_cut = False

    def run(self) -> None:
        """Raises Refused, NotNow."""
        try:
            self._converse()
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _verdict(code, reason) from error
        except smtplib.SMTPDataError as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPResponseException as error:
            # Of the greeting, the login or the sender: whoever runs the server can mend it, and the mail still counts.
            raise NotNow(_line(f"{error.smtp_code} {_text(error.smtp_error)}")) from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotNow(_line(str(error) or type(error).__name__)) from error
        except UnicodeError as error:
            msg = "the name or the password for the server has letters that its login does not know"
            raise NotNow(msg) from error

    def cut(self) -> None:
        """End it at once, wherever it is. Of a message that was just sent nobody knows then whether it was taken."""
        with self._lock:
            self._is_cut = True
            if self._sock is not None:
                with contextlib.suppress(OSError):
                    # The socket's own: that of TLS takes the seal off first, and whoever writes meanwhile, a password
                    # perhaps, would write in the clear.
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _converse(self) -> None:
        connection = _Connection(self._relay, on_socket=self._hold)
        try:
            if self._relay.is_starttls:
                # Raises where the server offers none: what somebody in between has taken away is not done without.
                connection.starttls(context=ssl.create_default_context())
                self._hold(connection.sock)
            if self._relay.user is not None:
                connection.login(self._relay.user, self._relay.password or "")
            connection.send_message(self._message)
        finally:
            _hang_up(connection)

    def _hold(self, sock: socket.socket | None) -> None:
        """Know the socket, to be able to cut it; TLS puts another in its place."""
        with self._lock:
            self._sock = sock
            if self._is_cut and sock is not None:
                sock.close()
                msg = "the conversation was ended"
                raise OSError(msg)


class _Connection(smtplib.SMTP):
    """Shows its socket as soon as there is one: a server that hangs does so from the first answer on."""

    def __init__(self, relay: Relay, *, on_socket: Callable[[socket.socket], None]) -> None:
        self._relay = relay
        self._on_socket = on_socket
        super().__init__(relay.host, relay.port, local_hostname=_own_name(), timeout=relay.answer_within_s)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), timeout)
        self._on_socket(sock)
        if self._relay.is_tls_from_start:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
            self._on_socket(sock)
        return sock


def _own_name() -> str:
    """What we greet with. Python would ask the network for it, and wait where there is none."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _hang_up(connection: smtplib.SMTP) -> None:
    # Whatever comes of it: once the message is taken, no answer to the goodbye makes it undone.
    with contextlib.suppress(smtplib.SMTPException, OSError):
        if connection.sock is not None:
            connection.sock.settimeout(GOODBYE_WITHIN_S)
        connection.quit()
    connection.close()


def _verdict(code: int, reason: bytes | str) -> NotDelivered:
    line = _line(f"{code} {_text(reason)}")
    return Refused(line) if code >= 500 and code not in LOGIN_WANTED else NotNow(line)


def _text(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason


def _line(reason: str) -> str:
    return " ".join(reason.split())[:MAX_REASON_LENGTH]
