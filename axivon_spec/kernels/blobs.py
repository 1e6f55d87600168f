"""Substitutes for the functions of `specs/da.md` that work on whole blobs, over one implementation of that work.

Rows come and go as the spec has them, a byte string each; in between they are matrices (`kernels/matrices.py`). On what
the spec gives them they are equal to the Markdown: as many rows as a shape has, of one width, of elements where they
are computed with, and of limbs where they are unpacked. Nothing heavy is imported before the first call.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from axivon_spec.runtime.ssz import Bytes32, boolean, uint64

FIELDS = {"numpy": "field_numpy", "numba": "field_numba"}  # by the name of the kernels; `cupy` is no field alone


@lru_cache(maxsize=len(FIELDS) + 1)
def _loaded(name: str) -> tuple[Any, Any]:
    """The matrices, and what the kernels with this name do with them."""
    matrices = importlib.import_module("axivon_spec.kernels.matrices")
    if name == "cupy":
        return matrices, importlib.import_module("axivon_spec.kernels.cuda").work()
    return matrices, matrices.over(importlib.import_module(f"axivon_spec.kernels.{FIELDS[name]}"))


def over(name: str) -> dict[str, Callable[..., Any]]:
    """The substitutes by the kernels with this name, by `layer.function`."""

    def is_canonical(stored: bytes) -> boolean:
        matrices, _ = _loaded(name)
        return boolean(matrices.are_below(stored, matrices.MODULUS))

    def has_limbs_alone(row: bytes) -> boolean:
        matrices, _ = _loaded(name)
        return boolean(matrices.are_below(row, matrices.LIMB_BOUND))

    def pack_rows(shape: BlobShape, data: bytes) -> Sequence[bytes]:  # type: ignore[name-defined] # noqa: F821
        matrices, work = _loaded(name)
        return matrices.stored(work.pack(data, int(shape.rows), int(shape.row_chunks)))  # type: ignore[no-any-return]

    def unpack_rows(rows: Sequence[bytes]) -> bytes:
        matrices, work = _loaded(name)
        return work.unpack(matrices.read(rows))  # type: ignore[no-any-return]

    def extend_rows(rows: Sequence[bytes]) -> Sequence[bytes]:
        matrices, work = _loaded(name)
        parity = work.parity(matrices.read(rows))  # in a line of its own: what was read is no longer held
        return [*rows, *matrices.stored(parity)]

    def compute_rows_root(rows: Sequence[bytes]) -> Bytes32:
        _, work = _loaded(name)
        return Bytes32(work.root(rows))

    def compute_checksums(matrix: Sequence[uint64], rows: Sequence[bytes]) -> Sequence[bytes]:
        if not rows:
            return []
        matrices, work = _loaded(name)
        factors = matrices.read([b"".join(int(word).to_bytes(8, "little") for word in matrix)])
        return matrices.stored(work.checksums(factors.reshape(-1, 2), matrices.read(rows)))  # type: ignore[no-any-return]

    def recover_rows(indices: Sequence[uint64], rows: Sequence[bytes]) -> Sequence[bytes]:
        matrices, work = _loaded(name)
        return matrices.stored(work.recover([int(index) for index in indices], matrices.read(rows)))  # type: ignore[no-any-return]

    substitutes = (
        is_canonical,
        has_limbs_alone,
        pack_rows,
        unpack_rows,
        extend_rows,
        compute_rows_root,
        compute_checksums,
        recover_rows,
    )
    return {f"da.{function.__name__}": function for function in substitutes}
