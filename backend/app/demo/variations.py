"""More buttons than the catalog has: other takes of its items, with titles that tell them apart."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from app.demo import catalog
from app.demo.catalog import Item

# In the order in which they were recorded: every item has its first take before one has its second.
TAKES = {
    catalog.PSA: (
        "with music", "in Spanish", "read by the mayor", "kids' voices", "new recording", "short cut", "on the phone",
        "for the weekend",
    ),
    catalog.STATION_ID: (
        "evening voice", "with bells", "sung", "slow read", "whispered", "with brass", "kids' voices", "for the stream",
    ),
    catalog.SOUND: (
        "short", "far away", "with echo", "twice", "slowed down", "backwards", "from the old tape", "in the hallway",
    ),
    catalog.PROMO: (
        "tonight", "tomorrow", "listeners' voices", "guest week", "short cut", "in Spanish", "anniversary",
        "from the archive",
    ),
    catalog.UNDERWRITING: (
        "holiday hours", "new address", "sale week", "in Spanish", "anniversary", "short cut", "summer hours",
        "for the pledge drive",
    ),
    catalog.OTHER: (
        "soft", "uptempo", "piano", "guitar", "no drums", "strings", "for the night", "long loop",
    ),
}  # fmt: skip
TAKES_PER_ITEM = 8
TAKE_WEIGHT = 0.5
# The last take comes up at this part of the history, so that each has some of it to be used in.
LAST_TAKE_SINCE = 0.9

# What has its season is said once a year, and what nobody presses needs no second take.
_VARIED = tuple(item for item in catalog.ITEMS if item.season is None and item.weight > 0)
MIN_BUTTONS = len(catalog.ITEMS)
MAX_BUTTONS = MIN_BUTTONS + TAKES_PER_ITEM * len(_VARIED)


def items(button_count: int) -> tuple[Item, ...]:
    """The catalog, and as many further takes as are wanted, the earliest first."""
    take_count = button_count - MIN_BUTTONS
    further = islice(_takes(), take_count)
    # Squared: a station that is new records more than one that has most of what it needs.
    sinces = (LAST_TAKE_SINCE * (place / take_count) ** 2 for place in range(1, take_count + 1))
    return (*catalog.ITEMS, *(_since(item, since) for item, since in zip(further, sinces, strict=True)))


def _takes() -> Iterator[Item]:
    for number in range(TAKES_PER_ITEM):
        for item in _VARIED:
            yield replace(
                item, title=f"{item.title} ({TAKES[item.type][number]})", weight=TAKE_WEIGHT * item.weight, color=None
            )


def _since(item: Item, since: float) -> Item:
    """The item as it came up then: what happened to the first take before did not happen to this one."""
    return replace(
        item,
        # No take of something that is not thought of yet.
        since=max(item.since, since),
        # A new title would be that of the first take's revision.
        revisions=tuple(each for each in item.revisions if each.since > since and each.title is None),
        retired=tuple(span for span in item.retired if span[0] > since),
    )
