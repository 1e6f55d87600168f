"""Blobs as they are encoded: columns, roots, data rows, and the proofs of rows."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.blobs import LARGEST, data_of, data_root, encode, limbs, sizes
from generators.primitives import digest

# The code


def column(spec: ModuleType, *values: int) -> Any:
    return spec.List[spec.uint64, spec.MAX_ROWS](list(values))


@case("da", "encode_column")
def of_every_length(spec: ModuleType) -> Steps:
    """A constant, and as many different values as a column has; 0, 1 and p - 1 are among them."""
    length = 1
    while length <= spec.MAX_ROWS:
        yield step(spec.encode_column, column(spec, *[5] * length))
        values = [0, 1, int(spec.FIELD_MODULUS) - 1, *range(2**62, 2**62 + length)][:length]
        yield step(spec.encode_column, column(spec, *values))
        length *= 2


@case("da", "encode_column")
def of_a_unit(spec: ModuleType) -> Steps:
    """1 at one place and 0 elsewhere: what a place contributes to each row of parity."""
    for place in range(4):
        yield step(spec.encode_column, column(spec, *[int(i == place) for i in range(4)]))


@case("da", "encode_column", rejects="da.encode_column.length-no-power-of-two")
def of_nothing(spec: ModuleType) -> Steps:
    """A column without elements."""
    yield step(spec.encode_column, column(spec))


@case("da", "encode_column", rejects="da.encode_column.length-no-power-of-two")
def of_three(spec: ModuleType) -> Steps:
    """A column of three elements."""
    yield step(spec.encode_column, column(spec, 1, 2, 3))


@case("da", "encode_column", rejects="da.encode_column.element-not-below-modulus")
def with_the_modulus(spec: ModuleType) -> Steps:
    """It would be zero once more."""
    yield step(spec.encode_column, column(spec, 1, int(spec.FIELD_MODULUS)))


@case("da", "encode_column", rejects="da.encode_column.element-not-below-modulus")
def with_the_largest_word(spec: ModuleType) -> Steps:
    """2^64 - 1 is 2^32 - 2 modulo p."""
    yield step(spec.encode_column, column(spec, 2**64 - 1, 1))


# Blobs


@case("da", "encode_blob")
def of_every_size_beside_an_edge(spec: ModuleType) -> Steps:
    """Both kinds of every shape, filled exactly and by one byte less or more."""
    for kind in (spec.BlobKind.PACKED, spec.BlobKind.PAGES):
        for size in sizes(spec):
            data = spec.ByteList[spec.MAX_BLOB_BYTES](data_of(size))
            yield step(spec.encode_blob, kind, digest(spec, 7), data)


@case("da", "encode_blob")
def of_zeros_and_of_the_largest_limbs(spec: ModuleType) -> Steps:
    """Every limb is 0, or 2^62 - 1; the size alone tells a blob of zeros from the room behind it."""
    for data in (bytes(100), bytes(101), b"\xff" * 124):
        yield step(spec.encode_blob, spec.BlobKind.PACKED, digest(spec, 7), spec.ByteList[spec.MAX_BLOB_BYTES](data))


@case("da", "encode_blob", rejects="da.compute_shape.empty-blob")
def of_no_bytes(spec: ModuleType) -> Steps:
    """A blob has at least one byte."""
    yield step(spec.encode_blob, spec.BlobKind.PACKED, digest(spec, 7), spec.ByteList[spec.MAX_BLOB_BYTES](b""))


@case("da", "encode_blob", rejects="da.compute_shape.unknown-kind")
def of_an_unknown_kind(spec: ModuleType) -> Steps:
    """There are two kinds."""
    yield step(spec.encode_blob, spec.uint8(2), digest(spec, 7), spec.ByteList[spec.MAX_BLOB_BYTES](b"\x01"))


@case("da", "compute_checksum_matrix")
def of_headers_that_differ(spec: ModuleType) -> Steps:
    """Kind, size and root of the rows decide it; the root of the checksum and the namespace do not."""
    header = encode(spec, data_of(100)).header
    yield step(spec.compute_checksum_matrix, header)
    for field, value in (("kind", 1), ("size", 99), ("rows_root", digest(spec, 1))):
        other = header.copy()
        setattr(other, field, value)
        yield step(spec.compute_checksum_matrix, other)
    other = header.copy()
    other.checksum_root, other.namespace = digest(spec, 1), digest(spec, 2)
    yield step(spec.compute_checksum_matrix, other)


# The root of the data rows


@case("da", "check_data_root")
def of_blobs_of_two_heights(spec: ModuleType) -> Steps:
    """Two steps lead from the root of all rows to that of the data, whatever the height."""
    for size in (1, 1984):
        blob = encode(spec, data_of(size))
        yield step(spec.check_data_root, blob.header, *data_root(spec, blob))


@case("da", "check_data_root", rejects="da.check_data_root.wrong-rows-root")
def of_a_quarter_of_parity(spec: ModuleType) -> Steps:
    """The second quarter, with the branch that it has."""
    blob = encode(spec, data_of(100))
    root, branch = data_root(spec, blob)
    other = spec.Vector[spec.Bytes32, spec.DATA_BRANCH_LENGTH](root, branch[1])
    yield step(spec.check_data_root, blob.header, branch[0], other)


# Data rows


def check_data(spec: ModuleType, size: int, index: int, row: bytes) -> Any:
    header = spec.BlobHeader(size=size)
    return step(spec.check_data_row, header, spec.uint64(index), spec.ByteList[spec.MAX_ROW_BYTES](row))


@case("da", "check_data_row")
def that_are_full_half_full_and_empty(spec: ModuleType) -> Steps:
    """Of 40 bytes the first row has 31 and the second 9: its last byte is the lowest of the second limb."""
    yield check_data(spec, 40, 0, limbs(*[LARGEST] * 4))
    yield check_data(spec, 40, 1, limbs(LARGEST, 2**10 - 1, 0, 0))
    yield check_data(spec, 40, 2, bytes(32))
    yield check_data(spec, 40, 3, bytes(32))


@case("da", "check_data_row", rejects="da.check_data_row.tail-not-zero")
def that_holds_a_bit_behind_the_end(spec: ModuleType) -> Steps:
    """The lowest bit of the byte after the last."""
    yield check_data(spec, 40, 1, limbs(LARGEST, 2**10, 0, 0))


@case("da", "check_data_row", rejects="da.check_data_row.tail-not-zero")
def with_a_bit_in_a_row_behind_the_end(spec: ModuleType) -> Steps:
    """The highest bit of the last row, which no byte of the blob reaches."""
    yield check_data(spec, 40, 3, limbs(0, 0, 0, 2**61))


@case("da", "check_data_row", rejects="da.check_data_row.limb-too-large")
def that_holds_a_limb_of_63_bits(spec: ModuleType) -> Steps:
    """2^62 is an element of the field, and no limb."""
    yield check_data(spec, 124, 3, limbs(1, 2**62, 3, 4))


@case("da", "check_data_row", rejects="da.check_data_row.limb-too-large")
def that_holds_the_highest_bit_in_its_last_element(spec: ModuleType) -> Steps:
    """2^63 is below the modulus, and has no bit of 2^62."""
    yield check_data(spec, 124, 3, limbs(1, 2, 3, 2**63))


@case("da", "check_data_row")
def in_whose_second_chunk_the_data_ends(spec: ModuleType) -> Steps:
    """Rows of three chunks, the last with 45 bytes: 31, and 14 of the next."""
    yield check_data(spec, 3 * 93 + 45, 3, limbs(*[LARGEST] * 4, LARGEST, 2**50 - 1, 0, 0, 0, 0, 0, 0))


@case("da", "check_data_row", rejects="da.check_data_row.tail-not-zero")
def that_holds_a_bit_behind_the_end_in_its_second_chunk(spec: ModuleType) -> Steps:
    """The lowest bit of the byte after the last."""
    yield check_data(spec, 3 * 93 + 45, 3, limbs(*[LARGEST] * 4, LARGEST, 2**50, 0, 0, 0, 0, 0, 0))


@case("da", "check_data_row", rejects="da.check_data_row.tail-not-zero")
def that_holds_a_bit_in_its_last_chunk(spec: ModuleType) -> Steps:
    """The highest bit of the row."""
    yield check_data(spec, 3 * 93 + 45, 3, limbs(*[0] * 11, 2**61))


@case("da", "check_data_row", rejects="da.check_data_row.wrong-row-length")
def that_is_a_chunk_too_short(spec: ModuleType) -> Steps:
    """Two chunks, where a row has three."""
    yield check_data(spec, 3 * 93 + 45, 0, bytes(64))


@case("da", "check_data_row", rejects="da.check_data_row.not-a-data-row")
def with_an_index_of_more_than_32_bits(spec: ModuleType) -> Steps:
    """Its lowest 32 bits are 1."""
    yield check_data(spec, 124, 2**32 + 1, bytes(32))


@case("da", "check_data_row", rejects="da.check_data_row.not-a-data-row")
def that_is_the_first_of_parity(spec: ModuleType) -> Steps:
    """Of parity nothing is known but that it agrees with the checksum."""
    yield check_data(spec, 124, 4, bytes(32))


@case("da", "check_data_row", rejects="da.check_data_row.wrong-row-length")
def that_is_a_chunk_too_long(spec: ModuleType) -> Steps:
    """Two chunks, where a row has one."""
    yield check_data(spec, 124, 0, bytes(64))


@case("da", "check_data_row", rejects="da.check_data_row.wrong-row-length")
def that_is_empty(spec: ModuleType) -> Steps:
    """No chunk, where a row has one."""
    yield check_data(spec, 124, 0, b"")


# Proofs


@case("da", "prove_row")
def of_each_row(spec: ModuleType) -> Steps:
    """Data rows bring a leaf of the checksum, rows of parity all of it."""
    blob = encode(spec, data_of(500))
    for index in range(len(blob.rows)):
        yield step(spec.prove_row, blob, spec.uint64(index))


@case("da", "prove_row", rejects="da.prove_row.index-out-of-range")
def of_the_row_behind_the_last(spec: ModuleType) -> Steps:
    """Rows are counted from 0."""
    blob = encode(spec, data_of(1))
    yield step(spec.prove_row, blob, spec.uint64(len(blob.rows)))


@case("da", "prove_row", rejects="da.prove_row.index-out-of-range")
def of_an_index_of_more_than_32_bits(spec: ModuleType) -> Steps:
    """Its lowest 32 bits are 0."""
    yield step(spec.prove_row, encode(spec, data_of(1)), spec.uint64(2**32))


@case("da", "prove_row", rejects="da.check_parts.wrong-number-of-rows")
def of_a_blob_without_its_last_row(spec: ModuleType) -> Steps:
    """It has no tree."""
    blob = encode(spec, data_of(1))
    blob.rows.pop()
    yield step(spec.prove_row, blob, spec.uint64(0))


@case("da", "prove_row", rejects="da.check_parts.wrong-number-of-rows")
def of_a_blob_with_twice_its_rows(spec: ModuleType) -> Steps:
    """It has a tree, of another height."""
    blob = encode(spec, data_of(1))
    blob.rows = [bytes(row) for row in blob.rows] * 2
    yield step(spec.prove_row, blob, spec.uint64(0))


@case("da", "prove_row", rejects="da.check_parts.wrong-checksum-length")
def of_a_blob_without_a_checksum(spec: ModuleType) -> Steps:
    """A data row has no leaf of it."""
    blob = encode(spec, data_of(1))
    blob.checksum = b""
    yield step(spec.prove_row, blob, spec.uint64(0))


@case("da", "prove_row", rejects="da.check_parts.wrong-checksum-length")
def of_a_blob_with_twice_its_checksum(spec: ModuleType) -> Steps:
    """Of which the first half is right."""
    blob = encode(spec, data_of(1))
    blob.checksum = bytes(blob.checksum) * 2
    yield step(spec.prove_row, blob, spec.uint64(0))
