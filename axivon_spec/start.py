"""How every run of `axivon` begins and ends: what must hold before anything else is imported."""

import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 130


def main() -> None:
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _interrupt)
        _open_streams()
        from axivon_spec.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        print("axivon: interrupted", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


def _interrupt(number: int, frame: object) -> NoReturn:
    """SIGTERM takes the way of Ctrl-C, on which workers, clients and temporary files are ended."""
    raise KeyboardInterrupt


def _open_streams() -> None:
    """Whoever started us may have closed some of the three, and may take less than all characters."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - as long as we run
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
