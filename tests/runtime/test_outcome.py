"""How a spec function ends, and what `attempt` undoes."""

from __future__ import annotations

import pickle

import pytest

from axivon_spec.runtime import CHANGES, SPEC_NAMES
from axivon_spec.runtime.outcome import Defect, Outcome, Rejection, attempt, perform, reject
from axivon_spec.runtime.ssz import uint64
from tests.runtime.sample_types import Account, Ledger


def pay(ledger, amount):
    ledger.accounts[0].balance += amount
    if amount > 10:
        reject("token.pay.too-much")


def break_down(ledger):
    ledger.paused = True
    ledger.accounts[0].balance -= 100


def ledger_of(balance=0):
    return Ledger(accounts=[Account(balance=balance)])


def test_an_accepted_call_has_a_value():
    assert perform(lambda a: a + 1, 2) == Outcome(True, 3, None, ())


def test_a_rejected_call_has_a_rule():
    assert perform(pay, ledger_of(), 11) == Outcome(False, None, "token.pay.too-much", ())


def test_attempt_installs_what_was_accepted():
    ledger = ledger_of()
    assert attempt(pay, ledger, 10)
    assert ledger.accounts[0].balance == 10


def test_attempt_undoes_what_was_rejected():
    ledger = ledger_of()
    before = ledger.copy()
    assert not attempt(pay, ledger, 11)
    assert ledger == before


def test_attempt_works_on_a_part_of_a_state():
    def spend(account):
        account.balance += 4

    ledger = ledger_of()
    assert attempt(spend, ledger.accounts[0])
    assert ledger.accounts[0].balance == 4


def test_perform_reports_the_failures_of_attempts_in_order():
    def block(ledger):
        return [attempt(pay, ledger, amount) for amount in (11, 3, 12)]

    ledger = ledger_of()
    assert perform(block, ledger) == Outcome(True, [False, True, False], None, ("token.pay.too-much",) * 2)
    assert ledger.accounts[0].balance == 3
    assert perform(pay, ledger, 1).failures == ()


def test_failures_inside_what_is_undone_are_not_reported():
    def inner(ledger):
        attempt(pay, ledger, 11)
        reject("token.inner.no")

    def outer(ledger):
        attempt(inner, ledger)

    assert perform(outer, ledger_of()).failures == ("token.inner.no",)


def test_a_rejected_call_reports_no_failures():
    def block(ledger):
        attempt(pay, ledger, 11)
        reject("chain.block.no")

    assert perform(block, ledger_of()) == Outcome(False, None, "chain.block.no", ())


def test_calls_within_calls_keep_their_own_failures():
    def outer(ledger):
        attempt(pay, ledger, 11)
        return perform(attempt, pay, ledger, 12).failures

    outcome = perform(outer, ledger_of())
    assert outcome.value == ("token.pay.too-much",)
    assert outcome.failures == ("token.pay.too-much",)


def test_attempt_does_not_catch_a_defect():
    ledger = ledger_of()
    before = ledger.copy()
    with pytest.raises(ValueError):
        attempt(break_down, ledger)
    assert ledger == before
    with pytest.raises(Defect):
        perform(attempt, break_down, ledger)


def test_a_defect_passes_attempt_and_perform_unchanged():
    defect = Defect("inside", "specs/a.md:1")

    def fail(_):
        raise defect

    with pytest.raises(Defect) as caught:
        perform(attempt, fail, ledger_of())
    assert caught.value is defect


def test_a_defect_names_the_innermost_line_of_markdown():
    space = {"uint64": uint64}
    inner = "\n" * 41 + "def lower(a):\n    return uint64(a) - 1\n"
    outer = "\n" * 6 + "def upper(a):\n    return lower(a)\n"
    exec(compile(inner, "/spec/specs/token.md", "exec"), space)
    exec(compile(outer, "/spec/specs/chain.md", "exec"), space)
    with pytest.raises(Defect) as caught:
        perform(space["upper"], 0)
    assert caught.value.place == "/spec/specs/token.md:43"
    assert str(caught.value).startswith("/spec/specs/token.md:43: ValueError: ")
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_defect_outside_markdown_says_so():
    with pytest.raises(Defect, match="outside the spec: ZeroDivisionError") as caught:
        perform(lambda: 1 // 0)
    assert caught.value.place is None


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_no_defect(signal):
    def interrupted(_):
        raise signal

    with pytest.raises(signal):
        perform(attempt, interrupted, ledger_of())


def test_rejection_and_defect_travel_between_processes():
    assert pickle.loads(pickle.dumps(Rejection("a.b.c"))).rule == "a.b.c"
    again = pickle.loads(pickle.dumps(Defect("broken", "specs/a.md:3")))
    assert (again.what, again.place) == ("broken", "specs/a.md:3")


def test_every_name_of_spec_code_exists_and_changes_are_known_names():
    assert all(value is not None for value in SPEC_NAMES.values())
    assert set(CHANGES) <= set(SPEC_NAMES)
    assert {"Container", "hash_tree_root", "sha256", "mul_mod", "bls_verify", "secp256k1_verify", "attempt"} <= set(
        SPEC_NAMES
    )
