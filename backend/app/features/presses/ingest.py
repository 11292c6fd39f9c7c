"""From a request to an incoming press: pure, so that every odd client can be a row in a test table."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from uuid import UUID

from app.core.config import Network
from app.models import Channel, PressStatus

type Address = IPv4Address | IPv6Address

MAX_KEY_LENGTH = 64
# Enough to know an agent or an address by; what is remembered must not grow with what strangers send.
MAX_AGENT_LENGTH = 512
MAX_ADDRESS_LENGTH = 64
PREFETCH_HEADERS = (b"purpose", b"sec-purpose", b"x-purpose", b"x-moz")
PREFETCH_WORDS = (b"prefetch", b"preview", b"prerender")
# Agents that open every link they see in a chat or a mail: as they name themselves, in lower case.
PREVIEW_AGENTS = (
    b"applebot",
    b"bingpreview",
    b"bluesky",
    b"discordbot",
    b"embedly",
    b"facebookexternalhit",
    b"google-pagerenderer",
    b"googlebot",
    b"googleimageproxy",
    b"iframely",
    b"linkedinbot",
    b"mastodon",
    b"mattermost-bot",
    b"microsoftpreview",
    b"pinterestbot",
    b"redditbot",
    b"skypeuripreview",
    b"slack-imgproxy",
    b"slackbot",
    b"snap url preview",
    b"telegrambot",
    b"twitterbot",
    b"vkshare",
    b"whatsapp",
)


@dataclass(frozen=True, slots=True)
class KeyBinding:
    """What a press key belongs to. A key is never bound anew; whether it still stands, each batch checks."""

    key_id: UUID
    station_id: UUID
    button_id: UUID
    deck_id: UUID | None


# Not frozen, here and below: a frozen dataclass takes three times as long to make, and these are made per press.
@dataclass(slots=True)
class IncomingPress:
    """A press as it came in, before anything was decided. Times are aware and UTC.

    `press_key` is None where a person enters a press by hand, and where a program sends one with an API token; then
    `button_id` alone says what was used.
    """

    id: UUID
    # Whether the id came from outside; only then can the same press arrive twice.
    has_client_id: bool
    button_id: UUID
    press_key: str | None
    press_key_id: UUID | None
    deck_id: UUID | None
    channel: Channel
    received_at: datetime
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    note: str | None = None
    origin: str | None = None
    is_preview: bool = False
    recorded_by: UUID | None = None


@dataclass(slots=True)
class Recording:
    """A press as it went on the record: what its sender is answered."""

    status: PressStatus
    press_id: UUID
    title: str
    usage_count: int
    pressed_at: datetime


def is_press_key(text: str) -> bool:
    """Whether a text could be a press key at all; the rest need not be looked for."""
    return 0 < len(text) <= MAX_KEY_LENGTH and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def is_preview_request(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a request says that it is a prefetch, or comes from an agent that previews links."""
    for name, value in headers:
        if name == b"user-agent":
            if _is_preview_agent(value[:MAX_AGENT_LENGTH]):
                return True
        elif name in PREFETCH_HEADERS:
            purpose = value.lower()
            if any(word in purpose for word in PREFETCH_WORDS):
                return True
    return False


# The same few senders come again and again, here and below.
@lru_cache(maxsize=1024)
def _is_preview_agent(agent: bytes) -> bool:
    lower = agent.lower()
    return any(known in lower for known in PREVIEW_AGENTS)


@lru_cache(maxsize=1024)
def _parse_address(text: str) -> Address | None:
    host = text.strip().strip('"')
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=1024)
def _canonical_address(text: str) -> str | None:
    address = _parse_address(text)
    return str(address) if address else None


def origin_address(peer: str | None, forwarded_for: list[bytes], trusted_proxies: list[Network]) -> str | None:
    """The IP address a request came from, or None where there is none to be known.

    X-Forwarded-For is read from its right end, and only as far as trusted proxies wrote it: whatever stands left of
    the first address that is not a trusted proxy was claimed by the client.
    """
    if not trusted_proxies or not forwarded_for:
        return _canonical_address(peer[:MAX_ADDRESS_LENGTH]) if peer else None
    address = _parse_address(peer[:MAX_ADDRESS_LENGTH]) if peer else None
    hops = [hop for line in forwarded_for for hop in line.decode("latin-1").split(",")]
    while hops and address is not None and any(address in network for network in trusted_proxies):
        address = _parse_address(hops.pop()[:MAX_ADDRESS_LENGTH])
    return str(address) if address else None
