"""What the author of a case writes: a function that yields steps, with its expectation in the decorator.

    @case("token", "transfer", rejects="token.move_balance.insufficient-balance")
    def one_more_than_the_balance(spec):
        \"\"\"The smallest amount that must be refused.\"\"\"
        ...
        yield step(spec.process_transfer, state, ALICE, transfer)

The function is a test under pytest and writes files under `axivon vectors generate`. It goes on using the same
`state` after a yield: an accepted step has changed it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any


@dataclass
class Step:
    """A call of an interface function with arguments by name."""

    call: str
    arguments: dict[str, Any]
    bind: str | None = None
    rejects: str | None = None  # the rule by which a step before the last is rejected
    result: Any = None  # what an accepted call returned, once the step has run


@dataclass
class BuiltinStep:
    """`decode` or `hash_tree_root` of bytes as a type."""

    call: str
    type: str
    data: bytes


Steps = Iterator[Step | BuiltinStep]
Function = Callable[[ModuleType], Steps]


@dataclass(frozen=True)
class Author:
    """A registered case. `rejects` names the rule that the last step breaks, `fails` those by which operations in it
    fail, in order; `allows` lists further rules that the case may break once the last of these is taken away."""

    id: str
    function: Function
    doc: str
    rejects: str | None = None
    fails: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    presets: tuple[str, ...] = ("minimal",)
    module: str = field(default="", compare=False)

    @property
    def layer(self) -> str:
        return self.id.split("/", 1)[0]


CASES: dict[str, Author] = {}


class DuplicateCase(ValueError):
    """Two cases have one id."""


def case(
    layer: str,
    topic: str,
    *,
    rejects: str | None = None,
    fails: str | tuple[str, ...] = (),
    allows: tuple[str, ...] = (),
    presets: tuple[str, ...] = ("minimal",),
) -> Callable[[Function], Function]:
    """Register the function as the case `layer/topic/<its name>`."""

    def decorate(function: Function) -> Function:
        register(f"{layer}/{topic}/{function.__name__}", function, rejects, fails, allows, presets)
        return function

    return decorate


def register(
    id: str,
    function: Function,
    rejects: str | None = None,
    fails: str | tuple[str, ...] | None = (),
    allows: tuple[str, ...] = (),
    presets: tuple[str, ...] = ("minimal",),
    doc: str | None = None,
) -> None:
    """Register a case that was made rather than written."""
    if id in CASES:
        raise DuplicateCase(f"two cases are called {id}")
    text = inspect.cleandoc(doc or function.__doc__ or "")
    failing = (fails,) if isinstance(fails, str) else tuple(fails or ())
    CASES[id] = Author(id, function, text, rejects, failing, allows, presets, function.__module__)


def named_after(source: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """The function, which was made from another, with the name, the docstring and the module of that one."""
    function.__name__, function.__doc__, function.__module__ = source.__name__, source.__doc__, source.__module__
    return function


def step(
    function: Callable[..., Any], *arguments: Any, bind: str | None = None, rejects: str | None = None, **named: Any
) -> Step:
    """A call of an interface function of the spec; `bind` names its result for later steps, and `rejects` is the rule
    by which it is rejected though others follow."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    by_name = dict(zip(names, arguments, strict=False)) | named
    if set(by_name) != set(names) or len(arguments) > len(names):
        raise TypeError(f"{function.__name__} takes {', '.join(names) or 'no arguments'}")
    return Step(function.__name__, {name: by_name[name] for name in names}, bind, rejects)


def builtin(call: str, type_name: str, data: bytes) -> BuiltinStep:
    """`decode` or `hash_tree_root` of `data` as the type with this name."""
    return BuiltinStep(call, type_name, data)
