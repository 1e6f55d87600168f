"""How every run of `axivon` begins and ends: what must hold before anything else is imported."""

import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 130
AGAIN = 0.1  # seconds until an interrupt comes again that could not be raised

_interrupted = False


def main() -> None:
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, _interrupt)
        signal.signal(signal.SIGALRM, _interrupt)
        sys.unraisablehook = _unraisable
        _open_streams()
        from axivon_spec.cli import run

        code = run(sys.argv[1:])
    except (KeyboardInterrupt, Exception):
        if not _interrupted:
            raise
        print("axivon: interrupted", file=sys.stderr)
        code = INTERRUPTED
    # CPython ends by SIGINT if an interrupt left the last source text that was executed, as dataclasses do, even though
    # it was caught later: let there be another one.
    exec("")
    sys.exit(code)


def was_interrupted() -> bool:
    """Whether somebody wants this run to end, whatever a library has made of the interrupt."""
    return _interrupted


def _interrupt(number: int, frame: object) -> NoReturn:
    """SIGTERM and SIGHUP take the way of Ctrl-C, on which workers, clients and temporary files are ended."""
    global _interrupted
    _interrupted = True
    raise KeyboardInterrupt


def _unraisable(what: "sys.UnraisableHookArgs") -> None:
    """Where Python cannot raise, as in what it calls between the halves of a fork, an interrupt would be lost."""
    if what.exc_type is KeyboardInterrupt:
        signal.setitimer(signal.ITIMER_REAL, AGAIN)
    else:
        sys.__unraisablehook__(what)


def _open_streams() -> None:
    """Whoever started us may have closed some of the three, and may take less than all characters."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - as long as we run
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
