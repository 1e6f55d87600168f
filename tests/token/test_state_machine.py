"""Random operations on random accounts, against a model of EIP-20 written without the spec: dictionaries of balances
and allowances. After each operation both agree, and every invariant of the spec holds."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import axivon_spec
from axivon_spec.runtime.outcome import perform
from generators.scene import ALICE, BOB, CAROL, DAVE, PROPOSER, Actor, charge_of, deposit_of, genesis, signed_operation

SPEC = axivon_spec.load("minimal")
DEPOSIT = deposit_of(SPEC)
KEPT = DEPOSIT // 10  # of the first deposit of each pair of owner and spender
INFINITE = int(SPEC.INFINITE)
INVARIANTS = [f for name, f in vars(SPEC).items() if name.startswith("invariant_") and f.__code__.co_argcount == 1]
PEOPLE = [ALICE, BOB, CAROL, DAVE]
person = st.sampled_from(PEOPLE)
amounts = st.sampled_from(["nothing", "one", "some", "all", "one more than all"])


class Failed(Exception):
    """The model refuses: nothing changes but fee and nonce."""


class Model:
    """What EIP-20 says, with a fee for each operation and a deposit for each new entry."""

    def __init__(self, balances: dict[Actor, int]) -> None:
        self.balances = dict(balances)
        self.allowances: dict[tuple[Actor, Actor], int] = {}
        self.depositors: dict[tuple[Actor, Actor], Actor] = {}
        self.nonces = dict.fromkeys(balances, 0)
        self.pairs: set[tuple[Actor, Actor]] = set()  # whose place in the list was paid for
        self.locked = self.kept = self.fees = 0

    def move(self, payer: Actor, owner: Actor, recipient: Actor, amount: int) -> None:
        if self.balances.get(owner, 0) < amount:
            raise Failed
        left = dict(self.balances)
        if amount:
            left[owner] -= amount
        if recipient not in left:
            if left[payer] < DEPOSIT:
                raise Failed
            left[payer] -= DEPOSIT
            left[recipient] = 0
            self.nonces[recipient] = 0
            self.kept += DEPOSIT
        left[recipient] += amount
        self.balances = left

    def approve(self, owner: Actor, spender: Actor, amount: int) -> None:
        pair = owner, spender
        if amount == 0:
            if pair in self.allowances:
                self.balances[self.depositors.pop(pair)] += DEPOSIT - KEPT
                self.locked -= DEPOSIT - KEPT
                del self.allowances[pair]
            return
        if pair not in self.allowances:
            kept = 0 if pair in self.pairs else KEPT
            if self.balances[owner] < DEPOSIT - KEPT + kept:
                raise Failed
            self.balances[owner] -= DEPOSIT - KEPT + kept
            self.locked += DEPOSIT - KEPT
            self.kept += kept
            self.pairs.add(pair)
            self.depositors[pair] = owner
        self.allowances[pair] = amount

    def transfer_from(self, spender: Actor, owner: Actor, recipient: Actor, amount: int) -> None:
        allowed = self.allowances.get((owner, spender), 0)
        if allowed < amount:
            raise Failed
        self.move(spender, owner, recipient, amount)
        if allowed != INFINITE and (owner, spender) in self.allowances:
            self.allowances[owner, spender] = allowed - amount


class Token(RuleBasedStateMachine):
    """Signed operations of both."""

    @initialize(rich=st.integers(0, 10**12), poor=st.integers(0, 2 * DEPOSIT))
    def begin(self, rich: int, poor: int) -> None:
        balances = {ALICE: 10**12, BOB: rich, CAROL: poor}  # Dave has no account
        self.state: Any = genesis(SPEC, balances)
        self.model = Model({**balances, PROPOSER: 0})
        self.results: list[bool] = []
        self.whole = sum(self.model.balances.values())

    def amount(self, choice: str, all: int) -> int:
        return {"nothing": 0, "one": 1, "some": all // 3, "all": all, "one more than all": all + 1}[choice]

    def operate(self, sender: Actor, payload: Any, apply: Any) -> None:
        """Both execute an operation whose largest fee has room for one deposit."""
        charge, model = charge_of(SPEC, payload), self.model
        signed = signed_operation(SPEC, self.state, sender, payload, max_fee=charge + DEPOSIT)
        before = SPEC.hash_tree_root(self.state)
        outcome = perform(SPEC.process_operation, self.state, signed)
        if model.balances[sender] < charge + DEPOSIT:
            assert outcome.rule == "chain.process_operation.insufficient-balance"
            assert SPEC.hash_tree_root(self.state) == before
            return
        assert outcome.accepted, outcome.rule
        model.nonces[sender] += 1
        model.balances[sender] -= charge
        model.fees += charge
        try:
            apply()
            self.results.append(True)
        except Failed:
            self.results.append(False)

    def has_account(self, who: Actor) -> bool:
        return who in self.model.balances

    @rule(sender=person, recipient=person, choice=amounts)
    def transfer(self, sender: Actor, recipient: Actor, choice: str) -> None:
        if self.has_account(sender):
            fee = charge_of(SPEC, SPEC.Transfer())
            amount = self.amount(choice, max(self.model.balances[sender] - fee, 0))
            payload = SPEC.Transfer(recipient=recipient.address, amount=amount)
            self.operate(sender, payload, lambda: self.model.move(sender, sender, recipient, amount))

    @rule(owner=person, spender=person, amount=st.sampled_from([0, 1, 1000, INFINITE]))
    def approve(self, owner: Actor, spender: Actor, amount: int) -> None:
        if self.has_account(owner):
            payload = SPEC.Approve(spender=spender.address, amount=amount)
            self.operate(owner, payload, lambda: self.model.approve(owner, spender, amount))

    @rule(spender=person, owner=person, recipient=person, choice=amounts)
    def transfer_from(self, spender: Actor, owner: Actor, recipient: Actor, choice: str) -> None:
        if self.has_account(spender):
            allowed = self.model.allowances.get((owner, spender), 0)
            amount = self.amount(choice, min(allowed, self.model.balances.get(owner, 0)))
            payload = SPEC.TransferFrom(owner=owner.address, recipient=recipient.address, amount=amount)
            self.operate(spender, payload, lambda: self.model.transfer_from(spender, owner, recipient, amount))

    @precondition(lambda self: len(self.state.chain.receipts) >= 10)
    @rule()
    def next_block(self) -> None:
        SPEC.begin_block(self.state)
        self.results = []

    @invariant()
    def both_agree(self) -> None:
        model, state = self.model, self.state
        for who in PEOPLE:
            assert SPEC.balance_of(state, who.address) == model.balances.get(who, 0)
            if self.has_account(who):
                account = state.token.accounts[SPEC.find_account(state.token, who.address)]
                assert account.nonce == model.nonces[who]
            for spender in PEOPLE:
                expected = model.allowances.get((who, spender), 0)
                assert SPEC.allowance(state, who.address, spender.address) == expected
        assert [bool(receipt.ok) for receipt in state.chain.receipts] == self.results
        assert (state.token.deposits, state.token.kept_deposits) == (model.locked, model.kept)
        assert sum(model.balances.values()) + model.locked + model.kept + model.fees == self.whole

    @invariant()
    def the_invariants_hold(self) -> None:
        for holds in INVARIANTS:
            assert holds(self.state), holds.__name__


TestToken = Token.TestCase
TestToken.settings = settings(
    max_examples=50, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
