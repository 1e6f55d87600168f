"""The validators of genesis: their keys, proofs and stakes."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.scene import ALICE, BOB, CAROL, bls_secret, genesis_of, genesis_validator, public_key


def genesis_case(
    rule: str | None, presets: tuple[str, ...] = ("minimal",), allows: tuple[str, ...] = ()
) -> Callable[[Any], None]:
    """A genesis that the function has changed."""

    def register_case(change: Callable[[ModuleType, Any], None]) -> None:
        def made(spec: ModuleType) -> Steps:
            start = genesis_of(spec, [(spec.AllocationCategory.COMMUNITY, ALICE, 10**16)])
            change(spec, start)
            yield step(spec.create_genesis_state, start)

        case("staking", "genesis", rejects=rule, presets=presets, allows=allows)(named_after(change, made))

    return register_case


@genesis_case(None, presets=("minimal", "mainnet"))
def of_validators_of_two_owners(spec: ModuleType, start: Any) -> None:
    """Each stake comes out of its owner's balance; the smallest is the least there may be."""
    start.validators.append(genesis_validator(spec, 9, spec.MIN_STAKE, owner=ALICE.address))
    start.validators.append(genesis_validator(spec, 8, 10**16 - spec.MIN_STAKE, owner=ALICE.address))


@genesis_case(None)
def of_one_validator(spec: ModuleType, start: Any) -> None:
    """One is enough."""
    start.validators = type(start.validators)(start.validators[2])


@genesis_case("staking.create_staking_state.no-validators")
def without_validators(spec: ModuleType, start: Any) -> None:
    """Somebody must lead."""
    start.validators = type(start.validators)()


@genesis_case("staking.create_staking_state.repeated-key")
def with_one_key_twice(spec: ModuleType, start: Any) -> None:
    """The first and the last, of two owners."""
    start.validators.append(genesis_validator(spec, 0, spec.MIN_STAKE, owner=ALICE.address))


@genesis_case("staking.create_staking_state.stake-too-small")
def with_a_stake_one_too_small(spec: ModuleType, start: Any) -> None:
    """Just below the least stake."""
    start.validators.append(genesis_validator(spec, 9, spec.MIN_STAKE - 1, owner=ALICE.address))


@genesis_case("staking.create_staking_state.stake-too-small")
def with_nothing_at_stake(spec: ModuleType, start: Any) -> None:
    """No validator is for free."""
    start.validators.append(genesis_validator(spec, 9, 0, owner=ALICE.address))


@genesis_case("staking.bond_genesis_stakes.insufficient-balance")
def with_more_than_the_owner_has(spec: ModuleType, start: Any) -> None:
    """One nAXN more than the balance."""
    start.validators.append(genesis_validator(spec, 9, 10**16 + 1, owner=ALICE.address))


@genesis_case("staking.bond_genesis_stakes.insufficient-balance")
def with_two_stakes_that_are_more_together(spec: ModuleType, start: Any) -> None:
    """The first leaves one nAXN too little for the second."""
    start.validators.append(genesis_validator(spec, 9, 10**16 - spec.MIN_STAKE + 1, owner=ALICE.address))
    start.validators.append(genesis_validator(spec, 8, spec.MIN_STAKE, owner=ALICE.address))


@genesis_case("staking.bond_genesis_stakes.insufficient-balance")
def with_a_stake_that_does_not_vest_yet(spec: ModuleType, start: Any) -> None:
    """What is vesting is no balance."""
    team = spec.Allocation(category=spec.AllocationCategory.TEAM, recipient=BOB.address, amount=10**15)
    start.allocations.append(team)
    start.validators.append(genesis_validator(spec, 9, spec.MIN_STAKE, owner=BOB.address))


@genesis_case("staking.bond_genesis_stakes.unknown-owner", allows=("staking.bond_genesis_stakes.insufficient-balance",))
def with_an_owner_without_account(spec: ModuleType, start: Any) -> None:
    """Carol has no allocation."""
    start.validators.append(genesis_validator(spec, 9, spec.MIN_STAKE, owner=CAROL.address))


@genesis_case("staking.bond_genesis_stakes.unknown-owner", allows=("staking.bond_genesis_stakes.insufficient-balance",))
def with_the_zero_address_as_owner(spec: ModuleType, start: Any) -> None:
    """Its key is that of the sentinel, which has no balance."""
    start.validators.append(genesis_validator(spec, 9, spec.MIN_STAKE, owner=spec.Address()))


def _register_invalid_proofs() -> None:
    changes: dict[str, tuple[str, Callable[[ModuleType], dict[str, Any]]]] = {
        "of_another_key": (
            "A proof is of one key.",
            lambda spec: {"proof": genesis_validator(spec, 8, 1).proof},
        ),
        "that_is_a_plain_signature": (
            "The key, signed under the tag of messages.",
            lambda spec: {"proof": spec.bls_sign(bls_secret(9), public_key(spec, 9))},
        ),
        "that_is_nothing": ("Zeros are no point.", lambda spec: {"proof": spec.BLSSignature()}),
        "of_the_identity": (
            "The key at infinity, and the signature at infinity.",
            lambda spec: {"public_key": b"\xc0" + bytes(47), "proof": b"\xc0" + bytes(95)},
        ),
        "of_another_encoding_of_the_identity": (
            "The sign of infinity is not set in the one encoding that it has.",
            lambda spec: {"public_key": b"\xe0" + bytes(47), "proof": b"\xc0" + bytes(95)},
        ),
        "of_a_key_off_the_curve": (
            "No point of the curve has this x.",
            lambda spec: {"public_key": b"\x80" + X_OFF_THE_CURVE.to_bytes(47, "big")},
        ),
        "of_a_key_outside_the_subgroup": (
            "A point of the curve whose order is another.",
            lambda spec: {"public_key": b"\x80" + X_OUTSIDE_THE_SUBGROUP.to_bytes(47, "big")},
        ),
        "of_a_key_that_is_not_reduced": (
            "An x above the modulus of the field, which modulo that is one of a key.",
            lambda spec: unreduced(spec),
        ),
        "of_a_key_without_the_mark_of_compression": (
            "Keys are compressed points, and say so in their first bit.",
            lambda spec: {"public_key": bytes([public_key(spec, 9)[0] & 0x7F]) + public_key(spec, 9)[1:]},
        ),
    }
    for name, (doc, fields) in changes.items():

        def change(spec: ModuleType, start: Any, fields: Callable[[ModuleType], dict[str, Any]] = fields) -> None:
            start.validators.append(genesis_validator(spec, 9, spec.MIN_STAKE, owner=ALICE.address, **fields(spec)))

        change.__name__, change.__doc__ = f"with_a_proof_{name}", doc
        genesis_case("staking.create_staking_state.invalid-proof")(change)


BLS_MODULUS = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16
)
X_OFF_THE_CURVE = 1
X_OUTSIDE_THE_SUBGROUP = 4


def unreduced(spec: ModuleType) -> dict[str, Any]:
    """A key whose x has room for the modulus beside it, written with that added, and its proof."""
    for number in range(10, 110):
        key = int.from_bytes(public_key(spec, number), "big")
        flags, x = key >> 381, key & (2**381 - 1)
        if x + BLS_MODULUS < 2**381:
            encoded = (flags << 381 | x + BLS_MODULUS).to_bytes(48, "big")
            return {"public_key": encoded, "proof": spec.bls_pop_prove(bls_secret(number))}
    raise AssertionError("no such key")


_register_invalid_proofs()
