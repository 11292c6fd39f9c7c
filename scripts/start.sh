#!/usr/bin/env bash
# All set-up, then the server: scripts/start.sh [--host HOST] [--port PORT] [--workers N]
# Needs nothing but bash and Python 3, or uv. A start after the first one takes no measurable set-up.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

set_up runtime
# Presses are recorded without it too, and must be. In a shell of its own, since parts of the set-up end the shell in which
# they fail.
(set_up_dashboard) || say "The dashboard could not be built; the reason stands above. The server starts without it, or with the last one."

# Settings are read from `.env` there, or from the one in the repository's root.
cd "$BACKEND"
exec "$VENV/bin/tracker" serve "$@"
