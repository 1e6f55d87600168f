"""Seconds that ckzg takes for the cells and proofs of one blob of 128 KiB: `ckzg_cells.py SETUP TIMES`.

Run by the interpreter of an environment that has `ckzg`; SETUP is the trusted setup as text.
"""

import json
import os
import sys
import time

import ckzg

PRECOMPUTE = 8  # the window that its users choose: faster than none
BLOB_ELEMENTS, ELEMENT_BYTES = 4096, 32


def main() -> None:
    setup = ckzg.load_trusted_setup(sys.argv[1], PRECOMPUTE)
    blob = b"".join(b"\x00" + os.urandom(ELEMENT_BYTES - 1) for _ in range(BLOB_ELEMENTS))
    taken = []
    for _ in range(int(sys.argv[2])):
        begun = time.perf_counter()
        ckzg.compute_cells_and_kzg_proofs(blob, setup)
        taken.append(time.perf_counter() - begun)
    print(json.dumps(taken))


main()
