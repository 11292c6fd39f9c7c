#!/usr/bin/env bash
# One file that runs anywhere: builds dist/streamdeck_button_tracker-….whl, with everything inside that the server needs.
# `uvx --from <that file> tracker serve` then needs no checkout, on Linux, macOS and Windows. Arguments go to `uv build`.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

set_up_dashboard || die "The dashboard could not be built, and a wheel without it is none; the reason stands above."
use_private_home_if_needed
find_uv
find_python

# Straight from the tree, not by way of a source distribution: LICENSE lies above the project.
in_backend "$UV" build --wheel --quiet --python "$PYTHON" --out-dir "$REPO/dist" "$@"
