"""Deposits, exits and withdrawals of validators, each at its handler, as an operation, and in a block."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import named_after
from generators.founders import X_OFF_THE_CURVE
from generators.levels import Scene, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    PROPOSER,
    RICH,
    STAKES,
    at_height,
    bls_secret,
    deposit,
    genesis,
    possession,
    public_key,
)
from generators.states import BURNED, noisy, quiet

Change = Callable[[ModuleType, Any], Any]
NEW = 4  # the test key of a validator that Alice makes
PLACE = 4  # its place, the first after those of genesis
# Its key, and added to that ORDER times the point of the curve with an x of 4 and the smaller y
OUTSIDE_THE_SUBGROUP = bytes.fromhex(
    "88f40752efa62abd3839293f352166a0ce3b8be31e4280f144c65934ea9e393ee1ca3a9d7bef91f004fd744c554f46d0"
)


def least(spec: ModuleType) -> int:
    return int(spec.MIN_STAKE)


def with_deposit(spec: ModuleType, state: Any, number: int = NEW, owner: Any = ALICE, amount: int | None = None) -> Any:
    """The state after a deposit: a validator waits to enter."""
    made = deposit(spec, state, owner, number, least(spec) if amount is None else amount)
    spec.process_deposit(state, owner.address, made)
    return quiet(state)


def with_exit(spec: ModuleType, state: Any, place: int = PLACE) -> Any:
    """The state after its owner has asked that a validator may leave."""
    spec.process_exit(state, state.staking.validators[place].owner, spec.Exit(validator=place))
    return quiet(state)


def waiting(spec: ModuleType) -> Any:
    """Alice's validator waits to enter."""
    return with_deposit(spec, genesis(spec))


def taken_back(spec: ModuleType) -> Any:
    """Alice has taken her validator back before it entered."""
    return with_exit(spec, waiting(spec))


def withdrawn(spec: ModuleType) -> Any:
    """Alice's validator came and went, and Bob's stands behind its place."""
    state = with_deposit(spec, waiting(spec), NEW + 1, BOB)
    spec.process_withdraw(with_exit(spec, state), ALICE.address, spec.Withdraw(validator=PLACE))
    return quiet(state)


def owned(spec: ModuleType) -> Any:
    """The second validator of genesis is Alice's."""
    state = genesis(spec)
    state.staking.validators[1].owner = ALICE.address
    return state


def departed(spec: ModuleType, height: int = 1000) -> Any:
    """That validator's departure is fixed, and in this block its stake is free."""
    state = at_height(spec, owned(spec), 9 * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.staking.validators[1].active_until = 3
    state.staking.validators[1].withdrawable_from = height
    for position, kept in enumerate(((0, 2, 3), (0, 2, 3), (0, 3), (2, 3))):
        state.consensus.sets[position] = spec.ValidatorSet(
            indices=kept,
            public_keys=[public_key(spec, index) for index in kept],
            stakes=[STAKES[index] + position for index in kept],
            weights=[STAKES[index] + position for index in kept],
        )
    state.staking.unbonding_height = height
    spec.reset_credits(state)
    return state


def paused(state: Any) -> Any:
    state.staking.paused = True
    return state


# Deposits


@scene("deposit", layer="staking", presets=("minimal", "mainnet"))
def of_the_least_stake(spec: ModuleType, fee: int) -> Scene:
    """It waits at the end of the list and of the queue."""
    state = genesis(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene("deposit", layer="staking")
def of_all_that_there_is(spec: ModuleType, fee: int) -> Scene:
    """Nothing is left but the account."""
    state = genesis(spec, {ALICE: RICH + fee})
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, RICH))


@scene("deposit", layer="staking", refused="staking.process_deposit.insufficient-balance")
def of_one_more_than_there_is(spec: ModuleType, fee: int) -> Scene:
    """The fee was taken before."""
    state = genesis(spec, {ALICE: RICH + fee})
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, RICH + 1))


@scene("deposit", layer="staking", refused="staking.process_deposit.stake-too-small")
def of_one_less_than_the_least(spec: ModuleType, fee: int) -> Scene:
    """Sets would grow without bounds."""
    state = genesis(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec) - 1))


@scene("deposit", layer="staking", refused="staking.process_deposit.stake-too-small", at=("handler",))
def of_nothing_at_all(spec: ModuleType, fee: int) -> Scene:
    """No validator is for free."""
    state = genesis(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, 0))


@scene(
    "deposit",
    layer="staking",
    refused="staking.process_deposit.insufficient-balance",
    at=("handler",),
)
def of_the_largest_amount(spec: ModuleType, fee: int) -> Scene:
    """More than there is in the world."""
    state = genesis(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, 2**64 - 1))


@scene("deposit", layer="staking", at=("handler",))
def by_an_owner_of_others(spec: ModuleType, fee: int) -> Scene:
    """Who has validators may have more of them."""
    state = with_deposit(spec, waiting(spec), NEW + 1, ALICE, 2 * least(spec))
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW + 2, 3 * least(spec)))


@scene("deposit", layer="staking")
def into_a_place_that_is_free(spec: ModuleType, fee: int) -> Scene:
    """The place of a validator that has withdrawn; the last in the queue all the same."""
    state = withdrawn(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW + 2, least(spec)))


@scene("deposit", layer="staking", at=("handler",))
def into_the_first_of_two_places(spec: ModuleType, fee: int) -> Scene:
    """Both were free, and the second for longer."""
    state = with_deposit(spec, with_deposit(spec, waiting(spec), NEW + 1), NEW + 2)
    for place in (PLACE + 1, PLACE):
        spec.process_withdraw(with_exit(spec, state, place), ALICE.address, spec.Withdraw(validator=place))
    return Scene(quiet(state), ALICE, deposit(spec, state, ALICE, NEW + 3, least(spec)))


@scene("deposit", layer="staking", at=("handler",))
def for_a_key_that_comes_back(spec: ModuleType, fee: int) -> Scene:
    """Another owner's now: the first has withdrawn."""
    state = withdrawn(spec)
    return Scene(state, BOB, deposit(spec, state, BOB, NEW, least(spec)))


@scene("deposit", layer="staking", refused="staking.process_deposit.key-taken")
def for_a_key_of_another(spec: ModuleType, fee: int) -> Scene:
    """Its holder has consented, and votes for another stake already."""
    state = genesis(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, 3, least(spec)))


@scene("deposit", layer="staking", refused="staking.process_deposit.key-taken", at=("handler",))
def for_a_key_a_second_time(spec: ModuleType, fee: int) -> Scene:
    """The first deposit still waits, and one does not add to it."""
    state = waiting(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene("deposit", layer="staking", refused="staking.process_deposit.key-taken", at=("handler",))
def for_a_key_that_was_taken_back(spec: ModuleType, fee: int) -> Scene:
    """The stake was not withdrawn yet."""
    state = taken_back(spec)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


def crowd(spec: ModuleType, free: int) -> Any:
    """All places but so many are taken."""
    state = genesis(spec)
    count = int(spec.MAX_VALIDATORS) - free
    for place in range(PLACE, count):
        added = spec.create_validator(BOB.address, place.to_bytes(48, "big"), 0, 0)
        added.active_until, added.withdrawable_from = 0, 10**6
        state.staking.validators.append(added)
        state.staking.rewards.append(0)
    return state


@scene("deposit", layer="staking")
def into_the_last_place(spec: ModuleType, fee: int) -> Scene:
    """One was left."""
    state = crowd(spec, 1)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene("deposit", layer="staking", refused="staking.process_deposit.too-many-validators")
def where_no_place_is_left(spec: ModuleType, fee: int) -> Scene:
    """Those who have left and not withdrawn take places too."""
    state = crowd(spec, 0)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene("deposit", layer="staking", refused="staking.check_staking_open.paused")
def deposit_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    state = paused(genesis(spec))
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene("deposit", layer="staking", at=("handler",))
def deposit_while_the_token_is_paused(spec: ModuleType, fee: int) -> Scene:
    """That is another layer's pause: nobody gets anything by a deposit."""
    state = genesis(spec)
    state.token.paused = True
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene("deposit", layer="staking", at=("handler", "operation"))
def deposit_with_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The last event of the block."""
    state = noisy(spec, genesis(spec), 1)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene("deposit", layer="staking", refused="staking.check_staking_open.too-many-events", at=("handler", "operation"))
def deposit_without_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The list of events is full."""
    state = noisy(spec, genesis(spec), 0)
    return Scene(state, ALICE, deposit(spec, state, ALICE, NEW, least(spec)))


@scene(
    "deposit",
    layer="staking",
    refused="token.find_payer.unknown-account",
    allows=("staking.process_deposit.insufficient-balance",),
    at=("handler",),
)
def deposit_by_an_unknown_sender(spec: ModuleType, fee: int) -> Scene:
    """Who has no account has no balance."""
    state = genesis(spec)
    return Scene(state, CAROL, deposit(spec, state, CAROL, NEW, least(spec)))


@scene(
    "deposit",
    layer="staking",
    refused="token.find_payer.burn-address",
    allows=("staking.process_deposit.insufficient-balance",),
    at=("handler",),
)
def deposit_by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """What is burned is at nobody's disposal."""
    state = genesis(spec)
    return Scene(state, BURNED, deposit(spec, state, BURNED, NEW, least(spec)))


# Consents


def consent_case(at: tuple[str, ...] = ("handler",)) -> Callable[[Change], Change]:
    """A deposit of Alice's with another consent: the function gives it."""

    def register_case(change: Change) -> Change:
        def made(spec: ModuleType, fee: int) -> Scene:
            state = genesis(spec)
            asked = deposit(spec, state, ALICE, NEW, least(spec))
            asked.consent = change(spec, state)
            return Scene(state, ALICE, asked)

        consent_scene = scene("deposit", layer="staking", refused="staking.process_deposit.invalid-consent", at=at)
        consent_scene(named_after(change, made))
        return change

    return register_case


def other_domain(spec: ModuleType, state: Any, domain: Any) -> Any:
    consent = spec.Consent(owner=ALICE.address, public_key=public_key(spec, NEW))
    return spec.bls_sign(bls_secret(NEW), spec.compute_signing_root(spec.hash_tree_root(consent), domain))


@consent_case(at=("handler", "operation", "block"))
def with_consent_to_another_owner(spec: ModuleType, state: Any) -> Any:
    """A stranger has seen the consent, and would like to own the key's votes."""
    return deposit(spec, state, BOB, NEW, least(spec)).consent


@consent_case()
def with_consent_of_another_key(spec: ModuleType, state: Any) -> Any:
    """Of the very same words, by a key that is not this."""
    return deposit(spec, state, ALICE, NEW + 1, least(spec), public_key=public_key(spec, NEW)).consent


@consent_case()
def with_consent_for_another_key(spec: ModuleType, state: Any) -> Any:
    """The key signs that another may be used."""
    return deposit(spec, state, ALICE, NEW, least(spec), public_key=public_key(spec, NEW + 1)).consent


@consent_case()
def with_a_proof_of_possession(spec: ModuleType, state: Any) -> Any:
    """At genesis it is enough; here it could be anybody's."""
    return possession(spec, NEW)


@consent_case()
def with_consent_under_the_domain_of_votes(spec: ModuleType, state: Any) -> Any:
    """A vote is no consent."""
    return other_domain(spec, state, spec.get_domain(state, spec.DOMAIN_VOTE))


@consent_case()
def with_consent_on_another_network(spec: ModuleType, state: Any) -> Any:
    """The key may have an owner on each."""
    chain = state.chain
    version = chain.fork.current_version
    domain = spec.compute_domain(spec.DOMAIN_CONSENT, version, chain.network_id + 1, chain.genesis_root)
    return other_domain(spec, state, domain)


@consent_case()
def with_consent_of_nobody(spec: ModuleType, state: Any) -> Any:
    """Zeros are no point."""
    return spec.BLSSignature()


@scene("deposit", layer="staking", refused="staking.process_deposit.invalid-consent", at=("handler",))
def for_the_key_at_infinity(spec: ModuleType, fee: int) -> Scene:
    """It would consent to everything."""
    state = genesis(spec)
    infinity = {"public_key": b"\xc0" + bytes(47), "consent": b"\xc0" + bytes(95)}
    return Scene(state, ALICE, spec.Deposit(amount=least(spec), **infinity))


@scene("deposit", layer="staking", refused="staking.process_deposit.invalid-consent", at=("handler",))
def for_a_key_that_is_no_point(spec: ModuleType, fee: int) -> Scene:
    """The key that free places have."""
    state = genesis(spec)
    asked = deposit(spec, state, ALICE, NEW, least(spec))
    asked.public_key = spec.BLSPublicKey()
    return Scene(state, ALICE, asked)


def _register_invalid_keys() -> None:
    keys = {
        "off_the_curve": ("No point of the curve has this x.", b"\x80" + X_OFF_THE_CURVE.to_bytes(47, "big")),
        "outside_the_subgroup": (
            "The key that signs and a point of another order, added: no pairing tells it from the key.",
            OUTSIDE_THE_SUBGROUP,
        ),
    }
    for name, (doc, key) in keys.items():

        def made(spec: ModuleType, fee: int, key: bytes = key) -> Scene:
            state = genesis(spec)
            asked = deposit(spec, state, ALICE, NEW, least(spec), public_key=key)
            asked.public_key = key
            return Scene(state, ALICE, asked)

        made.__name__, made.__doc__ = f"for_a_key_{name}", doc
        scene("deposit", layer="staking", refused="staking.process_deposit.invalid-consent")(made)


_register_invalid_keys()


# Exits


@scene("exit", layer="staking", presets=("minimal", "mainnet"))
def of_an_active_validator(spec: ModuleType, fee: int) -> Scene:
    """It waits in the queue, and votes until its turn comes."""
    return Scene(owned(spec), ALICE, spec.Exit(validator=1))


@scene("exit", layer="staking", at=("handler",))
def of_one_that_enters_soon(spec: ModuleType, fee: int) -> Scene:
    """Its first epoch is fixed, so it will vote, and wait like others."""
    state = owned(spec)
    state.staking.validators[1].active_from = 2
    return Scene(state, ALICE, spec.Exit(validator=1))


@scene("exit", layer="staking", at=("handler",))
def behind_others(spec: ModuleType, fee: int) -> Scene:
    """The queue is in the order of the requests, not of the list."""
    state = with_exit(spec, with_exit(spec, owned(spec), 3), 0)
    return Scene(state, ALICE, spec.Exit(validator=1))


@scene("exit", layer="staking")
def of_one_that_waits(spec: ModuleType, fee: int) -> Scene:
    """It leaves the queue and need not wait."""
    state = waiting(spec)
    state.staking.unbonding_height = 77
    return Scene(state, ALICE, spec.Exit(validator=PLACE))


@scene("exit", layer="staking", at=("handler",))
def of_one_that_waits_between_others(spec: ModuleType, fee: int) -> Scene:
    """The others keep their order."""
    state = genesis(spec)
    for number in range(NEW, NEW + 4):
        with_deposit(spec, state, number)
    return Scene(state, ALICE, spec.Exit(validator=PLACE + 2))


@scene("exit", layer="staking", refused="staking.process_exit.not-the-owner")
def of_somebody_elses(spec: ModuleType, fee: int) -> Scene:
    """Only its owner says so."""
    return Scene(owned(spec), BOB, spec.Exit(validator=1))


@scene("exit", layer="staking", refused="staking.check_validator.unknown-validator")
def of_a_place_behind_the_list(spec: ModuleType, fee: int) -> Scene:
    """There are validators 0 to 3."""
    return Scene(owned(spec), ALICE, spec.Exit(validator=PLACE))


@scene("exit", layer="staking", refused="staking.check_validator.unknown-validator", at=("handler",))
def of_the_largest_number(spec: ModuleType, fee: int) -> Scene:
    """No list is so long."""
    return Scene(owned(spec), ALICE, spec.Exit(validator=2**64 - 1))


@scene(
    "exit",
    layer="staking",
    refused="staking.check_validator.withdrawn-validator",
    allows=("staking.process_exit.not-the-owner",),
)
def of_one_that_is_gone(spec: ModuleType, fee: int) -> Scene:
    """The place is free."""
    return Scene(withdrawn(spec), ALICE, spec.Exit(validator=PLACE))


@scene("exit", layer="staking", refused="staking.process_exit.already-leaving")
def a_second_time(spec: ModuleType, fee: int) -> Scene:
    """It is the last in the queue already."""
    state = with_exit(spec, with_exit(spec, owned(spec), 2), 1)
    return Scene(state, ALICE, spec.Exit(validator=1))


@scene("exit", layer="staking", refused="staking.process_exit.has-left")
def of_one_that_has_left(spec: ModuleType, fee: int) -> Scene:
    """Its stake is free, and was not withdrawn."""
    return Scene(departed(spec), ALICE, spec.Exit(validator=1))


@scene("exit", layer="staking", refused="staking.process_exit.has-left", at=("handler",))
def of_one_that_was_taken_back(spec: ModuleType, fee: int) -> Scene:
    """It has never entered, and does not leave twice."""
    return Scene(taken_back(spec), ALICE, spec.Exit(validator=PLACE))


@scene("exit", layer="staking", refused="staking.check_staking_open.paused")
def exit_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    return Scene(paused(owned(spec)), ALICE, spec.Exit(validator=1))


@scene("exit", layer="staking", refused="staking.check_staking_open.too-many-events", at=("handler", "operation"))
def exit_without_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The list of events is full."""
    return Scene(noisy(spec, owned(spec), 0), ALICE, spec.Exit(validator=1))


@scene("exit", layer="staking", at=("handler", "operation"))
def exit_with_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The last event of the block."""
    return Scene(noisy(spec, owned(spec), 1), ALICE, spec.Exit(validator=1))


# Withdrawals


@scene("withdraw", layer="staking", presets=("minimal", "mainnet"))
def at_the_first_height(spec: ModuleType, fee: int) -> Scene:
    """The stake is its owner's again, and the place is free."""
    return Scene(departed(spec), ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", at=("handler",))
def long_after(spec: ModuleType, fee: int) -> Scene:
    """Nothing runs out."""
    state = departed(spec)
    state.staking.unbonding_height = 10**6
    return Scene(state, ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking")
def by_somebody_else(spec: ModuleType, fee: int) -> Scene:
    """Whoever asks, the owner is paid."""
    return Scene(departed(spec), BOB, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking")
def of_what_was_taken_back(spec: ModuleType, fee: int) -> Scene:
    """At the same height already."""
    return Scene(taken_back(spec), ALICE, spec.Withdraw(validator=PLACE))


@scene("withdraw", layer="staking", refused="staking.process_withdraw.not-withdrawable", at=("handler", "operation"))
def one_height_early(spec: ModuleType, fee: int) -> Scene:
    """The unbonding has not passed."""
    state = departed(spec)
    state.staking.unbonding_height -= 1
    return Scene(state, ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", refused="staking.process_withdraw.not-withdrawable", at=("block",))
def two_heights_early(spec: ModuleType, fee: int) -> Scene:
    """The block itself is the height before."""
    state = departed(spec)
    state.staking.unbonding_height -= 2
    return Scene(state, ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", refused="staking.process_withdraw.not-withdrawable", at=("block",))
def while_the_layer_of_blobs_is_paused(spec: ModuleType, fee: int) -> Scene:
    """The block is of the height, and does not count: what a node keeps, it keeps for longer."""
    state = departed(spec)
    state.staking.unbonding_height -= 1
    state.availability.paused = True
    return Scene(state, ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", at=("block",))
def in_the_block_of_its_height(spec: ModuleType, fee: int) -> Scene:
    """The block counts."""
    state = departed(spec)
    state.staking.unbonding_height -= 1
    return Scene(state, ALICE, spec.Withdraw(validator=1))


@scene(
    "withdraw",
    layer="staking",
    refused="staking.process_withdraw.not-withdrawable",
    allows=("staking.process_withdraw.still-votes",),
    at=("handler",),
)
def of_one_that_votes(spec: ModuleType, fee: int) -> Scene:
    """It has not asked to leave."""
    return Scene(owned(spec), ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", refused="staking.process_withdraw.not-withdrawable", at=("handler",))
def of_one_that_waits_to_enter(spec: ModuleType, fee: int) -> Scene:
    """It must be taken back first."""
    return Scene(waiting(spec), ALICE, spec.Withdraw(validator=PLACE))


@scene("withdraw", layer="staking", refused="staking.check_validator.unknown-validator")
def of_a_place_that_nobody_had(spec: ModuleType, fee: int) -> Scene:
    """There are validators 0 to 3."""
    return Scene(departed(spec), ALICE, spec.Withdraw(validator=PLACE))


@scene("withdraw", layer="staking", refused="staking.check_validator.withdrawn-validator")
def of_one_that_has_withdrawn(spec: ModuleType, fee: int) -> Scene:
    """Nobody is paid twice."""
    return Scene(withdrawn(spec), ALICE, spec.Withdraw(validator=PLACE))


@scene("withdraw", layer="staking", refused="staking.check_staking_open.paused")
def withdrawal_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    return Scene(paused(departed(spec)), ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", refused="staking.check_staking_open.too-many-events", at=("handler", "operation"))
def withdrawal_without_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The list of events is full."""
    return Scene(noisy(spec, departed(spec), 0), ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", at=("handler", "operation"))
def withdrawal_with_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The last event of the block."""
    return Scene(noisy(spec, departed(spec), 1), ALICE, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", refused="token.find_payer.unknown-account", at=("handler",))
def withdrawal_by_an_unknown_sender(spec: ModuleType, fee: int) -> Scene:
    """Whoever asks has an account."""
    return Scene(departed(spec), CAROL, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", refused="token.find_payer.burn-address", at=("handler",))
def withdrawal_by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """It asks for nothing."""
    return Scene(departed(spec), BURNED, spec.Withdraw(validator=1))


@scene("withdraw", layer="staking", at=("handler",))
def of_the_proposers(spec: ModuleType, fee: int) -> Scene:
    """The owner is whoever owned it when it deposited."""
    state = departed(spec)
    state.staking.validators[1].owner = PROPOSER.address
    return Scene(state, ALICE, spec.Withdraw(validator=1))
