"""What a small community radio station keeps on its decks: sixty buttons, and the words of the people who run it."""

from dataclasses import KW_ONLY, dataclass

ZONE = "America/New_York"
CALL_SIGN = "WDMO"
COMMUNITY = "Fairhaven Falls, New York"

STUDIO = "Studio A"
PRODUCTION = "Production"
BOTH = (STUDIO, PRODUCTION)

PSA = "psa"
STATION_ID = "station_id"
SOUND = "sound_effect"
PROMO = "promo"
UNDERWRITING = "underwriting"
OTHER = "other"

COLORS = {
    PSA: "#2f7d4f",
    STATION_ID: "#1f4e8c",
    SOUND: "#c2571a",
    PROMO: "#7a3b8f",
    UNDERWRITING: "#8a6d1d",
    OTHER: "#4a5560",
}


@dataclass(frozen=True, slots=True)
class Revision:
    """What a button says anew from a part of the history on: 0 is the station's first day, 1 its last."""

    since: float
    _: KW_ONLY
    title: str | None = None
    description: str | None = None
    duration: float | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One button and its story. Parts of the history run from 0, the station's first day, to 1, its last."""

    type: str
    title: str
    duration: float
    description: str
    source: str | None
    tags: tuple[str, ...]
    _: KW_ONLY
    # How often it is used, against others of its type.
    weight: float = 1.0
    decks: tuple[str, ...] = (STUDIO,)
    dedup_window_ms: int | None = None
    color: str | None = None
    since: float = 0.0
    # (month, day) of the first and the last day of its life, in the first year that has both after `since`.
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    revisions: tuple[Revision, ...] = ()
    # Spans in which it was retired; the last one may be open.
    retired: tuple[tuple[float, float | None], ...] = ()


_COUNTY = "County health department"
_FIRE = "Fairhaven Falls fire company"
_COUNCIL = "Community council"
_LIBRARY = "Public library"
_VOICES = "Student voices, production room"
_SAFETY, _HEALTH, _NEIGHBORS, _NATURE = ("safety",), ("health",), ("community",), ("environment",)
_LEGAL, _FUN, _SHOWS, _THANKS = ("legal id",), ("fun",), ("shows",), ("acknowledgement",)

ITEMS = (
    # Public service announcements
    Item(PSA, "Buckle up, every seat", 30, "Seat belts save lives in the back seat too.", _VOICES, _SAFETY,
         weight=1.6, decks=BOTH),
    Item(PSA, "Hands off the phone", 30, "One text at 55 is a football field driven blind.", _VOICES, _SAFETY,
         weight=1.4,
         revisions=(Revision(0.42, title="Park the phone", description="Put it in the glove box before you start."),),
         decks=BOTH),
    Item(PSA, "Test your smoke alarm", 30, "Press the button on the first of the month.", _FIRE, _SAFETY, weight=1.3,
         revisions=(Revision(0.3, duration=28.5), Revision(0.71, description="Alarms older than ten years: replace.")),
         decks=BOTH),
    Item(PSA, "Food pantry needs hands", 30, "Sorting shifts on Tuesday and Saturday mornings.", _COUNCIL, _NEIGHBORS,
         weight=1.5, decks=BOTH),
    Item(PSA, "Blood drive at the grange hall", 60, "Walk in, or book a time.", _COUNTY, _HEALTH, weight=1.2,
         revisions=(Revision(0.55, title="Blood drive at the fire hall", description="The drive has moved."),),
         decks=BOTH),
    Item(PSA, "Adopt a shelter dog", 30, "Forty dogs are waiting on Mill Road.", "Animal shelter volunteers",
         (*_NEIGHBORS, "animals"), weight=1.2, decks=BOTH),
    Item(PSA, "Learn to read with a tutor", 30, "Free lessons for adults, in confidence.", _LIBRARY, _NEIGHBORS),
    Item(PSA, "Check for ticks", 15, "Five minutes after every hike.", _COUNTY, (*_HEALTH, "summer")),
    Item(PSA, "Radon: test your basement", 30, "Free kits while they last.", _COUNTY, _HEALTH, weight=0.8,
         retired=((0.56, None),)),
    Item(PSA, "You are not alone", 30, "Where to call when it gets dark.", "Crisis line volunteers", _HEALTH,
         weight=1.3, decks=BOTH),
    Item(PSA, "Sign up to vote", 30, "How and where, whoever you vote for.", _COUNCIL, ("civic",),
         season=((8, 20), (11, 4)), weight=1.8),
    Item(PSA, "Flu shots this fall", 30, "Every Thursday at the clinic.", _COUNTY, _HEALTH, season=((9, 15), (12, 15)),
         since=0.55, weight=1.6, decks=BOTH),
    Item(PSA, "Heating help before the cold", 30, "Who qualifies, and where to ask.", _COUNCIL, _NEIGHBORS,
         season=((10, 15), (3, 15)), since=0.55, weight=1.4),
    Item(PSA, "Free tax help", 30, "Volunteers at the library until April.", _LIBRARY, ("civic",),
         season=((1, 20), (4, 15)), weight=1.6),
    Item(PSA, "Thin ice", 15, "Four inches, or stay off the pond.", _FIRE, (*_SAFETY, "winter"),
         season=((12, 10), (3, 10)), since=0.45, weight=1.2),
    Item(PSA, "Swim where a guard sits", 15, "The quarry is not a pool.", _FIRE, (*_SAFETY, "summer"),
         season=((6, 1), (9, 1)), since=0.45, weight=1.3),
    Item(PSA, "River clean-up Saturday", 30, "Gloves and doughnuts are on us.", "Friends of the river", _NATURE,
         season=((4, 1), (4, 30)), weight=1.6),
    Item(PSA, "Compost at the farmers' market", 30, "Bring scraps, take soil.", "Friends of the river", _NATURE,
         since=0.2),
    Item(PSA, "Don't pour it down the drain", 15, "Paint and oil go to the depot.", _COUNCIL, _NATURE, weight=0.7,
         retired=((0.24, 0.47), (0.93, None))),
    Item(PSA, "Foster a child", 60, "An open house each month.", "Family services", _NEIGHBORS, since=0.35),
    Item(PSA, "Share the road with bicycles", 30, "Three feet is the law, four is kind.", _VOICES, _SAFETY, since=0.6,
         weight=1.4, decks=BOTH),
    Item(PSA, "Carbon monoxide has no smell", 30, "Never run a generator indoors.", _FIRE, _SAFETY, since=0.97,
         weight=0.0),
    # Station identification
    Item(STATION_ID, "Legal ID, dry", 6, "Call sign and community, nothing else.", _VOICES, _LEGAL, weight=5.0,
         decks=BOTH),
    Item(STATION_ID, "Legal ID with jingle", 9, "Sung by the a cappella club.", _VOICES, _LEGAL, weight=2.5,
         decks=BOTH),
    Item(STATION_ID, "Legal ID, morning show", 11, "With the host's hello.", _VOICES, _LEGAL, weight=1.2,
         revisions=(Revision(0.5, description="With the new host's hello.", duration=9.5),)),
    Item(STATION_ID, "Legal ID, old slogan", 8, "The slogan of the old tower.", "Archive reel 4", _LEGAL, weight=1.5,
         retired=((0.31, None),)),
    Item(STATION_ID, "Legal ID, rain on a tin roof", 12, "Field recording, then the call sign.", _VOICES, _LEGAL,
         since=0.28, weight=1.4, decks=BOTH),
    Item(STATION_ID, "Legal ID, in Spanish and English", 10, "For the Saturday block.", _VOICES, _LEGAL, weight=1.0,
         decks=BOTH),
    Item(STATION_ID, "Legal ID, automation", 6, "Fired by the playout computer overnight.", None,
         (*_LEGAL, "overnight"), weight=0.0, decks=()),
    # Sound effects
    Item(SOUND, "Air horn", 2.1, "Three short ones. Use with mercy.", "Station sound library", _FUN, weight=2.4,
         dedup_window_ms=0, decks=BOTH),
    Item(SOUND, "Rimshot", 1.4, "For the puns.", "Station sound library", _FUN, weight=2.2, dedup_window_ms=500,
         decks=BOTH),
    Item(SOUND, "Sad trombone", 3.2, "Wah, wah.", "Brass section, spring concert", _FUN, weight=1.8, decks=BOTH),
    Item(SOUND, "Crickets", 5.0, "For the puns that fail.", "Field recording, Mill Road", _FUN, weight=1.3),
    Item(SOUND, "Applause, small room", 6.5, "Thirty people who mean it.", "Open mic night", _FUN, weight=1.6,
         decks=BOTH),
    Item(SOUND, "Drum roll", 4.0, "Ends on its own.", "Percussion club", _FUN, weight=1.2, decks=BOTH),
    Item(SOUND, "Record scratch", 1.1, "Wait, what?", "Station sound library", _FUN, weight=1.5),
    Item(SOUND, "Cash register", 1.6, "Pledge drive only.", "Station sound library", (*_FUN, "pledge"), weight=0.6,
         revisions=(Revision(0.66, title="Cash drawer"),), decks=BOTH),
    Item(SOUND, "Rooster", 2.8, "Six in the morning.", "Field recording, Mill Road", _FUN, weight=0.9),
    Item(SOUND, "Modem handshake", 12.0, "Nobody under thirty knows it.", "Station sound library", _FUN, weight=0.5,
         retired=((0.41, None),)),
    Item(SOUND, "Laughter, audience", 4.5, "Short.", "Open mic night", _FUN, weight=1.5, since=0.15, decks=BOTH),
    Item(SOUND, "Foghorn", 3.0, "Winter weather only, please.", "Field recording, harbor", _FUN, since=0.52,
         weight=0.8),
    # Promos
    Item(PROMO, "Morning Commute", 30, "Weekdays from six.", "Promotions desk", _SHOWS, weight=1.5,
         revisions=(Revision(0.5, description="Weekdays from six, with the new host."),), decks=BOTH),
    Item(PROMO, "Polka Hour", 20, "Sundays at noon, since forever.", "Promotions desk", _SHOWS, weight=1.2, decks=BOTH),
    Item(PROMO, "Night Owls", 30, "Ambient until the owls go to bed.", "Promotions desk", _SHOWS, decks=BOTH),
    Item(PROMO, "Local Stage", 30, "Bands from within thirty miles.", "Promotions desk", _SHOWS, weight=1.3,
         decks=BOTH),
    Item(PROMO, "Kitchen Table Politics", 30, "Thursdays at seven.", "Promotions desk", _SHOWS,
         retired=((0.61, None),)),
    Item(PROMO, "Pledge drive", 45, "Eight days, one goal.", "Promotions desk", ("pledge",),
         season=((10, 1), (10, 12)), weight=3.0, color="#b02a4c", decks=BOTH),
    Item(PROMO, "Record fair", 30, "Crates in the gym.", "Promotions desk", ("events",), season=((4, 10), (5, 2)),
         weight=2.0, since=0.4),
    Item(PROMO, "Learn radio with us", 30, "Training starts each semester.", "Promotions desk", ("volunteers",),
         since=0.1),
    # Underwriting
    Item(UNDERWRITING, "Supported by Juniper Street Books", 15, "New and used.", "Underwriting office", _THANKS,
         weight=1.4, dedup_window_ms=10_000, decks=BOTH),
    Item(UNDERWRITING, "Supported by Halloran Hardware", 15, "Keys cut while you wait.", "Underwriting office", _THANKS,
         weight=1.2, dedup_window_ms=10_000, decks=BOTH),
    Item(UNDERWRITING, "Supported by Blue Door Bakery", 15, "Open from five.", "Underwriting office", _THANKS,
         weight=1.2, dedup_window_ms=10_000, revisions=(Revision(0.38, description="Open from six."),), decks=BOTH),
    Item(UNDERWRITING, "Supported by Okafor & Lindqvist, dentists", 15, "On Canal Street.", "Underwriting office",
         _THANKS, dedup_window_ms=10_000, since=0.25),
    Item(UNDERWRITING, "Supported by the Fairhaven Falls credit union", 15, "Members since 1951.",
         "Underwriting office", _THANKS, dedup_window_ms=10_000, retired=((0.5, None),)),
    Item(UNDERWRITING, "Supported by Two Rivers Cycles", 15, "Tune-ups in a day.", "Underwriting office", _THANKS,
         dedup_window_ms=10_000, since=0.58, color="#a3801f"),
    Item(UNDERWRITING, "Supported by Maple Ridge Orchard", 15, "Cider pressed on weekends.", "Underwriting office",
         _THANKS, dedup_window_ms=10_000, season=((8, 25), (11, 10)), since=0.5),
    # The rest
    Item(OTHER, "Weather bed", 45, "Loops until you fade it.", "Continuity folder", ("bed",), weight=2.0, decks=BOTH),
    Item(OTHER, "Road report bed", 40, "For the bridge works.", "Continuity folder", ("bed",), since=0.33, weight=1.0),
    Item(OTHER, "Technical difficulties", 20, "We are looking for the cable.", "Continuity folder", (), weight=0.15),
    Item(OTHER, "Show opener", 12, "Under the first words of any show.", "Continuity folder", ("bed",), weight=1.0,
         since=0.12),
)  # fmt: skip

MANUAL_REASONS = (
    "From the paper log: the key was pressed, nothing was recorded.",
    "From the paper log, signed by the host.",
    "Played from the mixing desk, not from the deck.",
    "Heard on the air check of this hour.",
)
SENT_NOTES = (
    "Remote from the gym.",
    "Second half only.",
    "Played after the interview.",
    "Requested by a caller.",
)
VOID_REASONS = (
    "Pressed by accident during a mic check.",
    "The spot did not play: the playback computer had frozen.",
    "Fader was down. It never aired.",
    "A visitor on the tour pressed it.",
    "Training, and nobody had switched on test mode.",
)
UNVOID_REASONS = ("The wrong row was struck out.", "The air check shows that it did air.")
RESTORE_REASONS = (
    "Both aired: the host repeated it on purpose.",
    "Two hosts, two plays. The air check has both.",
)
LATER_NOTES = (
    "The host talked over the last seconds.",
    "Ran at low level.",
    "Mentioned again live after the spot.",
    "Listener wrote in about this one.",
    "Sent to the underwriter as an example.",
)
