"""The token beside its operations: fees, emission, parameters."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, register, step
from generators.scene import ALICE, BOB, CAROL, PROPOSER, RICH, genesis, governed, signed_operation

# Fees


@case("token", "process_fees", rejects="token.process_fees.unknown-fee-recipient", presets=("minimal", "mainnet"))
def to_an_address_without_account(spec: ModuleType) -> Steps:
    """Nobody would pay the deposit of a new account."""
    yield step(spec.process_fees, genesis(spec), CAROL.address)


@case("token", "process_fees", presets=("minimal", "mainnet"))
def burned_and_paid(spec: ModuleType) -> Steps:
    """The burned share of the charges is rounded down; the rest and the tip are the proposer's; the base fee falls."""
    state = genesis(spec)
    transfer = spec.Transfer(recipient=BOB.address, amount=1)
    yield step(spec.process_operation, state, signed_operation(spec, state, ALICE, transfer, tip=7, max_fee=RICH // 2))
    yield step(spec.process_fees, state, PROPOSER.address)


@case("token", "process_fees")
def after_a_full_block(spec: ModuleType) -> Steps:
    """The base fee rises by an eighth."""
    yield step(spec.process_fees, after_block(spec, ODD_FEE, spec.MAX_BLOCK_UNITS), PROPOSER.address)


@case("token", "process_fees")
def after_a_block_at_its_target(spec: ModuleType) -> Steps:
    """The base fee stays; one unit more raises it a little."""
    for used in (int(spec.TARGET_BLOCK_UNITS), int(spec.TARGET_BLOCK_UNITS) + 1):
        yield step(spec.process_fees, after_block(spec, ODD_FEE, used), PROPOSER.address)


@case("token", "process_fees", presets=("minimal", "mainnet"))
def after_blocks_a_little_off_their_target(spec: ModuleType) -> Steps:
    """On mainnet a change of less than one part of the base fee is none: neither direction has a least size."""
    lowest = int(spec.MINIMUM_TOKEN_PARAMETERS.base_fee_floor)
    for used in (int(spec.TARGET_BLOCK_UNITS) + 1, int(spec.TARGET_BLOCK_UNITS) - 1):
        state = after_block(spec, lowest + 1, used)
        state.token.parameters.base_fee_floor = lowest
        yield step(spec.process_fees, state, PROPOSER.address)


@case("token", "process_fees")
def after_blocks_below_their_target(spec: ModuleType) -> Steps:
    """The less was used, the more the base fee falls, by an eighth after an empty block."""
    for used in (int(spec.TARGET_BLOCK_UNITS) - 1, int(spec.TARGET_BLOCK_UNITS) * 3 // 4, 0):
        yield step(spec.process_fees, after_block(spec, 100 * ODD_FEE, used), PROPOSER.address)


@case("token", "process_fees")
def at_the_highest_base_fee(spec: ModuleType) -> Steps:
    """Full blocks raise it no further."""
    for base_fee in (int(spec.MAX_BASE_FEE) * 8 // 9 + 1, int(spec.MAX_BASE_FEE)):
        yield step(spec.process_fees, after_block(spec, base_fee, spec.MAX_BLOCK_UNITS), PROPOSER.address)


@case("token", "process_fees")
def at_the_lowest_base_fee(spec: ModuleType) -> Steps:
    """Empty blocks lower it no further; where governance has raised the floor above it, it rises to the floor."""
    floor = int(governed(spec).base_fee_floor)
    for base_fee in (floor * 8 // 7, floor + 1, floor, floor // 2):
        yield step(spec.process_fees, after_block(spec, base_fee, 0), PROPOSER.address)


@case("token", "process_fees")
def burned_in_full_and_not_at_all(spec: ModuleType) -> Steps:
    """The two ends of the share that is burned; no tip is."""
    for share in (10_000, 0):
        state = collected(spec, charges=1_000_003, tips=17)
        state.token.parameters.base_fee_burn_share = share
        yield step(spec.process_fees, state, PROPOSER.address)


@case("token", "process_fees")
def to_the_burn_address(spec: ModuleType) -> Steps:
    """Everything is burned, tips included."""
    yield step(spec.process_fees, collected(spec, charges=1_000_003, tips=17), spec.BURN_ADDRESS)


@case("token", "process_fees")
def of_a_great_sum(spec: ModuleType) -> Steps:
    """Its product with the share needs more than 64 bits."""
    yield step(spec.process_fees, collected(spec, charges=10**17 + 7, tips=10**16 + 1), PROPOSER.address)


ODD_FEE = 1_000_000_007  # 10^-6 nAXN a unit: an eighth of it leaves a remainder


def collected(spec: ModuleType, charges: int, tips: int) -> Any:
    """A state before the fees of a block are shared out, which came out of the treasury."""
    state = genesis(spec)
    state.token.treasury -= charges + tips
    state.token.collected_charges = charges
    state.token.collected_tips = tips
    return state


def after_block(spec: ModuleType, base_fee: int, units_used: int) -> Any:
    """A state before the fees of a block are shared out, at this base fee."""
    state = genesis(spec)
    state.token.base_fee = base_fee
    state.chain.units_used = units_used
    return state


@case("token", "process_emission")
def through_two_halvings(spec: ModuleType) -> Steps:
    """Each era halves what an epoch releases."""
    state = genesis(spec)
    for _ in range(2 * int(spec.EPOCHS_PER_ERA) + 1):
        yield step(spec.process_emission, state)


@case("token", "process_emission", presets=("minimal", "mainnet"))
def of_the_first_epoch_and_around_a_halving(spec: ModuleType) -> Steps:
    """The last epoch of the first era, and the first of the second."""
    yield step(spec.process_emission, genesis(spec))
    for epoch in (int(spec.EPOCHS_PER_ERA) - 1, int(spec.EPOCHS_PER_ERA)):
        state = genesis(spec)
        state.token.epoch = epoch
        state.token.network_rewards -= epoch * spec.FIRST_EMISSION
        state.token.pools.ecosystem += epoch * spec.FIRST_EMISSION
        yield step(spec.process_emission, state)


@case("token", "process_emission")
def in_eras_that_leave_remainders(spec: ModuleType) -> Steps:
    """Each share of an odd emission is rounded down; the ecosystem pool has the rest."""
    state = genesis(spec)
    for era in range(14, 18):
        while spec.compute_emission(state.token.epoch) != spec.FIRST_EMISSION >> era:
            spec.process_emission(state)
        yield step(spec.process_emission, state.copy())


@case("token", "process_emission")
def through_the_sixty_fourth_era(spec: ModuleType) -> Steps:
    """A shift by 64 gives 0, where some machines shift by 64 modulo 64."""
    state = genesis(spec)
    for _ in range(64 * int(spec.EPOCHS_PER_ERA) - 1):
        spec.process_emission(state)
    for _ in range(3):
        yield step(spec.process_emission, state)


# Parameters


@case("token", "check_token_parameters", presets=("minimal", "mainnet"))
def the_defaults(spec: ModuleType) -> Steps:
    """What genesis puts into force."""
    yield step(spec.check_token_parameters, spec.DEFAULT_TOKEN_PARAMETERS.copy())


def shares_at_bounds(spec: ModuleType) -> list[tuple[int, ...]]:
    """Divisions of the whole in which every share is once the lowest and once the highest that it may be."""
    low, high = (tuple(map(int, p.emission_shares)) for p in parameter_bounds(spec))
    first_high = (high[0], low[1], int(spec.BASIS_POINTS) - high[0] - low[1] - low[3], low[3])
    second_high = (low[0], high[1], low[2], int(spec.BASIS_POINTS) - low[0] - high[1] - low[2])
    third_high = (low[0], low[1], high[2], int(spec.BASIS_POINTS) - low[0] - low[1] - high[2])
    return [first_high, second_high, third_high]


def parameter_bounds(spec: ModuleType) -> tuple[Any, Any]:
    return spec.MINIMUM_TOKEN_PARAMETERS, spec.MAXIMUM_TOKEN_PARAMETERS


@case("token", "check_token_parameters")
def other_than_those_of_genesis(spec: ModuleType) -> Steps:
    """Governance changes all of them at once."""
    yield step(spec.check_token_parameters, governed(spec))


@case("token", "check_token_parameters")
def each_at_its_bounds(spec: ModuleType) -> Steps:
    """The lowest and the highest value of each parameter are allowed."""
    for bounds in parameter_bounds(spec):
        for shares in shares_at_bounds(spec):
            parameters = bounds.copy()
            parameters.emission_shares = type(parameters.emission_shares)(*shares)
            yield step(spec.check_token_parameters, parameters)


def out_of_bounds(spec: ModuleType, name: str, side: int, share: int | None) -> Steps:
    """One value one beyond its bound, all others as they may be."""
    bound = getattr(parameter_bounds(spec)[side > 0], name)
    parameters = governed(spec)
    if share is None:
        setattr(parameters, name, bound + side)
    else:
        lowest, highest = (list(map(int, p.emission_shares)) for p in parameter_bounds(spec))
        shares = list(map(int, parameters.emission_shares))
        surplus = int(bound[share]) + side - shares[share]
        shares[share] += surplus
        for other in set(range(4)) - {share}:  # what is too much here is taken from the others
            taken = min(max(surplus, shares[other] - highest[other]), shares[other] - lowest[other])
            shares[other] -= taken
            surplus -= taken
        parameters.emission_shares = type(parameters.emission_shares)(*shares)
    yield step(spec.check_token_parameters, parameters)


def _register_bounds() -> None:
    sides = {"below": -1, "above": 1}
    places = [("base_fee_burn_share", None), ("base_fee_floor", None), ("entry_deposit", None)]
    for name, share in [*places, *(("emission_shares", share) for share in range(4))]:
        for word, side in sides.items():
            if side < 0 and (name == "base_fee_burn_share" or share == 3):
                continue  # its lowest value is 0
            title = name if share is None else f"{name}_{share}"
            register(
                f"token/check_token_parameters/{title}_{word}",
                lambda spec, name=name, side=side, share=share: out_of_bounds(spec, name, side, share),
                rejects="token.check_token_parameters.out-of-bounds",
                presets=("minimal", "mainnet") if name == "base_fee_floor" else ("minimal",),
                doc=f"{title} is one {word} its bound, all else is as it may be.",
            )


_register_bounds()


@case("token", "check_token_parameters", rejects="token.check_token_parameters.shares-are-not-a-whole")
def shares_that_sum_to_less(spec: ModuleType) -> Steps:
    """One basis point goes nowhere."""
    parameters = governed(spec)
    parameters.emission_shares[3] -= 1
    yield step(spec.check_token_parameters, parameters)
