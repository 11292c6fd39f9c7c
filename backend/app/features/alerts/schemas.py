"""Shapes of the alerts room."""

from typing import Annotated

from pydantic import Field

from app.core.shapes import InputShape, Shape, left_out, line


class MailWishes(InputShape):
    """Which mails of a station the caller wants; what is left out stays."""

    weekly: bool = Field(default_factory=left_out, strict=True)
    deck_quiet: bool = Field(default_factory=left_out, strict=True)


class MailWishesPublic(Shape):
    """Which mails of a station the caller gets."""

    weekly: bool = Field(description="On Mondays what the week before was like.")
    deck_quiet: bool = Field(
        description="When a deck has been silent for unusually long, once until it is heard again. Without a choice of "
        "their own, owners and editors get it."
    )
    is_mail_configured: bool = Field(description="Whether this server sends mail at all.")


class StopMail(InputShape):
    """What the link at the end of a mail holds."""

    token: Annotated[str, line(max_length=300)]


class StoppedMail(Shape):
    """Which mail comes no more."""

    message: str = Field(examples=["You get no more of these mails."])
