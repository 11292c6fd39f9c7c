"""Decisions about what can be counted together. Pure."""

from app.core.errors import FieldError, InvalidInput
from app.features.stats.schemas import Grouping, Selection


def check_selection(selection: Selection, *, by: Grouping = Grouping.STATION) -> None:
    """Raises InvalidInput where decks and buttons are mixed: no rollup says which button was pressed on which deck."""
    is_of_buttons = any((selection.button_id, selection.type, selection.tag))
    is_of_deck = selection.deck_id is not None
    if is_of_deck and is_of_buttons:
        raise _mixed("query.deck_id", "goes with no other filter; the log knows which button was pressed on which deck")
    if is_of_deck and by not in (Grouping.STATION, Grouping.DECK):
        raise _mixed("query.by", "must be station or deck where the presses of a deck are counted")
    if is_of_buttons and by is Grouping.DECK:
        raise _mixed("query.by", "cannot be deck where presses of some buttons are counted")


def _mixed(field: str, message: str) -> InvalidInput:
    return InvalidInput(errors=(FieldError(field, message),))
