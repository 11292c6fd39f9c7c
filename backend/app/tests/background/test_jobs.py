"""Jobs: done once, tried again until they are, and gone when they are done; against a real mail server."""

import asyncio
from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import structlog
from sqlmodel import col, delete, select, update

from app.background import jobs
from app.background.jobs import JobRunner
from app.core import clock
from app.core.config import Settings
from app.core.db import transaction
from app.features.accounts import mail
from app.features.accounts.mail import Template
from app.models import Job
from app.tests.api.live import live_app
from app.tests.background.gate import Gate
from app.tests.mail_server import MailServer, hanging_server, mail_server
from app.tests.recording import KeptDatabase
from app.tests.serving.product import free_port

type Lines = list[MutableMapping[str, Any]]


@pytest.fixture(autouse=True)
def quick_looks(kept: KeptDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LOOK_EVERY_S", 0.01)
    with transaction(kept.engine) as session:
        session.exec(delete(Job))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def lines() -> Iterator[Lines]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def sending_to(port: int, settings: Settings) -> Settings:
    update = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": False}
    return settings.model_copy(update={**update, "emails_from_email": "tracker@example.org"})


def queue(kept: KeptDatabase, *, to: str = "somebody@example.com", **given: datetime) -> None:
    context = {"email": to, "link": "https://tracker.test/reset?token=a-secret", "valid_for": "2 hours"}
    with transaction(kept.engine) as session:
        options: dict[str, datetime] = {"now": clock.now(), **given}
        mail.queue(session, template=Template.PASSWORD_RESET, to=to, context=context, **options)


def waiting(kept: KeptDatabase) -> list[Job]:
    with transaction(kept.engine) as session:
        return list(session.exec(select(Job).order_by(col(Job.made_at))))


def let_time_come(kept: KeptDatabase) -> None:
    """The next try of everything that waits is due."""
    with transaction(kept.engine) as session:
        session.exec(update(Job).values(due_at=clock.now()))


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.01)


def said(lines: Lines, event: str) -> Lines:
    return [line for line in lines if line["event"] == event]


def said_at_try(lines: Lines, event: str, try_count: int) -> Lines:
    return [line for line in said(lines, event) if line["try_count"] == try_count]


async def test_mail_is_sent_and_nothing_of_it_is_kept(kept: KeptDatabase, server: MailServer, lines: Lines) -> None:
    queue(kept)
    async with JobRunner(sending_to(server.port, kept.settings)):
        await until(lambda: not waiting(kept))

    (taken,) = server.messages
    assert taken["To"] == "somebody@example.com"
    assert "a-secret" in str(taken)
    assert [line["template"] for line in said(lines, "mail_sent")] == ["password_reset"]
    assert "a-secret" not in str(lines)


async def test_several_processes_send_each_mail_once(kept: KeptDatabase, server: MailServer) -> None:
    for number in range(20):
        queue(kept, to=f"reader-{number}@example.com")
    settings = sending_to(server.port, kept.settings)
    async with JobRunner(settings), JobRunner(settings), JobRunner(settings):
        await until(lambda: not waiting(kept))

    assert sorted(server.recipients) == sorted(f"reader-{number}@example.com" for number in range(20))


async def test_what_loses_its_worth_first_is_sent_first(kept: KeptDatabase, server: MailServer) -> None:
    queue(kept, to="weekly@example.com")
    queue(kept, to="urgent@example.com", give_up_at=clock.now() + timedelta(hours=1))
    async with JobRunner(sending_to(server.port, kept.settings)):
        await until(lambda: not waiting(kept))

    assert server.recipients == ["urgent@example.com", "weekly@example.com"]


async def test_busy_server_is_tried_again_after_a_while(kept: KeptDatabase, server: MailServer, lines: Lines) -> None:
    server.answers_to_recipient = ["451 4.7.1 greylisted"]
    queue(kept)
    async with JobRunner(sending_to(server.port, kept.settings)):
        await until(lambda: said(lines, "mail_not_sent"))
        (job,) = waiting(kept)
        assert timedelta(seconds=50) < job.due_at - clock.now() <= timedelta(minutes=1)
        assert server.messages == []

        let_time_come(kept)
        await until(lambda: not waiting(kept))

    assert len(server.messages) == 1
    (line,) = said(lines, "mail_not_sent")
    assert line["reason"] == "451 4.7.1 greylisted"
    assert [line["try_count"] for line in said(lines, "mail_sent")] == [2]


async def test_waits_grow_to_half_a_day_and_the_mail_is_given_up_within_a_day(kept: KeptDatabase, lines: Lines) -> None:
    queue(kept)
    waits: list[timedelta] = []
    async with JobRunner(sending_to(free_port(), kept.settings)):
        for try_count in range(1, 8):
            await until(partial(said_at_try, lines, "mail_not_sent", try_count))
            (job,) = waiting(kept)
            waits.append(job.due_at - clock.now())
            let_time_come(kept)
        await until(lambda: not waiting(kept))

    assert [round(wait.total_seconds() / 60) for wait in waits] == [1, 3, 9, 27, 81, 243, 729]
    assert sum(waits, timedelta()) < mail.WORTH_SENDING
    (line,) = said_at_try(lines, "mail_given_up", 8)
    assert line["to"] == "somebody@example.com"
    assert "refused" in line["reason"]
    assert "a-secret" not in str(lines)


async def test_refused_recipient_is_told_and_not_tried_again(
    kept: KeptDatabase, server: MailServer, lines: Lines
) -> None:
    server.answers_to_recipient = ["550 5.1.1 no such user"]
    queue(kept)
    async with JobRunner(sending_to(server.port, kept.settings)):
        await until(lambda: not waiting(kept))

    (line,) = said(lines, "mail_refused")
    assert (line["to"], line["reason"]) == ("somebody@example.com", "550 5.1.1 no such user")
    assert server.messages == []


async def test_what_is_no_address_is_told_and_not_tried_again(kept: KeptDatabase, lines: Lines) -> None:
    queue(kept, to="nobody")
    async with JobRunner(sending_to(free_port(), kept.settings)):
        await until(lambda: not waiting(kept))

    assert [line["to"] for line in said(lines, "mail_refused")] == ["nobody"]


async def test_link_that_is_no_longer_good_is_not_sent(kept: KeptDatabase, server: MailServer, lines: Lines) -> None:
    queue(kept, give_up_at=clock.now())
    async with JobRunner(sending_to(server.port, kept.settings)):
        await until(lambda: not waiting(kept))

    assert server.recipients == []
    assert len(said(lines, "mail_given_up")) == 1


async def test_mail_waits_for_a_server_to_be_set(kept: KeptDatabase, lines: Lines) -> None:
    queue(kept)
    async with JobRunner(kept.settings):
        await until(lambda: said(lines, "mail_not_sent"))

    assert [line["reason"] for line in said(lines, "mail_not_sent")] == ["SMTP_HOST is not set"]
    assert len(waiting(kept)) == 1


async def test_what_a_process_held_when_it_died_is_taken_up_again(kept: KeptDatabase, server: MailServer) -> None:
    queue(kept)
    with hanging_server() as port:
        dying = JobRunner(sending_to(port, kept.settings))
        await dying.__aenter__()
        await until(lambda: waiting(kept)[0].try_count == 1)
        # Without a word, as a killed one.
        dying._task.cancel()

        async with JobRunner(sending_to(server.port, kept.settings)):
            let_time_come(kept)
            await until(lambda: not waiting(kept))

        await dying.__aexit__(None, None, None)

    assert server.recipients == ["somebody@example.com"]


async def test_mail_that_was_taken_while_the_database_went_away_is_not_sent_again(
    kept: KeptDatabase, server: MailServer, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "FIRST_WAIT", timedelta(0))
    queue(kept)
    async with JobRunner(sending_to(server.port, gate.settings)) as runner:
        send = runner._send

        async def send_and_lose_the_database(job: jobs._Job) -> None:
            await send(job)
            await gate.shut()

        monkeypatch.setattr(runner, "_send", send_and_lose_the_database)
        await until(lambda: runner._is_failing)
        assert len(waiting(kept)) == 1

        await gate.open()
        await until(lambda: not waiting(kept))

    assert len(server.messages) == 1


async def test_server_that_hangs_is_left_after_a_while(
    kept: KeptDatabase, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "TRY_WITHIN_S", 0.1)
    queue(kept)
    with hanging_server() as port:
        async with JobRunner(sending_to(port, kept.settings)):
            await until(lambda: said(lines, "mail_not_sent"))

    assert [line["reason"] for line in said(lines, "mail_not_sent")] == ["the server took too long"]


async def test_end_of_the_process_does_not_wait_for_a_server_that_hangs(
    kept: KeptDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STOP_WITHIN_S", 0.1)
    queue(kept)
    with hanging_server() as port:
        async with JobRunner(sending_to(port, kept.settings)) as runner:
            await until(lambda: runner._delivery is not None and runner._delivery._sock is not None)
            stopping = asyncio.get_running_loop().time()

    assert asyncio.get_running_loop().time() - stopping < 1
    assert len(waiting(kept)) == 1


async def test_fault_of_one_mail_does_not_keep_others_from_being_sent(
    kept: KeptDatabase, server: MailServer, lines: Lines
) -> None:
    queue(kept, give_up_at=clock.now() + timedelta(minutes=30))
    with transaction(kept.engine) as session:
        session.exec(update(Job).values(payload={"template": "password_reset", "to": "x@example.com", "context": {}}))
    queue(kept)
    async with JobRunner(sending_to(server.port, kept.settings)):
        await until(lambda: said(lines, "mail_sent"))

    assert server.recipients == ["somebody@example.com"]
    assert len(said(lines, "mail_failed")) == 1
    assert [job.payload["to"] for job in waiting(kept)] == ["x@example.com"]


async def test_running_server_sends_what_is_queued_beside_it(kept: KeptDatabase, server: MailServer) -> None:
    async with live_app(sending_to(server.port, kept.settings)):
        queue(kept)
        await until(lambda: not waiting(kept))

    assert server.recipients == ["somebody@example.com"]
