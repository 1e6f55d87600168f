"""Code objects to a module: with a preset, other constants, kernels, rules removed or rules reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from types import ModuleType
from typing import Any, Protocol

from axivon_spec.compiler.lower import CHECK, COMPARE, REJECT, Check, Piece
from axivon_spec.compiler.model import SpecError, SpecErrors


class Tracer(Protocol):
    """Hears how each rule came out. `edge` says that the operands stood next to the boundary of an ordering:
    the last value accepted, or the first refused; for any other condition it is true."""

    def check(self, rule: str, passed: bool, edge: bool) -> None: ...


class LoadError(Exception):
    """A wrong argument of `load`: an unknown constant, preset or kernel."""


def populate(
    module: ModuleType,
    pieces: Iterable[Piece],
    checks: Iterable[Check],
    names: Mapping[str, object],
    reject: Callable[[str], None],
    *,
    constants: Mapping[str, object],
    kernels: Mapping[str, Callable[..., Any]],
    removed_rules: Set[str] = frozenset(),
    tracer: Tracer | None = None,
) -> None:
    """Execute `pieces` in `module`.

    `names` is what the runtime gives; `constants` replaces values by name, converted to the type that they have;
    `kernels` maps `layer.function` to its substitute; a rule in `removed_rules` (read at each evaluation, so the
    caller may change the set) never rejects.
    """
    space = vars(module)
    space.update(names)
    space[REJECT] = _rejecter(reject, removed_rules)
    if tracer is not None:
        space[CHECK], space[COMPARE] = _reporters(tracer)
    space["__within__"] = _within
    unused = set(constants)
    for piece in pieces:
        try:
            exec(piece.code, space)
        except Exception as error:
            if not constants:
                raise
            raise LoadError(f"{piece.name} cannot be made with {_shown(constants)}: {error}") from error
        if piece.name in constants:
            if piece.kind != "constant":
                raise LoadError(f"{piece.name} is no constant; only constants can be replaced")
            space[piece.name] = _converted(piece.name, space[piece.name], constants[piece.name])
            unused.discard(piece.name)
        elif piece.kind == "function" and (kernel := kernels.get(f"{piece.layer}.{piece.name}")) is not None:
            _check_signature(f"{piece.layer}.{piece.name}", space[piece.name], kernel)
            space[piece.name] = kernel
    if unused:
        raise LoadError(f"the spec has no constant {', '.join(sorted(unused))}")
    failed = [check for check in checks if not eval(check.code, space)]
    if failed:
        remedy = "correct the value, or what it must agree with"
        raise SpecErrors([SpecError(check.file, check.line, check.problem, remedy) for check in failed])


def _shown(constants: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in constants.items())


def _converted(name: str, old: object, new: object) -> object:
    try:
        return type(old)(new)  # type: ignore[call-arg]
    except (TypeError, ValueError) as error:
        raise LoadError(f"{name} = {new!r} does not fit {type(old).__name__}: {error}") from error


def _rejecter(reject: Callable[[str], None], removed: Set[str]) -> Callable[[str], None]:
    def reject_unless_removed(rule: str) -> None:
        if rule not in removed:
            reject(rule)

    return reject_unless_removed


def _reporters(tracer: Tracer) -> tuple[Callable[[str, object], bool], Callable[..., bool]]:
    def check(rule: str, condition: object) -> bool:
        passed = bool(condition)
        tracer.check(rule, passed, True)
        return passed

    def compare(rule: str, operator: str, left: Any, right: Any) -> bool:
        if operator in (">", ">="):
            passed = bool(left > right) if operator == ">" else bool(left >= right)
            left, right = right, left
        else:
            passed = bool(left < right) if operator == "<" else bool(left <= right)
        edge = True
        if isinstance(left, int) and isinstance(right, int):
            # What is left below the boundary: 0 for the last value accepted, -1 for the first refused.
            distance = int(right) - int(left) - (1 if operator in ("<", ">") else 0)
            edge = distance == (0 if passed else -1)
        tracer.check(rule, passed, edge)
        return passed

    return check, compare


def _within(low: Any, value: Any, high: Any) -> bool:
    """Whether a parameter lies within its bounds, elementwise for a vector."""
    if isinstance(value, int):
        return bool(low <= value <= high)
    return all(_within(*triple) for triple in zip(low, value, high, strict=True))


def _check_signature(name: str, function: Callable[..., Any], kernel: Callable[..., Any]) -> None:
    def signature(f: Callable[..., Any]) -> tuple[object, ...]:
        code = f.__code__  # type: ignore[attr-defined]
        annotations = {key: str(value) for key, value in f.__annotations__.items()}
        return code.co_varnames[: code.co_argcount], annotations

    if signature(function) != signature(kernel):
        raise LoadError(
            f"kernel {kernel.__module__}.{kernel.__name__} has another signature than {name}: "
            f"{signature(kernel)} instead of {signature(function)}"
        )
