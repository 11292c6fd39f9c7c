"""One mail of each kind, as it could be: with long names, and with names that want to be markup."""

from typing import Any

from app.features.accounts.mail import Template

TRACKER = "https://tracker.example.org"
TOKEN = "q7Zr1hX9vJb0TtKcW4sYd2uNf6gLmP8eRaQoVi3xDzE"

MAILS: dict[Template, dict[str, Any]] = {
    Template.NEW_ACCOUNT: {
        "email": "bartholomew.featherstonehaugh-cholmondeley@westcoastpublicbroadcasting.example.org",
        "made_by": "Dana Whitfield",
        "link": f"{TRACKER}/reset-password#token={TOKEN}",
        "valid_for": "48 hours",
    },
    Template.INVITATION: {
        "station": "Radio Donaudampfschifffahrtsgesellschaft 98,3 – Studio B & <Außenstelle>",
        "role": "editor",
        "invited_by": "Dana Whitfield",
        "link": f"{TRACKER}/invitation#token={TOKEN}",
        "valid_for": "7 days",
    },
    Template.PASSWORD_RESET: {
        "email": "dana@example.org",
        "link": f"{TRACKER}/reset-password#token={TOKEN}",
        "valid_for": "2 hours",
    },
    Template.NEW_ADDRESS: {
        "email": "dana@example.org",
        "link": f"{TRACKER}/confirm-email#token={TOKEN}",
        "valid_for": "1 hour",
    },
    Template.TEST_MAIL: {"email": "dana@example.org", "sent_by": "Sam Okonkwo"},
    Template.SECURITY_NOTICE: {
        "email": "dana@example.org",
        "event": "Your password was changed.",
        "at": "Thursday, 26 November 2026, 14:05 EST",
        "origin": "2001:db8:85a3:8d3:1319:8a2e:370:7348",
        "link": f"{TRACKER}/reset-password",
    },
    Template.WEEKLY: {
        "station": "WXYZ 101.5",
        "week": "Mon 26 Oct – Sun 1 Nov 2026 (America/New_York)",
        "count": 1312,
        "before_count": 1274,
        "top": [
            {"title": "Station ID (top of the hour)", "count": 336, "before_count": 336},
            {"title": "Applause", "count": 204, "before_count": 187},
            {"title": "Traffic bed, long, with the new sponsor's tag from Pemberton & Daughters", "count": 91, "before_count": 0},
            {"title": "Hug", "count": 77, "before_count": 102},
            {"title": "Rimshot", "count": 1, "before_count": 1040},
        ],
        "unused": [
            {"title": "Air horn", "last_used": "last used Mon 3 Aug 2026"},
            {"title": "Holiday jingle 2025 – DO NOT PLAY BEFORE ADVENT", "last_used": "last used Wed 24 Dec 2025"},
            {"title": "Breaking news sounder", "last_used": "never used"},
        ],
        "unused_more": 12,
        "quiet": [{"deck": "Production room, left of the console", "since": "last heard Tue 27 Oct 2026, 18:02 EDT"}],
        "gaps": [{"start": "Sun 1 Nov 2026, 01:10 EDT", "end": "Sun 1 Nov 2026, 01:40 EST", "length": "1 h 30 min"}],
        "link": f"{TRACKER}/stats?week=2026-10-26",
        "stop_link": f"{TRACKER}/stop-mail#{TOKEN}",
    },
    Template.DECK_QUIET: {
        "station": "WXYZ 101.5",
        "deck": "Studio A – main console",
        "last_heard": "Thu 26 Nov 2026, 09:42 EST",
        "usual": "On Thursdays it is usually used from 06:00 to 11:00 and 14:00 to 23:00; nothing was heard in 3 hours in which "
        "it is usually used.",
        "link": f"{TRACKER}/decks/9f1c",
        "stop_link": f"{TRACKER}/stop-mail#{TOKEN}",
    },
}  # fmt: skip
