"""Identifiers that sort by the time at which they were made."""

import random
from datetime import datetime
from uuid import UUID

# Seeded by the operating system once in a process. An id is no secret, and asking for each one's bits costs a system call.
_random = random.Random()  # noqa: S311


def time_ordered_id(now: datetime) -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, 74 random bits.

    New rows then go to the right end of their unique index instead of dirtying a random page each.
    """
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    chance = _random.getrandbits(74)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & (1 << 62) - 1)
