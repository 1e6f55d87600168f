"""Blobs: their shapes, how they are encoded and decoded, and which rows of them are sampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, register, step
from generators.batches import item_domain
from generators.primitives import digest


def data_of(size: int, seed: int = 0) -> bytes:
    """Bytes that look random, none of them zero: what is missing shows."""
    random = Random(seed)
    return bytes(random.randint(1, 255) for _ in range(size))


def encode(spec: ModuleType, data: bytes, kind: Any = None) -> Any:
    kind = spec.BlobKind.PACKED if kind is None else kind
    return spec.encode_blob(kind, digest(spec, 7), spec.ByteList[spec.MAX_BLOB_BYTES](data))


def commit(spec: ModuleType, size: int, rows: Sequence[bytes], kind: int = 0, seed: int | None = None) -> Any:
    """A blob of any rows, be they a code or not. Its checksum is that of its data rows, by its own matrix or, with a
    `seed`, by that of another blob."""
    rows = list(rows)
    header = spec.BlobHeader(kind=kind, size=size, namespace=digest(spec, 7), rows_root=spec.compute_rows_root(rows))
    drawn = header.copy()
    if seed is not None:
        drawn.rows_root = digest(spec, seed)
    if not (0 < size <= spec.MAX_BLOB_BYTES and kind <= spec.BlobKind.PAGES):
        drawn.kind, drawn.size = 0, spec.MAX_BLOB_BYTES  # a header that is refused has no matrix: any will do
    matrix = spec.compute_checksum_matrix(drawn)
    checksum = b"".join(spec.compute_row_checksum(matrix, row) for row in rows[: len(rows) // int(spec.EXPANSION)])
    header.checksum_root = spec.compute_checksum_root(checksum)
    return spec.EncodedBlob(header=header, checksum=checksum, rows=rows)


def opened(spec: ModuleType, blob: Any, indices: Sequence[int]) -> Any:
    """Rows of a blob with their branches."""
    rows = [bytes(row) for row in blob.rows]
    return spec.List[spec.OpenedRow, spec.MAX_EXTENDED_ROWS](
        [spec.open_row(rows, spec.uint64(index)) for index in indices]
    )


def proven(spec: ModuleType, blob: Any, index: int) -> Any:
    """The proof of a row of any blob, also of one that `prove_row` refuses."""
    [row] = opened(spec, blob, [index])
    return spec.prove_opened_row(row, spec.uint64(len(blob.rows) // 4), blob.checksum)


# Shapes


def sizes(spec: ModuleType) -> list[int]:
    """Sizes at which a shape changes, and those beside them: full chunks, full rows, and full blobs of each height."""
    chunk = int(spec.DATA_CHUNK_BYTES)
    edges = {1, chunk, int(spec.MAX_BLOB_BYTES)}
    rows = int(spec.MIN_ROWS)
    while rows <= spec.MAX_ROWS:
        edges |= {rows * chunk, rows * chunk * int(spec.MAX_ROW_CHUNKS)}
        rows *= 2
    near = {edge + step for edge in edges for step in (-1, 0, 1)}
    return sorted(size for size in near if 0 < size <= spec.MAX_BLOB_BYTES)


@case("da", "compute_shape", presets=("minimal", "mainnet"))
def of_every_size_at_which_it_changes(spec: ModuleType) -> Steps:
    """Sizes that fill a chunk in each row, or all rows, exactly, and by one byte less or more."""
    for kind in (spec.BlobKind.PACKED, spec.BlobKind.PAGES):
        for size in sizes(spec):
            yield step(spec.compute_shape, kind, spec.uint64(size))


# Headers that no blob can have, at every entry point that reads one. What comes with them is as if they were none.

ALLOWED = (  # a blob that is too large has more rows than there is room for
    "da.check_checksum.wrong-checksum-length",
    "da.check_place.wrong-branch-length",
    "da.list_wrong_leaves.wrong-number-of-rows",
    "da.list_wrong_leaves.wrong-checksum-root",
    "da.prove_row.wrong-number-of-rows",
    "da.decode_blob.too-few-rows",
    "da.check_item.no-such-item",  # zeros are no batch
    "da.read_part.row-missing",
)


def _zeros(spec: ModuleType, kind: int, size: int) -> list[bytes]:
    """All rows of a blob of zeros; of one that cannot be, as wide as the size says."""
    if 0 < size <= spec.MAX_BLOB_BYTES:
        shape = spec.compute_shape(int(kind == 1), spec.uint64(size))
        return [bytes(32 * int(shape.row_chunks))] * int(4 * shape.rows)
    return [bytes(96 if size else 0)] * 16


def _shaped(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.compute_shape, kind, spec.uint64(size))


def _matrix(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.compute_checksum_matrix, spec.BlobHeader(kind=kind, size=size))


def _counted(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.get_sample_count, kind, spec.uint64(size))


def _sampled(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.draw_samples, spec.BlobHeader(kind=kind, size=size), digest(spec, 1), spec.uint64(3))


def _data_row(spec: ModuleType, kind: int, size: int) -> Any:
    row = spec.ByteList[spec.MAX_ROW_BYTES](_zeros(spec, kind, size)[1])
    return step(spec.check_data_row, spec.BlobHeader(kind=kind, size=size), spec.uint64(1), row)


def _leaves(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    rows = spec.List[spec.ByteList[spec.MAX_ROW_BYTES], spec.MAX_ROWS](list(blob.rows)[: len(blob.rows) // 4])
    digests = spec.List[spec.Bytes32, spec.MAX_EXTENDED_ROWS]([spec.sha256(row) for row in blob.rows])
    return step(spec.list_wrong_leaves, blob.header, rows, digests)


def _row(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.check_row, blob.header, proven(spec, blob, 1))


def _rows(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.check_rows, blob.header, blob.checksum, opened(spec, blob, range(len(blob.rows) // 4)))


def _decoded(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, range(len(blob.rows) // 4)))


def _item(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    proof = spec.ItemProof(rows=spec.List[spec.RowProof, spec.MAX_ITEM_ROWS]([proven(spec, blob, 0)]))
    return step(spec.check_item, blob.header, proof, item_domain(spec))


def _proven(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.prove_row, commit(spec, size, _zeros(spec, kind, size), kind), spec.uint64(0))


def _rooted(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.check_data_root, blob.header, *data_root(spec, blob))


READERS: dict[str, Callable[[ModuleType, int, int], Any]] = {
    "compute_shape": _shaped,
    "compute_checksum_matrix": _matrix,
    "get_sample_count": _counted,
    "draw_samples": _sampled,
    "check_data_row": _data_row,
    "list_wrong_leaves": _leaves,
    "check_row": _row,
    "check_rows": _rows,
    "decode_blob": _decoded,
    "check_item": _item,
    "prove_row": _proven,
    "check_data_root": _rooted,
}


def _register_headers() -> None:
    for name, read in READERS.items():

        def of_an_unknown_kind(spec: ModuleType, read: Any = read) -> Steps:
            """There are two kinds."""
            yield read(spec, 2, 31)

        def of_the_last_kind(spec: ModuleType, read: Any = read) -> Steps:
            """The kind with every bit set."""
            yield read(spec, 255, 31)

        def of_a_size_of_more_than_32_bits(spec: ModuleType, read: Any = read) -> Steps:
            """Its lowest 32 bits are 31."""
            yield read(spec, 0, 2**32 + 31)

        def of_nothing(spec: ModuleType, read: Any = read) -> Steps:
            """A blob has at least one byte."""
            yield read(spec, 0, 0)

        def of_one_byte_too_many(spec: ModuleType, read: Any = read) -> Steps:
            """One more than the largest blob."""
            yield read(spec, 0, int(spec.MAX_BLOB_BYTES) + 1)

        def of_the_smallest_and_the_largest(spec: ModuleType, read: Any = read) -> Steps:
            """One byte of zeros, and as many as there may be, in pages."""
            yield read(spec, 1, 1)
            yield read(spec, 1, int(spec.MAX_BLOB_BYTES))

        if read is not _item:
            register(f"da/{name}/of_the_smallest_and_the_largest", of_the_smallest_and_the_largest)
        for function, reason in (
            (of_an_unknown_kind, "unknown-kind"),
            (of_the_last_kind, "unknown-kind"),
            (of_a_size_of_more_than_32_bits, "blob-too-large"),
            (of_nothing, "empty-blob"),
            (of_one_byte_too_many, "blob-too-large"),
        ):
            register(f"da/{name}/{function.__name__}", function, f"da.compute_shape.{reason}", allows=ALLOWED)


_register_headers()


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


def data_root(spec: ModuleType, blob: Any) -> tuple[Any, Any]:
    """The root of the data rows, and its branch."""
    digests = [spec.sha256(row) for row in blob.rows]
    rows = len(digests) // 4
    depth = spec.compute_depth(spec.uint64(rows))
    parts = [spec.compute_root_of_leaves(digests[rows * i : rows * (i + 1)], depth) for i in range(4)]
    branch = spec.Vector[spec.Bytes32, spec.DATA_BRANCH_LENGTH](parts[1], spec.sha256(parts[2] + parts[3]))
    return parts[0], branch


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


def limbs(*values: int) -> bytes:
    return b"".join(value.to_bytes(8, "little") for value in values)


LARGEST = 2**62 - 1


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


@case("da", "prove_row", rejects="da.prove_row.wrong-number-of-rows")
def of_a_blob_without_its_last_row(spec: ModuleType) -> Steps:
    """It has no tree."""
    blob = encode(spec, data_of(1))
    blob.rows.pop()
    yield step(spec.prove_row, blob, spec.uint64(0))


@case("da", "prove_row", rejects="da.prove_row.wrong-number-of-rows")
def of_a_blob_with_twice_its_rows(spec: ModuleType) -> Steps:
    """It has a tree, of another height."""
    blob = encode(spec, data_of(1))
    blob.rows = [bytes(row) for row in blob.rows] * 2
    yield step(spec.prove_row, blob, spec.uint64(0))


@case("da", "prove_row", rejects="da.prove_row.wrong-checksum-length")
def of_a_blob_without_a_checksum(spec: ModuleType) -> Steps:
    """A data row has no leaf of it."""
    blob = encode(spec, data_of(1))
    blob.checksum = b""
    yield step(spec.prove_row, blob, spec.uint64(0))


@case("da", "prove_row", rejects="da.prove_row.wrong-checksum-length")
def of_a_blob_with_twice_its_checksum(spec: ModuleType) -> Steps:
    """Of which the first half is right."""
    blob = encode(spec, data_of(1))
    blob.checksum = bytes(blob.checksum) * 2
    yield step(spec.prove_row, blob, spec.uint64(0))


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


def _code_of(spec: ModuleType, size: int, *rows: bytes) -> Any:
    """A true code of any data rows."""
    return commit(spec, size, spec.extend_rows(list(rows)))


@case("da", "decode_blob")
def with_a_limb_of_63_bits(spec: ModuleType) -> Steps:
    """The code is true, and no data has it: the blob is malformed, whichever rows show it."""
    blob = _code_of(spec, 124, limbs(1, 2, 3, 2**62), limbs(1, 2, 3, LARGEST), bytes(32), bytes(32))
    for indices in (range(4), range(4, 8), (0, 5, 10, 15)):
        yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "decode_blob")
def with_the_largest_element(spec: ModuleType) -> Steps:
    """p - 1 is an element, and no limb."""
    largest = int(spec.FIELD_MODULUS) - 1
    blob = _code_of(spec, 124, *[limbs(*[largest] * 4)] * 4)
    for indices in (range(4), range(12, 16)):
        yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, indices))


@case("da", "decode_blob")
def with_a_bit_behind_the_end(spec: ModuleType) -> Steps:
    """The first bit and the last one that have to be zero; the one before them is the last of the data."""
    for second, third in (((LARGEST, 2**10, 0, 0), 0), ((0, 0, 0, 0), 2**61), ((LARGEST, 2**10 - 1, 0, 0), 0)):
        blob = _code_of(spec, 40, limbs(*[LARGEST] * 4), limbs(*second), bytes(32), limbs(0, 0, 0, third))
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


def commit_with(spec: ModuleType, code: Any, rows: Sequence[bytes]) -> Any:
    """A tree over any `rows`, with the checksum of a true code."""
    header = code.header.copy()
    header.rows_root = spec.compute_rows_root(list(rows))
    matrix = spec.compute_checksum_matrix(header)
    data_rows = list(code.rows)[: len(code.rows) // 4]
    checksum = b"".join(spec.compute_row_checksum(matrix, row) for row in data_rows)
    header.checksum_root = spec.compute_checksum_root(checksum)
    return spec.EncodedBlob(header=header, checksum=checksum, rows=list(rows))


@case("da", "decode_blob", rejects="da.decode_blob.too-few-rows")
def from_one_row_too_few(spec: ModuleType) -> Steps:
    """Three of the four that it takes."""
    blob = encode(spec, data_of(100))
    yield step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, (1, 8, 13)))


@case("da", "decode_blob")
def with_the_highest_bit_in_its_last_element(spec: ModuleType) -> Steps:
    """2^63 in the last element of the last data row: an element, and no limb."""
    blob = _code_of(spec, 124, *[limbs(1, 2, 3, LARGEST)] * 3, limbs(1, 2, 3, 2**63))
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
    blob = _code_of(spec, 124, limbs(1, 2, 3, 2**62), *[bytes(32)] * 3)
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
