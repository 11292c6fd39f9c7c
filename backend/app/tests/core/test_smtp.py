"""Mail on its way: each test is a conversation with a real server."""

import socket
import ssl
import threading
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import SecretStr

from app.core import smtp
from app.core.config import Settings
from app.core.smtp import Delivery, NotDelivered, NotNow, Refused, Relay
from app.tests.mail_server import PASSWORD, USER, certificate_for, hanging_server, mail_server
from app.tests.serving.product import free_port


def message(*, to: str = "somebody@example.com") -> EmailMessage:
    written = EmailMessage()
    written["From"] = "Tracker <tracker@example.org>"
    written["To"] = to
    written["Subject"] = "Grüße"
    written.set_content("A press was heard.")
    return written


def relay(port: int, **given: Any) -> Relay:
    usual = {"host": "127.0.0.1", "user": None, "password": None, "is_tls_from_start": False, "is_starttls": False}
    return Relay(**{**usual, "port": port, "answer_within_s": 5.0, **given})


def deliver(port: int, **given: Any) -> None:
    Delivery(relay(port, **given), message()).run()


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
    """One that this machine trusts, for as long as the test takes."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def test_mail_catcher_takes_mail_in_the_clear() -> None:
    with mail_server() as server:
        deliver(server.port)

    (taken,) = server.messages
    assert taken["Subject"] == "Grüße"
    assert taken.get_content().strip() == "A press was heard."
    assert server.recipients == ["somebody@example.com"]
    assert server.is_sealed == [False]


def test_starttls_seals_the_login_and_the_message(authority: trustme.CA) -> None:
    with mail_server(starttls=certificate_for(authority, "localhost"), offers_login=True) as server:
        deliver(server.port, host="localhost", is_starttls=True, user=USER, password=PASSWORD)

    assert server.is_sealed == [True]
    assert server.logins == [(USER, PASSWORD)]


def test_tls_from_the_first_byte(authority: trustme.CA) -> None:
    with mail_server(tls=certificate_for(authority, "127.0.0.1"), offers_login=True) as server:
        deliver(server.port, is_tls_from_start=True, user=USER, password=PASSWORD)

    assert len(server.messages) == 1
    assert server.logins == [(USER, PASSWORD)]


@pytest.mark.parametrize("way", ["is_starttls", "is_tls_from_start"])
def test_certificate_of_a_stranger_ends_the_conversation_before_the_login(way: str) -> None:
    strange = certificate_for(trustme.CA(), "localhost")
    served = {"starttls": strange} if way == "is_starttls" else {"tls": strange}
    with mail_server(**served, offers_login=True) as server, pytest.raises(NotNow, match="certificate verify failed"):
        deliver(server.port, host="localhost", **{way: True}, user=USER, password=PASSWORD)

    assert (server.logins, server.messages) == ([], [])


def test_certificate_for_another_name_is_not_trusted(authority: trustme.CA) -> None:
    other = certificate_for(authority, "mail.example.org")
    with mail_server(starttls=other) as server, pytest.raises(NotNow, match="not valid for"):
        deliver(server.port, host="localhost", is_starttls=True)


def test_server_that_offers_no_starttls_is_told_nothing() -> None:
    with mail_server(offers_login=True) as server, pytest.raises(NotNow, match="STARTTLS"):
        deliver(server.port, is_starttls=True, user=USER, password=PASSWORD)

    assert server.logins == []


def test_wrong_password_can_be_mended_so_the_mail_waits() -> None:
    with mail_server(offers_login=True) as server, pytest.raises(NotNow, match="535"):
        deliver(server.port, user=USER, password="wrong")

    assert server.messages == []


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("550 5.1.1 no such user", Refused),
        ("553 not a name here", Refused),
        ("451 4.7.1 come back later", NotNow),
        ("421 4.3.2 going down", NotNow),
        ("530 5.7.0 authentication required", NotNow),
    ],
)
def test_server_says_whether_a_recipient_is_worth_another_try(answer: str, verdict: type[NotDelivered]) -> None:
    with mail_server() as server:
        server.answers_to_recipient = [answer]
        with pytest.raises(verdict, match=answer):
            deliver(server.port)

        assert server.messages == []


@pytest.mark.parametrize(("answer", "verdict"), [("554 spam", Refused), ("452 disk full", NotNow)])
def test_server_says_whether_a_message_is_worth_another_try(answer: str, verdict: type[NotDelivered]) -> None:
    with mail_server() as server:
        server.answers_to_message = [answer]
        with pytest.raises(verdict, match=answer):
            deliver(server.port)


def test_message_that_was_taken_stays_taken_however_the_goodbye_goes() -> None:
    with mail_server() as server:
        server.is_goodbye_refused = True
        deliver(server.port)

        assert len(server.messages) == 1


def test_goodbye_that_is_not_answered_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "GOODBYE_WITHIN_S", 0.1)
    with mail_server() as server:
        server.is_goodbye_left_unanswered = True
        begun = time.monotonic()
        deliver(server.port)

        assert len(server.messages) == 1
    assert time.monotonic() - begun < 4


def test_dead_server_is_tried_again_later() -> None:
    with pytest.raises(NotNow, match="refused"):
        deliver(free_port())


def test_name_that_leads_nowhere_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_nothing(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", find_nothing)
    with pytest.raises(NotNow, match="not known"):
        deliver(25, host="mail.invalid")


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
def test_hanging_server_is_waited_for_so_long_and_no_longer(greeting: bytes) -> None:
    with hanging_server(greeting=greeting) as port, pytest.raises(NotNow, match="timed out"):
        deliver(port, answer_within_s=0.2)


def test_server_that_greets_with_a_refusal_is_tried_again_later() -> None:
    with hanging_server(greeting=b"554 no service\r\n") as port, pytest.raises(NotNow, match="554 no service"):
        deliver(port)


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"])
def test_conversation_is_cut_from_outside_at_once(greeting: bytes) -> None:
    with hanging_server(greeting=greeting) as port:
        delivery = Delivery(relay(port, answer_within_s=60), message())
        errors: list[NotDelivered] = []

        def run() -> None:
            try:
                delivery.run()
            except NotDelivered as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        while delivery._sock is None:
            time.sleep(0.001)
        delivery.cut()
        thread.join(5)

    assert [type(error) for error in errors] == [NotNow]


def test_conversation_that_is_cut_says_nothing_in_the_clear(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    # For a moment the socket is not shut yet, and the conversation goes on.
    monkeypatch.setattr(socket.socket, "shutdown", lambda *arguments: None)
    ours, theirs = socket.socketpair()
    served: list[ssl.SSLSocket] = []

    def serve() -> None:
        served.append(certificate_for(authority, "localhost").wrap_socket(theirs, server_side=True))

    thread = threading.Thread(target=serve)
    thread.start()
    with ssl.create_default_context().wrap_socket(ours, server_hostname="localhost") as sealed:
        thread.join(5)
        delivery = Delivery(relay(25), message())
        delivery._sock = sealed
        delivery.cut()
        sealed.send(b"AUTH PLAIN")
        with socket.socket(fileno=served[0].detach()) as line:
            assert b"AUTH" not in line.recv(1000)


def test_delivery_that_was_cut_before_it_began_says_nothing() -> None:
    with mail_server() as server:
        delivery = Delivery(relay(server.port), message())
        delivery.cut()
        with pytest.raises(NotNow):
            delivery.run()

        assert server.recipients == []


def test_relay_is_as_the_settings_say() -> None:
    base: dict[str, Any] = {"smtp_host": "smtp.example.org", "emails_from_email": "tracker@example.org"}
    starttls = Relay.of(Settings(_env_file=None, **base))
    tls = Relay.of(
        Settings(_env_file=None, **base, smtp_ssl=True, smtp_port=465, smtp_user="u", smtp_password=SecretStr("p"))
    )

    assert Relay.of(Settings(_env_file=None)) is None
    assert starttls is not None
    assert tls is not None
    assert (starttls.port, starttls.is_starttls, starttls.is_tls_from_start) == (587, True, False)
    assert (tls.port, tls.is_starttls, tls.is_tls_from_start, tls.password) == (465, False, True, "p")
    assert "password" not in repr(tls)


def test_machine_without_a_full_name_greets_with_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "STUDIO-PC")
    with mail_server() as server:
        deliver(server.port)

        assert len(server.messages) == 1
