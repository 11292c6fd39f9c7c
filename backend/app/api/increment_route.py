"""`GET /api/v1/buttons/{button_id}/increment`: the press URL of an installation that was imported.

Keys that were programmed before go on working by it, for as long as the press key stands that the import wrote. It is the
press route on another path: the same checks, the same record, the same answers.
"""

import re
from uuid import UUID

from app.api.deps import API_PREFIX
from app.api.press_route import PressRoute
from app.features.buttons.rules import INCREMENT, imported_address_key
from app.features.presses.batch import PressKeyNotFound

# No other path of the API ends so.
INCREMENT_ENDS = (f"/{INCREMENT}", f"/{INCREMENT}/")

# As the original read ids: in either case, with or without hyphens.
_PATH = re.compile(
    API_PREFIX + r"/buttons/([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})/increment/?",
    re.ASCII | re.IGNORECASE,
)


class IncrementRoute(PressRoute):
    """The ASGI application for what ends in `/increment`. A press is a GET here, as it always was."""

    methods = frozenset({"GET", "HEAD"})
    allowed = "GET, HEAD, OPTIONS"

    def _key_of(self, path: str) -> str:
        found = _PATH.fullmatch(path)
        if found is None:
            raise PressKeyNotFound
        return imported_address_key(UUID("".join(found.groups())))
