"""Blobs on a GPU: the largest one packed, coded, hashed and committed to, with and without the copies to it and back.

`python -m benchmarks.gpu` first compares what the GPU computes with the kernels in NumPy, and writes the figures to
`benchmarks/results/` too. It needs NumPy and CuPy alone.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from axivon_spec.kernels import cuda, field_numpy, matrices, works
from axivon_spec.kernels.device import Array, Commitment, Device
from benchmarks.measure import Figure, report, seconds

RESULTS = Path(__file__).parent / "results"
ROWS, ROW_CHUNKS, KIND = 8192, 128, 1  # the largest blob, of pages
SIZE = ROWS * ROW_CHUNKS * 31  # bytes
STORED = 4 * ROWS * ROW_CHUNKS * 32  # bytes of all its rows
IN_FLIGHT = 4  # blobs, a stream each
TIMES = 30
COPIED = 1 << 30  # bytes, to measure what the memory does
GIGA = 10**9
CASES = "the largest blob, 31 MiB: pack, code, digests, root, checksum"


class Blob:
    """Room for one blob on the GPU and, in memory that the GPU can reach, on the host; and a stream for its work."""

    def __init__(self, device: Device, data: bytes) -> None:
        self.device, arrays = device, device.arrays
        pinned = importlib.import_module("cupyx").empty_pinned
        self.stream = arrays.cuda.Stream(non_blocking=True)
        self.given, self.taken = pinned(SIZE // 8, np.uint64), pinned((4 * ROWS, 4 * ROW_CHUNKS), np.uint64)
        self.given[:] = np.frombuffer(data, dtype=np.uint64)
        self.data: Array = arrays.asarray(self.given)
        self.rows: Array = arrays.empty(self.taken.shape, dtype=np.uint64)
        self.commitment: Commitment
        arrays.cuda.Device().synchronize()

    def start(self) -> None:
        """Begin all of the work on what is on the GPU."""
        with self.stream:
            self.commitment = self.device.encode(KIND, SIZE, self.data, self.rows)

    def start_with_copies(self) -> None:
        """Begin it from the bytes on the host, and bring all rows back."""
        self.data.set(self.given, stream=self.stream)
        self.start()
        self.rows.get(stream=self.stream, out=self.taken, blocking=False)


def figures() -> list[Figure]:
    """None where there is no GPU."""
    if not works("cupy"):
        print("no figures of a GPU in this run: there is no CuPy here, or no GPU", file=sys.stderr)
        return []
    device = Device(cuda.Cuda(cuda.source()))
    arrays = device.arrays
    data = Random(1).randbytes(SIZE)
    blobs = [Blob(device, data) for _ in range(IN_FLIGHT)]
    compare(blobs[0], data)

    def finished(works: list[Callable[[], None]]) -> Callable[[], None]:
        """All of them begun, and then waited for."""

        def job() -> None:
            for work in works:
                work()
            arrays.cuda.Device().synchronize()

        for _ in range(3):
            job()
        return job

    def rates(blobs: list[Blob], start: Callable[[Blob], None]) -> tuple[float, ...]:
        """GB/s of blob."""
        job = finished([lambda blob=blob: start(blob) for blob in blobs])  # type: ignore[misc]
        return tuple(len(blobs) * SIZE / GIGA / taken for taken in seconds(job, TIMES))

    memory = bandwidth(arrays, finished)
    alone = rates(blobs[:1], Blob.start)
    together = rates(blobs, Blob.start)
    shares = tuple(100 * (SIZE + STORED) / SIZE * rate / memory for rate in together)
    bound = f"of what reading the blob once and writing all rows once would reach, at {memory:,.0f} GB/s for a copy"
    several = f"{CASES}, {IN_FLIGHT} at once"
    return [
        Figure("encode and commit on a GPU", f"{CASES}, on the GPU from its data on", "GB/s", alone, "20 or more"),
        Figure("encode and commit on a GPU", f"{several}, on the GPU from the data on", "GB/s", together),
        Figure("share of the memory's bound", f"{several}: {bound}", "%", shares),
        Figure(
            "encode and commit on a GPU with copies",
            f"{CASES}, from the bytes on the host to all rows there",
            "GB/s",
            rates(blobs[:1], Blob.start_with_copies),
        ),
        Figure(
            "encode and commit on a GPU with copies",
            f"{several}, from the bytes on the host to all rows there",
            "GB/s",
            rates(blobs, Blob.start_with_copies),
            "3 or more",
        ),
        *parts(blobs[0], finished),
    ]


def parts(blob: Blob, finished: Callable[..., Callable[[], None]]) -> list[Figure]:
    """How long each part takes by itself, with the launch and the end of it."""
    device, rows = blob.device, blob.rows
    digests = device.digests(rows)
    matrix = device.arrays.ones((4 * ROW_CHUNKS, 2), dtype=np.uint64)
    each: dict[str, Callable[[], Any]] = {
        "pack": lambda: device.pack_into(rows[:ROWS], blob.data, SIZE),
        "code": lambda: device.extend(rows),
        "digests": lambda: device.digests(rows),
        "root of the digests": lambda: device.tree(digests),
        "checksum": lambda: device.products(matrix, rows[:ROWS]),
    }
    return [
        Figure(f"{name} on a GPU", "of that blob", "ms", tuple(1000 * t for t in seconds(finished([work]), TIMES)))
        for name, work in each.items()
    ]


def bandwidth(arrays: Any, finished: Callable[..., Callable[[], None]]) -> float:
    """GB/s that a copy on the GPU reads and writes."""
    source, target = (arrays.zeros(COPIED // 8, dtype=np.uint64) for _ in range(2))
    taken = sorted(seconds(finished([lambda: arrays.copyto(target, source)]), TIMES))
    return 2 * COPIED / GIGA / taken[len(taken) // 2]


def compare(blob: Blob, data: bytes) -> None:
    """All rows, the root and the checksum, against NumPy's; a figure of wrong ones would mean nothing."""
    blob.start()
    blob.stream.synchronize()
    download = blob.device.launcher.download
    packed = matrices.pack(data, ROWS, ROW_CHUNKS)
    field: Any = field_numpy
    rows = np.concatenate([packed, matrices.parity(field, packed)])
    matrix = blob.device.arrays.empty((4 * ROW_CHUNKS, 2), dtype=np.uint64)
    root = blob.commitment.rows_root
    blob.device.launcher.launch("matrix", len(matrix), KIND, np.uint64(SIZE), root, matrix)
    if not (
        (download(blob.rows) == rows).all()
        and download(root).tobytes() == matrices.root(matrices.stored(rows))
        and (download(blob.commitment.checksum) == matrices.checksums(field, download(matrix), packed)).all()
    ):
        raise ValueError("the GPU computes something else")


def main() -> None:
    found = figures()
    report(found)
    if not found:
        sys.exit(2)
    arrays = importlib.import_module("cupy")
    gpu = arrays.cuda.runtime.getDeviceProperties(0)["name"].decode()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"gpu-{re.sub('[^a-z0-9]+', '-', gpu.lower())}.json"
    told = [{**asdict(figure), "p50": figure.percentile(50)} for figure in found]
    path.write_text(json.dumps({"gpu": gpu, "cupy": arrays.__version__, "figures": told}, indent=1) + "\n")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
