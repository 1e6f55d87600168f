"""Blobs on a GPU: the largest one packed, coded, hashed and committed to, with and without the copies to it and back.

`python -m benchmarks.gpu` first compares what the GPU computes with the kernels in NumPy, and writes the figures to
`benchmarks/results/` too. It needs NumPy and CuPy alone.
"""

from __future__ import annotations

import importlib
import json
import platform
import re
import sys
from collections.abc import Callable, Iterator
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
    """Room for one blob on the GPU, and a stream for its work."""

    def __init__(self, device: Device, data: bytes) -> None:
        self.device, arrays = device, device.arrays
        self.stream = arrays.cuda.Stream(non_blocking=True)
        self.content = np.frombuffer(data, dtype=np.uint64)
        self.data: Array = arrays.asarray(self.content)
        self.rows: Array = arrays.empty((4 * ROWS, 4 * ROW_CHUNKS), dtype=np.uint64)
        self.commitment: Commitment
        arrays.cuda.Device().synchronize()

    def pin(self) -> None:
        """Make room for it on the host too, in memory that the GPU can reach."""
        pinned = importlib.import_module("cupyx").empty_pinned
        self.given, self.taken = pinned(SIZE // 8, np.uint64), pinned(self.rows.shape, np.uint64)
        self.given[:], self.taken[:] = self.content, 0

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
    return list(measured())


def measured() -> Iterator[Figure]:
    """Each as it is there, what is most likely to fail last."""
    if not works("cupy"):
        print(f"no figures of a GPU in this run: {cuda.missing()}", file=sys.stderr)
        return
    device = Device(cuda.Cuda(cuda.source()))
    arrays = device.arrays
    blobs = [Blob(device, Random(i).randbytes(SIZE)) for i in range(IN_FLIGHT)]

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

    compare(blobs[:1])  # makes the tables that all need
    compare(blobs)
    memory = bandwidth(arrays, finished)
    several = f"{CASES}, {IN_FLIGHT} at once"
    alone = rates(blobs[:1], Blob.start)
    yield Figure("encode and commit on a GPU", f"{CASES}, on the GPU from its data on", "GB/s", alone, "20 or more")
    together = rates(blobs, Blob.start)
    yield Figure("encode and commit on a GPU", f"{several}, on the GPU from the data on", "GB/s", together)
    shares = tuple(100 * (SIZE + STORED) / SIZE * rate / memory for rate in together)
    bound = f"of what reading the blob once and writing all rows once would reach, at {memory:,.0f} GB/s for a copy"
    yield Figure("share of the memory's bound", f"{several}: {bound}", "%", shares)
    yield from parts(blobs[0], finished)

    for blob in blobs:
        blob.pin()
    alone, together = rates(blobs[:1], Blob.start_with_copies), rates(blobs, Blob.start_with_copies)
    if not all((device.launcher.download(blob.rows) == blob.taken).all() for blob in blobs):
        raise ValueError("other rows come back than are on the GPU")
    compare(blobs)
    name, copies = "encode and commit on a GPU with copies", "from the bytes on the host to all rows there"
    yield Figure(name, f"{CASES}, {copies}", "GB/s", alone)
    yield Figure(name, f"{several}, {copies}", "GB/s", together, "3 or more")


def parts(blob: Blob, finished: Callable[..., Callable[[], None]]) -> list[Figure]:
    """How long each part takes by itself, with the launch and the end of it."""
    device, rows = blob.device, blob.rows
    digests = device.digests(rows)
    matrix = device.arrays.asarray(np.ones((4 * ROW_CHUNKS, 2), dtype=np.uint64))
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


def compare(blobs: list[Blob]) -> None:
    """All rows, the root and the checksum of blobs that are worked on at once, against NumPy's; a figure of wrong ones
    would mean nothing."""
    for blob in blobs:
        blob.start()
    for blob in blobs:
        blob.stream.synchronize()
        download = blob.device.launcher.download
        packed = matrices.pack(blob.content.tobytes(), ROWS, ROW_CHUNKS)
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


def versions() -> dict[str, object]:
    """What the figures depend on."""
    arrays = importlib.import_module("cupy")
    runtime = arrays.cuda.runtime
    return {
        "gpu": runtime.getDeviceProperties(0)["name"].decode(),
        "driver": runtime.driverGetVersion(),
        "cuda": runtime.runtimeGetVersion(),
        "nvrtc": list(arrays.cuda.nvrtc.getVersion()),
        "cupy": arrays.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def main() -> None:
    told: list[dict[str, object]] = []
    for figure in measured():
        report([figure])
        told.append({**asdict(figure), "p50": figure.percentile(50)})
        found = versions()
        path = RESULTS / f"gpu-{re.sub('[^a-z0-9]+', '-', str(found['gpu']).lower())}.json"
        RESULTS.mkdir(exist_ok=True)
        path.write_text(json.dumps({**found, "figures": told}, indent=1) + "\n")  # all that there are, should more fail
    if not told:
        sys.exit(2)
    print(f"written to {path}")


if __name__ == "__main__":
    main()
