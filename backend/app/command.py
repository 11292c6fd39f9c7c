"""Where the `tracker` command begins: what takes longest is begun before the rest of the program is even imported."""

import signal
import sys

from app import worker_process


def main() -> None:
    """Entry of the `tracker` command; `app.cli` is what it does."""
    if sys.argv[1:2] == ["serve"] and "--help" not in sys.argv:
        worker_process.begin_one()
    try:
        # A Ctrl-C meanwhile is no error of the program.
        at_interrupt = signal.getsignal(signal.SIGINT)
        if at_interrupt is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        from app import cli  # noqa: PLC0415  half of a start

        signal.signal(signal.SIGINT, at_interrupt)
        cli.main()
    finally:
        worker_process.end_unused()
