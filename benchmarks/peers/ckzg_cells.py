"""Seconds that ckzg takes for a job on the cells of one blob of 128 KiB: `ckzg_cells.py SETUP JOB CELLS TIMES`.

JOB is `compute` (all cells and their proofs), `verify` (CELLS of them with their proofs, in one batch) or `recover`
(all cells and proofs from CELLS of them). Run by the interpreter of an environment that has `ckzg`; SETUP is the
trusted setup as text.
"""

import json
import os
import random
import sys
import time

import ckzg

PRECOMPUTE = 8  # the window that its users choose: faster than none
BLOB_ELEMENTS, ELEMENT_BYTES = 4096, 32


def main() -> None:
    setup = ckzg.load_trusted_setup(sys.argv[1], PRECOMPUTE)
    blob = b"".join(b"\x00" + os.urandom(ELEMENT_BYTES - 1) for _ in range(BLOB_ELEMENTS))
    job, count = sys.argv[2], int(sys.argv[3])
    cells, proofs = ckzg.compute_cells_and_kzg_proofs(blob, setup)
    chosen = sorted(random.Random(1).sample(range(len(cells)), count))
    some, their_proofs = [cells[index] for index in chosen], [proofs[index] for index in chosen]
    commitments = [ckzg.blob_to_kzg_commitment(blob, setup)] * count
    taken = []
    for _ in range(int(sys.argv[4])):
        begun = time.perf_counter()
        if job == "compute":
            right = ckzg.compute_cells_and_kzg_proofs(blob, setup) == (cells, proofs)
        elif job == "verify":
            right = ckzg.verify_cell_kzg_proof_batch(commitments, chosen, some, their_proofs, setup)
        else:
            right = ckzg.recover_cells_and_kzg_proofs(chosen, some, setup) == (cells, proofs)
        taken.append(time.perf_counter() - begun)
        if not right:
            raise ValueError(f"a wrong answer to {job}")
    print(json.dumps(taken))


main()
