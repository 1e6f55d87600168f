"""What the token's cases start from is what the spec's own functions would have made."""

from __future__ import annotations

import axivon_spec
from generators.scene import ALICE, BOB, genesis
from generators.states import linked

MINIMAL = axivon_spec.load("minimal", kernels=())


def test_links_made_at_once_are_those_made_one_after_the_other() -> None:
    state = genesis(MINIMAL, {ALICE: 1, BOB: 1})
    keys = [MINIMAL.sha256(number.to_bytes(8, "little")) for number in range(40)]
    at_once = linked(MINIMAL, state.token.account_links, keys)
    for key in keys:
        MINIMAL.insert_link(state.token.account_links, key)
    assert at_once == state.token.account_links
