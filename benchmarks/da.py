"""Blobs: committing to one of the largest size, checking a seat's rows, recovery, and cost against size."""

from __future__ import annotations

import sys
from pathlib import Path
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
            peer=peer(),
        )
    ]
    header, checksum, rows = made
    seats = opened(spec, rows, Random(2).sample(range(len(rows)), SEAT_ROWS))
    taken = seconds(lambda: spec.check_rows(header, checksum, seats), TIMES)
    cases = f"{SEAT_ROWS} rows of that blob with their branches, and its checksum, by `check_rows`"
    found.append(Figure(f"check a seat, {name}", cases, "ms", tuple(1000 * t for t in taken), wanted=f"at most {seat}"))

    indices = sorted(Random(3).sample(range(len(rows)), len(rows) // 4))
    known = [rows[index] for index in indices]
    expected = rows[: len(known)]

    def recover() -> None:
        if spec.recover_rows(indices, known) != expected:
            raise ValueError("other rows were recovered")

    cases = "the data rows of that blob from a random quarter of its rows, valid ones"
    found.append(Figure(f"recover, {name}", cases, "s", seconds(recover, 3), wanted=f"at most {recovery}"))
    for size in SIZES:
        part = data[:size]
        taken = seconds(lambda part=part: committed(spec, part), TIMES)  # type: ignore[misc]
        stored = sum(map(len, committed(spec, part)[2]))
        cases = f"{size:,} bytes: all rows have {stored:,}, {stored / size:,.1f} times as many"
        found.append(Figure(f"encode and commit, {name}", cases, "ms", tuple(1000 * t for t in taken)))
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


_peers: list[Peer | None] = []


def peer() -> Peer | None:
    """Cells and proofs by KZG commitments, of blobs of 128 KiB on one core; measured once a run."""
    if not _peers:
        _peers.append(_measured(SETUP))
    return _peers[0]


def _measured(setup: Path) -> Peer | None:
    if not setup.exists():
        print(f"no peer ckzg in this run: there is no {setup}", file=sys.stderr)
        return None
    taken = samples("ckzg_cells", "ckzg==2.1.8", str(setup), "5")
    if taken is None:
        return None
    rate = PEER_BYTES / MEGA / sorted(taken)[len(taken) // 2]
    return Peer("ckzg compute_cells_and_kzg_proofs", rate, "measured in this run on one core")


if __name__ == "__main__":
    report(figures())
