"""Code objects to a module: with a preset, other constants, kernels, rules removed or rules reported."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable, Mapping, Set
from types import ModuleType
from typing import Any, Protocol

from axivon_spec.compiler.lower import CHECK, COMPARE, COUNT, INDEX, MINUS, PART, POWER, REJECT, Check, Piece
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

    A value that cannot be made is a mistake of the spec (`SpecErrors`), or of the `constants` given (`LoadError`).

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
    space.update({COUNT: _count_down, MINUS: _minus, POWER: _power, INDEX: _index, PART: _part, "Protocol": Protocol})
    unknown = set(constants)
    unbound = set(kernels)
    for piece in pieces:
        try:
            exec(piece.code, space)
        except Exception as error:
            if constants:
                raise LoadError(f"{piece.name} cannot be made with {_shown(constants)}: {error}") from error
            raise SpecErrors([_mistake(piece, f"{piece.name} cannot be made: {error}", error)]) from error
        if piece.kind == "constant" and type(space[piece.name]).__module__ == "builtins":
            shown = type(space[piece.name]).__name__
            raise SpecErrors([_mistake(piece, f"{piece.name} has no SSZ type: it is a plain {shown}")])
        if piece.name in constants:
            if piece.kind != "constant":
                raise LoadError(f"{piece.name} is no constant; only constants can be replaced")
            space[piece.name] = _converted(piece.name, space[piece.name], constants[piece.name])
            unknown.discard(piece.name)
        elif piece.kind == "function" and (kernel := kernels.get(f"{piece.layer}.{piece.name}")) is not None:
            _check_signature(f"{piece.layer}.{piece.name}", space[piece.name], kernel)
            space[piece.name] = kernel
            unbound.discard(f"{piece.layer}.{piece.name}")
    if unknown:
        raise LoadError(f"the spec has no constant {', '.join(sorted(unknown))}")
    if unbound:
        raise LoadError(f"the spec has no function {', '.join(sorted(unbound))} that a kernel could substitute")
    failed = [check for check in checks if not _holds(check, space, constants)]
    if failed and constants:
        raise LoadError(f"with {_shown(constants)} {'; '.join(check.problem for check in failed)}")
    if failed:
        remedy = "correct the value, or what it must agree with"
        raise SpecErrors([SpecError(check.file, check.line, check.problem, remedy) for check in failed])


def _holds(check: Check, space: dict[str, Any], constants: Mapping[str, object]) -> bool:
    try:
        result = eval(check.code, space)
    except Exception as error:
        problem = f"this cannot be computed: {error}"
        if constants:
            raise LoadError(f"{check.file}:{check.line}: {problem}, with {_shown(constants)}") from error
        raise SpecErrors([SpecError(check.file, check.line, problem, "correct the expression")]) from error
    if not isinstance(result, bool):
        problem = f"this is a {type(result).__name__}, and neither true nor false"
        raise SpecErrors([SpecError(check.file, check.line, problem, "compare it with something")])
    return result


def _mistake(piece: Piece, problem: str, error: Exception | None = None) -> SpecError:
    """What is wrong with the value of a definition, in the line of the file that was last reached."""
    line = piece.line
    for frame in traceback.extract_tb(error.__traceback__ if error else None):
        if frame.filename == piece.code.co_filename and frame.lineno:
            line = frame.lineno
    return SpecError(piece.file, line, problem, "correct the value: of a declared type, and within its bounds")


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


# What is no value in the language raises, and so becomes a defect.


def _count_down(left: int) -> int:
    if left <= 0:
        raise ArithmeticError("the while goes on after its bound")
    return left - 1


def _minus(left: Any, right: Any) -> Any:
    difference = left - right
    if difference < 0:
        raise ArithmeticError(f"{left} - {right} is below zero")
    return difference


def _power(base: Any, exponent: Any) -> Any:
    if exponent < 0:
        raise ArithmeticError(f"{base} ** {exponent} has a negative exponent")
    return base**exponent


def _part(value: Any, low: int, high: int | None) -> Any:
    end = len(value) if high is None else high
    if not 0 <= low <= end <= len(value):
        raise IndexError(f"the part from {low} to {end} is not within {len(value)} elements")
    return value[low:end]


def _index(number: int) -> int:
    if number < 0:
        raise IndexError(f"the index {number} is below zero")
    return number


def _within(low: Any, value: Any, high: Any) -> bool:
    """Whether a parameter lies within its bounds, elementwise for a vector."""
    if isinstance(value, int):
        return bool(low <= value <= high)
    return all(_within(*triple) for triple in zip(low, value, high, strict=True))


def _check_signature(name: str, function: Callable[..., Any], kernel: Callable[..., Any]) -> None:
    """A kernel takes what the function takes: the same names and types, none of them optional, and nothing else."""

    def shape(f: Callable[..., Any]) -> str:
        signature = inspect.signature(f)
        parameters = [f"{p.kind.description} {p}" for p in signature.parameters.values()]
        return f"({', '.join(parameters)}) -> {signature.return_annotation}".replace("positional or keyword ", "")

    shown = f"{getattr(kernel, '__module__', '?')}.{getattr(kernel, '__name__', repr(kernel))}"
    if not inspect.isfunction(kernel):
        raise LoadError(f"the kernel {shown} of {name} is no function, but a {type(kernel).__name__}")
    if shape(function) != shape(kernel):
        raise LoadError(
            f"kernel {shown} has another signature than {name}: {shape(kernel)} instead of {shape(function)}"
        )
