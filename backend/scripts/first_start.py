"""Makes the configured first account where it is missing, or prints the link with which somebody makes it.

`tracker serve` does this by itself; other ways to serve have it done once, before they start.
"""

import sys

from app.core import clock
from app.core.config import DEFAULT_PUBLIC_URL, SecretNotOurs, get_settings
from app.core.db import build_engine, init_db, transaction
from app.core.errors import AppError
from app.features.accounts import service as accounts
from app.features.buttons import addresses


def main() -> None:
    settings = get_settings()
    public_url = settings.public_url or DEFAULT_PUBLIC_URL
    engine = build_engine(settings, pool_size=1)
    try:
        init_db(engine)
        with transaction(engine) as session:
            # The zone of a container says nothing about where the station is; its owner says that.
            result = accounts.bootstrap(session, settings, zone="UTC", now=clock.now())
            change = addresses.note_public_url(session, public_url=public_url, now=clock.now())
    except AppError as error:
        sys.exit(f"The first account cannot be made from FIRST_SUPERUSER and FIRST_SUPERUSER_PASSWORD: {error.detail}")
    finally:
        engine.dispose()
    if result.created_user is not None:
        sys.stdout.write(f"Made the account {result.created_user.email}.\n")
    if change is not None and change.key_count:
        sys.stdout.write(f"{change.in_words(public_url=public_url)}\n")
    if result.is_setup_needed:
        try:
            link = accounts.setup_url(public_url, accounts.load_secret_key(settings))
        except SecretNotOurs as error:
            sys.exit(str(error))
        sys.stdout.write(f"First start: make your account here (the link works once): {link}\n")


if __name__ == "__main__":
    main()
