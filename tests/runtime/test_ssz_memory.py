"""What nodes remember is what would be read: a value that was read, changed and read again is always the same as one
that was decoded just now and remembers nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from axivon_spec.runtime.ssz import Container, List, Vector, decode, serialize, to_value, uint64
from tests.runtime.sample_types import Account, Amount, Ledger, Note, Root, Single


class Nested(Container):
    only: List[Note, 4]  # one field: the node is that of the list


class Book(Container):
    ledger: Ledger
    nested: Nested
    single: Single
    one: Vector[Account, 1]  # one element: the node is that of the account
    numbers: List[uint64, 9]
    roots: List[Root, 5]
    listed: List[Vector[Account, 1], 3]


def note(number: int) -> Note:
    return Note(kind=number % 256, text=bytes([number % 256]) * (number % 3))


def account(number: int) -> Account:
    return Account(owner=bytes([number % 256]) * 20, balance=number, nonce=number + 1)


def append(listed: Any, element: Any) -> None:
    if len(listed) < type(listed)._bound:
        listed.append(element)


CHANGES = (
    lambda b, n: append(b.ledger.accounts, account(n)),
    lambda b, n: b.ledger.accounts.pop() if len(b.ledger.accounts) else None,
    lambda b, n: setattr(b.ledger.accounts[n % len(b.ledger.accounts)], "balance", n) if b.ledger.accounts else None,
    lambda b, n: setattr(b.ledger, "paused", n % 2 == 0),
    lambda b, n: setattr(b.ledger, "root", Root(bytes([n % 256]) * 32)),
    lambda b, n: b.ledger.signers.append(n % 2 == 0),
    lambda b, n: b.ledger.parameters.set(n % 3, n),
    lambda b, n: setattr(b.ledger.pair[n % 2], "kind", n % 256),
    lambda b, n: append(b.nested.only, note(n)),
    lambda b, n: setattr(b.nested.only[0], "text", b"") if len(b.nested.only) else None,
    lambda b, n: setattr(b, "nested", Nested(only=[note(n)])),
    lambda b, n: setattr(b.single, "only", n % 256),
    lambda b, n: setattr(b.one[0], "balance", Amount(n)),
    lambda b, n: b.one.set(0, account(n)),
    lambda b, n: append(b.numbers, n),
    lambda b, n: b.numbers.set(n % len(b.numbers), Amount(n)) if len(b.numbers) else None,
    lambda b, n: b.numbers.pop() if len(b.numbers) else None,
    lambda b, n: append(b.roots, bytes([n % 256]) * 32),
    lambda b, n: append(b.listed, [account(n)]),
    lambda b, n: setattr(b.listed[0][0], "nonce", n) if len(b.listed) else None,
)
steps = st.lists(st.tuples(st.integers(0, len(CHANGES) - 1), st.integers(0, 60_000), st.booleans()), max_size=40)


def read(book: Book) -> Any:
    """Every part by iteration and by index, with the types of what is small; so all is remembered."""
    numbers = [(type(number), number) for number in book.numbers]
    assert numbers == [(type(book.numbers[i]), book.numbers[i]) for i in range(len(book.numbers))]
    accounts = [(type(a.balance), a.balance, a.nonce) for a in book.ledger.accounts]
    roots = [(type(root), root) for root in book.roots]
    inner = [[(a.balance, a.nonce) for a in one] for one in [book.one, *book.listed]]
    notes = [(n.kind, n.text) for n in [*book.nested.only, *book.ledger.pair, *book.ledger.notes]]
    return numbers, accounts, roots, inner, notes, list(book.ledger.parameters), to_value(book)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_reading_after_any_changes_is_reading_anew(made: list[tuple[int, int, bool]]) -> None:
    """Also for snapshots: a copy that was taken in between, and read before and after, stays what it was."""
    book = Book()
    kept: list[tuple[Book, Any]] = []
    for which, number, reads in made:
        CHANGES[which](book, number)
        if reads:
            kept.append((book.copy(), read(book)))
            assert kept[-1][1] == read(decode(Book, serialize(book)))
    for copy, was in kept:
        assert read(copy) == was


def test_a_part_that_was_read_is_a_snapshot() -> None:
    """A change of the whole does not reach what was read before it, whether or not that is remembered."""
    book = Book(ledger=Ledger(accounts=[account(1)]))
    ledger, first = book.ledger, book.ledger.accounts[0]
    assert (first.balance, len(ledger.accounts)) == (1, 1)
    book.ledger.accounts[0].balance = 5
    book.ledger.accounts.append(account(2))
    assert (first.balance, len(ledger.accounts), ledger.accounts[0].balance) == (1, 1, 1)
    assert [a.balance for a in book.ledger.accounts] == [5, 2]


def test_a_part_by_its_place_is_the_part_by_its_name() -> None:
    """A change of it goes on to the whole, as with every other way to get at it."""
    book = Book(ledger=Ledger(accounts=[account(1)]))
    book.get(0).accounts[0].balance = 7
    assert book.ledger.accounts[0].balance == 7
    assert book.get(4) == book.numbers
