"""What the cases start from: actors with test keys, genesis states, signed operations and blocks. Everything here is
valid; a case spoils one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from axivon_spec.runtime import bls
from axivon_spec.runtime.keys import test_secret
from axivon_spec.runtime.secp256k1 import secp256k1_address

GENESIS_TIME = 1_800_000_000
NETWORK_ID = 7
FORK_VERSION = b"\x01\x02\x03\x04"
BASE_FEE = 12_345_679  # 10^-6 nAXN a unit: above the floor, and no charge is a whole number of nAXN
RICH = 10**15  # nAXN: enough for anything a case does


@dataclass(frozen=True)
class Actor:
    """An account whose key everybody knows."""

    name: str
    number: int

    @property
    def secret(self) -> int:
        return test_secret(self.number, "secp256k1")

    @property
    def address(self) -> Any:
        return _address(self.number)


@lru_cache
def _address(number: int) -> Any:
    return secp256k1_address(test_secret(number, "secp256k1"))


ALICE, BOB, CAROL, DAVE, PROPOSER = (Actor(n, i) for i, n in enumerate(("Alice", "Bob", "Carol", "Dave", "Proposer")))
STAKES = (400_009 * 10**9, 300_007 * 10**9, 200_005 * 10**9, 100_003 * 10**9)  # nAXN of each validator of genesis
SEED = bytes(range(32))  # draws the first leaders
MANY_VIEWS = 16  # of more the nullifications are left out: they would only cost time

_genesis: dict[tuple[Any, ...], Any] = {}


def genesis(
    spec: ModuleType, balances: dict[Actor, int] | None = None, vesting: Iterable[tuple[Any, Actor, int]] = ()
) -> Any:
    """The state of a chain on which the actors have these balances (Alice and Bob rich, unless told otherwise).

    The proposer always has an account, so that blocks can pay it. `vesting` lists (category, recipient, amount).
    Governance has put other parameters into force than those of genesis, and the base fee has risen. Consensus has kept
    sets and seeds that differ from each other.
    """
    balances = {ALICE: RICH, BOB: RICH} if balances is None else balances
    key = (spec.Genesis, tuple(balances.items()), tuple(vesting))
    if key not in _genesis:
        community = spec.AllocationCategory.COMMUNITY
        liquid = [(community, actor, amount) for actor, amount in {**balances, PROPOSER: 0}.items()]
        state = spec.create_genesis_state(genesis_of(spec, [*liquid, *vesting]))
        state.token.parameters = governed(spec)
        state.token.base_fee = BASE_FEE
        state.staking.parameters = spec.StakingParameters(
            churn_share=1_234, penalty_share=567, reporter_share=1_111, proposer_share=1_313
        )
        diversify(spec, state)
        reward(state)
        _genesis[key] = state
    return _genesis[key].copy()


def governed(spec: ModuleType) -> Any:
    """Parameters that are not those of genesis, and that divide nothing without a remainder."""
    return spec.TokenParameters(
        base_fee_burn_share=3_333,
        base_fee_floor=7_654_321,
        entry_deposit=123_456_789,
        emission_shares=(3_999, 3_002, 1_998, 1_001),
    )


def diversify(spec: ModuleType, state: Any) -> None:
    """Give each kept set other weights, the last three one member less, each seed its own value; an upgrade is near."""
    for position, frozen in enumerate(state.consensus.sets):
        for member in range(len(STAKES)):
            frozen.stakes[member] += 11 * position + member
        frozen.weights = frozen.stakes
    for position, kept in ((0, (0, 2, 3)), (2, (0, 1, 3)), (3, (1, 2, 3))):
        state.consensus.sets[position] = reduced(spec, state.consensus.sets[position], kept)
    state.consensus.leader_seeds[1] = spec.sha256(b"next")
    state.consensus.mix = spec.sha256(b"mix")
    state.chain.fork.current_version = b"\x05\x06\x07\x08"
    state.chain.fork.epoch = 2


def reward(state: Any) -> None:
    """Let validators have earned something, and something be left in their pool."""
    earned = [1_000_001 + 17 * place for place in range(len(STAKES))]
    state.staking.rewards = type(state.staking.rewards)(earned)
    state.token.unclaimed = sum(earned)
    state.token.pools.validators = 987_654_321
    state.token.reserve -= sum(earned) + 987_654_321


def reduced(spec: ModuleType, frozen: Any, kept: Iterable[int]) -> Any:
    """A set with some of its members alone."""
    kept = list(kept)
    return spec.ValidatorSet(
        indices=[frozen.indices[i] for i in kept],
        public_keys=[frozen.public_keys[i] for i in kept],
        stakes=[frozen.stakes[i] for i in kept],
        weights=[frozen.weights[i] for i in kept],
    )


def deposit_of(spec: ModuleType) -> int:
    """What a new entry costs."""
    return int(governed(spec).entry_deposit)


def returned_of(spec: ModuleType) -> int:
    """What removing an allowance returns."""
    return deposit_of(spec) - deposit_of(spec) // int(spec.KEPT_DIVISOR)


def genesis_of(spec: ModuleType, allocations: Iterable[tuple[Any, Actor, int]]) -> Any:
    """A genesis with these allocations: (category, recipient, amount), and then what the proposer puts at stake."""
    staked = (spec.AllocationCategory.COMMUNITY, PROPOSER, sum(STAKES))
    return spec.Genesis(
        network_id=NETWORK_ID,
        fork_version=FORK_VERSION,
        timestamp=GENESIS_TIME,
        seed=SEED,
        allocations=[
            spec.Allocation(category=category, recipient=actor.address, amount=amount)
            for category, actor, amount in [*allocations, staked]
        ],
        validators=[genesis_validator(spec, number, stake) for number, stake in enumerate(STAKES)],
    )


@lru_cache
def public_key(spec: ModuleType, number: int) -> Any:
    """The public key of a validator's test key."""
    return spec.bls_public_key(bls_secret(number))


def bls_secret(number: int) -> int:
    return test_secret(number, "bls12-381")


def genesis_validator(spec: ModuleType, number: int, stake: int, **changes: Any) -> Any:
    """A validator of the proposer with this test key."""
    fields: dict[str, Any] = {
        "owner": PROPOSER.address,
        "public_key": public_key(spec, number),
        "proof": possession(spec, number),
        "stake": stake,
    }
    return spec.GenesisValidator(**{**fields, **changes})


@lru_cache
def possession(spec: ModuleType, number: int) -> Any:
    return spec.bls_pop_prove(bls_secret(number))


def deposit(spec: ModuleType, state: Any, owner: Actor, number: int, amount: Any, **changes: Any) -> Any:
    """A deposit by an owner for the validator with this test key; `changes` replaces fields of the consent."""
    fields: dict[str, Any] = {"owner": owner.address, "public_key": public_key(spec, number)}
    consent = spec.Consent(**{**fields, **changes})
    root = spec.compute_signing_root(spec.hash_tree_root(consent), spec.get_domain(state, spec.DOMAIN_CONSENT))
    signature = spec.bls_sign(bls_secret(number), root)
    return spec.Deposit(public_key=public_key(spec, number), amount=amount, consent=signature)


# Operations


def kind_of(spec: ModuleType, payload: Any) -> Any:
    """The kind of operation that carries this payload."""
    names = {
        spec.Transfer: spec.KIND_TRANSFER,
        spec.Approve: spec.KIND_APPROVE,
        spec.TransferFrom: spec.KIND_TRANSFER_FROM,
        spec.SignedPermit: spec.KIND_PERMIT,
        spec.ClaimVesting: spec.KIND_CLAIM_VESTING,
        spec.Deposit: spec.KIND_DEPOSIT,
        spec.Exit: spec.KIND_EXIT,
        spec.Withdraw: spec.KIND_WITHDRAW,
        spec.ClaimReward: spec.KIND_CLAIM_REWARD,
        spec.SubmitBlob: spec.KIND_SUBMIT_BLOB,
        spec.CertifyBlobs: spec.KIND_CERTIFY_BLOBS,
        spec.AnswerChallenge: spec.KIND_ANSWER_CHALLENGE,
        spec.ReportOpening: spec.KIND_REPORT_OPENING,
    }
    return names[type(payload)]


def charge_of(spec: ModuleType, payload: Any, base_fee: int = BASE_FEE) -> int:
    """What an operation with this payload is charged."""
    return units_of(spec, payload) * base_fee // int(spec.PRICE_SCALE)


def units_of(spec: ModuleType, payload: Any) -> int:
    """What an operation with this payload costs in units."""
    operation = spec.Operation(payload=spec.ByteList[spec.MAX_PAYLOAD_BYTES](spec.serialize(payload)))
    size = len(spec.serialize(spec.SignedOperation(operation=operation)))
    units = spec.UNITS_PER_OPERATION + spec.get_operation_units(kind_of(spec, payload)) + spec.UNITS_PER_BYTE * size
    return int(units)


def operation(spec: ModuleType, state: Any, sender: Actor, payload: Any, /, **changes: Any) -> Any:
    """An operation as its sender would make it now; `changes` replaces fields."""
    index = spec.find_account(state.token, sender.address)
    balance = int(state.token.accounts[index].balance)
    charge = charge_of(spec, payload, int(state.token.base_fee))
    fields: dict[str, Any] = {
        "sender": sender.address,
        "nonce": state.token.accounts[index].nonce,
        "max_fee": max(charge, min(balance, charge + int(state.token.parameters.entry_deposit))),
        "tip": 0,
        "kind": kind_of(spec, payload),
        "payload": spec.ByteList[spec.MAX_PAYLOAD_BYTES](spec.serialize(payload)),
    }
    return spec.Operation(**{**fields, **changes})


def sign(spec: ModuleType, state: Any, signer: Actor, domain_type: Any, message: Any) -> Any:
    """The account's signature of an object on this chain."""
    root = spec.compute_signing_root(spec.hash_tree_root(message), spec.get_domain(state, domain_type))
    return spec.secp256k1_sign(signer.secret, root)


def signed_otherwise(signature: Any, change: Callable[[int, int, int], tuple[int, int, int]]) -> bytes:
    """A signature of an account with its r, s and v changed."""
    raw = bytes(signature)
    r, s, v = change(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big"), raw[64])
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])


def signed_operation(spec: ModuleType, state: Any, sender: Actor, payload: Any, /, **changes: Any) -> Any:
    """A signed operation; see `operation`."""
    unsigned = operation(spec, state, sender, payload, **changes)
    return spec.SignedOperation(
        operation=unsigned, signature=sign(spec, state, sender, spec.DOMAIN_OPERATION, unsigned)
    )


def signed_permit(spec: ModuleType, state: Any, owner: Actor, spender: Any, amount: int, /, **changes: Any) -> Any:
    """A permit that its owner has signed."""
    index = spec.find_account(state.token, owner.address)
    fields: dict[str, Any] = {
        "owner": owner.address,
        "spender": spender,
        "amount": amount,
        "nonce": state.token.accounts[index].permit_nonce,
        "deadline": GENESIS_TIME + 10**6,
    }
    permit = spec.Permit(**{**fields, **changes})
    return spec.SignedPermit(permit=permit, signature=sign(spec, state, owner, spec.DOMAIN_PERMIT, permit))


# Consensus


def other_network(state: Any) -> Any:
    """The same state on the next network."""
    other = state.copy()
    other.chain.network_id += 1
    return other


def other_genesis(spec: ModuleType, state: Any) -> Any:
    """The same state of a chain that began otherwise."""
    other = state.copy()
    other.chain.genesis_root = spec.sha256(b"\x01" + bytes(7))
    return other


def other_fork(spec: ModuleType, state: Any) -> Any:
    """The same state under a fork that has never been."""
    other = state.copy()
    other.chain.fork = spec.Fork(current_version=b"\x09\x09\x09\x09")
    return other


def vote(spec: ModuleType, kind: Any, at: Any, block_root: Any) -> Any:
    """A vote in a round."""
    return spec.Vote(kind=kind, round=at, block_root=block_root)


def proposal(spec: ModuleType, header: Any) -> Any:
    """The vote to propose a block."""
    return vote(spec, spec.VoteKind.PROPOSE, header.round, spec.hash_tree_root(header))


def sign_vote(spec: ModuleType, state: Any, cast: Any, signers: Iterable[int]) -> Any:
    """The signatures of a vote by these test keys, as one: that of the sum of their secrets."""
    domain = spec.get_domain_of_epoch(state, spec.DOMAIN_VOTE, cast.round.epoch)
    root = spec.compute_signing_root(spec.hash_tree_root(cast), domain)
    return spec.bls_sign(sum(bls_secret(number) for number in signers) % bls.ORDER, root)


def certificate(spec: ModuleType, state: Any, cast: Any, absent: Iterable[int] = ()) -> Any:
    """A certificate of a vote by the set of its epoch, but for the members at some positions."""
    frozen = state.consensus.sets[int(cast.round.epoch) + 1 - int(state.consensus.epoch)]
    bits = [position not in set(absent) for position in range(len(frozen.indices))]
    signers = [int(index) for index, bit in zip(frozen.indices, bits, strict=True) if bit]
    signed = spec.Bitlist[spec.MAX_VALIDATORS](*bits)
    return spec.Certificate(vote=cast, signers=signed, signature=sign_vote(spec, state, cast, signers))


def parent_vote(spec: ModuleType, state: Any, **changes: Any) -> Any:
    """What the certificate of the latest block must say."""
    parent = state.chain.latest_header
    border = parent.round.epoch != state.consensus.epoch
    kind = spec.VoteKind.FINALIZE if border else spec.VoteKind.NOTARIZE
    fields: dict[str, Any] = {"kind": kind, "at": parent.round, "block_root": spec.compute_parent_root(state)}
    return vote(spec, **{**fields, **changes})


def consensus_data(spec: ModuleType, state: Any, **changes: Any) -> Any:
    """What the next block brings for consensus; `changes` replaces fields of the vote that its certificate is of."""
    skipped = spec.hash_tree_root(nullifications(spec, state, next_round(spec, state)))
    if state.chain.latest_header.height == 0:
        return spec.ConsensusData(nullifications_root=skipped)
    made = certificate(spec, state, parent_vote(spec, state, **changes))
    return spec.ConsensusData(certificate=made, nullifications_root=skipped)


def nullifications(spec: ModuleType, state: Any, at: Any) -> Any:
    """What shows that the views between the latest block and a round may be skipped; nothing for very many."""
    parent = state.chain.latest_header.round
    first = (int(parent.view) if parent.epoch == at.epoch else 0) + 1
    known = at.epoch == state.consensus.epoch and int(at.view) - first <= MANY_VIEWS
    rounds = [spec.Round(epoch=at.epoch, view=view) for view in range(first, int(at.view))] if known else []
    listed = [
        certificate(spec, state, vote(spec, spec.VoteKind.NULLIFY, skipped, spec.Bytes32())) for skipped in rounds
    ]
    return spec.List[spec.Certificate, spec.MAX_SKIPPED_VIEWS](listed)


def next_round(spec: ModuleType, state: Any, skipped: int = 0) -> Any:
    """The round of the next block when so many views are skipped."""
    parent, epoch = state.chain.latest_header.round, state.consensus.epoch
    return spec.Round(epoch=epoch, view=(int(parent.view) if parent.epoch == epoch else 0) + 1 + skipped)


def leader_number(spec: ModuleType, state: Any, at: Any) -> int:
    """The number of the test key that leads a round; any of them where there is no leader."""
    ahead = int(at.epoch) - int(state.consensus.epoch)
    return int(state.consensus.sets[1].indices[spec.draw_leader(state, at)]) if ahead in (0, 1) else 0


def reveal(spec: ModuleType, state: Any, at: Any, height: Any) -> Any:
    """What the leader of a round reveals in the block at a height."""
    seed = spec.compute_reveal_seed(state.consensus.epoch, height, state.consensus.mix)
    domain = spec.get_domain(state, spec.DOMAIN_VRF)
    return spec.prove_vrf(spec.uint256(bls_secret(leader_number(spec, state, at))), seed, domain)


def at_height(spec: ModuleType, state: Any, height: int) -> Any:
    """The state as if its latest block had this height, in the view of the same number in its epoch."""
    per_epoch = int(spec.HEIGHTS_PER_EPOCH)
    state.chain.latest_header.height = height
    state.chain.latest_header.round = spec.Round(epoch=height // per_epoch, view=height % per_epoch + 1)
    state.consensus.epoch = (height + 1) // per_epoch
    for place in range(per_epoch):
        state.consensus.block_roots[place] = spec.sha256(spec.uint_to_bytes(spec.uint64(place)))
        state.consensus.block_views[place] = place + 1
    finalized = max(height // per_epoch * per_epoch - 1, 0)
    state.consensus.finalized_height = finalized
    state.consensus.finalized_root = state.consensus.block_roots[finalized % per_epoch] if finalized else spec.Bytes32()
    return state


def finalization(spec: ModuleType, state: Any, height: int, **changes: Any) -> Any:
    """News, for the next block, that the ancestor at a height of the running epoch is final."""
    per_epoch, latest = int(spec.HEIGHTS_PER_EPOCH), int(state.chain.latest_header.height)
    kept, view = state.consensus.block_roots[height % per_epoch], state.consensus.block_views[height % per_epoch]
    if height == latest:
        kept, view = spec.compute_parent_root(state), state.chain.latest_header.round.view
    fields: dict[str, Any] = {
        "kind": spec.VoteKind.FINALIZE,
        "at": spec.Round(epoch=state.consensus.epoch, view=view),
        "block_root": kept,
    }
    return spec.Finalization(height=height, certificate=certificate(spec, state, vote(spec, **{**fields, **changes})))


# Blocks


def block(spec: ModuleType, state: Any, operations: Iterable[Any] = (), **changes: Any) -> Any:
    """The next block with these operations, its state root right unless the block is refused before it matters."""
    listed = spec.List[spec.SignedOperation, spec.MAX_OPERATIONS](*operations)
    latest = state.chain.latest_header
    fields: dict[str, Any] = {
        "height": latest.height + 1,
        "parent_root": spec.compute_parent_root(state),
        "round": next_round(spec, state),
        "timestamp": 0 if "timestamp" in changes else latest.timestamp + spec.MIN_BLOCK_SECONDS,
        "fee_recipient": PROPOSER.address,
        "operations_root": spec.hash_tree_root(listed),
    }
    consensus = changes.pop("consensus", None)
    if consensus is None:
        parent = {"block_root": changes["parent_root"]} if "parent_root" in changes else {}
        fields["round"] = changes.get("round", fields["round"])
        consensus = consensus_data(spec, state, **parent)
        consensus.nullifications_root = spec.hash_tree_root(nullifications(spec, state, fields["round"]))
    fields = {**fields, "consensus_root": spec.hash_tree_root(consensus), **changes}
    fields.setdefault("reveal", reveal(spec, state, fields["round"], fields["height"]))
    made = spec.Block(header=spec.BlockHeader(**fields), consensus=consensus, operations=listed)
    if "state_root" not in changes:
        made.header.state_root = state_root_after(spec, state, made)
    return made


def state_root_after(spec: ModuleType, state: Any, block: Any) -> Any:
    """The root of the state after a block; zero where the block is refused."""
    from axivon_spec.runtime.outcome import Defect, perform

    post = state.copy()
    try:
        outcome = perform(spec.process_block, post, block)
    except Defect:
        return spec.Bytes32()
    return spec.hash_tree_root(post) if outcome.accepted else spec.Bytes32()


def signed_block(spec: ModuleType, state: Any, operations: Iterable[Any] = (), **changes: Any) -> Any:
    """The next block, signed by its leader."""
    made = block(spec, state, operations, **changes)
    return sign_block(spec, state, made)


def sign_block(spec: ModuleType, state: Any, made: Any, key: int | None = None) -> Any:
    """A block with its leader's vote to propose it, or that of another test key."""
    header = made.header
    signer = leader_number(spec, state, header.round) if key is None else key
    return spec.SignedBlock(block=made, signature=sign_vote(spec, state, proposal(spec, header), [signer]))
