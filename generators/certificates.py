"""Certificates that are spoilt in one place, for every entry point that they come in by: with a block as that of its
parent or as news of finality, with a proposal for a view that it skips, or alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from generators.primitives import digest
from generators.scene import certificate, other_fork, other_genesis, other_network, sign_vote

EVERYBODY = range(4)  # the members of the sets that these certificates are of
NO_POINT = b"\x80" + bytes(94) + b"\x01"
INFINITY = b"\xc0" + bytes(95)

Make = Callable[[ModuleType, Any, Any], Any]


@dataclass(frozen=True)
class Spoilt:
    """A function that makes the certificate of a vote, and the rule that this breaks."""

    make: Make
    rule: str
    allows: tuple[str, ...]


SPOILT: list[Spoilt] = []


def spoilt(*reasons: str) -> Callable[[Make], Make]:
    """Of the reasons of `check_certificate` the first refuses it, and the others may once that is taken away."""
    rule, *allows = (f"consensus.check_certificate.{reason}" for reason in reasons)

    def add(make: Make) -> Make:
        SPOILT.append(Spoilt(make, rule, tuple(allows)))
        return make

    return add


def register_spoilt(
    case_of: Callable[..., Callable[[Callable[..., Any]], None]],
    placed: Callable[..., Any],
    prefix: str = "",
    known: Iterable[str] = (),
) -> None:
    """Register each with the decorator of an entry point. `placed` gives what the decorator expects of a function, and
    is told as much; before that, how to make the certificate of a vote. Those in `known` have cases of other names."""
    for entry in SPOILT:
        name = entry.make.__name__
        if name in known:
            continue

        def made(spec: ModuleType, state: Any, *told: Any, make: Make = entry.make) -> Any:
            return placed(spec, state, lambda cast: make(spec, state, cast), *told)

        made.__name__, made.__doc__, made.__module__ = prefix + name, entry.make.__doc__, placed.__module__
        case_of(entry.rule, allows=entry.allows)(made)


def with_bits(spec: ModuleType, made: Any, *bits: bool) -> Any:
    made.signers = spec.Bitlist[spec.MAX_VALIDATORS](*bits)
    return made


def with_signature(made: Any, signature: Any) -> Any:
    made.signature = signature
    return made


# Bits


@spoilt("wrong-length", "too-little-stake")
def with_a_bit_too_few(spec: ModuleType, state: Any, cast: Any) -> Any:
    """One bit for each member, also where the last have not signed."""
    return with_bits(spec, certificate(spec, state, cast, absent=[3]), True, True, True)


@spoilt("wrong-length")
def with_a_bit_too_many(spec: ModuleType, state: Any, cast: Any) -> Any:
    """A fifth bit speaks for nobody."""
    return with_bits(spec, certificate(spec, state, cast), True, True, True, True, False)


@spoilt("wrong-length", "too-little-stake")
def without_bits(spec: ModuleType, state: Any, cast: Any) -> Any:
    """No list of signers at all."""
    return with_bits(spec, certificate(spec, state, cast))


@spoilt("too-little-stake", "invalid-signature")
def by_nobody(spec: ModuleType, state: Any, cast: Any) -> Any:
    """No bit is set, and the signature is none."""
    return with_signature(with_bits(spec, certificate(spec, state, cast), *[False] * 4), INFINITY)


# Signatures


@spoilt("invalid-signature")
def with_the_signature_of_one_missing(spec: ModuleType, state: Any, cast: Any) -> Any:
    """The bits say four, three have signed."""
    return with_bits(spec, certificate(spec, state, cast, absent=[3]), True, True, True, True)


@spoilt("invalid-signature")
def with_the_signature_of_one_too_many(spec: ModuleType, state: Any, cast: Any) -> Any:
    """The bits say three, four have signed."""
    return with_bits(spec, certificate(spec, state, cast), True, True, True, False)


@spoilt("invalid-signature")
def with_one_signature_twice(spec: ModuleType, state: Any, cast: Any) -> Any:
    """The first member's, once more."""
    return with_signature(certificate(spec, state, cast), sign_vote(spec, state, cast, (0, *EVERYBODY)))


@spoilt("invalid-signature")
def with_the_signature_of_somebody_outside_the_set(spec: ModuleType, state: Any, cast: Any) -> Any:
    """A key that nobody has registered, in place of the last member's."""
    return with_signature(certificate(spec, state, cast), sign_vote(spec, state, cast, (0, 1, 2, 17)))


@spoilt("invalid-signature")
def with_a_signature_that_is_no_point(spec: ModuleType, state: Any, cast: Any) -> Any:
    """It does not decode."""
    return with_signature(certificate(spec, state, cast), NO_POINT)


@spoilt("invalid-signature")
def with_the_signature_at_infinity(spec: ModuleType, state: Any, cast: Any) -> Any:
    """The identity signs nothing."""
    return with_signature(certificate(spec, state, cast), INFINITY)


@spoilt("invalid-signature")
def with_votes_of_another_network(spec: ModuleType, state: Any, cast: Any) -> Any:
    """The domain has the network in it."""
    return certificate(spec, other_network(state), cast)


@spoilt("invalid-signature")
def with_votes_of_another_genesis(spec: ModuleType, state: Any, cast: Any) -> Any:
    """The domain has the genesis root in it."""
    return certificate(spec, other_genesis(spec, state), cast)


@spoilt("invalid-signature")
def with_votes_under_another_fork(spec: ModuleType, state: Any, cast: Any) -> Any:
    """The domain has the fork in it."""
    return certificate(spec, other_fork(spec, state), cast)


def _add_other_votes() -> None:
    """Signatures of another vote than the certificate names."""
    changes: dict[str, Callable[[ModuleType, Any], None]] = {
        "kind": lambda spec, cast: setattr(cast, "kind", spec.VoteKind.PROPOSE),
        "view": lambda spec, cast: setattr(cast.round, "view", cast.round.view + 1),
        "epoch": lambda spec, cast: setattr(cast.round, "epoch", cast.round.epoch + 1),
        "block": lambda spec, cast: setattr(cast, "block_root", digest(spec, 3)),
    }
    for name, change in changes.items():

        def make(spec: ModuleType, state: Any, cast: Any, change: Callable[[ModuleType, Any], None] = change) -> Any:
            """The members have signed another vote."""
            other = cast.copy()
            change(spec, other)
            return with_signature(certificate(spec, state, cast), sign_vote(spec, state, other, EVERYBODY))

        make.__name__ = f"with_signatures_of_another_{name}"
        spoilt("invalid-signature")(make)


_add_other_votes()
