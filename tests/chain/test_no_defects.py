"""No arguments make a defect: random well-typed ones, at every interface function, over states that random operations
reach from random genesis states. What is refused changes nothing, and what is accepted leaves every invariant true.

States begin with any parameters and any base fee that governance and the market may bring about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.runtime.keys import test_secret
from axivon_spec.runtime.outcome import Defect, Rejection, perform
from axivon_spec.runtime.ssz import generalized_index, prove
from axivon_spec.vectors.mutants import mutants
from axivon_spec.vectors.mutate import faulty_spec
from axivon_spec.vectors.types import Types
from generators.blob_nodes import delivery
from generators.blob_openings import report_of
from generators.blob_openings import wrong as wrong_blob
from generators.kept_blobs import answer, blob_of, quorum_of, request
from generators.kept_blobs import certificate as blob_certificate
from generators.offences import evidence
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    PROPOSER,
    STAKES,
    Actor,
    bls_secret,
    certificate,
    deposit,
    genesis_validator,
    next_round,
    nullifications,
    sign,
    sign_block,
    sign_vote,
    signed_block,
    signed_operation,
    vote,
)
from generators.stores import final_parent
from tests.well_typed import Known, WellTyped

FUNCTIONS = {name: function for name, function in axivon_spec.exports()["functions"].items() if not function["builtin"]}
CHANGING = {name for name, function in FUNCTIONS.items() if any(a["changes"] for a in function["arguments"])}
PEOPLE = (ALICE, BOB, CAROL, DAVE, PROPOSER)
PAYLOADS = (
    "Transfer",
    "Approve",
    "TransferFrom",
    "SignedPermit",
    "ClaimVesting",
    "Deposit",
    "Exit",
    "Withdraw",
    "ClaimReward",
    "SubmitBlob",
    "CertifyBlobs",
    "AnswerChallenge",
    "ReportOpening",
)
DOMAIN_TYPES = (
    "DOMAIN_VOTE",
    "DOMAIN_OPERATION",
    "DOMAIN_PERMIT",
    "DOMAIN_VRF",
    "DOMAIN_CONSENT",
    "DOMAIN_ITEM",
    "DOMAIN_ATTESTATION",
)
LATEST = 4  # signed objects of each type that are offered again
CALLS = 60


class Walk:
    """A chain of calls, each with arguments that the state before it suggests. `ended` counts how the calls ended."""

    def __init__(self, spec: ModuleType, seed: int, ended: Counter[tuple[str, bool]]) -> None:
        self.spec, self.random, self.ended = spec, Random(seed), ended
        self.types = Types(spec)
        checks = [value for name, value in vars(spec).items() if name.startswith("invariant_")]
        self.of_states = [check for check in checks if check.__code__.co_argcount == 1]
        self.of_blocks = [check for check in checks if check.__code__.co_argcount == 3]
        self.signed: list[Any] = []
        self.state = self.genesis()
        self.govern()
        self.begin_to_vote()

    # Where a walk begins

    def genesis(self) -> Any:
        """Any genesis that is accepted; all but Dave own something, and Carol has a schedule too."""
        spec, random = self.spec, self.random
        addresses = Known([person.address for person in PEOPLE])
        made = WellTyped(random, addresses).value(spec.Genesis, 600)
        made.validators = [genesis_validator(spec, number, stake) for number, stake in enumerate(STAKES)]
        made.timestamp = min(made.timestamp, spec.uint64(2**62))
        sure = [(2, ALICE, 10**14), (2, BOB, 10**13), (2, CAROL, 10**9), (2, PROPOSER, sum(STAKES)), (1, CAROL, 10**15)]
        allocations = [
            spec.Allocation(category=category, recipient=person.address, amount=random.randint(least, 10 * least))
            for category, person, least in sure
        ]
        for allocation in made.allocations:
            allocation.category %= 3
            allocation.amount %= 10**15
            if allocation.recipient not in (spec.BURN_ADDRESS, spec.Address()):
                allocations.append(allocation)
        made.allocations = allocations
        return spec.create_genesis_state(made)

    def govern(self) -> None:
        """Give the chain parameters within their bounds, a base fee, and sometimes a pause."""
        token, random = self.state.token, self.random
        low, high = self.spec.MINIMUM_TOKEN_PARAMETERS, self.spec.MAXIMUM_TOKEN_PARAMETERS
        for name in ("base_fee_burn_share", "base_fee_floor", "entry_deposit"):
            bounds = [int(getattr(low, name)), int(getattr(high, name))]
            setattr(token.parameters, name, random.choice([*bounds, random.randint(*bounds)]))
        moved = random.randint(-1000, 1000)
        token.parameters.emission_shares[0] -= moved
        token.parameters.emission_shares[3] += moved
        floor, ceiling = int(token.parameters.base_fee_floor), int(self.spec.MAX_BASE_FEE)
        token.base_fee = random.choice([floor, floor, floor, ceiling, random.randint(floor, ceiling)])
        token.paused = random.randrange(10) == 0
        self.spec.check_token_parameters(token.parameters)
        low, high = self.spec.MINIMUM_STAKING_PARAMETERS, self.spec.MAXIMUM_STAKING_PARAMETERS
        self.state.staking.parameters.churn_share = random.choice([low.churn_share, 1000, high.churn_share])
        self.state.staking.parameters.penalty_share = random.choice([low.penalty_share, high.penalty_share])
        self.state.staking.parameters.reporter_share = random.choice([0, 1, high.reporter_share])
        self.state.staking.parameters.proposer_share = random.choice([0, 1, high.proposer_share])
        self.state.staking.paused = random.randrange(10) == 0
        low, high = self.spec.MINIMUM_AVAILABILITY_PARAMETERS, self.spec.MAXIMUM_AVAILABILITY_PARAMETERS
        availability = self.state.availability
        for name in ("fee_burn_share", "price_floor", "place_floor", "miss_factor", "miss_floor"):
            setattr(availability.parameters, name, random.choice([getattr(low, name), getattr(high, name)]))
        floor = availability.parameters.price_floor
        availability.price = random.choice([floor, floor, 2 * floor, self.spec.MAX_DISPERSAL_PRICE])
        floor = availability.parameters.place_floor
        availability.place_price = random.choice([floor, floor, 2 * floor, self.spec.MAX_PLACE_PRICE])
        availability.paused = random.randrange(10) == 0
        self.spec.check_availability_parameters(availability.parameters)
        self.disk = self.spec.NodeStore(node=random.randrange(len(STAKES)))
        self.reward()

    def reward(self) -> None:
        """Some validators have earned something, and something is left in their pool."""
        staking, token, random = self.state.staking, self.state.token, self.random
        earned = [random.choice((0, 1, 10**9)) for _ in staking.validators]
        pool = random.choice((0, 1, 10**12))
        staking.rewards = type(staking.rewards)(earned)
        token.reserve -= sum(earned) + pool
        token.unclaimed += sum(earned)
        token.pools.validators += pool

    # Arguments

    def draw(self, type_name: str) -> Any:
        return self.drawing.value(self.types.get(type_name))

    def known(self) -> Known:
        """What matters in the state at hand."""
        spec, chain, token, consensus = self.spec, self.state.chain, self.state.token, self.state.consensus
        people = [person.address for person in PEOPLE]
        numbers = [chain.latest_header.timestamp, chain.latest_header.height, token.base_fee, token.epoch]
        numbers += [token.parameters.entry_deposit, spec.uint64(2**40), spec.uint64(2**64 - 1)]
        numbers += [number for a in token.accounts for number in (a.balance, a.nonce, a.permit_nonce)]
        blobs = self.state.availability
        numbers += [blobs.first_unsettled, blobs.next_blob, blobs.next_quorum, blobs.layer_height, blobs.price]
        domain_types = [getattr(spec, name) for name in DOMAIN_TYPES]
        domains = [spec.get_domain(self.state, domain_type) for domain_type in domain_types]
        roots = [spec.hash_tree_root(token.account_links), spec.hash_tree_root(token.accounts), chain.genesis_root]
        keys = [link.key for link in token.account_links]
        proofs = [presence(spec, token, index) for index in (1, len(keys) - 1)]
        of_validators = (spec.Exit, spec.Withdraw, spec.ClaimReward)
        wanted = [spec.ClaimVesting(index=index) for index in range(len(token.vesting) + 1)]
        wanted += [kind(validator=place) for kind in of_validators for place in range(len(STAKES) + 3)]
        for owner, spender in product(people, people):
            amount = spec.allowance(self.state, owner, spender)
            if amount > 0:
                wanted.append(spec.TransferFrom(owner=owner, recipient=self.random.choice(people), amount=amount))
        addresses = [*people, *people, spec.BURN_ADDRESS, spec.Address()]
        keyed = [*addresses, *keys, *roots, *domains, *domain_types, *consensus.sets[1].public_keys]
        secret = spec.uint256(test_secret(0, "bls12-381"))
        rounds = [spec.Round(epoch=consensus.epoch + ahead, view=view) for ahead in (0, 1) for view in (0, 1, 9)]
        return Known([*numbers, secret, *keyed, *rounds, *proofs, *wanted, token.parameters, *self.signed])

    # Calls

    def go(self) -> None:
        """One call."""
        self.drawing = WellTyped(self.random, self.known())
        weighted = {
            self.anything: 8,
            self.a_handler: 8,
            self.an_operation: 4,
            self.a_block: 6,
            self.sign_a_permit: 1,
            self.sign_a_deposit: 1,
            self.leave: 1,
            self.spend: 1,
            self.report: 1,
            self.end_an_epoch: 1,
            self.a_message: 8,
            self.begin_to_vote: 1,
            self.keep_a_blob: 2,
            self.pause: 1,
        }
        [kind] = self.random.choices(list(weighted), list(weighted.values()))
        kind()

    def call(self, name: str, *arguments: Any) -> None:
        """Call an interface function; the state goes before the arguments where it takes one."""
        before = self.state.copy()
        held = {"state": self.state, "store": self.store, "disk": self.disk}
        roots = [self.spec.hash_tree_root(value) for value in held.values()]
        given = [held[a["name"]] for a in FUNCTIONS[name]["arguments"] if a["name"] in held and name not in BEGINNING]
        try:
            outcome = perform(getattr(self.spec, name), *given, *arguments)
            self.ended[name, outcome.accepted] += 1
            if not (outcome.accepted and name in CHANGING):
                assert [self.spec.hash_tree_root(value) for value in held.values()] == roots, "something has changed"
                return
            for check in self.of_states:
                assert check(self.state), check.__name__
            if name == "state_transition":
                for check in self.of_blocks:
                    assert check(before, *arguments, self.state), check.__name__
        except BaseException as error:
            error.add_note(f"{name} of {', '.join(map(repr, arguments))}")
            raise

    def call_with_anything(self, name: str) -> None:
        held = () if name in BEGINNING else ("state", "store", "disk")
        arguments = [argument for argument in FUNCTIONS[name]["arguments"] if argument["name"] not in held]
        self.call(name, *[self.draw(argument["type"]) for argument in arguments])

    def anything(self) -> None:
        self.call_with_anything(self.random.choice(list(FUNCTIONS)))

    def a_handler(self) -> None:
        self.call_with_anything(self.random.choice(HANDLERS))

    def end_an_epoch(self) -> None:
        """What becomes free with it is claimed."""
        self.call("process_emission")
        for index in range(len(self.state.token.vesting)):
            claim = self.spec.ClaimVesting(index=index)
            self.call("process_claim_vesting", self.random.choice(PEOPLE).address, claim)

    def pause(self) -> None:
        """The pause of a layer begins, or ends as soon as there is one."""
        layer = self.random.choice((self.state.token, self.state.staking, self.state.availability))
        layer.paused = not layer.paused and self.random.randrange(4) == 0

    # What is signed

    def keep(self, signed: Any) -> None:
        """Offer it again from now on."""
        same = [value for value in self.signed if type(value) is type(signed)]
        self.signed = [value for value in self.signed if type(value) is not type(signed)] + same[1 - LATEST :]
        self.signed.append(signed.copy())

    def sign_a_permit(self) -> None:
        spec, owner = self.spec, self.random.choice(PEOPLE)
        permit = self.draw("Permit")
        permit.owner = owner.address
        account = self.state.token.accounts[spec.find_account(self.state.token, owner.address)]
        if self.random.randrange(4):
            permit.nonce = account.permit_nonce
        signed = spec.SignedPermit(permit=permit, signature=sign(spec, self.state, owner, spec.DOMAIN_PERMIT, permit))
        self.keep(signed)
        self.call("process_permit", self.random.choice(PEOPLE).address, signed)

    def sign_a_deposit(self) -> None:
        """For the key that goes with the place that is free, so that whoever signs blocks knows it."""
        spec, owner = self.spec, self.random.choice(PEOPLE)
        place = int(spec.find_free_place(self.state.staking.validators))
        amount = self.random.choice((spec.MIN_STAKE, spec.MIN_STAKE, 3 * spec.MIN_STAKE))
        made = deposit(spec, self.state, owner, place, amount)
        self.keep(made)
        self.call("process_deposit", owner.address, made)

    def leave(self) -> None:
        """A validator is asked to leave by its owner, and then withdrawn by anybody."""
        last = len(self.state.staking.validators) - 1
        place = self.random.choice((last, self.random.randint(0, last)))
        owner = self.state.staking.validators[place].owner
        self.call("process_exit", owner, self.spec.Exit(validator=place))
        self.call("process_claim_reward", self.random.choice(PEOPLE).address, self.spec.ClaimReward(validator=place))
        self.call("process_withdraw", self.random.choice(PEOPLE).address, self.spec.Withdraw(validator=place))

    def spend(self) -> None:
        """What an owner allows is moved, or as much of it as there is."""
        spec, random = self.spec, self.random
        owner, spender = random.sample(PEOPLE, 2)
        amount = random.choice((1, int(spec.balance_of(self.state, owner.address)), 2**64 - 1))
        self.call("process_approve", owner.address, spec.Approve(spender=spender.address, amount=amount))
        asked = spec.TransferFrom(owner=owner.address, recipient=random.choice(PEOPLE).address, amount=min(amount, 5))
        self.call("process_transfer_from", spender.address, asked)
        transfer = spec.Transfer(recipient=random.choice(PEOPLE).address, amount=random.choice((0, 1, amount)))
        self.call("process_transfer", spender.address, transfer)

    def report(self) -> None:
        """A validator has signed two votes that nobody may sign together, now or a while ago."""
        spec, random = self.spec, self.random
        epoch = max(int(self.state.consensus.epoch) - random.choice((0, 0, 1, int(spec.EVIDENCE_EPOCHS))), 0)
        kinds = random.choice((("NOTARIZE", 1), ("FINALIZE", 1), ("NULLIFY", 0))), ("FINALIZE", 2)
        voter = random.randrange(len(STAKES))
        made = evidence(spec, self.state, *kinds, epoch=epoch, view=random.randint(1, 9), voter=voter)
        self.keep(made)
        self.call("process_evidence", made, random.choice(PEOPLE).address)

    def operation(self, sender: Actor) -> Any:
        """A signed operation with any payload; one in eight with a field that is anything."""
        field = self.random.choice(list(FIELDS))
        spoiled = {field: self.draw(FIELDS[field])} if self.random.randrange(8) == 0 else {}
        payload = self.draw(self.random.choice(PAYLOADS))
        return signed_operation(self.spec, self.state, sender, payload, **spoiled)

    def an_operation(self) -> None:
        signed = self.operation(self.random.choice(PEOPLE))
        self.keep(signed)
        self.call("process_operation", signed)

    def a_block(self) -> None:
        senders = self.random.sample((ALICE, BOB, CAROL, PROPOSER), self.random.randrange(4))
        made = signed_block(self.spec, self.state, [self.operation(sender) for sender in senders])
        if self.random.randrange(8) == 0:
            made.block.header = self.draw("BlockHeader")
            made = sign_block(self.spec, self.state, made.block)
        self.keep(made)
        self.keep(made.block.consensus.certificate)
        self.call("state_transition", made)

    # A node

    def keep_a_blob(self) -> None:
        """A blob goes its way, or stops anywhere on it; it may hold a leaf that is no row."""
        spec, random, state = self.spec, self.random, self.state
        size, wrong = random.choice((1, 124, 500)), random.randrange(3) == 0
        blob = wrong_blob(spec) if wrong else blob_of(spec, size, seed=random.randrange(4))
        number = int(state.availability.next_blob)
        self.call("process_submit_blob", random.choice(PEOPLE).address, request(spec, blob, max_fee=2**63))
        self.call("state_transition", signed_block(spec, state, []))
        if int(state.availability.next_blob) == number or state.availability.first_unassigned <= number:
            return
        self.call("on_delivery", self.made(spec.Delivery, lambda: delivery(spec, state, blob, self.disk.node, number)))
        every = range(len(quorum_of(spec, state, number).nodes))
        self.call("process_certify_blobs", ALICE.address, blob_certificate(spec, state, {number: every}))
        if spec.get_record(state, spec.uint64(number)).status != spec.BlobStatus.CERTIFIED:
            return
        self.call("extend_retention", spec.uint64(number), state.availability.layer_height + spec.MAX_RETENTION - 1)
        self.call("process_custody")
        for place, challenge in enumerate(state.availability.challenges):
            self.call("answer_from_store", spec.uint64(place))
            if challenge.blob == number and random.randrange(3):
                made = self.made(spec.AnswerChallenge, partial(answer, spec, blob, int(challenge.row), place))
                self.call("process_answer_challenge", random.choice(PEOPLE).address, made)
        made = self.made(spec.ReportOpening, lambda: report_of(spec, state, blob, number))
        self.call("process_report_opening", random.choice(PEOPLE).address, made)
        self.call("drop_what_is_over")

    def made(self, kind: Any, make: Callable[[], Any]) -> Any:
        """What is made, offered again from now on; anything where it cannot be made."""
        try:
            value = make()
        except (ValueError, StopIteration, Rejection):
            return self.draw(kind.__name__)
        self.keep(value)
        return value

    # A voter

    def begin_to_vote(self) -> None:
        """The voter begins with the state at hand."""
        spec, latest = self.spec, self.state.chain.latest_header
        voter = self.random.randrange(len(STAKES))
        known = [final_parent(spec, self.state)] if latest.height > 0 and self.random.randrange(2) else []
        finalization = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS](known)
        record = spec.VotingRecord(round=latest.round)
        self.store = spec.create_store(self.state, finalization, record, voter, spec.uint256(bls_secret(voter)))

    def a_message(self) -> None:
        """What other voters send, and what follows from it."""
        spec, random, store = self.spec, self.random, self.store
        tree = list(store.blocks)
        state, round = random.choice(tree).state, store.round
        view = spec.Round(epoch=round.epoch, view=max(int(round.view) + random.choice((-1, 0, 0, 0, 1)), 1))
        root = random.choice(tree).root
        kind = random.choice(("NOTARIZE", "NULLIFY", "FINALIZE", "PROPOSE"))
        cast = vote(spec, getattr(spec.VoteKind, kind), view, spec.Bytes32() if kind == "NULLIFY" else root)
        match random.randrange(5):
            case 0:
                self.call("on_certificate", certificate(spec, store.blocks[0].state, cast))
            case 1:
                voter = random.randrange(len(STAKES))
                signature = sign_vote(spec, state, cast, [voter])
                self.call("on_vote", spec.SignedVote(voter=voter, vote=cast, signature=signature))
            case 2:
                made = signed_block(spec, state, round=next_round(spec, state, random.choice((0, 0, 1))))
                skipped = nullifications(spec, state, made.block.header.round)
                proposal = spec.Proposal(signed_block=made, nullifications=skipped)
                self.call("on_proposal", proposal, made.block.header.timestamp)
            case 3:
                self.call("on_timeout", round)
            case _:
                outcome = perform(spec.prepare_proposal, store)
                self.call("prepare_proposal")
                if outcome.accepted:
                    prepared = outcome.value
                    [block] = [block for block in tree if block.root == prepared.parent_root]
                    header = spec.BlockHeader(round=round, parent_root=prepared.parent_root)
                    self.call("on_turn", block.header if prepared.is_again else header)


BEGINNING = ("create_store",)  # takes any state, and makes a store
HANDLERS = sorted(CHANGING - {"state_transition", "process_operation"})
FIELDS = {
    "nonce": "uint64",
    "max_fee": "Amount",
    "tip": "Amount",
    "kind": "uint16",
    "payload": "ByteList[MAX_PAYLOAD_BYTES]",
}


def presence(spec: ModuleType, token: Any, index: int) -> Any:
    """The proof of an account."""

    def branch(listed: Any) -> Any:
        siblings = prove(listed, generalized_index(type(listed), index))
        return spec.Vector[spec.Bytes32, spec.ENTRY_DEPTH](*siblings[: int(spec.ENTRY_DEPTH)])

    link = spec.LinkProof(
        index=index,
        length=len(token.account_links),
        link=token.account_links[index],
        branch=branch(token.account_links),
    )
    return spec.PresenceProof(entry=link, value_branch=branch(token.accounts))


def walks(spec: ModuleType, count: int) -> tuple[Callable[[], None], Counter[tuple[str, bool]]]:
    """A property that walks `count` times, and how its calls end."""
    ended: Counter[tuple[str, bool]] = Counter()

    @settings(max_examples=count, deadline=None)
    @given(seed=st.integers(0, 2**64))
    def walk(seed: int) -> None:
        made = Walk(spec, seed, ended)
        for _ in range(CALLS):
            made.go()

    return walk, ended


def test_no_defect_is_found() -> None:
    walk, ended = walks(axivon_spec.load("minimal", kernels=()), 60)
    walk()
    assert {name for name, _ in ended} == set(FUNCTIONS)
    assert {name for name, accepted in ended if accepted} >= CHANGING  # or operations did not reach the states


PRECAUTIONS = [
    "chain.process_operation.charge-above-max-fee",
    "chain.process_operation.malformed-payload",
    "primitives.draw_weighted.no-weight",
    "token.check_approval.insufficient-balance-for-deposit",
    "token.find_payer.unknown-account",
    "token.move_balance.insufficient-balance",
    "token.process_claim_vesting.unknown-schedule",
]


@pytest.mark.parametrize("rule", PRECAUTIONS)
def test_the_defect_behind_a_removed_rule_is_found(rule: str) -> None:
    [mutant] = [mutant for mutant in mutants(axivon_spec.program()) if mutant.rule == rule]
    spec, ended = faulty_spec("minimal", axivon_spec.program(), mutant), Counter[tuple[str, bool]]()
    with pytest.raises((Defect, AssertionError)):
        for seed in range(200):
            walk = Walk(spec, seed, ended)
            for _ in range(CALLS):
                walk.go()
