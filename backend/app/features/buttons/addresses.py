"""Old addresses: what press URLs began with before, and which keys still call there.

A deck keeps the URL that was put on it. When the server's address changes, whatever answered at the old one may answer for
a while yet, and then one day not: by then every key should have the new one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlmodel import Session, col, delete, select

from app.features.buttons.rules import INCREMENT
from app.features.buttons.schemas import KeyDeck, OldAddressKey, OldAddressKeysPublic, OldAddressState
from app.features.buttons.service import press_url
from app.models import PublicUrl

# More than anybody changes it on purpose; a machine whose address changes daily must not fill a table.
MAX_REMEMBERED = 50
KEY_PREFIX_LENGTH = 6
DEFAULT_PORTS = {"http": 80, "https": 443}
INSTANT_RESOLUTION = timedelta(microseconds=1)

type Headers = Iterable[tuple[bytes, bytes]]

# What presses noted, one row a key; a later call wins, whichever process writes first.
NOTE_CALLS = """
INSERT INTO press_key_old_address AS a (station_id, press_key_id, url, last_called_at)
SELECT *
FROM unnest(%(station_ids)s::uuid[], %(key_ids)s::uuid[], %(urls)s::text[], %(called_at)s::timestamptz[])
ON CONFLICT (station_id, press_key_id)
DO UPDATE SET url = excluded.url, last_called_at = excluded.last_called_at
WHERE a.last_called_at < excluded.last_called_at
"""

READ_URLS = "SELECT url FROM public_url ORDER BY since DESC"

# A key's latest press and its latest call of an old address are the same moment while it has not been heard elsewhere.
# `handed_out` is the address of the time when the key was made; before the first one that is known, that one. The address
# that an imported button had before was never one of this server's.
_SUSPECTS = """
WITH current AS (
    SELECT since, url
    FROM public_url
    ORDER BY since DESC
    LIMIT 1
), suspect AS (
    SELECT
        k.id, k.key, k.station_id, k.button_id, k.deck_id, k.created_at, h.last_heard_at,
        CASE WHEN a.url <> c.url AND a.last_called_at >= COALESCE(h.last_heard_at, a.last_called_at) THEN a.url END
            AS called_url,
        a.last_called_at,
        CASE WHEN k.created_at < c.since AND (h.last_heard_at IS NULL OR h.last_heard_at < c.since) THEN handed_out.url END
            AS unheard_url,
        c.url AS current_url
    FROM press_key AS k
    JOIN button AS b ON b.station_id = k.station_id AND b.id = k.button_id AND b.retired_at IS NULL
    CROSS JOIN current AS c
    CROSS JOIN LATERAL (
        SELECT u.url
        FROM public_url AS u
        ORDER BY u.since <= k.created_at DESC, CASE WHEN u.since <= k.created_at THEN u.since END DESC, u.since
        LIMIT 1
    ) AS handed_out
    LEFT JOIN press_key_heard AS h ON h.station_id = k.station_id AND h.press_key_id = k.id
    LEFT JOIN press_key_old_address AS a ON a.station_id = k.station_id AND a.press_key_id = k.id
    WHERE k.revoked_at IS NULL
      AND NOT starts_with(k.key, '{imported}')
), found AS (
    SELECT *, called_url IS NULL AND last_heard_at IS NULL AS is_never_heard
    FROM suspect
    WHERE called_url IS NOT NULL
       OR unheard_url <> current_url
)
"""

_COUNT_ALL = """{suspects}
SELECT count(*)
FROM found
WHERE NOT is_never_heard
"""

_COUNT = """{suspects}
SELECT count(*)
FROM found
WHERE station_id = :station_id
"""

_PAGE = """{suspects}
SELECT
    f.id AS key_id, f.key, f.button_id, v.title, d.id AS deck_id, d.name AS deck_name, f.called_url, f.unheard_url,
    CASE WHEN f.called_url IS NOT NULL THEN f.last_called_at END AS last_called_at, f.last_heard_at, f.created_at,
    f.is_never_heard
FROM found AS f
JOIN button AS b ON b.station_id = f.station_id AND b.id = f.button_id
JOIN button_version AS v ON v.station_id = b.station_id AND v.button_id = b.id AND v.number = b.current_version
LEFT JOIN deck AS d ON d.station_id = f.station_id AND d.id = f.deck_id
WHERE f.station_id = :station_id
ORDER BY f.is_never_heard, d.name NULLS LAST, d.id, lower(v.title), f.id
OFFSET :skip
LIMIT :limit
"""

COUNT_ALL, COUNT, PAGE = (
    statement.format(suspects=_SUSPECTS.format(imported=f"{INCREMENT}/")) for statement in (_COUNT_ALL, _COUNT, _PAGE)
)


class OldAddresses:
    """Tells from a request's headers which old address it was sent to, if any. Pure, and quick: presses ask."""

    def __init__(self, urls: Sequence[str], *, public_url: str) -> None:
        self._by_host: dict[bytes, str] = {}
        # Where the address is the same but for http and https, only a proxy in front of the server can tell.
        self._by_scheme: dict[tuple[bytes, bytes], str] = {}
        current = _hosts(public_url)
        for url in urls:
            if url == public_url:
                continue
            for host in _hosts(url):
                if host not in current:
                    self._by_host.setdefault(host, url)
                elif urlsplit(url).scheme != urlsplit(public_url).scheme:
                    self._by_scheme.setdefault((host, urlsplit(url).scheme.encode()), url)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._by_host or self._by_scheme)

    def called_by(self, headers: Headers) -> str | None:
        """The old `PUBLIC_URL` that the request was sent to.

        What a client claims here is about its own key alone, so it is believed.
        """
        host = scheme = b""
        for name, value in headers:
            if name == b"host":
                host = value.lower()
            elif name == b"x-forwarded-proto":
                scheme = value.lower()
        return self._by_host.get(host) or self._by_scheme.get((host, scheme))


def _hosts(url: str) -> set[bytes]:
    """What a client that was given this URL may send as `Host`; nothing for a URL that no client can use."""
    try:
        parts = urlsplit(url)
        hostname, port = parts.hostname or "", parts.port
        name = hostname.encode("ascii" if hostname.isascii() else "idna")
    except ValueError:
        return set()
    name = b"[%s]" % name if b":" in name else name
    default = DEFAULT_PORTS.get(parts.scheme, 0)
    with_port = b"%s:%d" % (name, port or default)
    return {name, with_port} if port in (None, default) else {with_port}


@dataclass(frozen=True, slots=True)
class AddressChange:
    """Press URLs begin with something else than they did at the last start."""

    old_url: str
    key_count: int

    def in_words(self, *, public_url: str) -> str:
        """What a start says where keys are left behind."""
        keys = "1 press key" if self.key_count == 1 else f"{self.key_count:,} press keys"
        return (
            f"Press URLs begin with {public_url} now, and with {self.old_url} before. {keys} may still call an old "
            "address: `tracker public-url` lists them."
        )


def note_public_url(session: Session, *, public_url: str, now: datetime) -> AddressChange | None:
    """Remember what press URLs begin with. None where that is as it was."""
    latest = session.exec(select(PublicUrl).order_by(col(PublicUrl.since).desc()).limit(1)).first()
    if latest is not None and latest.url == public_url:
        return None
    # A clock that was set back must not make the new address an old one.
    since = now if latest is None else max(now, latest.since + INSTANT_RESOLUTION)
    session.add(PublicUrl(since=since, url=public_url))
    session.flush()  # the count below and the limit see it
    kept = select(PublicUrl.since).order_by(col(PublicUrl.since).desc()).limit(MAX_REMEMBERED)
    session.exec(delete(PublicUrl).where(col(PublicUrl.since).not_in(kept)))
    return None if latest is None else AddressChange(old_url=latest.url, key_count=count_everywhere(session))


def current_public_url(session: Session) -> str | None:
    """What press URLs begin with, as the latest start of a server noted it; None before the first."""
    return session.exec(select(PublicUrl.url).order_by(col(PublicUrl.since).desc()).limit(1)).first()


def count_everywhere(session: Session) -> int:
    """How many keys of all stations may still call an old address; those aside that were never heard at any."""
    return int(session.execute(text(COUNT_ALL)).scalar_one())


def list_old_addresses(
    session: Session, *, station_id: UUID, skip: int, limit: int, public_url: str
) -> OldAddressKeysPublic:
    """The station's keys that may still call an old address.

    5,000 keys, 3,500 of them suspect, a page of 200: 20 ms (PostgreSQL 18, November 2026).
    """
    rows = session.execute(text(PAGE), {"station_id": station_id, "skip": skip, "limit": limit}).mappings().all()
    # A first page with room left on it has all of them: most often none.
    is_whole = skip == 0 and len(rows) < limit
    return OldAddressKeysPublic(
        public_url=public_url,
        changed_at=_changed_at(session),
        data=[_old_address_key(row, public_url=public_url) for row in rows],
        count=len(rows) if is_whole else session.execute(text(COUNT), {"station_id": station_id}).scalar_one(),
    )


def every_old_address(session: Session, *, station_id: UUID) -> list[OldAddressKey]:
    """The same without pages, for whoever works at the server itself."""
    rows = session.execute(text(PAGE), {"station_id": station_id, "skip": 0, "limit": None}).mappings()
    current = current_public_url(session) or ""
    return [_old_address_key(row, public_url=current) for row in rows]


def _changed_at(session: Session) -> datetime | None:
    newest = session.exec(select(PublicUrl.since).order_by(col(PublicUrl.since).desc()).limit(2)).all()
    return newest[0] if len(newest) > 1 else None


def _old_address_key(row: RowMapping, *, public_url: str) -> OldAddressKey:
    called: Any = row["called_url"]
    return OldAddressKey(
        key_id=row["key_id"],
        key_prefix=row["key"][:KEY_PREFIX_LENGTH],
        button_id=row["button_id"],
        button_title=row["title"],
        deck=None if row["deck_id"] is None else KeyDeck(id=row["deck_id"], name=row["deck_name"]),
        state=_state(row),
        old_url=row["unheard_url"] if called is None else called,
        press_url=press_url(public_url, row["key"]),
        last_called_at=row["last_called_at"],
        last_heard_at=row["last_heard_at"],
        created_at=row["created_at"],
    )


def _state(row: RowMapping) -> OldAddressState:
    if row["called_url"] is not None:
        return OldAddressState.CALLED
    return OldAddressState.NEVER_HEARD if row["is_never_heard"] else OldAddressState.NOT_HEARD_SINCE
