"""States of the token that cases begin with, beyond `scene.genesis`: what the spec's own functions would have made."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from generators.scene import ALICE, BOB, DAVE, genesis


def removed(spec: ModuleType, balance: int) -> Any:
    """Alice has allowed Bob something, has removed it, and owns so much."""
    state = approved(spec, 10)
    spec.process_approve(state, ALICE.address, spec.Approve(spender=BOB.address, amount=0))
    surplus = int(spec.balance_of(state, ALICE.address)) - balance
    spec.process_transfer(state, ALICE.address, spec.Transfer(recipient=BOB.address, amount=surplus))
    return quiet(state)


def approved(spec: ModuleType, amount: int, balances: Any = None) -> Any:
    """Alice has allowed Bob this amount."""
    state = genesis(spec, balances)
    spec.process_approve(state, ALICE.address, spec.Approve(spender=BOB.address, amount=amount))
    return quiet(state)


def quiet(state: Any) -> Any:
    """The state without the events of what came before."""
    state.chain.events = type(state.chain.events)()
    return state


def from_alice(spec: ModuleType, amount: int) -> Any:
    return spec.TransferFrom(owner=ALICE.address, recipient=BOB.address, amount=amount)


def paused(state: Any) -> Any:
    state.token.paused = True
    return state


def vesting(spec: ModuleType, epoch: int) -> Any:
    """Two schedules, number 1 one of the team for Dave, so many epochs after genesis."""
    category = spec.AllocationCategory
    state = genesis(spec, vesting=[(category.BACKERS, BOB, 77_777), (category.TEAM, DAVE, 1_000_003)])
    for _ in range(epoch):
        spec.process_emission(state)
    return state


@dataclass(frozen=True)
class Address:
    """Who acts without a key, at a handler."""

    address: Any


BURNED: Any = Address(bytes.fromhex("000000000000000000000000000000000000dead"))


_crowded: dict[tuple[Any, str, Any], Any] = {}


def crowded(spec: ModuleType, state: Any, collection: str) -> Any:
    """The state with its list of accounts or allowances full."""
    key = (spec.State, collection, spec.hash_tree_root(state))
    if key not in _crowded:
        fill(spec, state, collection)
        _crowded[key] = state
    return _crowded[key].copy()


def fill(spec: ModuleType, state: Any, collection: str) -> None:
    token = state.token
    if collection == "account":
        digests = [spec.sha256(n.to_bytes(8, "little")) for n in range(int(spec.MAX_ENTRIES) - len(token.accounts))]
        keys = [spec.hash_tree_root(spec.Address(digest[:20])) for digest in digests]
        token.account_links = linked(spec, token.account_links, keys)
        token.accounts = type(token.accounts)(*token.accounts, *[spec.Account()] * len(keys))
    else:
        # Removed entries keep their place: full, and nobody is owed a deposit
        keys = [spec.sha256(n.to_bytes(8, "little")) for n in range(int(spec.MAX_ENTRIES) - len(token.allowances))]
        token.allowance_links = linked(spec, token.allowance_links, keys)
        token.allowances = type(token.allowances)(*token.allowances, *[spec.Allowance()] * len(keys))


def linked(spec: ModuleType, links: Any, new: list[Any]) -> Any:
    """What inserting these keys one after the other gives, without a search for each."""
    keys = [*(link.key for link in links), *new]
    order = sorted(range(len(keys)), key=lambda index: bytes(keys[index]))  # the sentinel, whose key is zero, is first
    following = dict(zip(order, [*order[1:], order[0]], strict=True))
    return type(links)(*(spec.Link(key=key, next=following[index]) for index, key in enumerate(keys)))


def noisy(spec: ModuleType, state: Any, room: int) -> Any:
    """The block has reported all but `room` of its events."""
    transfer = spec.TransferEvent(sender=ALICE.address, recipient=BOB.address, amount=1)
    for _ in range(int(spec.MAX_EVENTS) - room):
        state.chain.events.append(spec.Event(kind=spec.EVENT_TRANSFER, data=spec.serialize(transfer)))
    return state
