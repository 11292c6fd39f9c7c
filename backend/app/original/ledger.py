"""What came and what did not: counted for the closing table, and told one by one to whoever wants to know."""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class Thing(StrEnum):
    """What is brought, in the order of the table."""

    USER = "user"
    MEMBER = "member"
    BUTTON = "button"
    ADDRESS = "imported address"
    RETIREMENT = "retirement"
    USE = "use"


class Fate(StrEnum):
    """What became of it, in the order of the table. What was changed came all the same, and is counted there too."""

    CAME = "came"
    CHANGED = "of these"
    BEFORE = "here before"
    LEFT = "did not come"
    UNKNOWN = "not to be had"


class Remark(NamedTuple):
    """What became of one thing, and why. `detail` is the original's own word, which may be anything."""

    fate: Fate
    why: str
    detail: str = ""


class Entry(NamedTuple):
    """A line for whoever wants to know each thing that did not come as it was."""

    thing: Thing
    id: str
    remark: Remark


class Line(NamedTuple):
    """A row of the closing table."""

    thing: Thing
    fate: Fate
    why: str
    number: int


class Ledger:
    """Counts; `tell` hears of each thing that did not simply come."""

    def __init__(self, tell: Callable[[Entry], None]) -> None:
        self._tell = tell
        self._counts: Counter[tuple[Thing, Fate, str]] = Counter()

    def count(self, thing: Thing, fate: Fate, why: str = "", *, count: int = 1) -> None:
        """Of things that need no line of their own."""
        if count:
            self._counts[thing, fate, why] += count

    def note(self, thing: Thing, id: str | None, remark: Remark, *, count: int = 1) -> None:
        """Of one thing, with its reason."""
        self.count(thing, remark.fate, remark.why, count=count)
        self._tell(Entry(thing, id or "", remark))

    def count_of(self, thing: Thing, fate: Fate) -> int:
        """How many, for whatever reason."""
        return sum(count for (of, became, _), count in self._counts.items() if (of, became) == (thing, fate))

    def lines(self) -> list[Line]:
        """The closing table."""
        order = {each: place for place, each in enumerate((*Thing, *Fate))}
        ranked = sorted(self._counts.items(), key=lambda item: (order[item[0][0]], order[item[0][1]], item[0][2]))
        return [Line(thing, fate, why, count) for (thing, fate, why), count in ranked]
