#!/usr/bin/env bash
# Makes frontend/src/client, the types and calls of the API, of the document that the backend writes. With --check it only
# says whether what is there is what it would make.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lib/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib/setup.sh"

set_up dev
set_up_frontend

workshop=$(mktemp -d)
trap 'rm -rf "$workshop"' EXIT

in_backend "$VENV/bin/python" -c 'import json; from app.main import app; print(json.dumps(app.openapi(), sort_keys=True))' \
    >"$workshop/openapi.json"
export OPENAPI_DOCUMENT=$workshop/openapi.json CLIENT_FOLDER=$FRONTEND/src/client
[ "${1:-}" = --check ] && CLIENT_FOLDER=$workshop/client
in_frontend npx openapi-ts >"$workshop/said" 2>&1 || {
    cat "$workshop/said" >&2
    exit 1
}
if [ "${1:-}" = --check ] && ! diff -r "$FRONTEND/src/client" "$CLIENT_FOLDER" >&2; then
    die "frontend/src/client is not what the API's document yields. Run scripts/generate-client.sh."
fi
