"""Writes go by path: what is refused, what is allowed, what each function changes, and what the check saves."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from axivon_spec.runtime.ssz import Container, List, uint64

from .snippets import LEDGER, assert_refused, program, wrap

REFUSED = {
    "a write through a snapshot": (
        """
        def f(state: State, i: uint64) -> None:
            account = state.bank.accounts[i]
            account.balance += 1  # <--
        """,
        "account.balance is written, but account is a snapshot of state.bank.accounts[i]",
        "write state.bank.accounts[i].balance",
    ),
    "a snapshot of a snapshot": (
        """
        def f(state: State) -> None:
            bank = state.bank
            account = bank.accounts[0]
            account.balance = Amount(1)  # <--
        """,
        "account is a snapshot of bank.accounts[0]",
        "read account with .copy() and store it back",
    ),
    "an append through a snapshot": (
        """
        def f(state: State) -> None:
            numbers = state.bank.numbers
            numbers.append(uint64(1))  # <--
        """,
        "numbers is written, but numbers is a snapshot of state.bank.numbers",
        "write state.bank.numbers",
    ),
    "a pop through a snapshot": (
        """
        def f(state: State) -> None:
            bank = state.bank
            bank.numbers.pop()  # <--
        """,
        "bank is a snapshot of state.bank",
        "write state.bank.numbers",
    ),
    "a snapshot in a tuple target": (
        """
        def f(state: State) -> None:
            bank = state.bank
            bank.total, state.spare.total = state.spare.total, bank.total  # <--
        """,
        "bank.total is written, but bank is a snapshot",
        "write state.bank.total",
    ),
    "a snapshot taken apart": (
        """
        def f(state: State) -> None:
            bank, spare = state.bank, state.spare
            bank.total = spare.total  # <--
        """,
        "bank is a snapshot of state.bank: the write is lost, or undoes others",
        "write state.bank.total, or read bank with .copy() and store it back",
    ),
    "a local that is sometimes a snapshot": (
        """
        def f(state: State, index: uint64) -> None:
            account = Account()
            if index > 0:
                account = state.bank.accounts[index]
            account.nonce += 1  # <--
        """,
        "account is a snapshot of state.bank.accounts[index]",
        "write state.bank.accounts[index].nonce",
    ),
    "another name for a parameter": (
        """
        def f(state: State) -> None:
            s = state  # <--
            assert s.bank.total > 0, "empty"
        """,
        "s is a second name for the argument state",
        "use state itself, or state.copy()",
    ),
    "a loop variable": (
        """
        def f(state: State) -> None:
            for account in state.bank.accounts:
                account.balance = Amount(0)  # <--
        """,
        "the loop variable account is a snapshot",
        "loop over range(len(state.bank.accounts)) and write state.bank.accounts[index].balance",
    ),
    "a loop variable of enumerate": (
        """
        def f(state: State) -> None:
            for i, account in enumerate(state.bank.accounts):
                account.nonce += i  # <--
        """,
        "the loop variable account is a snapshot",
        "loop over indices",
    ),
    "a loop variable with a new value": (
        """
        def f(state: State) -> uint64:
            last = uint64(0)
            for number in state.bank.numbers:
                number = uint64(number + 1)  # <--
                last = number
            return last
        """,
        "the loop variable number is assigned a new value",
        "a name of its own",
    ),
    "a parameter with a new value": (
        """
        def f(state: State, amount: Amount) -> None:
            amount += 1  # <--
            state.bank.total = amount
        """,
        "the parameter amount is assigned a new value",
        "give the new value a name of its own",
    ),
    "a parameter as a loop variable": (
        """
        def f(state: State, index: uint64) -> None:
            for index in range(3):  # <--
                state.bank.total += index
        """,
        "the parameter index is assigned a new value",
        "name of its own",
    ),
    "the result of a call": (
        """
        def f(state: State) -> None:
            decode(Account, serialize(state)).balance = Amount(1)  # <--
        """,
        "decode(Account, serialize(state)).balance is written, but is no path from a name",
        "begins at a parameter",
    ),
    "a local that a call returned": (
        """
        def f(state: State) -> None:
            account = decode(Account, serialize(state))
            account.balance = Amount(1)  # <--
            state.bank.accounts[0] = account
        """,
        "account is a snapshot",
        "build account with a constructor or .copy()",
    ),
    "a choice between two": (
        """
        def f(state: State) -> None:
            (state.bank if state.bank.total > 0 else state.spare).total = Amount(1)  # <--
        """,
        "is no path from a name",
        "begins at a parameter",
    ),
    "an element of a list of snapshots": (
        """
        def f(state: State) -> None:
            accounts = [account for account in state.bank.accounts]
            accounts[0].balance = Amount(1)  # <--
        """,
        "accounts is a list, and its elements may be snapshots",
        "build the element with a constructor or .copy()",
    ),
    "a read-only sequence": (
        """
        def g(numbers: Sequence[uint64]) -> None:
            numbers[0] = uint64(1)  # <--

        def f(state: State) -> None:
            numbers = [state.bank.total]
            g(numbers)
        """,
        "numbers is a Sequence, which is read-only",
        "declare it as list[…]",
    ),
    "a constant": (
        """
        def f(state: State) -> None:
            MAX_ACCOUNTS.value = state.bank.total  # <--
        """,
        "MAX_ACCOUNTS is no parameter and no local",
        "what MAX_ACCOUNTS is stands in its table",
    ),
    "a member of an enumeration": (
        """
        def f(state: State) -> None:
            Role.USER = state.bank.total  # <--
        """,
        "Role is no parameter and no local",
        "what Role is stands in its table",
    ),
    "a snapshot passed to what changes it": (
        """
        def f(state: State) -> None:
            bank = state.bank
            move(bank, state.spare, Amount(1))  # <--
        """,
        "bank is passed to move, which changes it, but bank is a snapshot of state.bank",
        "write state.bank",
    ),
    "a fresh value passed to what changes it": (
        """
        def f(state: State) -> None:
            move(state.bank.copy(), state.spare, Amount(1))  # <--
        """,
        "state.bank.copy() is passed to move, which changes it, but is no path: the change is lost",
        "give the value a name first",
    ),
    "a snapshot passed by name": (
        """
        def f(state: State) -> None:
            bank = state.bank
            move(amount=Amount(1), other=state.spare, bank=bank)  # <--
        """,
        "bank is passed to move, which changes it",
        "write state.bank",
    ),
    "a snapshot passed to install": (
        """
        def f(state: State) -> None:
            bank = state.bank
            install(bank, state.spare)  # <--
        """,
        "bank is passed to install, which changes it",
        "write state.bank",
    ),
    "a snapshot passed to attempt": (
        """
        def f(state: State) -> boolean:
            bank = state.bank
            ok = attempt(move, bank, state.spare, Amount(1))  # <--
            return boolean(ok)
        """,
        "bank is passed to move, which changes it",
        "write state.bank",
    ),
    "overlapping arguments": (
        """
        def g(state: State, bank: Bank) -> None:
            state.bank.total = bank.total

        def f(state: State) -> None:
            g(state, state.bank)  # <--
        """,
        "g changes state, which overlaps its other argument state.bank",
        "pass state.bank.copy()",
    ),
    "the same argument twice": (
        """
        def f(state: State) -> None:
            move(state.bank, state.bank, Amount(1))  # <--
        """,
        "move changes state.bank, which overlaps its other argument state.bank",
        "pass state.bank.copy()",
    ),
    "elements that may be the same": (
        """
        def g(to: Account, giver: Account) -> None:
            to.balance += giver.balance

        def f(state: State, i: uint64, j: uint64) -> None:
            g(state.bank.accounts[i], state.bank.accounts[j])  # <--
        """,
        "overlaps its other argument state.bank.accounts[j]",
        "pass state.bank.accounts[j].copy()",
    ),
    "a write into what is iterated": (
        """
        def f(state: State) -> None:
            for number in state.bank.numbers:
                state.bank.numbers.append(number)  # <--
        """,
        "state.bank.numbers changes while the loop in line",
        "loop over range(len(state.bank.numbers))",
    ),
    "a call that changes what is iterated": (
        """
        def f(state: State) -> None:
            for account in state.bank.accounts:
                credit(state, uint64(0), account.balance)  # <--
        """,
        "state.bank.accounts changes while the loop in line",
        "or over list(state.bank.accounts)",
    ),
    "a write above what is iterated": (
        """
        def f(state: State) -> None:
            for i, number in enumerate(state.bank.numbers):
                if number == i:
                    state.bank = Bank()  # <--
        """,
        "state.bank.numbers changes while the loop in line",
        "list(state.bank.numbers)",
    ),
    "a list that grows while it is read": (
        """
        def f(state: State) -> None:
            numbers = [state.bank.total]
            for number in numbers:
                numbers.append(number)  # <--
        """,
        "numbers changes while the loop in line",
        "list(numbers)",
    ),
    "a comprehension with a side effect": (
        """
        def f(state: State) -> Amount:
            amounts = [take(state) for _i in range(3)]  # <--
            return amounts[0]
        """,
        "the comprehension has a side effect: take(state) changes a value",
        "write a for loop",
    ),
    "a rule with a side effect": (
        """
        def f(state: State) -> None:
            assert take(state) > 0, "nothing-taken"  # <--
        """,
        "the rule has a side effect",
        "assign the result to a local first",
    ),
    "a change in the middle of an expression": (
        """
        def f(state: State) -> None:
            state.bank.total += take(state)  # <--
        """,
        "take(state) changes a value in the middle of an expression",
        "assign its result to a local",
    ),
    "a change in an argument": (
        """
        def f(state: State) -> None:
            credit(state, uint64(0), take(state))  # <--
        """,
        "take(state) changes a value in the middle of an expression",
        "in a statement of its own",
    ),
    "a change after it was stored": (
        """
        def f(state: State) -> None:
            account = Account()
            state.bank.accounts.append(account)
            account.balance = Amount(5)  # <--
        """,
        "account is changed after line",
        "change it before, or put account.copy() there",
    ),
    "a change after it was stored in an earlier round": (
        """
        def f(state: State) -> None:
            account = Account()
            for i in range(3):
                account.nonce = uint64(i)  # <--
                state.bank.accounts.append(account)
        """,
        "account is changed after line",
        "put account.copy() there",
    ),
    "a change after it got a second name": (
        """
        def f(state: State) -> None:
            bank = Bank()
            before = bank
            bank.total += 1  # <--
            assert before.total == 0, "not-empty"
        """,
        "put it into before",
        "put bank.copy() there",
    ),
    "a call that changes what has a second name": (
        """
        def f(state: State) -> None:
            work = state.copy()
            before = work
            credit(work, uint64(0), Amount(1))  # <--
            assert before.bank.total == 0, "not-empty"
        """,
        "work is changed after line",
        "work.copy()",
    ),
    "a change after it was installed": (
        """
        def f(state: State) -> None:
            work = state.copy()
            install(state, work)
            work.bank.total = Amount(1)  # <--
        """,
        "put it into state",
        "work.copy()",
    ),
    "a list under a second name": (
        """
        def f(state: State) -> None:
            numbers = [state.bank.total]
            other = numbers
            fill(numbers)  # <--
            assert len(other) == 1, "not-one"
        """,
        "put it into other",
        "numbers.copy()",
    ),
    "a list in a list that is joined": (
        """
        def f(state: State) -> None:
            numbers = [state.bank.total]
            lists = [numbers] + [[Amount(1)]]
            numbers.append(Amount(2))  # <--
            assert len(lists[0]) == 1, "not-one"
        """,
        "put it into lists",
        "numbers.copy()",
    ),
    "a list in a list that grows": (
        """
        def f(state: State) -> None:
            numbers = [state.bank.total]
            lists = [[Amount(1)]]
            lists += [numbers]
            numbers.append(Amount(2))  # <--
            assert len(lists[1]) == 1, "not-one"
        """,
        "put it into lists",
        "numbers.copy()",
    ),
    "a value that a comprehension repeats": (
        """
        def f(state: State) -> None:
            bank = Bank()
            banks = [bank for i in range(2)]
            bank.total += 1  # <--
            assert banks[0].total == 0, "not-empty"
        """,
        "put it into banks",
        "bank.copy()",
    ),
    "one of two lists": (
        """
        def f(state: State) -> None:
            first = [state.bank.total]
            second = [state.spare.total]
            larger = max(first, second)
            first.append(Amount(2))  # <--
            assert len(larger) == 1, "not-one"
        """,
        "put it into larger",
        "first.copy()",
    ),
    "a list that a loop takes from a list": (
        """
        def f(state: State) -> None:
            numbers = [state.bank.total]
            for other in [numbers]:
                numbers.append(Amount(2))  # <--
                assert len(other) == 1, "not-one"
        """,
        "put it into other",
        "numbers.copy()",
    ),
    "a value that comes back from a call": (
        """
        def first(banks: Sequence[Bank]) -> Bank:
            return banks[0]

        def f(state: State) -> None:
            bank = Bank()
            same = first([bank])
            bank.total += 1  # <--
            assert same.total == 0, "not-empty"
        """,
        "bank is changed after line 94 put it into same",
        "bank.copy()",
    ),
    "a list that only sometimes gets a new value": (
        """
        def f(state: State) -> None:
            numbers = [state.bank.total]
            lists = [numbers]
            if state.bank.total > 5:
                numbers = [Amount(7)]
            numbers.append(Amount(2))  # <--
            assert len(lists[0]) == 1, "not-one"
        """,
        "put it into lists",
        "numbers.copy()",
    ),
    "a list that a break keeps": (
        """
        def f(state: State) -> None:
            numbers = [state.bank.total]
            lists: list[list[Amount]] = []
            for i in range(3):
                lists.append(numbers)
                if i > 1:
                    break
                numbers = [Amount(i)]
            numbers.append(Amount(2))  # <--
            assert len(lists[0]) == 1, "not-one"
        """,
        "put it into lists",
        "numbers.copy()",
    ),
    "a choice of lists that a loop walks over": (
        """
        def f(state: State) -> None:
            first = [state.bank.total]
            second = [state.spare.total]
            for amount in first if state.bank.total > 0 else second:
                first.append(amount)  # <--
        """,
        "first changes while the loop",
        "loop over range(len(first))",
    ),
    "a parameter under a second name in a choice": (
        """
        def g(first: Bank, second: Bank) -> Amount:
            either = first if first.total > 0 else second.copy()  # <--
            return either.total

        def f(state: State) -> None:
            assert g(state.bank, state.spare) > 0, "empty"
        """,
        "either is a second name for the argument first",
        "first.copy()",
    ),
    "a parameter in a list": (
        """
        def g(bank: Bank) -> list[Bank]:
            banks = [bank] + [Bank()]  # <--
            return banks

        def f(state: State) -> None:
            assert g(state.bank)[0].total > 0, "empty"
        """,
        "banks is a second name for the argument bank",
        "bank.copy()",
    ),
    "elements of a list of containers": (
        """
        def shift(pair: list[Account]) -> None:
            pair[0].balance -= 1  # <--
            pair[1].balance += 1  # <--

        def f(state: State) -> None:
            shift([state.bank.accounts[0], state.bank.accounts[1]])  # <--
        """,
        "",
        "",
    ),
    "a list of lists that a callee would keep something in": (
        """
        def put(lists: list[list[Amount]], amounts: list[Amount]) -> None:
            lists.append(list(amounts))  # <--

        def f(state: State) -> None:
            lists = [[state.bank.total]]
            put(lists, [Amount(1)])
            assert len(lists) == 2, "not-two"
        """,
        "lists is written, but the elements of lists may be snapshots",
        "build a list here, and return it",
    ),
    "a copy of a list of snapshots": (
        """
        def both(state: State) -> list[Bank]:
            return [state.bank, state.spare]

        def f(state: State) -> None:
            banks = both(state).copy()
            banks[0].total += 1  # <--
        """,
        "banks is a list, and its elements may be snapshots",
        "build the element with a constructor",
    ),
    "a copy of one of two lists": (
        """
        def f(state: State) -> None:
            first = [state.bank]
            second = [state.spare]
            banks = (first if state.bank.total > 0 else second).copy()
            banks[0].total += 1  # <--
        """,
        "banks is a snapshot",
        "say of what type it is: banks: Type = ",
    ),
    "a list that continues instead of its new value": (
        """
        def f(state: State) -> uint64:
            rows: list[list[uint64]] = []
            row: list[uint64] = []
            for i in range(2):
                row.append(uint64(1))  # <--
                rows.append(row)
                if i == 0:
                    continue
                row = []
            return uint64(len(rows[0]) + state.bank.total)
        """,
        "row is changed after line",
        "row.copy()",
    ),
    "a new value behind the write, in the other arm": (
        """
        def f(state: State) -> uint64:
            rows: list[list[uint64]] = []
            row: list[uint64] = []
            for i in range(2):
                if i == 0:
                    rows.append(row)
                else:
                    row.append(uint64(1))  # <--
                    row = []
            return uint64(len(rows[0]) + state.bank.total)
        """,
        "row is changed after line",
        "row.copy()",
    ),
    "a return that a continue jumps over": (
        """
        def f(state: State) -> uint64:
            rows: list[list[uint64]] = []
            row: list[uint64] = []
            for i in range(2):
                rows.append(row)
                if i < 5:
                    continue
                return uint64(state.bank.total)
            row.append(uint64(1))  # <--
            return uint64(len(rows[0]))
        """,
        "row is changed after line",
        "row.copy()",
    ),
    "a comprehension over a display": (
        """
        def f(state: State) -> uint64:
            first = [uint64(1)]
            rows = [row for row in [first] if len(row) > 0]
            first.append(uint64(2))  # <--
            return uint64(len(rows[0]) + state.bank.total)
        """,
        "first is changed after line",
        "first.copy()",
    ),
    "a list that either of two words may give": (
        """
        def f(state: State) -> None:
            first, second = [state.bank.total], [state.spare.total]
            for amount in first or second:
                first.append(amount)  # <--
        """,
        "first changes while the loop",
        "loop over range(len(first))",
    ),
    "what an argument may hold": (
        """
        def use(amounts: list[Amount], others: Sequence[Amount]) -> None:
            amounts.append(Amount(1))
            assert len(others) == 1, "not-one"

        def f(state: State) -> None:
            amounts = [state.bank.total]
            use(amounts, [amounts, amounts][1])  # <--
        """,
        "use changes amounts, which its other argument [amounts, amounts][1] may hold",
        "pass a copy of amounts there",
    ),
    "a slice passed to what changes it": (
        """
        def f(state: State) -> None:
            numbers = [uint64(state.bank.total)]
            fill(numbers[0:1])  # <--
        """,
        "numbers[0:1] is passed to fill, which changes it, but is no path",
        "give the value a name first",
    ),
    "a loop variable of a loop around": (
        """
        def f(state: State) -> uint64:
            total = uint64(0)
            for i in range(2):
                for i in range(5):  # <--
                    total += state.bank.total
                total += i
            return total
        """,
        "a loop around this one has the loop variable i too",
        "choose another",
    ),
    "a parameter that comes back by an append": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            rows: list[list[Amount]] = []
            rows.append(amounts)  # <--
            return rows

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by an index": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            rows = [[Amount(1)]]
            rows[0] = amounts  # <--
            return rows

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by a sum in place": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            rows = [[Amount(1)]]
            rows += [amounts]  # <--
            return rows

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by a display": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            return [amounts]  # <--

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by a list of a display": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            return list([amounts])  # <--

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by sorting": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            return sorted([amounts])  # <--

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by repetition": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            return [amounts] * 2  # <--

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by a selection": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            return [max(amounts, amounts)]  # <--

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by a comprehension": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            return [row for row in [amounts]]  # <--

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a parameter that comes back by a loop": (
        """
        def g(amounts: list[Amount]) -> list[list[Amount]]:
            best = [Amount(0)]
            for row in [amounts, best]:  # <--
                best = row
            return [best]

        def f(state: State) -> None:
            assert len(g([state.bank.total])) > 0, "none"
        """,
        "amounts",
        "list(amounts)",
    ),
    "a choice that overlaps what is changed": (
        """
        def g(state: State, bank: Bank) -> None:
            state.bank.total += 1
            assert bank.total > 0, "empty"

        def f(state: State) -> None:
            g(state, state.bank if state.bank.total > 0 else Bank())  # <--
        """,
        "g changes state, which overlaps its other argument state.bank",
        "pass state.bank.copy()",
    ),
    "a changed parameter as result": (
        """
        def g(state: State) -> State:
            state.bank.total = Amount(1)
            return state  # <--

        def f(state: State) -> None:
            after = g(state)
            assert after.bank.total == 1, "not-one"
        """,
        "g returns its parameter state, which would then have two names",
        "return nothing",
    ),
    "one of two parameters as result": (
        """
        def larger(one: Bank, two: Bank) -> Bank:
            return one if one.total > two.total else two.copy()  # <--

        def f(state: State) -> Amount:
            return larger(state.bank, state.spare).total
        """,
        "larger returns its parameter one, which would then have two names",
        "return one.copy()",
    ),
    "an invariant that changes the state": (
        """
        def invariant_total(state: State) -> boolean:  # <--
            state.bank.total = Amount(0)
            return boolean(True)
        """,
        "the invariant invariant_total changes state",
        "only read",
    ),
    "a key that changes what it sorts": (
        """
        def key_of(account: Account) -> uint64:
            account.nonce += 1
            return account.nonce

        def f(state: State) -> uint64:
            return sorted(state.bank.accounts, key=key_of)[0].nonce  # <--
        """,
        "key_of is a key of sorted, but changes its argument",
        "only reads",
    ),
    "an attempt that changes more than it undoes": (
        """
        def g(bank: Bank, other: Bank) -> None:
            bank.total += 1
            other.total -= 1

        def f(state: State) -> boolean:
            ok = attempt(g, state.bank, state.spare)  # <--
            return boolean(ok)
        """,
        "attempt undoes changes of bank only, but g changes other too",
        "change nothing but its first argument",
    ),
}

ALLOWED = {
    "paths from parameters": """
        def f(state: State, i: uint64) -> None:
            state.bank.accounts[i].balance += 1
            state.bank.accounts[i] = Account()
            state.bank.numbers.append(uint64(1))
            state.bank.numbers.pop()
            state.bank.total, state.spare.total = state.spare.total, state.bank.total
        """,
    "values that the function built": """
        def f(state: State) -> None:
            account = Account()
            account.balance = Amount(1)
            bank = state.bank.copy()
            bank.accounts[0].balance = Amount(1)
            state.bank = bank
            numbers = [uint64(0)] * 4
            numbers[2] = uint64(1)
            many = List[uint64, MAX_ACCOUNTS](numbers)
            many[0] = account.nonce
            state.bank.numbers = many
            state.spare.accounts.append(account)
        """,
    "a built value that is built anew in every round": """
        def f(state: State) -> None:
            for i in range(3):
                account = Account()
                account.nonce = uint64(i)
                state.bank.accounts.append(account)
        """,
    "a value stored in one arm and changed in the other": """
        def f(state: State) -> None:
            account = Account()
            if state.bank.total > 0:
                state.bank.accounts.append(account)
            else:
                account.nonce = uint64(1)
                state.spare.accounts.append(account)
        """,
    "reading snapshots": """
        def f(state: State, i: uint64) -> Amount:
            account = state.bank.accounts[i]
            bank = state.bank
            return Amount(account.balance + bank.total)
        """,
    "a name that a comprehension uses too": """
        def f(state: State) -> Amount:
            account = Account()
            account.balance = sum(account.balance for account in state.bank.accounts)
            return account.balance
        """,
    "a copy of what a loop takes": """
        def f(state: State) -> uint64:
            for account in state.bank.accounts:
                entry = account.copy()
                entry.nonce += 1
                state.spare.accounts.append(entry)
            return uint64(1)
        """,
    "a copy of a list's element that says its type": """
        def f(state: State) -> uint64:
            accounts = [account for account in state.bank.accounts]
            entry: Account = accounts[0].copy()
            entry.nonce += 1
            return entry.nonce
        """,
    "a copy of itself": """
        def f(state: State) -> Amount:
            bank = Bank()
            bank = bank.copy()
            bank.total += state.bank.total
            return bank.total
        """,
    "a new value by addition after it was stored": """
        def f(state: State) -> uint64:
            layers: list[list[uint64]] = []
            layer = [uint64(1)]
            layers.append(layer)
            layer += [uint64(2)]
            layer.append(uint64(3))
            return uint64(len(layers[0]) + len(layer) + state.bank.total)
        """,
    "values that are built side by side": """
        def f(state: State) -> Amount:
            first, second = Bank(), Bank()
            first.total += 1
            return Amount(first.total + second.total)
        """,
    "a value stored before a return": """
        def f(state: State) -> Amount:
            bank = Bank()
            if state.bank.total > 3:
                state.bank = bank
                return Amount(1)
            bank.total += 1
            return bank.total
        """,
    "rows that are put away when they are full": """
        def f(state: State) -> uint64:
            rows: list[list[uint64]] = []
            row: list[uint64] = []
            for number in state.bank.numbers:
                row.append(number)
                if len(row) == 2:
                    rows.append(row)
                    row = []
            return uint64(len(rows))
        """,
    "a choice between built values": """
        def f(state: State) -> Amount:
            bank = state.bank.copy() if state.bank.total > 0 else Bank()
            bank.total += 1
            return bank.total
        """,
    "a change whose result is converted": """
        def f(state: State) -> boolean:
            amount = Amount(take(state))
            return boolean(attempt(move, state.bank, state.spare, amount))
        """,
    "counters and sums": """
        def f(state: State) -> Amount:
            total = Amount(0)
            index = state.bank.total
            for account in state.bank.accounts:
                total += account.balance
                index += 1
            return Amount(total + index)
        """,
    "a loop that writes elsewhere": """
        def f(state: State) -> None:
            for account in state.bank.accounts:
                state.bank.total += account.balance
                state.spare.accounts.append(account)
                move(state.bank, state.spare, account.balance)
        """,
    "a loop over a copy": """
        def f(state: State) -> None:
            for account in list(state.bank.accounts):
                credit(state, uint64(0), account.balance)
        """,
    "a basic value of what is changed": """
        def f(state: State) -> None:
            credit(state, state.bank.accounts[0].nonce, state.bank.total)
        """,
    "parts that do not overlap": """
        def f(state: State) -> None:
            move(state.bank, state.spare, Amount(1))
        """,
    "work on a copy": """
        def f(state: State) -> None:
            work = state.copy()
            credit(work, uint64(0), Amount(1))
            install(state, work)
        """,
    "the outcome of an attempt": """
        def f(state: State) -> boolean:
            if not attempt(move, state.bank, state.spare, Amount(1)):
                return boolean(False)
            ok = attempt(take, state)
            return boolean(ok)
        """,
    "a list that a callee fills": """
        def f(state: State) -> None:
            numbers = [uint64(2)]
            fill(numbers)
            state.bank.numbers = List[uint64, MAX_ACCOUNTS](numbers)
        """,
    "a parameter stored before it ends": """
        def f(state: State, account: Account) -> None:
            state.bank.total += account.balance
            state.bank.accounts.append(account)
        """,
}


def spec_of(code: str) -> str:
    """The ledger with further functions, all in use: `f` is the interface function, and others are its own."""
    text = LEDGER
    for part in code.replace("\n        def ", "\f        def ").strip("\f\n").split("\f"):
        name = part.split("def ")[1].split("(")[0]
        text += wrap(
            part, "Invariant" if name.startswith("invariant_") else f"`{name}`" + " [Interface]" * (name == "f")
        )
    return text


@pytest.mark.parametrize("name", REFUSED)
def test_a_write_that_could_be_lost_is_refused(name: str) -> None:
    code, problem, remedy = REFUSED[name]
    assert_refused(spec_of(code), problem, remedy)


@pytest.mark.parametrize("name", ALLOWED)
def test_a_write_that_reaches_its_place_is_allowed(name: str) -> None:
    assert program(spec_of(ALLOWED[name]))[1] == []


CHANGES = """
        def whole(state: State) -> None:
            state.bank = Bank()

        def by_call(left: State, amount: Amount, right: State) -> None:
            credit(right, uint64(0), amount)

        def by_name(left: State, right: State) -> None:
            by_call(right=right, left=left, amount=Amount(1))

        def by_attempt(state: State, other: State) -> boolean:
            ok = attempt(move, other.bank, state.bank, Amount(1))
            return boolean(ok)

        def by_install(state: State, other: State) -> None:
            install(other, state)

        def own_value(state: State) -> Amount:
            other = state.copy()
            whole(other)
            return other.bank.total

        def f(state: State, other: State) -> None:
            whole(state)
            by_call(state, Amount(1), other)
            by_name(state, other)
            ok = by_attempt(state, other)
            by_install(other, state)
            assert own_value(state) == 0 or ok, "not-empty"
"""


def test_plain_integers_do_not_leave_an_integer_function_by_a_list() -> None:
    grow = "def grow(numbers: list[int]) -> None:\n    numbers.append(2**300)"
    use = "def f(state: State) -> None:\n    n = [1]\n    grow(n)  # <--\n    assert n[1] > state.bank.total, 'small'"
    text = LEDGER + wrap(grow, "`grow` [Integer]") + wrap(use)
    assert_refused(text, "grow writes plain integers into its argument numbers", "mark the heading of f [Integer]")
    assert program(text.replace("`f` [Interface]", "`f` [Interface] [Integer]"))[1] == []


def test_what_each_function_changes_follows_its_calls() -> None:
    found, errors = program(spec_of(CHANGES))
    assert errors == []
    changes = {f.name: f.changes for f in found.functions()}
    assert changes == {
        "credit": ("state",),
        "move": ("bank",),
        "take": ("state",),
        "balance_of": (),
        "fill": ("numbers",),
        "use_ledger": ("state",),
        "whole": ("state",),
        "by_call": ("right",),
        "by_name": ("right",),
        "by_attempt": ("other",),
        "by_install": ("other",),
        "own_value": (),
        "f": ("state", "other"),
    }


# The loss without the check: programs that the compiler refuses are run on real SSZ values.

LEDGER_OF_TWO = """
## Constants

| Name | Value | Unit | Description |
|---|---|---|---|
| `SIZE` | `uint64(16)` | - | - |

```python
class Account(Container):
    balance: uint64

class Ledger(Container):
    accounts: List[Account, SIZE]
```

### `pay` [Interface]

```python
def pay(state: Ledger, receiver: uint64, amount: uint64) -> uint64:
    state.accounts[receiver].balance += amount
    return amount
```
"""

# What is lost: (the refused program, the same written by path, the problem, balances after the refused program).
# Both mean to move 3 from an account with 10 to one with 5.
LOSSES = {
    "a list held over a write restores the receiver's old balance": (
        """
        def f(state: Ledger, amount: uint64) -> None:
            accounts = state.accounts
            pay(state, uint64(1), amount)
            accounts[0].balance -= amount  # <--
        """,
        """
        def f(state: Ledger, amount: uint64) -> None:
            pay(state, uint64(1), amount)
            state.accounts[0].balance -= amount
        """,
        "accounts is a snapshot of state.accounts",
        [7, 5],
    ),
    "a loop over what it pays restores the receiver's old balance": (
        """
        def f(state: Ledger, amount: uint64) -> None:
            for account in state.accounts:
                if account.balance == 10:
                    pay(state, uint64(1), amount)  # <--
                    account.balance -= amount  # <--
        """,
        """
        def f(state: Ledger, amount: uint64) -> None:
            for index in range(len(state.accounts)):
                if state.accounts[index].balance == 10:
                    pay(state, uint64(1), amount)
                    state.accounts[index].balance -= amount
        """,
        "state.accounts changes while the loop in line",
        [7, 5],
    ),
    "elements of a list that is passed on are snapshots": (
        """
        def shift(pair: list[Account], amount: uint64) -> None:
            pair[1].balance += amount  # <--

        def f(state: Ledger, amount: uint64) -> None:
            pair = [state.accounts[0], state.accounts[1]]
            state.accounts[0].balance -= amount
            shift(pair, amount)
        """,
        """
        def f(state: Ledger, amount: uint64) -> None:
            state.accounts[0].balance -= amount
            state.accounts[1].balance += amount
        """,
        "the elements of pair may be snapshots",
        [10, 8],
    ),
    "a value changed after it was stored": (
        """
        def f(state: Ledger, amount: uint64) -> None:
            state.accounts[0].balance -= amount
            account = Account(balance=state.accounts[1].balance)
            state.accounts[1] = account
            account.balance += amount  # <--
        """,
        """
        def f(state: Ledger, amount: uint64) -> None:
            state.accounts[0].balance -= amount
            account = Account(balance=state.accounts[1].balance)
            account.balance += amount
            state.accounts[1] = account
        """,
        "account is changed after line",
        [7, 5],
    ),
    "an append through a view that an inner call has made stale": (
        """
        def f(state: Ledger, amount: uint64) -> None:
            state.accounts[0].balance -= amount
            state.accounts.append(Account(balance=pay(state, uint64(1), amount)))  # <--
            state.accounts.pop()
        """,
        """
        def f(state: Ledger, amount: uint64) -> None:
            state.accounts[0].balance -= amount
            paid = pay(state, uint64(1), amount)
            state.accounts.append(Account(balance=paid))
            state.accounts.pop()
        """,
        "changes a value in the middle of an expression",
        [7, 5],
    ),
}


def balances_after(code: str) -> list[int]:
    """Run `f` unchecked on a ledger of two accounts with 10 and 5."""
    types, pay = (part.split("```")[0] for part in LEDGER_OF_TWO.split("```python")[1:])
    names: dict[str, Any] = {"Container": Container, "List": List, "uint64": uint64, "SIZE": 16}
    exec(compile(types, "types", "exec", dont_inherit=True), names)  # annotations are values here
    exec(compile(pay + textwrap.dedent(code), "unchecked", "exec"), names)
    account, ledger, move = names["Account"], names["Ledger"], names["f"]
    state = ledger(accounts=[account(balance=10), account(balance=5)])
    move(state, uint64(3))
    return [int(account.balance) for account in state.accounts]


@pytest.mark.parametrize("name", LOSSES)
def test_the_refused_program_loses_the_receivers_money_when_it_is_run(name: str) -> None:
    refused, by_path, problem, left = LOSSES[name]
    assert_refused(LEDGER_OF_TWO + wrap(refused), problem, "")
    assert balances_after(refused) == left
    assert sum(left) != 15  # what the refused program loses, or makes
    assert program(LEDGER_OF_TWO + wrap(by_path))[1] == []
    assert balances_after(by_path) == [7, 8]
