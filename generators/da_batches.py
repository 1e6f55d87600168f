"""Batches: how items are put into one blob, what their proofs may be, and how they are made."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.runtime.keys import test_secret
from axivon_spec.vectors.author import Steps, case, register, step
from generators.batches import item, item_domain, item_proof, list_of, rows_of_item
from generators.blobs import commit, encode, limbs
from generators.primitives import digest

DATA = (b"", b"\x01", bytes(range(100)), b"\xff" * 256)  # of the items


def items(spec: ModuleType) -> list[Any]:
    return [item(spec, data, number) for number, data in enumerate(DATA)]


def batch(spec: ModuleType) -> Any:
    """The blob of four items."""
    return encode(spec, bytes(spec.encode_batch(list_of(spec, items(spec)))))


def checked(spec: ModuleType, blob: Any, proof: Any, domain: Any = None) -> Any:
    return step(spec.check_item, blob.header, proof, item_domain(spec) if domain is None else domain)


# Putting together


@case("da", "encode_batch")
def of_one_and_of_four_items(spec: ModuleType) -> Steps:
    """Of the least data and the most."""
    yield step(spec.encode_batch, list_of(spec, items(spec)[:1]))
    yield step(spec.encode_batch, list_of(spec, items(spec)))


def of_seven(spec: ModuleType, more: int = 0) -> Any:
    """Seven items that fill the largest blob, or are too long for it: each has 4 bytes of table and 125 of its own."""
    rest = int(spec.MAX_BLOB_BYTES) - 7 * 129 - 4 * 256
    sizes = [256] * 4 + [rest, more, 0]
    return list_of(spec, [item(spec, bytes(size), i) for i, size in enumerate(sizes)])


@case("da", "encode_batch")
def that_fills_the_largest_blob(spec: ModuleType) -> Steps:
    """To its last byte."""
    yield step(spec.encode_batch, of_seven(spec))


@case("da", "encode_batch", rejects="da.encode_batch.batch-too-large")
def of_one_byte_too_many(spec: ModuleType) -> Steps:
    """One byte more than the largest blob."""
    yield step(spec.encode_batch, of_seven(spec, more=1))


@case("da", "encode_batch", rejects="da.encode_batch.empty-batch")
def of_no_items(spec: ModuleType) -> Steps:
    """A blob has at least one byte."""
    yield step(spec.encode_batch, list_of(spec, []))


# Proofs


@case("da", "check_item")
def each_of_four(spec: ModuleType) -> Steps:
    """The first and the last, and those between; also with rows that nothing asks for."""
    blob = batch(spec)
    for position in range(len(DATA)):
        yield checked(spec, blob, item_proof(spec, blob, position))
    yield checked(spec, blob, item_proof(spec, blob, 0, rows=range(8)))


@case("da", "check_item")
def alone_in_a_blob_of_pages(spec: ModuleType) -> Steps:
    """Rows of a page: the item and the table share one."""
    blob = encode(spec, bytes(spec.encode_batch(list_of(spec, [item(spec, b"alone")]))), spec.BlobKind.PAGES)
    yield checked(spec, blob, item_proof(spec, blob, 0))


@case("da", "check_item")
def of_a_blob_that_is_malformed_elsewhere(spec: ModuleType) -> Steps:
    """A limb of 63 bits in the row of another item: this one stands for itself."""
    code = batch(spec)
    rows = [bytes(row) for row in code.rows][:8]
    rows[7] = rows[7][:-8] + limbs(2**62)
    blob = commit(spec, int(code.header.size), spec.extend_rows(rows))
    yield checked(spec, blob, item_proof(spec, blob, 1, rows=rows_of_item(spec, code, 1)))


@case("da", "check_item", rejects="da.check_item.wrong-domain-type")
def in_the_domain_of_permits(spec: ModuleType) -> Steps:
    """What an account signs for one purpose is of no use for another."""
    blob = encode(spec, bytes(spec.encode_batch(list_of(spec, [permitted(spec)]))))
    yield checked(spec, blob, item_proof(spec, blob, 0), item_domain(spec, spec.DOMAIN_PERMIT))


def permitted(spec: ModuleType) -> Any:
    """An item that is signed in the domain of permits."""
    made = item(spec, b"permit")
    root = spec.compute_signing_root(spec.hash_tree_root(made.content), item_domain(spec, spec.DOMAIN_PERMIT))
    made.signature = spec.secp256k1_sign(test_secret(0, "secp256k1"), root)
    return made


@case("da", "check_item", rejects="da.check_item.invalid-signature")
def signed_by_another(spec: ModuleType) -> Steps:
    """The signature is true, and the sender is not who made it."""
    made = item(spec, b"forged", 1)
    made.sender = item(spec, b"", 2).sender
    blob = encode(spec, bytes(spec.encode_batch(list_of(spec, [made]))))
    yield checked(spec, blob, item_proof(spec, blob, 0))


@case("da", "check_item", rejects="da.check_item.invalid-signature")
def with_another_namespace_than_was_signed(spec: ModuleType) -> Steps:
    """The namespace is part of what is signed."""
    made = item(spec, b"moved")
    made.content.namespace = digest(spec, 9)
    blob = encode(spec, bytes(spec.encode_batch(list_of(spec, [made]))))
    yield checked(spec, blob, item_proof(spec, blob, 0))


@case("da", "check_item", rejects="da.check_item.rows-not-ascending")
def with_rows_in_another_order(spec: ModuleType) -> Steps:
    """Rows come in ascending order, so that they can be joined as they come."""
    blob = batch(spec)
    rows = rows_of_item(spec, blob, 0)
    yield checked(spec, blob, item_proof(spec, blob, 0, rows=[*rows, 7, 6]))


@case("da", "check_item", rejects="da.check_item.rows-not-ascending", allows=("da.read_part.row-missing",))
def with_its_first_row_twice(spec: ModuleType) -> Steps:
    """The table would count twice."""
    blob = batch(spec)
    rows = rows_of_item(spec, blob, 3)
    yield checked(spec, blob, item_proof(spec, blob, 3, rows=[rows[0], *rows]))


@case("da", "check_item", rejects="da.check_item.rows-not-ascending", allows=("da.read_part.row-missing",))
def with_a_row_twice(spec: ModuleType) -> Steps:
    """Its bytes would count twice."""
    blob = batch(spec)
    rows = rows_of_item(spec, blob, 3)
    yield checked(spec, blob, item_proof(spec, blob, 3, rows=[*rows, rows[-1]]))


@case("da", "check_item", rejects="da.check_place.wrong-rows-root", allows=("da.check_row.wrong-checksum",))
def with_a_second_row_that_is_wrong(spec: ModuleType) -> Steps:
    """One bit of it."""
    blob = batch(spec)
    proof = item_proof(spec, blob, 3)
    row = bytes(proof.rows[1].opened.row)
    proof.rows[1].opened.row = bytes([row[0] ^ 1]) + row[1:]
    yield checked(spec, blob, proof)


@case("da", "check_item", rejects="da.read_part.row-missing", allows=("da.check_item.invalid-signature",))
def without_its_last_row(spec: ModuleType) -> Steps:
    """All of it must be there."""
    blob = batch(spec)
    rows = rows_of_item(spec, blob, 3)
    yield checked(spec, blob, item_proof(spec, blob, 3, rows=rows[:-1]))


@case("da", "check_item", rejects="da.read_part.row-missing", allows=("da.find_item.no-such-item",))
def without_the_table(spec: ModuleType) -> Steps:
    """Who could say where items begin could take any bytes for one."""
    blob = batch(spec)
    rows = rows_of_item(spec, blob, 3)
    yield checked(spec, blob, item_proof(spec, blob, 3, rows=rows[1:]))


@case("da", "check_item", rejects="da.read_part.row-missing", allows=("da.find_item.no-such-item",))
def without_rows(spec: ModuleType) -> Steps:
    """A position alone."""
    blob = batch(spec)
    yield checked(spec, blob, item_proof(spec, blob, 0, rows=[]))


@case("da", "check_item", rejects="da.check_data_row.not-a-data-row", allows=("da.check_data_row.limb-too-large",))
def with_a_row_of_parity(spec: ModuleType) -> Steps:
    """Parity holds no data."""
    blob = batch(spec)
    rows = rows_of_item(spec, blob, 0)
    yield checked(spec, blob, item_proof(spec, blob, 0, rows=[*rows, 8]))


@case("da", "check_item", rejects="da.check_data_row.limb-too-large")
def with_a_limb_of_63_bits(spec: ModuleType) -> Steps:
    """In a row that it has no use for: each row of a proof must be data."""
    code = batch(spec)
    rows = [bytes(row) for row in code.rows][:8]
    rows[6] = rows[6][:-8] + limbs(2**62)
    blob = commit(spec, int(code.header.size), spec.extend_rows(rows))
    yield checked(spec, blob, item_proof(spec, blob, 0, rows=[*rows_of_item(spec, code, 0), 6]))


@case("da", "check_item", rejects="da.check_data_row.tail-not-zero")
def with_a_bit_behind_the_end(spec: ModuleType) -> Steps:
    """In the last row, which the last item is in."""
    code = batch(spec)
    rows = [bytes(row) for row in code.rows][:8]
    rows[7] = rows[7][:-8] + limbs(2**61)
    blob = commit(spec, int(code.header.size), spec.extend_rows(rows))
    yield checked(spec, blob, item_proof(spec, blob, 3, rows=rows_of_item(spec, code, 3)))


# Places in a batch, of which all data rows are shown, and which are to be proven

Place = Callable[[ModuleType], tuple[Any, int]]  # a blob, and a position


def place(*rules: str) -> Callable[[Place], Place]:
    """Of the rules, if there are any, the first refuses it, and the others may once that is taken away."""
    rejects, *allows = (f"da.{rule}" for rule in rules) if rules else (None,)

    def add(make: Place) -> Place:
        def shown(spec: ModuleType) -> Steps:
            blob, position = make(spec)
            yield checked(spec, blob, item_proof(spec, blob, position, rows=range(len(blob.rows) // 4)))

        def to_prove(spec: ModuleType) -> Steps:
            blob, position = make(spec)
            yield step(spec.prove_item, blob, spec.uint64(position))

        for entry, function in (("check_item", shown), ("prove_item", to_prove)):
            register(f"da/{entry}/{make.__name__}", function, rejects, allows=tuple(allows), doc=make.__doc__)
        return make

    return add


def with_offset(spec: ModuleType, number: int, offset: int) -> Any:
    """The batch with another entry in its table."""
    data = bytearray(bytes(spec.encode_batch(list_of(spec, items(spec)))))
    data[4 * number : 4 * number + 4] = offset.to_bytes(4, "little")
    return encode(spec, bytes(data))


def with_table(spec: ModuleType, count: int) -> Any:
    """A table of so many offsets, all of one item: the last of them is whole, the others are empty."""
    made = bytes(spec.encode_batch(list_of(spec, [item(spec, b"last")])))[4:]
    return encode(spec, (4 * count).to_bytes(4, "little") * count + made)


def offset(spec: ModuleType, number: int) -> int:
    """What the table of the batch says."""
    return int.from_bytes(bytes(spec.encode_batch(list_of(spec, items(spec))))[4 * number : 4 * number + 4], "little")


@place()
def of_as_many_as_there_may_be(spec: ModuleType) -> tuple[Any, int]:
    """The last of 32, of which the others are none."""
    count = int(spec.MAX_ITEMS)
    return with_table(spec, count), count - 1


@place("find_item.malformed-table")
def of_one_more_than_there_may_be(spec: ModuleType) -> tuple[Any, int]:
    """The last of 33."""
    count = int(spec.MAX_ITEMS) + 1
    return with_table(spec, count), count - 1


@place("find_item.malformed-table", "find_item.no-such-item")
def behind_a_table_that_ends_within_an_offset(spec: ModuleType) -> tuple[Any, int]:
    """17 bytes hold four offsets, and one byte of what would be the fifth."""
    return with_offset(spec, 0, 17), 4


@place("find_item.no-such-item", "find_item.offset-out-of-range")
def behind_the_last(spec: ModuleType) -> tuple[Any, int]:
    """The position after the last of four: the first item would be taken for its offset."""
    return batch(spec), 4


@place("find_item.no-such-item", "read_part.row-missing")
def at_a_position_of_more_than_32_bits(spec: ModuleType) -> tuple[Any, int]:
    """Its lowest 32 bits are 0."""
    return batch(spec), 2**32


@place("find_item.offset-out-of-range", "read_item.malformed-item")
def that_begins_within_the_table(spec: ModuleType) -> tuple[Any, int]:
    """Four bytes before its end."""
    return with_offset(spec, 1, 12), 1


@place("find_item.offset-out-of-range")
def that_ends_before_it_begins(spec: ModuleType) -> tuple[Any, int]:
    """The third begins where the first does."""
    return with_offset(spec, 2, 16), 1


@place("find_item.offset-out-of-range", "read_item.malformed-item")
def that_ends_behind_the_blob(spec: ModuleType) -> tuple[Any, int]:
    """In the zeros behind the last byte."""
    return with_offset(spec, 3, int(batch(spec).header.size) + 1), 2


@place("read_item.malformed-item")
def that_is_empty(spec: ModuleType) -> tuple[Any, int]:
    """It begins where the next does."""
    return with_offset(spec, 1, offset(spec, 2)), 1


@place("read_item.malformed-item")
def that_begins_a_byte_late(spec: ModuleType) -> tuple[Any, int]:
    """The bytes are there, and are no item."""
    return with_offset(spec, 2, offset(spec, 2) + 1), 2


@place()
def in_the_largest_blob(spec: ModuleType) -> tuple[Any, int]:
    """The last of seven items, which ends with the blob."""
    return encode(spec, bytes(spec.encode_batch(of_seven(spec)))), 6


# Making proofs


def proofs(spec: ModuleType, blob: Any, *positions: int) -> Steps:
    for position in positions:
        yield step(spec.prove_item, blob, spec.uint64(position))


@case("da", "prove_item")
def all_of_four(spec: ModuleType) -> Steps:
    """The first and the last, and those between; the last takes several rows."""
    yield from proofs(spec, batch(spec), *range(len(DATA)))


@case("da", "prove_item")
def the_only_one(spec: ModuleType) -> Steps:
    """In rows of a chunk or two, and in one row of a page."""
    data = bytes(spec.encode_batch(list_of(spec, [item(spec, b"alone")])))
    for kind in (spec.BlobKind.PACKED, spec.BlobKind.PAGES):
        yield from proofs(spec, encode(spec, data, kind), 0)


def laid_out(spec: ModuleType, count: int, position: int, begin: int, end: int) -> Any:
    """A blob whose table has so many entries, and says of one item alone where it is; the others are none."""
    data = bytearray(max(end, 372))
    data[begin:end] = spec.serialize(item(spec, bytes(end - begin - 125)))
    for number, entry in ((0, 4 * count), (position, begin), (position + 1, end)):
        if number < count:
            data[4 * number : 4 * number + 4] = entry.to_bytes(4, "little")
    return encode(spec, bytes(data))


@case("da", "prove_item")
def by_no_row_too_many(spec: ModuleType) -> Steps:
    """Rows of 93 bytes: offsets before, on and behind the first edge, and an item that begins or ends at one. Then of
    124: the last offset ends at an edge, or begins there."""
    for position in (21, 22, 23, 24):
        yield from proofs(spec, laid_out(spec, 32, position, 186, 311), position)
    yield from proofs(spec, laid_out(spec, 32, 21, 154, 279), 21)
    yield from proofs(spec, laid_out(spec, 31, 30, 248, 496), 30)
    yield from proofs(spec, laid_out(spec, 32, 31, 248, 496), 31)


@case("da", "prove_item")
def although_another_row_holds_no_data(spec: ModuleType) -> Steps:
    """A limb of 63 bits in a row that is not in the proof."""
    blob = batch(spec)
    blob.rows[7] = bytes(blob.rows[7])[:-8] + limbs(2**62)
    yield from proofs(spec, blob, 1)


def with_row(spec: ModuleType, index: int, change: Callable[[bytes], bytes]) -> Any:
    """The blob of four items with another row in a place."""
    blob = batch(spec)
    blob.rows[index] = change(bytes(blob.rows[index]))
    return blob


@case("da", "prove_item", rejects="da.prove_item.wrong-row-length")
def with_a_byte_too_few(spec: ModuleType) -> Steps:
    """In a data row that the proof has no use for."""
    yield from proofs(spec, with_row(spec, 7, lambda row: row[:-1]), 0)


@case("da", "prove_item", rejects="da.prove_item.wrong-row-length")
def with_an_empty_row(spec: ModuleType) -> Steps:
    """The first, so that there is no table."""
    yield from proofs(spec, with_row(spec, 0, lambda row: b""), 0)


@case("da", "prove_item", rejects="da.prove_item.wrong-row-length", allows=("da.check_data_row.wrong-row-length",))
def with_a_chunk_too_many(spec: ModuleType) -> Steps:
    """What is read of the row is there."""
    blob = encode(spec, bytes(spec.encode_batch(list_of(spec, [item(spec, b"alone")]))))
    blob.rows[1] = bytes(blob.rows[1]) + bytes(32)
    yield from proofs(spec, blob, 0)


@case("da", "prove_item", rejects="da.check_data_row.limb-too-large")
def of_a_row_with_a_limb_of_63_bits(spec: ModuleType) -> Steps:
    """The lower bits are those of the item."""
    blob = with_row(spec, 5, lambda row: row[:-8] + limbs(int.from_bytes(row[-8:], "little") + 2**62))
    yield from proofs(spec, blob, 3)


@case("da", "prove_item", rejects="da.check_data_row.tail-not-zero")
def of_a_row_with_a_bit_behind_the_end(spec: ModuleType) -> Steps:
    """In the last row, which the last item is in."""
    yield from proofs(spec, with_row(spec, 7, lambda row: row[:-8] + limbs(2**61)), 3)


@case("da", "prove_item", rejects="da.check_parts.wrong-number-of-rows")
def of_a_blob_without_its_last_row(spec: ModuleType) -> Steps:
    """It has no tree."""
    blob = batch(spec)
    blob.rows.pop()
    yield from proofs(spec, blob, 0)


@case("da", "prove_item", rejects="da.check_parts.wrong-number-of-rows")
def of_a_blob_with_twice_its_rows(spec: ModuleType) -> Steps:
    """It has a tree, of another height."""
    blob = batch(spec)
    blob.rows = [bytes(row) for row in blob.rows] * 2
    yield from proofs(spec, blob, 0)


@case("da", "prove_item", rejects="da.check_parts.wrong-checksum-length")
def of_a_blob_without_a_checksum(spec: ModuleType) -> Steps:
    """A data row has no leaf of it."""
    blob = batch(spec)
    blob.checksum = b""
    yield from proofs(spec, blob, 0)


@case("da", "prove_item", rejects="da.check_parts.wrong-checksum-length")
def of_a_blob_with_twice_its_checksum(spec: ModuleType) -> Steps:
    """Of which the first half is right."""
    blob = batch(spec)
    blob.checksum = bytes(blob.checksum) * 2
    yield from proofs(spec, blob, 0)
