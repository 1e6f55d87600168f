"""Seconds of each empty block of consensus-specs, phase0 minimal: `consensus_specs.py VALIDATORS BLOCKS`.

Run by the interpreter of an environment that has `eth-consensus-specs[test]`. Signatures are verified and state roots
compared; state and blocks are decoded, so nothing is known from making them.
"""

import json
import sys
import time

from eth_consensus_specs.phase0 import minimal as spec
from eth_consensus_specs.test.helpers.block import build_empty_block_for_next_slot
from eth_consensus_specs.test.helpers.genesis import create_genesis_state
from eth_consensus_specs.test.helpers.state import state_transition_and_sign_block
from eth_consensus_specs.utils import bls


def main() -> None:
    validators, count = map(int, sys.argv[1:])
    bls.bls_active = True
    state = create_genesis_state(spec, [spec.MAX_EFFECTIVE_BALANCE] * validators, spec.MAX_EFFECTIVE_BALANCE)
    start, blocks = state.encode_bytes(), []
    for _ in range(count):
        made = state_transition_and_sign_block(spec, state, build_empty_block_for_next_slot(spec, state))
        blocks.append(spec.SignedBeaconBlock.decode_bytes(made.encode_bytes()))
    state, taken = spec.BeaconState.decode_bytes(start), []
    for block in blocks:
        begun = time.perf_counter()
        spec.state_transition(state, block, validate_result=True)
        taken.append(time.perf_counter() - begun)
    print(json.dumps(taken))


main()
