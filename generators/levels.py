"""One scene at the three entry points that it can come through: its handler, a signed operation, a block.

A client may implement one of them or all. What is refused at the handler makes a failed operation at the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, register, step
from generators.scene import Actor, charge_of, signed_block, signed_operation


@dataclass
class Scene:
    """A state, who asks, and for what. `fields` replaces fields of the operation that carries the payload."""

    state: Any
    sender: Actor
    payload: Any
    fields: dict[str, Any] = field(default_factory=dict)


Maker = Callable[[ModuleType, int], Scene]


def handler_of(spec: ModuleType, payload: Any) -> Any:
    words = type(payload).__name__.removeprefix("Signed")  # SignedPermit: process_permit
    return getattr(spec, "process" + re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", words))


def scene(
    topic: str,
    *,
    layer: str = "token",
    refused: str | None = None,
    at: tuple[str, ...] = ("handler", "operation", "block"),
    allows: tuple[str, ...] = (),
    presets: tuple[str, ...] = ("minimal",),
) -> Callable[[Maker], Maker]:
    """Register a scene as up to three cases of its layer: `token/<topic>`, `token/<topic>_operation` and
    `token/<topic>_block`. The function is called with what the operation is charged before its handler runs: a
    balance that must be exact there is larger by that much."""

    def decorate(make: Maker) -> Maker:
        name, doc = make.__name__, make.__doc__

        def at_handler(spec: ModuleType) -> Steps:
            made = make(spec, 0)
            handler = handler_of(spec, made.payload)
            yield step(handler, made.state, made.sender.address, made.payload)

        def at_operation(spec: ModuleType) -> Steps:
            made = charged(spec)
            signed = signed_operation(spec, made.state, made.sender, made.payload, **made.fields)
            yield step(spec.process_operation, made.state, signed)

        def at_block(spec: ModuleType) -> Steps:
            made = charged(spec)
            signed = signed_operation(spec, made.state, made.sender, made.payload, **made.fields)
            yield step(spec.state_transition, made.state, signed_block(spec, made.state, [signed]))

        def charged(spec: ModuleType) -> Scene:
            fee = charge_of(spec, make(spec, 0).payload)
            return make(spec, fee)

        if "handler" in at:
            register(f"{layer}/{topic}/{name}", _of(make, at_handler), refused, None, allows, presets, doc)
        if "operation" in at:
            register(f"{layer}/{topic}_operation/{name}", _of(make, at_operation), None, refused, allows, presets, doc)
        if "block" in at:
            # An operation that no longer fails leaves another state than the header says
            also = (*allows, "chain.state_transition.wrong-state-root")
            register(f"{layer}/{topic}_block/{name}", _of(make, at_block), None, refused, also, presets, doc)
        return make

    return decorate


def _of(make: Maker, function: Callable[[ModuleType], Iterator[Any]]) -> Callable[[ModuleType], Iterator[Any]]:
    function.__module__ = make.__module__
    return function


def rejected_operation(
    refused: str, allows: tuple[str, ...] = ()
) -> Callable[[Callable[[ModuleType], Any]], Callable[[ModuleType], Any]]:
    """Register a signed operation that a proposer must not include: refused by itself, and with the block it is in.

    The function gives a state and the operation.
    """

    def decorate(make: Callable[[ModuleType], Any]) -> Callable[[ModuleType], Any]:
        def at_operation(spec: ModuleType) -> Steps:
            state, signed = make(spec)
            yield step(spec.process_operation, state, signed)

        def at_block(spec: ModuleType) -> Steps:
            state, signed = make(spec)
            yield step(spec.state_transition, state, signed_block(spec, state, [signed]))

        name, doc = make.__name__, make.__doc__
        at_operation.__module__ = at_block.__module__ = make.__module__
        register(f"chain/process_operation/{name}", at_operation, refused, None, allows, doc=doc)
        if refused != "chain.process_operation.block-full":
            also = (*allows, "chain.state_transition.wrong-state-root")
            register(f"chain/block_with_operation/{name}", at_block, refused, None, also, doc=doc)
        return make

    return decorate
