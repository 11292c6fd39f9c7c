"""Ends without an error when the server in this container says that presses can be recorded."""

import os
import sys
import urllib.request

PATIENCE_S = 4


def main() -> None:
    port = os.environ.get("PORT") or "8000"  # as `fastapi run` reads it
    # Docker gives containers the proxy of its own settings, which does not lead back into this one.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(f"http://127.0.0.1:{port}/api/v1/utils/health-check/", timeout=PATIENCE_S).close()
    except OSError as error:  # a refusal by the server is one too
        sys.exit(f"Not well: {error}")


if __name__ == "__main__":
    main()
