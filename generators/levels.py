"""One scene at the entry points that it can come through: its handler, a signed operation, a block.

A client may implement one of them or all. What is refused at the handler makes a failed operation at the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, register, step
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

        name = make.__name__
        if "handler" in at:
            register(f"{layer}/{topic}/{name}", named_after(make, at_handler), refused, None, allows, presets)
        if "operation" in at:
            made = named_after(make, at_operation)
            register(f"{layer}/{topic}_operation/{name}", made, None, refused, allows, presets)
        if "block" in at:
            # An operation that no longer fails leaves another state than the header says
            also = (*allows, "chain.state_transition.wrong-state-root")
            register(f"{layer}/{topic}_block/{name}", named_after(make, at_block), None, refused, also, presets)
        return make

    return decorate


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

        case("chain", "process_operation", rejects=refused, allows=allows)(named_after(make, at_operation))
        if refused != "chain.process_operation.block-full":
            also = (*allows, "chain.state_transition.wrong-state-root")
            case("chain", "block_with_operation", rejects=refused, allows=also)(named_after(make, at_block))
        return make

    return decorate


def end_of_epoch(
    layer: str, topic: str, handler: str, presets: tuple[str, ...] = ("minimal",), blocks: bool = False
) -> Callable[[Callable[[ModuleType], Any]], Callable[[ModuleType], Any]]:
    """Register what is done at the end of an epoch, in the state that the function gives: by itself, and with `blocks`
    as `<topic>_block`, in the last block of the epoch."""

    def decorate(make: Callable[[ModuleType], Any]) -> Callable[[ModuleType], Any]:
        def alone(spec: ModuleType) -> Steps:
            yield step(getattr(spec, handler), make(spec))

        def in_a_block(spec: ModuleType) -> Steps:
            state = make(spec)
            yield step(spec.state_transition, state, signed_block(spec, state))

        case(layer, topic, presets=presets)(named_after(make, alone))
        if blocks:
            case(layer, f"{topic}_block", presets=presets)(named_after(make, in_a_block))
        return make

    return decorate
