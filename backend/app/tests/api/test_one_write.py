"""Answers go out in one piece, whole and in order."""

import asyncio
from typing import cast

from app.api.one_write import MAX_JOINED_BYTES, _JoiningTransport


class Wire:
    """A transport that remembers what it was told."""

    def __init__(self) -> None:
        self.said: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.said.append(data)

    def is_closing(self) -> bool:
        return "close" in self.said

    def close(self) -> None:
        self.said.append("close")


def joining(wire: Wire) -> asyncio.Transport:
    transport = _JoiningTransport(cast(asyncio.Transport, wire), asyncio.get_running_loop())
    return cast(asyncio.Transport, transport)


async def test_head_and_body_are_one_piece() -> None:
    wire = Wire()
    transport = joining(wire)

    transport.write(b"head ")
    assert wire.said == []
    transport.write(b"body")

    assert wire.said == [b"head body"]
    await asyncio.sleep(0)
    assert wire.said == [b"head body"]


async def test_what_nothing_follows_goes_out_in_the_same_turn() -> None:
    wire = Wire()
    transport = joining(wire)

    transport.write(b"head")
    await asyncio.sleep(0)
    transport.write(b"")
    await asyncio.sleep(0)
    transport.write(b"chunk")
    await asyncio.sleep(0)

    assert wire.said == [b"head", b"chunk"]


async def test_two_answers_in_one_turn_stay_in_order() -> None:
    wire = Wire()
    transport = joining(wire)

    for piece in (b"1", b"2", b"3", b"4", b"5"):
        transport.write(piece)
    await asyncio.sleep(0)

    assert wire.said == [b"12", b"34", b"5"]


async def test_a_long_body_is_not_copied() -> None:
    wire = Wire()
    transport = joining(wire)
    body = b"x" * (MAX_JOINED_BYTES + 1)

    transport.write(b"head")
    transport.write(body)

    assert wire.said == [b"head", body]
    assert wire.said[1] is body


async def test_a_long_piece_is_held_up_by_nothing() -> None:
    wire = Wire()
    transport = joining(wire)
    piece = b"x" * (MAX_JOINED_BYTES + 1)

    transport.write(piece)

    assert wire.said == [piece]


async def test_what_nobody_is_there_to_read_is_not_written() -> None:
    wire = Wire()
    transport = joining(wire)

    transport.write(b"event")
    wire.close()
    await asyncio.sleep(0)

    assert wire.said == ["close"]


async def test_a_connection_is_closed_after_what_was_written() -> None:
    wire = Wire()
    transport = joining(wire)

    transport.write(b"100 Continue")
    transport.close()
    await asyncio.sleep(0)

    assert wire.said == [b"100 Continue", "close"]
    assert transport.is_closing()
