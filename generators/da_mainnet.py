"""Blobs at the sizes of `mainnet`: what is 32 bits in one client and 64 in another, or a power of two too few."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from axivon_spec.vectors.author import Steps, case, step
from generators.blobs import data_of, encode, opened
from generators.primitives import digest

mainnet = partial(case, "da", presets=("mainnet",))


@mainnet("encode_blob")
def of_a_byte_on_mainnet(spec: ModuleType) -> Steps:
    """Sixteen data rows of a chunk each."""
    data = spec.ByteList[spec.MAX_BLOB_BYTES](b"\xff")
    yield step(spec.encode_blob, spec.BlobKind.PACKED, digest(spec, 7), data)


@mainnet("encode_column")
def of_the_most_rows(spec: ModuleType) -> Steps:
    """8,192 elements, of which the last are the largest and zero."""
    values = [pow(7, number, int(spec.FIELD_MODULUS)) for number in range(int(spec.MAX_ROWS) - 2)]
    values += [int(spec.FIELD_MODULUS) - 1, 0]
    yield step(spec.encode_column, spec.List[spec.uint64, spec.MAX_ROWS](values))


@mainnet("compute_checksum_matrix")
def of_the_widest_blob(spec: ModuleType) -> Steps:
    """512 columns."""
    header = spec.BlobHeader(kind=spec.BlobKind.PAGES, size=spec.MAX_BLOB_BYTES, rows_root=digest(spec, 3))
    yield step(spec.compute_checksum_matrix, header)


@mainnet("check_row")
def of_the_width_of_a_page(spec: ModuleType) -> Steps:
    """Data and parity of a small blob of pages."""
    blob = encode(spec, data_of(5_000), spec.BlobKind.PAGES)
    for index in (0, 15, 16, 63):
        yield step(spec.check_row, blob.header, spec.prove_row(blob, spec.uint64(index)))


@mainnet("decode_blob")
def from_parity_on_mainnet(spec: ModuleType) -> Steps:
    """Two chunks a row, from the last quarter of the rows."""
    blob = encode(spec, data_of(900))
    yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, range(48, 64)))


@mainnet("draw_samples")
def of_the_largest_blob(spec: ModuleType) -> Steps:
    """As many as a full sample takes, of 32,768 rows."""
    header = spec.BlobHeader(kind=spec.BlobKind.PACKED, size=spec.MAX_BLOB_BYTES, rows_root=digest(spec, 3))
    count = spec.get_sample_count(header.kind, header.size)
    yield step(spec.draw_samples, header, digest(spec, 4), count)
