"""Builds the application; nothing else."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from app.api.body_limit import BodyLimit
from app.api.dashboard import DashboardRoute
from app.api.deps import API_PREFIX, Runtime
from app.api.errors import install_error_handlers
from app.api.gate import RequestGate
from app.api.increment_route import INCREMENT_ENDS, IncrementRoute
from app.api.main import api_router
from app.api.no_store import NoStore
from app.api.openapi import ABOUT, complete_openapi
from app.api.press_route import PRESS_PREFIX, PressRoute
from app.api.routes import docs
from app.background.address_keeper import AddressKeeper
from app.background.jobs import JobRunner
from app.background.live_stream import LiveStream
from app.background.notifier import Notifier
from app.background.press_writer import PressWriter
from app.background.rounds import Rounds
from app.background.watch_keeper import WatchKeeper
from app.core import security
from app.core.config import DEFAULT_PUBLIC_URL, DatabaseNotConfigured, Settings, get_settings
from app.core.db import build_engine
from app.core.exit_signal import on_exit_signal
from app.core.log import configure_logging
from app.features.accounts.service import load_secret_key
from app.features.alerts.service import Links

# Shorter than presses wait for a station's lock, so that a request that holds it and hangs gives it up in time.
REQUEST_PATIENCE_S = 3
# No answer to a request takes so long; what does would keep a core from the presses.
STATEMENT_PATIENCE_S = 15


# Young objects before a collection: a press makes dozens that die at once, and looking for cycles among them is waste.
GC_THRESHOLDS = (10_000, 20, 50)
# How long a thread that computes keeps the event loop waiting. With the usual 5 ms a press, which comes back to the loop
# four times, took 17 ms while an export was made, and takes 5 ms with this; the export is as fast.
SWITCH_INTERVAL_S = 0.0005


class Tracker(FastAPI):
    """The API, with the press routes beside it: the paths that every millisecond counts on pass no middleware."""

    press_route: PressRoute | None = None
    increment_route: IncrementRoute | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.press_route is not None and scope["path"].startswith(PRESS_PREFIX):
            await self.press_route(scope, receive, send)
        elif scope["type"] == "http" and self.increment_route is not None and scope["path"].endswith(INCREMENT_ENDS):
            await self.increment_route(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


@asynccontextmanager
async def _run(app: FastAPI) -> AsyncIterator[None]:
    assert isinstance(app, Tracker)  # noqa: S101  built below
    settings = _settings_with_database()
    security.warm_up()
    engine = build_engine(settings, patience_s=REQUEST_PATIENCE_S, statement_s=STATEMENT_PATIENCE_S)
    notifier = Notifier(settings)
    writer = PressWriter(settings, on_recorded=notifier.notify)
    streams = LiveStream(settings)
    watch_keeper = WatchKeeper(settings)
    jobs = JobRunner(settings)
    public_url = settings.public_url or DEFAULT_PUBLIC_URL
    secret_key = load_secret_key(settings)
    rounds = Rounds(settings, links=Links(public_url=public_url, secret_key=secret_key))
    addresses = AddressKeeper(settings, public_url=public_url)
    app.state.runtime = Runtime(
        settings=settings,
        engine=engine,
        secret_key=secret_key,
        public_url=public_url,
        recorder=writer,
        streams=streams,
        announce=notifier.notify_from_thread,
        addresses=addresses,
    )
    app.press_route = PressRoute(writer, addresses=addresses, trusted_proxies=settings.trusted_proxies)
    app.increment_route = IncrementRoute(writer, addresses=addresses, trusted_proxies=settings.trusted_proxies)
    # The jobs and rounds first, so that they are waited for last: a mail under way must not keep presses from being written.
    async with jobs, rounds, notifier, addresses, writer, watch_keeper, streams:
        # Full collections over everything that start-up made were the slowest presses.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        # The server waits for open answers before it ends the lifespan, and a stream never ends by itself.
        with on_exit_signal(streams.close_soon):
            yield
    engine.dispose()


def _settings_with_database() -> Settings:
    settings = get_settings()
    try:
        _ = settings.conninfo
    except DatabaseNotConfigured as error:
        sys.exit(str(error))
    return settings


def create_app() -> Tracker:
    """The application. Settings are read, and connections made, when it starts."""
    configure_logging()
    app = Tracker(
        **ABOUT,
        lifespan=_run,
        # A redirect is built from the Host header and says http even behind TLS: a password would go out in the clear.
        redirect_slashes=False,
        # Pages of our own show the document; FastAPI's load their programs from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API_PREFIX}/openapi.json",
        generate_unique_id_function=lambda route: f"{route.tags[0] if route.tags else 'app'}-{route.name}",
    )
    app.include_router(api_router, prefix=API_PREFIX)
    app.include_router(docs.pages_router)
    app.router.routes.append(DashboardRoute())
    # The last one is the outermost.
    app.add_middleware(NoStore)
    app.add_middleware(RequestGate)
    app.add_middleware(BodyLimit)
    install_error_handlers(app)
    complete_openapi(app)
    return app


app = create_app()
