"""Batches: how items are put into one blob, and what their proofs may be."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.runtime.keys import test_secret
from axivon_spec.vectors.author import Steps, case, step
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


@case("da", "encode_batch")
def that_fills_the_largest_blob(spec: ModuleType) -> Steps:
    """Seven items: each has 4 bytes of table, 125 of its own, and its data."""
    rest = int(spec.MAX_BLOB_BYTES) - 7 * 129 - 4 * 256
    sizes = [256] * 4 + [rest, 0, 0]
    yield step(spec.encode_batch, list_of(spec, [item(spec, bytes(size), i) for i, size in enumerate(sizes)]))


@case("da", "check_item")
def in_the_largest_blob(spec: ModuleType) -> Steps:
    """The last of seven items, which ends with the blob."""
    rest = int(spec.MAX_BLOB_BYTES) - 7 * 129 - 4 * 256
    sizes = [256] * 4 + [rest, 0, 0]
    made = spec.encode_batch(list_of(spec, [item(spec, bytes(size), i) for i, size in enumerate(sizes)]))
    blob = encode(spec, bytes(made))
    yield checked(spec, blob, item_proof(spec, blob, 6))


@case("da", "encode_batch", rejects="da.encode_batch.batch-too-large")
def of_one_byte_too_many(spec: ModuleType) -> Steps:
    """One byte more than the largest blob."""
    rest = int(spec.MAX_BLOB_BYTES) - 7 * 129 - 4 * 256
    sizes = [256] * 4 + [rest, 1, 0]
    yield step(spec.encode_batch, list_of(spec, [item(spec, bytes(size), i) for i, size in enumerate(sizes)]))


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


@case("da", "check_item", rejects="da.check_item.no-such-item", allows=("da.check_item.offset-out-of-range",))
def behind_the_last(spec: ModuleType) -> Steps:
    """The position after the last of four: the first item would be taken for its offset."""
    blob = batch(spec)
    proof = item_proof(spec, blob, 3, rows=range(8))
    proof.position = 4
    yield checked(spec, blob, proof)


@case("da", "check_item", rejects="da.check_item.malformed-table", allows=("da.check_item.no-such-item",))
def behind_a_table_that_ends_within_an_offset(spec: ModuleType) -> Steps:
    """17 bytes hold four offsets, and one byte of what would be the fifth."""
    blob = with_offset(spec, 0, 17)
    yield checked(spec, blob, item_proof(spec, blob, 4, rows=range(8)))


def with_table(spec: ModuleType, count: int) -> Any:
    """A table of so many offsets, all of one item: the last of them is whole, the others are empty."""
    made = bytes(spec.encode_batch(list_of(spec, [item(spec, b"last")])))[4:]
    return encode(spec, (4 * count).to_bytes(4, "little") * count + made)


@case("da", "check_item")
def of_as_many_as_there_may_be(spec: ModuleType) -> Steps:
    """The last of 16, of which the others are none."""
    count = int(spec.MAX_ITEMS)
    blob = with_table(spec, count)
    yield checked(spec, blob, item_proof(spec, blob, count - 1, rows=range(len(blob.rows) // 4)))


@case("da", "check_item", rejects="da.check_item.malformed-table")
def of_one_more_than_there_may_be(spec: ModuleType) -> Steps:
    """The last of 17."""
    count = int(spec.MAX_ITEMS) + 1
    blob = with_table(spec, count)
    yield checked(spec, blob, item_proof(spec, blob, count - 1, rows=range(len(blob.rows) // 4)))


@case("da", "check_item", rejects="da.check_item.offset-out-of-range", allows=("da.check_item.malformed-item",))
def that_begins_within_the_table(spec: ModuleType) -> Steps:
    """Four bytes before its end."""
    blob = with_offset(spec, 1, 12)
    yield checked(spec, blob, item_proof(spec, blob, 1, rows=range(8)))


@case("da", "check_item", rejects="da.check_item.no-such-item", allows=("da.read_part.row-missing",))
def at_a_position_of_more_than_32_bits(spec: ModuleType) -> Steps:
    """Its lowest 32 bits are 0."""
    blob = batch(spec)
    proof = item_proof(spec, blob, 0, rows=range(8))
    proof.position = 2**32
    yield checked(spec, blob, proof)


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


@case("da", "check_item", rejects="da.read_part.row-missing", allows=("da.check_item.no-such-item",))
def without_the_table(spec: ModuleType) -> Steps:
    """Who could say where items begin could take any bytes for one."""
    blob = batch(spec)
    rows = rows_of_item(spec, blob, 3)
    yield checked(spec, blob, item_proof(spec, blob, 3, rows=rows[1:]))


@case("da", "check_item", rejects="da.read_part.row-missing", allows=("da.check_item.no-such-item",))
def without_rows(spec: ModuleType) -> Steps:
    """A position alone."""
    blob = batch(spec)
    yield checked(spec, blob, item_proof(spec, blob, 0, rows=[]))


def with_offset(spec: ModuleType, number: int, offset: int) -> Any:
    """The batch with another entry in its table."""
    data = bytearray(bytes(spec.encode_batch(list_of(spec, items(spec)))))
    data[4 * number : 4 * number + 4] = offset.to_bytes(4, "little")
    return encode(spec, bytes(data))


@case("da", "check_item", rejects="da.check_item.offset-out-of-range")
def that_ends_before_it_begins(spec: ModuleType) -> Steps:
    """The third begins where the first does."""
    blob = with_offset(spec, 2, 16)
    yield checked(spec, blob, item_proof(spec, blob, 1, rows=range(8)))


@case("da", "check_item", rejects="da.check_item.offset-out-of-range", allows=("da.check_item.malformed-item",))
def that_ends_behind_the_blob(spec: ModuleType) -> Steps:
    """In the zeros behind the last byte."""
    size = int(batch(spec).header.size)
    blob = with_offset(spec, 3, size + 1)
    yield checked(spec, blob, item_proof(spec, blob, 2, rows=range(8)))


@case("da", "check_item", rejects="da.check_item.malformed-item")
def that_is_empty(spec: ModuleType) -> Steps:
    """It begins where the next does."""
    data = bytes(spec.encode_batch(list_of(spec, items(spec))))
    blob = with_offset(spec, 1, int.from_bytes(data[8:12], "little"))
    yield checked(spec, blob, item_proof(spec, blob, 1, rows=range(8)))


@case("da", "check_item", rejects="da.check_item.malformed-item")
def that_begins_a_byte_late(spec: ModuleType) -> Steps:
    """The bytes are there, and are no item."""
    data = bytes(spec.encode_batch(list_of(spec, items(spec))))
    blob = with_offset(spec, 2, int.from_bytes(data[8:12], "little") + 1)
    yield checked(spec, blob, item_proof(spec, blob, 2, rows=range(8)))


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
