"""How a spec function ends: it returns, it rejects, or it has a defect."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NoReturn

from axivon_spec.runtime.ssz import install


class Rejection(Exception):
    """A rule of the spec was broken: the input is refused. `rule` is its id, `token.process_transfer.self-…`."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule

    def __reduce__(self) -> tuple[type, tuple[str]]:
        return type(self), (self.rule,)


class Defect(Exception):
    """A spec function ended neither with a value nor with a rejection: the spec is wrong.

    `place` is the line of Markdown (`/…/specs/token.md:88`), or None where none was running; `__cause__` is what
    was raised there.
    """

    def __init__(self, what: str, place: str | None) -> None:
        super().__init__(f"{place or 'outside the spec'}: {what}")
        self.what, self.place = what, place

    def __reduce__(self) -> tuple[type, tuple[str, str | None]]:
        return type(self), (self.what, self.place)


@dataclass(frozen=True)
class Outcome:
    """What `perform` saw: the value of an accepted call, or the rule that refused it; and the rules for which
    operations inside it failed (`attempt`), in order."""

    accepted: bool
    value: Any
    rule: str | None
    failures: tuple[str, ...]


_failures: ContextVar[tuple[str, ...]] = ContextVar("failures", default=())


def reject(rule: str) -> NoReturn:
    """Refuse the input by the rule with this id."""
    raise Rejection(rule)


def attempt(function: Callable[..., Any], state: Any, *arguments: Any) -> bool:
    """Run `function(state, …)` on a copy of `state` and install the copy if it is accepted; say whether it was.

    Catches a rejection alone, and keeps its rule for `perform`; a defect passes.
    """
    trial = state.copy()
    before = _failures.get()
    try:
        function(trial, *arguments)
    except Rejection as rejection:
        # What failed inside is undone with the copy, so only the outer failure is reported.
        _failures.set((*before, rejection.rule))
        return False
    install(state, trial)
    return True


def perform(function: Callable[..., Any], *arguments: Any) -> Outcome:
    """Run a spec function and say how it ended. Raises `Defect` where it raises anything but a rejection."""
    token = _failures.set(())
    try:
        value = function(*arguments)
        return Outcome(True, value, None, _failures.get())
    except Rejection as rejection:
        return Outcome(False, None, rejection.rule, ())
    except Defect:
        raise
    except Exception as error:
        raise Defect(f"{type(error).__name__}: {error}", _markdown_line(error)) from error
    finally:
        _failures.reset(token)


def _markdown_line(error: BaseException) -> str | None:
    """File and line of the innermost frame that runs Markdown."""
    place = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.endswith(".md"):
            place = f"{frame.f_code.co_filename}:{line}"
    return place
