"""Blobs as they are read again: from some of their rows, with leaves that are wrong, and by samples."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.blobs import LARGEST, code_of, commit, commit_with, data_of, encode, limbs, opened, sizes
from generators.primitives import digest

# Decoding


@case("da", "decode_blob")
def from_any_quarter_of_its_rows(spec: ModuleType) -> Steps:
    """The data alone, each block of parity alone, and some of each; more rows than it takes change nothing."""
    for size, kind in ((1, 0), (500, 0), (500, 1), (1984, 0)):
        blob = encode(spec, data_of(size), spec.uint8(kind))
        count = len(blob.rows)
        quarters = [range(count // 4 * i, count // 4 * (i + 1)) for i in range(4)]
        mixed = sorted(Random(size).sample(range(count), count // 4))
        for indices in (*quarters, mixed, range(0, count, 4), range(1, count, 2)):
            yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "decode_blob")
def with_a_limb_of_63_bits(spec: ModuleType) -> Steps:
    """The code is true, and no data has it: the blob is malformed, whichever rows show it."""
    blob = code_of(spec, 124, limbs(1, 2, 3, 2**62), limbs(1, 2, 3, LARGEST), bytes(32), bytes(32))
    for indices in (range(4), range(4, 8), (0, 5, 10, 15)):
        yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "decode_blob")
def with_the_largest_element(spec: ModuleType) -> Steps:
    """p - 1 is an element, and no limb."""
    largest = int(spec.FIELD_MODULUS) - 1
    blob = code_of(spec, 124, *[limbs(*[largest] * 4)] * 4)
    for indices in (range(4), range(12, 16)):
        yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "decode_blob")
def with_a_bit_behind_the_end(spec: ModuleType) -> Steps:
    """The first bit and the last one that have to be zero; the one before them is the last of the data."""
    for second, third in (((LARGEST, 2**10, 0, 0), 0), ((0, 0, 0, 0), 2**61), ((LARGEST, 2**10 - 1, 0, 0), 0)):
        blob = code_of(spec, 40, limbs(*[LARGEST] * 4), limbs(*second), bytes(32), limbs(0, 0, 0, third))
        for indices in (range(4), range(8, 12)):
            yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "decode_blob")
def with_leaves_that_nobody_can_open(spec: ModuleType) -> Steps:
    """A publisher has committed to other bytes at three places. Nobody can show these; the others say what it means."""
    rows = list(encode(spec, data_of(124)).rows)
    for index in (0, 5, 15):
        rows[index] = b"nothing that is a row"
    blob = commit(spec, 124, spec.extend_rows([bytes(row) for row in encode(spec, data_of(124)).rows][:4]))
    spoilt = commit_with(spec, blob, rows)
    for indices in ((1, 2, 3, 4), (6, 9, 12, 14)):
        yield step(spec.decode_blob, spoilt.header, spoilt.checksum, opened(spec, spoilt, indices))


@case("da", "decode_blob", rejects="da.decode_blob.too-few-rows")
def from_one_row_too_few(spec: ModuleType) -> Steps:
    """Three of the four that it takes."""
    blob = encode(spec, data_of(100))
    yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, (1, 8, 13)))


@case("da", "decode_blob")
def with_the_highest_bit_in_its_last_element(spec: ModuleType) -> Steps:
    """2^63 in the last element of the last data row: an element, and no limb."""
    blob = code_of(spec, 124, *[limbs(1, 2, 3, LARGEST)] * 3, limbs(1, 2, 3, 2**63))
    for indices in (range(4), range(4, 8)):
        yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "decode_blob", rejects="da.check_place.wrong-rows-root", allows=("da.check_rows.wrong-checksum",))
def with_a_wrong_row_that_it_does_not_need(spec: ModuleType) -> Steps:
    """The fifth, where four are enough: whatever is handed in is checked."""
    blob = encode(spec, data_of(100))
    rows = opened(spec, blob, (0, 1, 2, 3, 9))
    rows[4].row = bytes([bytes(rows[4].row)[0] ^ 1]) + bytes(rows[4].row)[1:]
    yield step(spec.decode_blob, blob.header, blob.checksum, rows)


@case("da", "decode_blob", rejects="da.decode_blob.indices-not-ascending")
def with_a_row_twice_that_it_does_not_need(spec: ModuleType) -> Steps:
    """The fifth and the sixth."""
    blob = encode(spec, data_of(100))
    yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, (0, 1, 2, 3, 9, 9)))


@case("da", "decode_blob", rejects="da.decode_blob.indices-not-ascending", allows=("da.decode_blob.too-few-rows",))
def from_one_row_twice(spec: ModuleType) -> Steps:
    """Four rows, of which two are one."""
    blob = encode(spec, data_of(100))
    yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, (1, 8, 8, 13)))


@case("da", "decode_blob", rejects="da.decode_blob.indices-not-ascending", allows=("da.decode_blob.too-few-rows",))
def from_the_first_row_twice(spec: ModuleType) -> Steps:
    """Four rows, of which the first two are one."""
    blob = encode(spec, data_of(100))
    yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, (1, 1, 8, 13)))


@case("da", "decode_blob", rejects="da.decode_blob.indices-not-ascending")
def from_rows_in_another_order(spec: ModuleType) -> Steps:
    """They come in ascending order, so that one answer has one question."""
    blob = encode(spec, data_of(100))
    yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, (1, 13, 8, 14)))


# Leaves that are wrong


def leaves(spec: ModuleType, blob: Any, rows: Sequence[bytes], digests: Sequence[bytes] | None = None) -> Any:
    digests = [spec.sha256(row) for row in blob.rows] if digests is None else digests
    return step(
        spec.list_wrong_leaves,
        blob.header,
        spec.List[spec.ByteList[spec.MAX_ROW_BYTES], spec.MAX_ROWS](list(rows)),
        spec.List[spec.Bytes32, spec.MAX_EXTENDED_ROWS](list(digests)),
    )


WITH_CHECKSUM = ("da.list_wrong_leaves.wrong-checksum-root",)  # other rows have another checksum


@case("da", "list_wrong_leaves", rejects="da.list_wrong_leaves.wrong-checksum-root")
def of_data_rows_of_another_blob(spec: ModuleType) -> Steps:
    """Zeros: every leaf would be called wrong."""
    yield leaves(spec, encode(spec, data_of(124)), [bytes(32)] * 4)


@case("da", "list_wrong_leaves")
def of_a_code_that_is_no_data(spec: ModuleType) -> Steps:
    """A limb of 63 bits: the blob is malformed, and its leaves are right."""
    blob = code_of(spec, 124, limbs(1, 2, 3, 2**62), *[bytes(32)] * 3)
    yield leaves(spec, blob, list(blob.rows)[:4])


@case("da", "list_wrong_leaves")
def of_a_true_code_and_of_one_with_three_wrong_rows(spec: ModuleType) -> Steps:
    """None, and three: a data row, a row of parity, and the last."""
    true = encode(spec, data_of(124))
    yield leaves(spec, true, list(true.rows)[:4])
    rows = list(true.rows)
    for index in (0, 5, 15):
        rows[index] = b"nothing that is a row"
    yield leaves(spec, commit_with(spec, true, rows), list(true.rows)[:4])


@case("da", "list_wrong_leaves", rejects="da.list_wrong_leaves.wrong-number-of-rows", allows=WITH_CHECKSUM)
def of_three_data_rows(spec: ModuleType) -> Steps:
    """One row too few."""
    blob = encode(spec, data_of(124))
    yield leaves(spec, blob, list(blob.rows)[:3])


@case("da", "list_wrong_leaves", rejects="da.list_wrong_leaves.wrong-number-of-rows", allows=WITH_CHECKSUM)
def of_eight_data_rows(spec: ModuleType) -> Steps:
    """Parity among them."""
    blob = encode(spec, data_of(124))
    yield leaves(spec, blob, list(blob.rows)[:8])


@case("da", "list_wrong_leaves", rejects="da.list_wrong_leaves.wrong-row-length", allows=WITH_CHECKSUM)
def of_a_row_that_is_an_element_short(spec: ModuleType) -> Steps:
    """Every row is as wide as the header says."""
    blob = encode(spec, data_of(124))
    yield leaves(spec, blob, [*list(blob.rows)[:3], bytes(blob.rows[3])[:-8]])


@case("da", "list_wrong_leaves", rejects="da.list_wrong_leaves.element-not-below-modulus", allows=WITH_CHECKSUM)
def of_a_row_with_the_modulus(spec: ModuleType) -> Steps:
    """It would be zero once more."""
    blob = encode(spec, data_of(124))
    yield leaves(spec, blob, [*list(blob.rows)[:3], limbs(0, 0, 0, int(spec.FIELD_MODULUS))])


@case("da", "list_wrong_leaves", rejects="da.list_wrong_leaves.wrong-number-of-digests", allows=WITH_CHECKSUM)
def of_the_digests_of_half_a_tree(spec: ModuleType) -> Steps:
    """Eight digests, and a header whose root they have."""
    blob = encode(spec, data_of(124))
    digests = [spec.sha256(row) for row in blob.rows][:8]
    blob.header.rows_root = spec.compute_root_of_leaves(digests, spec.uint64(3))
    yield leaves(spec, blob, list(blob.rows)[:4], digests)


@case("da", "list_wrong_leaves", rejects="da.list_wrong_leaves.wrong-rows-root")
def of_digests_of_which_one_is_another(spec: ModuleType) -> Steps:
    """They are not what the publisher has committed to."""
    blob = encode(spec, data_of(124))
    digests = [spec.sha256(row) for row in blob.rows]
    yield leaves(spec, blob, list(blob.rows)[:4], [*digests[:15], digest(spec, 1)])


# Samples


@case(
    "da",
    "draw_samples",
    rejects="da.draw_samples.more-than-there-are",
    allows=("primitives.compute_shuffled_index.index-out-of-range",),
)
def of_a_count_of_more_than_32_bits(spec: ModuleType) -> Steps:
    """Its lowest 32 bits are 3."""
    header = encode(spec, data_of(500)).header
    yield step(spec.draw_samples, header, digest(spec, 1), spec.uint64(2**32 + 3))


@case("da", "get_sample_count", presets=("minimal", "mainnet"))
def of_every_height(spec: ModuleType) -> Steps:
    """The smaller the blob, the fewer rows it takes; a few of them are nearly all."""
    for size in sizes(spec):
        yield step(spec.get_sample_count, spec.BlobKind.PACKED, spec.uint64(size))


@case("da", "draw_samples")
def of_blobs_and_secrets_that_differ(spec: ModuleType) -> Steps:
    """All different within one draw; another secret, or any other field of the header, draws others."""
    header = encode(spec, data_of(500)).header
    other = header.copy()
    other.namespace = digest(spec, 8)
    for drawn, secret, count in ((header, 1, 20), (header, 2, 20), (other, 1, 20), (header, 1, 0), (header, 1, 32)):
        yield step(spec.draw_samples, drawn, digest(spec, secret), spec.uint64(count))


@case(
    "da",
    "draw_samples",
    rejects="da.draw_samples.more-than-there-are",
    allows=("primitives.compute_shuffled_index.index-out-of-range",),
)
def of_one_row_more_than_there_are(spec: ModuleType) -> Steps:
    """Nobody draws a row twice."""
    header = encode(spec, data_of(500)).header
    yield step(spec.draw_samples, header, digest(spec, 1), spec.uint64(33))
