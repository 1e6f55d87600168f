"""Blobs: committing to one of the largest size, checking a seat's rows, recovery, and cost against size."""

from __future__ import annotations

import sys
from functools import cache
from random import Random
from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.kernels import FIELDS, works
from benchmarks import gpu
from benchmarks.measure import ROOT, Figure, Peer, report, seconds
from benchmarks.peers import samples

SETUP = ROOT.parent / "shared" / "peers" / "trusted_setup_4096.txt"
PEER_BYTES = 4096 * 31  # of data, in the blob of 128 KiB that the peer works on
PEER_CELLS, CELL_BYTES = 128, 2048  # all of that blob, half of them parity
TIMES = 5
SEAT_ROWS = 32  # of the largest blob, N / 1,024 seats
SIZES = (1, 1 << 10, 128 << 10, 1 << 20, 8 << 20, 31 << 20)
WANTED = {"numpy": (12, 300, 10), "numba": (120, 50, 2), "cupy": (120, 50, 2)}  # MB/s of blob, ms a seat, s to recover

MEGA = 10**6


def figures() -> list[Figure]:
    """All kernels in turn, on the same blob; and what a GPU does by itself."""
    largest = Random(1).randbytes(31 << 20)
    found: list[Figure] = []
    for name in sorted(filter(works, FIELDS), reverse=True):
        spec = axivon_spec.load("mainnet", kernels=("indexed_list", name))
        found += of_kernels(spec, name, largest)
    return found + gpu.figures()


def of_kernels(spec: ModuleType, name: str, data: bytes) -> list[Figure]:
    speed, seat, recovery = WANTED[name]
    made = committed(spec, data)  # tables and compiled code are there from now on
    rates = tuple(len(data) / MEGA / taken for taken in seconds(lambda: committed(spec, data), TIMES))
    found = [
        Figure(
            f"encode and commit, {name}",
            "one blob of 31 MiB on all cores: pack, code, digests, root, checksum, from bytes to bytes",
            "MB/s",
            rates,
            wanted=f"{speed} or more",
            peer=peer_rate(),
        )
    ]
    header, checksum, rows = made
    seats = opened(spec, rows, Random(2).sample(range(len(rows)), SEAT_ROWS))
    taken = seconds(lambda: spec.check_rows(header, checksum, seats), TIMES)
    cases = f"{SEAT_ROWS} rows of that blob with their branches, and its checksum, by `check_rows`"
    milliseconds = tuple(1000 * t for t in taken)
    verified = peer_check(sum(len(row.row) for row in seats))
    found.append(Figure(f"check a seat, {name}", cases, "ms", milliseconds, f"at most {seat}", verified))

    indices = sorted(Random(3).sample(range(len(rows)), len(rows) // 4))
    known = [rows[index] for index in indices]
    expected = rows[: len(known)]

    def recover() -> None:
        if spec.recover_rows(indices, known) != expected:
            raise ValueError("other rows were recovered")

    cases = "the data rows of that blob from a random quarter of its rows, valid ones"
    found.append(
        Figure(f"recover, {name}", cases, "s", seconds(recover, 3), f"at most {recovery}", peer_recovery(len(data)))
    )
    for size in SIZES:
        part = data[:size]
        taken = seconds(lambda part=part: committed(spec, part), TIMES)  # type: ignore[misc]
        sent = int(spec.compute_dispersal(spec.compute_shape(spec.BlobKind.PACKED, spec.uint64(size))))
        cases = f"{size:,} bytes of data; {sent:,} are dispersed, {sent / size:,.1f} times as many"
        milliseconds = tuple(1000 * t for t in taken)
        found.append(Figure(f"encode and commit, {name}", cases, "ms", milliseconds, peer=peer_blobs(size)))
    return found


def committed(spec: ModuleType, data: bytes) -> tuple[Any, bytes, list[bytes]]:
    """Header, checksum and rows of a packed blob."""
    header = spec.BlobHeader(kind=spec.BlobKind.PACKED, size=len(data))
    rows = spec.extend_rows(spec.pack_rows(spec.compute_shape(header.kind, header.size), data))
    return *spec.commit_rows(header, rows), rows


def opened(spec: ModuleType, rows: list[bytes], indices: list[int]) -> Any:
    from axivon_spec.blobs.folder import branches

    every = branches(spec, [bytes(spec.sha256(row)) for row in rows])
    return spec.List[spec.OpenedRow, spec.MAX_EXTENDED_ROWS](
        [spec.OpenedRow(index=index, row=rows[index], branch=every[index]) for index in indices]
    )


# The peer: cells of KZG commitments, of one blob of 128 KiB on one core, each job measured once a run


@cache
def of_peer(job: str, cells: int) -> float | None:
    """Seconds for `compute`, `verify` or `recover`, the latter two from so many cells; None where there is no peer."""
    if not SETUP.exists():
        print(f"no peer ckzg in this run: there is no {SETUP}", file=sys.stderr)
        return None
    taken = samples("ckzg_cells", "ckzg==2.1.8", str(SETUP), job, str(cells), str(TIMES))
    return None if taken is None else sorted(taken)[len(taken) // 2]


def peer_rate() -> Peer | None:
    taken = of_peer("compute", PEER_CELLS)
    if taken is None:
        return None
    return Peer("ckzg compute_cells_and_kzg_proofs", PEER_BYTES / MEGA / taken, "measured in this run on one core")


def peer_blobs(size: int) -> Peer | None:
    """As many blobs as hold so many bytes of data, in milliseconds."""
    taken, blobs = of_peer("compute", PEER_CELLS), -(-size // PEER_BYTES)
    if taken is None:
        return None
    measured = f"for {blobs} blobs of 128 KiB, from what one took in this run on one core"
    return Peer("ckzg compute_cells_and_kzg_proofs", 1000 * taken * blobs, measured)


def peer_check(size: int) -> Peer | None:
    """As many cells as there are bytes of rows, in milliseconds."""
    cells = size // CELL_BYTES
    taken = of_peer("verify", cells)
    if taken is None:
        return None
    measured = f"for {cells} cells of one blob, as many bytes as the rows have, measured in this run on one core"
    return Peer("ckzg verify_cell_kzg_proof_batch", 1000 * taken, measured)


def peer_recovery(size: int) -> Peer | None:
    """All cells and proofs from half of the cells, for as many bytes of data, in seconds."""
    taken = of_peer("recover", PEER_CELLS // 2)
    if taken is None:
        return None
    measured = (
        f"for {size:,} bytes of data, from what a blob of 128 KiB took in this run on one core, "
        "by half of its cells and with new proofs"
    )
    return Peer("ckzg recover_cells_and_kzg_proofs", taken * size / PEER_BYTES, measured)


if __name__ == "__main__":
    report(figures())
